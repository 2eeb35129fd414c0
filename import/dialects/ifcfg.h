/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One ifcfg file as keys and values. */
#pragma once

#include "import/sheet.h"

/* A key's value; NULL: it is not said, or empty. Marks it as used. */
const char *ifcfg_value(const struct import_sheet *sheet, const char *key);

/* Where the key is said; the beginning of the file when it is not. */
struct import_place ifcfg_place(const struct import_sheet *sheet, const char *key);

/* IPADDR, IPADDR0, ... with their masks, for @link; @label may be NULL. */
int ifcfg_add_addresses(struct import_model *model, const struct import_sheet *sheet,
			struct import_link *link, const char *label);

/*
 * ifcfg-bond0-range0: many addresses of bond0. Its "bond0", or NULL: the file is another.
 * ifcfg_add_range() gives them to @link, with labels as the init scripts had them.
 */
const char *ifcfg_range_parent(struct import_model *model, const struct import_sheet *sheet);
int ifcfg_add_range(struct import_model *model, const struct import_sheet *sheet,
		    struct import_link *link);

/* IPV6ADDR, IPV6ADDR_SECONDARIES, IPV6_DEFAULTGW. */
int ifcfg_add_ip6(struct import_model *model, const struct import_sheet *sheet,
		  struct import_link *link);

/* GATEWAY, unless DEFROUTE says no. */
int ifcfg_add_routers(struct import_model *model, const struct import_sheet *sheet,
		      struct import_link *link);
