/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of systemd-networkd's. */
#pragma once

#include "import/sheet.h"

#define NETWORKD_NAMES_MAX 256 /* more than a bond can have ports */

/* Names of interfaces, each once. */
struct networkd_names {
	size_t count;
	const char *list[NETWORKD_NAMES_MAX];
};

/* Keys that say nothing that matters here. NULL-terminated. */
extern const char *const networkd_indifferent[];

/* MTUBytes and MACAddress of a section. */
int networkd_set_link(struct import_model *model, const struct import_sheet *sheet,
		      struct import_link *link, const char *section);

/* A sheet's declare() for .netdev files. */
int networkd_declare_netdev(struct import_model *model, struct import_sheet *sheet);

/* A sheet's declare() for .network files; it also tells them from others' sheets. */
int networkd_declare_network(struct import_model *model, struct import_sheet *sheet);

/*
 * The interfaces that are @sheet's: those of the machine, bonds of the model and names without
 * pattern that it matches and no .network before it does. 0 or -ENOMEM.
 */
int networkd_match(struct import_model *model, const struct import_sheet *sheet,
		   struct networkd_names *ret_names);

/* Warns of each condition in [Match] that is not judged: the file then matches nothing. */
int networkd_tell_conditions(struct import_model *model, const struct import_sheet *sheet);

/* Address= and Gateway= of [Network], [Address], [Route]. */
int networkd_describe_ip(struct import_model *model, const struct import_sheet *sheet,
			 struct import_link *link);

/* Whether @entry counts: no later line of that section and key is empty and so takes it back. */
bool networkd_holds(const struct import_sheet *sheet, const struct import_entry *entry);
