/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A keyfile of NetworkManager. */
#pragma once

#include "import/sheet.h"

/* Adds addresses and routes of [ipv4] or [ipv6] to the bond @link. */
int keyfile_describe_ip(struct import_model *model, struct import_sheet *sheet,
			struct import_link *link, const char *section);
