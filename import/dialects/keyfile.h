/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One keyfile of NetworkManager's. */
#pragma once

#include "import/sheet.h"

/* Addresses and routes of [ipv4] or [ipv6] for the bond @link. */
int keyfile_describe_ip(struct import_model *model, struct import_sheet *sheet,
			struct import_link *link, const char *section);
