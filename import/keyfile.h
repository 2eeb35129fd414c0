/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One keyfile of NetworkManager's; shared by keyfile.c and keyfile_ip.c. */
#pragma once

#include "sheet.h"

/* A key's value; NULL: it is not said, or empty. Marks it as used. */
const char *keyfile_value(const struct import_sheet *sheet, const char *section, const char *key);

/* Where the key is said; the beginning of the file when it is not. */
struct import_place keyfile_place(const struct import_sheet *sheet, const char *section,
				  const char *key);

/* Addresses and routes of [ipv4] or [ipv6] for the bond @link. */
int keyfile_describe_ip(struct import_model *model, struct import_sheet *sheet,
			struct import_link *link, const char *section);
