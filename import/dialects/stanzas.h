/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stanzas of /etc/network/interfaces. */
#pragma once

#include "import/sheet.h"

/* Whether the key lists a bond's ports, or names a port's bond. */
bool stanza_names_ports(const char *key);
bool stanza_names_master(const char *key);

/* The line with which the port's own stanza names its bond, or NULL. */
const struct import_entry *import_find_stanza_master(const struct import_model *model,
						     const char *port);

/* Reads the bond's, or a port's, stanza that begins at @first. */
int stanza_describe(struct import_model *model, struct import_sheet *sheet,
		    struct import_entry *first, struct import_link *link);
int stanza_describe_port(struct import_model *model, struct import_sheet *sheet,
			 struct import_entry *first, struct import_link *link);

/* Reads "post-up COMMAND" of a bond's stanza, once all addresses are known; skips other lines. */
int stanza_run(struct import_model *model, struct import_entry *entry);
