/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Refusals. */
#include "lang/refuse.h"

#include <stdarg.h>
#include <stdio.h>

int refuse(struct refusal *why, int err, const char *format, ...)
{
	va_list args;

	if (!why)
		return err;
	why->err = err;
	va_start(args, format);
	vsnprintf(why->text, sizeof(why->text), format, args);
	va_end(args);
	/* the text quotes user input, which must not break the line or drive the terminal */
	for (char *c = why->text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	return err;
}
