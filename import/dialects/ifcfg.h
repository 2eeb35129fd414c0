/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ifcfg file as keys and values. */
#pragma once

#include "import/sheet.h"

/* A key's value, which becomes used; NULL: not set, or empty. */
const char *ifcfg_value(const struct import_sheet *sheet, const char *key);

/* Where the key is set; the beginning of the file when it is not. */
struct import_place ifcfg_place(const struct import_sheet *sheet, const char *key);

/* Adds IPADDR, IPADDR0, ... with their masks to @link; @label may be NULL. */
int ifcfg_add_addresses(struct import_model *model, const struct import_sheet *sheet,
			struct import_link *link, const char *label);

/*
 * ifcfg-bond0-range0: a range of addresses for bond0. Returns "bond0", or NULL:
 * not such a file. ifcfg_add_range() adds them to @link, with the labels that
 * the init scripts used.
 */
const char *ifcfg_range_parent(struct import_model *model, const struct import_sheet *sheet);
int ifcfg_add_range(struct import_model *model, const struct import_sheet *sheet,
		    struct import_link *link);

/* Adds IPV6ADDR, IPV6ADDR_SECONDARIES, IPV6_DEFAULTGW. */
int ifcfg_add_ip6(struct import_model *model, const struct import_sheet *sheet,
		  struct import_link *link);

/* Adds GATEWAY, unless DEFROUTE=no. */
int ifcfg_add_routers(struct import_model *model, const struct import_sheet *sheet,
		      struct import_link *link);
