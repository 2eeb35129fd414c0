/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One file of systemd-networkd's. */
#pragma once

#include "import/sheet.h"

/* Keys that say nothing that matters here. NULL-terminated. */
extern const char *const networkd_indifferent[];

/* MTUBytes and MACAddress of a section. */
int networkd_set_link(struct import_model *model, const struct import_sheet *sheet,
		      struct import_link *link, const char *section);

/* A sheet's declare() for .netdev files. */
int networkd_declare_netdev(struct import_model *model, struct import_sheet *sheet);
