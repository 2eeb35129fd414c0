/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists separated by commas. */
#include "daemon/text_list.h"

#include <stdio.h>
#include <string.h>

void text_list_add(char *list, size_t size, const char *item)
{
	size_t length = strlen(list);

	snprintf(list + length, size - length, "%s%s", length ? ", " : "", item);
}
