/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file's text, normalised and split into lines for the parsers. */
#pragma once

#include "import/model.h"

/* A file as read: @length arbitrary bytes. @name appears in messages. */
struct import_file {
	const char *name;
	const char *text;
	size_t length;
};

/*
 * A NUL-terminated copy of @file's text without byte order mark and with Unix
 * line endings; the caller frees it. *ret_name belongs to the model and is for
 * places. Returns 0, or with the model's fault set: -E2BIG (IMPORT_BYTES_MAX,
 * or IMPORT_BYTES_TOTAL_MAX together with earlier files), -EINVAL (a control
 * character, UTF-16) or -ENOMEM.
 */
int import_clean(struct import_model *model, const struct import_file *file, char **ret_text,
		 const char **ret_name);

/* Lines of one file; see lines_open(). */
struct lines {
	struct import_model *model;
	struct import_place place; /* of the first physical line of what lines_next() returned */
	char *text, *at;
	uint32_t next_line;
	bool joins; /* a trailing '\' continues the line */
};

/* Errors as import_clean(). Call lines_close() in any case. */
int lines_open(struct import_model *model, const struct import_file *file, bool joins,
	       struct lines *ret_lines);

/*
 * The next line, without its line ending; the caller may modify it until the
 * next call. NULL: end of file.
 */
char *lines_next(struct lines *lines);

void lines_close(struct lines *lines);

#define _cleanup_lines_ __attribute__((cleanup(lines_close)))

/* Strips white space from both ends of @text, in place. */
char *trim(char *text);
