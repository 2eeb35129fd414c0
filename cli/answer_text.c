/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text from the daemon's replies, made safe for a terminal: see printable.h. */
#include "cli/answer_text.h"

#include <stdio.h>

#include "lib/printable.h"

const char *printable(char *buf, size_t size, const json_t *value)
{
	const char *text = json_string_value(value);

	snprintf(buf, size, "%s", text ? text : "?");
	make_printable(buf);
	return buf;
}
