/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines split into words, in the syntax of ebond.conf(5) and `ebond apply
 * --diff`. Words are separated by blanks. A word that begins with '#' starts a
 * comment. A word that begins with '"' ends at the next '"'; in it \" and \\
 * stand for '"' and '\', and nothing else is special.
 */
#pragma once

#include "lang/refuse.h"

/* Words per line; an option takes two. */
#define WORDS_MAX 256

struct word {
	const char *text;
	uint32_t column; /* of its first character (or its '"'); in bytes, from 1 */
};

struct words {
	size_t count;
	struct word list[WORDS_MAX];
};

/*
 * Splits @line in place: the words point into it, and its text is overwritten.
 * Returns 0, or -EINVAL with @why filled and *@ret_column set to the error's
 * position.
 */
int words_split(char *line, struct words *ret_words, uint32_t *ret_column, struct refusal *why);

/*
 * Writes @word so that words_split() reads it back, quoted if necessary.
 * @word has no control characters. Returns the length, as snprintf() does.
 */
size_t words_quote(const char *word, char *text, size_t size);
