/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line as a shell would take it apart; nothing is expanded or run. */
#pragma once

#include "import/model.h"

#define SHELL_WORDS_MAX 256

struct shell_word {
	const char *text;  /* without its quotes */
	bool is_operator;  /* ";", "&&", "|", ">" and so on, not quoted */
	bool is_glued;	   /* an operator without a blank before it */
	bool has_variable; /* a '$' or '`' stands in it that a shell would expand */
};

struct shell_words {
	size_t count;
	struct shell_word list[SHELL_WORDS_MAX];
};

/*
 * Takes @line apart, in place: the words point into it. '...' , "..." and \ quote;
 * a '#' that begins a word begins a comment. Returns 0, or -EINVAL with the
 * model's fault at @place: a quote is not closed, too many words.
 */
int shell_split(struct import_model *model, struct import_place place, char *line,
		struct shell_words *ret_words);

/*
 * The value of "NAME=VALUE" when @word is such (name: letters, digits, '_' and '-'),
 * and the '=' becomes a NUL, so that @word is the name. NULL: it is not; @word is
 * then as it was.
 */
char *shell_assignment(char *word);
