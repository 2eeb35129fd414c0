/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splits a line into words as a shell would, without expanding or running anything. */
#pragma once

#include "import/model.h"

#define SHELL_WORDS_MAX 256

struct shell_word {
	const char *text;  /* unquoted */
	bool is_operator;  /* ";", "&&", "|", ">" etc., unquoted */
	bool is_glued;	   /* an operator with no blank before it */
	bool has_variable; /* contains a '$' or '`' that a shell would expand */
};

struct shell_words {
	size_t count;
	struct shell_word list[SHELL_WORDS_MAX];
};

/*
 * Splits @line in place: the words point into it. '...', "..." and \ quote; a
 * '#' at the beginning of a word starts a comment. Returns 0, or -EINVAL with
 * the model's fault at @place: unterminated quote, too many words.
 */
int shell_split(struct import_model *model, struct import_place place, char *line,
		struct shell_words *ret_words);

/*
 * Splits "NAME=VALUE" (name: letters, digits, '_' and '-') in place: @word
 * becomes the name and the value is returned. NULL: not an assignment; @word is
 * unchanged.
 */
char *shell_assignment(char *word);
