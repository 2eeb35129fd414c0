/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of systemd-networkd. */
#pragma once

#include "import/sheet.h"

#define NETWORKD_NAMES_MAX 256 /* more than the ports of a bond */

/* Interface names without duplicates. */
struct networkd_names {
	size_t count;
	const char *list[NETWORKD_NAMES_MAX];
};

/* Keys that do not matter here. NULL-terminated. */
extern const char *const networkd_indifferent[];

/* Reads MTUBytes and MACAddress of a section. */
int networkd_set_link(struct import_model *model, const struct import_sheet *sheet,
		      struct import_link *link, const char *section);

/* A sheet's declare() for .netdev files. */
int networkd_declare_netdev(struct import_model *model, struct import_sheet *sheet);

/* A sheet's declare() for .network files; also identifies their sheets. */
int networkd_declare_network(struct import_model *model, struct import_sheet *sheet);

/*
 * The interfaces that @sheet applies to: interfaces of the machine, bonds of
 * the model and names without wildcards that it is the first .network to match.
 * 0 or -ENOMEM.
 */
int networkd_match(struct import_model *model, const struct import_sheet *sheet,
		   struct networkd_names *ret_names);

/* Warns of each condition in [Match] that cannot be evaluated: the file then matches nothing. */
int networkd_warn_conditions(struct import_model *model, const struct import_sheet *sheet);

/* Reads Address= and Gateway= of [Network], [Address], [Route]. */
int networkd_describe_ip(struct import_model *model, const struct import_sheet *sheet,
			 struct import_link *link);

/* Whether @entry counts, i.e. no later empty line of its section and key clears the list. */
bool networkd_holds(const struct import_sheet *sheet, const struct import_entry *entry);
