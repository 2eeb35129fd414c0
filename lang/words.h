/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line of commands as words, the way ebond.conf(5) and `ebond apply --diff`
 * write them. Words are separated by blanks. A word that begins with '#' begins
 * a comment. A word that begins with '"' ends at the next '"'; in it \" and \\
 * stand for the one character, and nothing else is special.
 */
#pragma once

#include "lang/refuse.h"

/* Words in one line; an option takes two. */
#define WORDS_MAX 256

struct word {
	const char *text;
	uint32_t column; /* of its first character, a '"' included; bytes, from 1 */
};

struct words {
	size_t count;
	struct word list[WORDS_MAX];
};

/*
 * Takes @line apart, in place: the words point into it, and it is not a line any
 * more. Returns 0, or -EINVAL with @why filled and *@ret_column where it went
 * wrong.
 */
int words_split(char *line, struct words *ret_words, uint32_t *ret_column, struct refusal *why);

/*
 * Writes @word so that words_split() reads it back, quoted where it must be.
 * @word has no control characters. Returns the length, as snprintf() does.
 */
size_t words_quote(const char *word, char *text, size_t size);
