/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file's text, made fit for parsers: without marks of other systems, line by line. */
#pragma once

#include "import/model.h"

/* A file as it was read: @length bytes of whatever. @name is what messages call it. */
struct import_file {
	const char *name;
	const char *text;
	size_t length;
};

/*
 * A copy of @file's text without a byte order mark and with Unix line ends, and a
 * NUL after its last byte; for free(3). *ret_name (the model's) is for places.
 * Returns 0, or, with the model's fault filled: -E2BIG (IMPORT_BYTES_MAX, or
 * IMPORT_BYTES_TOTAL_MAX with what was read before), -EINVAL (a control
 * character: no text file; UTF-16) or -ENOMEM.
 */
int import_clean(struct import_model *model, const struct import_file *file, char **ret_text,
		 const char **ret_name);

/* Lines of one file; see lines_open(). */
struct lines {
	struct import_model *model;
	struct import_place place; /* of the first line of what lines_next() gave */
	char *text, *at;
	uint32_t next_line;
	bool joins; /* a line that ends with '\' goes on in the next one */
};

/* Errors as import_clean(). lines_close() in any case. */
int lines_open(struct import_model *model, const struct import_file *file, bool joins,
	       struct lines *ret_lines);

/*
 * The next line, without its end, for the caller to take apart until the next
 * call; NULL: there is none.
 */
char *lines_next(struct lines *lines);

void lines_close(struct lines *lines);

#define _cleanup_lines_ __attribute__((cleanup(lines_close)))

/* @text without blanks at both ends, in place. */
char *trim(char *text);
