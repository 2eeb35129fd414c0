/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints lines to stderr: see say.h. */
#include "cli/client/say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "lib/cleanup.h"
#include "lib/printable.h"

void say_error(const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (text)
		make_printable(text);
	fprintf(stderr, "%s: %s\n", program_invocation_short_name, text ? text : "out of memory");
}
