/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Log lines. */
#include "daemon/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lib/printable.h"

static const char *level_word(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return "error: ";
	case LOG_LEVEL_WARNING:
		return "warning: ";
	case LOG_LEVEL_NOTICE:
	case LOG_LEVEL_INFO:
		return "";
	}
	return "";
}

static void print_time(void)
{
	struct timespec now;
	struct tm local;
	char text[32];

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &local);
	strftime(text, sizeof(text), "%F %T", &local);
	fprintf(stderr, "%s.%03ld ", text, now.tv_nsec / 1000000);
}

void log_line(enum log_level level, const char *subject, const char *format, ...)
{
	char shown[32], line[1024];
	va_list arguments;

	/* Both contain interface names, which may be arbitrary bytes. */
	snprintf(shown, sizeof(shown), "%s", subject);
	make_printable(shown);
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	make_printable(line);
	if (getenv("JOURNAL_STREAM"))
		fprintf(stderr, "<%d>", level);
	else
		print_time();
	fprintf(stderr, "%s: %s%s\n", shown, level_word(level), line);
}
