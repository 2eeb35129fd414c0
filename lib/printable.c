/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text safe for a terminal: see printable.h. */
#include "lib/printable.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Length in bytes of the UTF-8 character at @at; 0: not UTF-8, or not to be printed. */
static size_t character_length(const unsigned char *at)
{
	static const uint32_t least[] = {0x20, 0xa0, 0x800, 0x10000};
	size_t more = *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : *at >= 0xc0 ? 1 : 0;
	uint32_t code = more ? *at & (0x3f >> more) : *at;

	if (*at == 0x7f || (*at >= 0x80 && *at < 0xc0) || *at >= 0xf8)
		return 0;
	for (size_t i = 1; i <= more; i++) {
		if ((at[i] & 0xc0) != 0x80) /* the NUL at the end, too */
			return 0;
		code = code << 6 | (at[i] & 0x3f);
	}
	return code >= least[more] ? more + 1 : 0;
}

static void replace(char *text, const char *kept)
{
	unsigned char *at = (unsigned char *)text;

	while (*at) {
		size_t length = strchr(kept, *at) ? 1 : character_length(at);

		if (!length)
			*at = '?';
		at += length ?: 1;
	}
}

void make_printable(char *text)
{
	replace(text, "");
}

void make_lines_printable(char *text)
{
	replace(text, "\n\t");
}
