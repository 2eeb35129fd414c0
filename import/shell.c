/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splits a line into words as a shell does: see shell.h. */
#include "import/shell.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define OPERATORS ";&|<>()"
#define BLANKS " \t\n"

/*
 * Copies the quoted text from @from, which follows its opening @quote, to @to
 * and sets *ret_to to the end of the copy. Returns the position after the
 * closing quote; NULL: there is none.
 */
static char *unquote(char *from, char quote, char *to, char **ret_to, bool *ret_variable)
{
	while (*from && *from != quote) {
		if (quote == '"' && *from == '\\' && from[1] && strchr("\"\\$`", from[1]))
			from++;
		else if (quote == '"' && (*from == '$' || *from == '`'))
			*ret_variable = true;
		*to++ = *from++;
	}
	*ret_to = to;
	return *from ? from + 1 : NULL;
}

/* Unquotes one word from @from in place. NULL: unterminated quote. */
static char *take_word(char *from, struct shell_word *ret_word, char *ret_ended_by)
{
	char *to = from;

	*ret_word = (struct shell_word){.text = from};
	while (*from && !strchr(BLANKS OPERATORS, *from)) {
		if (*from == '"' || *from == '\'') {
			from = unquote(from + 1, *from, to, &to, &ret_word->has_variable);
			if (!from)
				return NULL;
			continue;
		}
		if (*from == '\\' && from[1])
			from++;
		else if (*from == '$' || *from == '`')
			ret_word->has_variable = true;
		*to++ = *from++;
	}
	*ret_ended_by = *from; /* read now: unquoting may overwrite it */
	*to = '\0';
	return from;
}

/* The operator that begins with @first; a static string. */
static const char *operator_text(char first, const char *rest, size_t *ret_length)
{
	static const char *const known[] = {";;", "&&", "||", ">>", "<<", ";", "&",
					    "|",  "<",	">",  "(",  ")",  NULL};
	const char *const *at = known;

	while (at[0][0] != first || (at[0][1] && at[0][1] != rest[0]))
		at++;
	*ret_length = strlen(*at);
	return *at;
}

int shell_split(struct import_model *model, struct import_place place, char *line,
		struct shell_words *ret_words)
{
	char *at = line;
	char first = *at;

	ret_words->count = 0;
	for (;;) {
		struct shell_word *word = &ret_words->list[ret_words->count];
		bool is_glued = ret_words->count && first && !strchr(BLANKS, first);

		while (first && strchr(BLANKS, first))
			first = *++at;
		if (!first || first == '#')
			return 0;
		if (ret_words->count == SHELL_WORDS_MAX)
			return import_refuse(model, place, -EINVAL,
					     "more than %d words: split the line", SHELL_WORDS_MAX);
		ret_words->count++;
		if (strchr(OPERATORS, first)) {
			size_t length;

			*word = (struct shell_word){.text = operator_text(first, at + 1, &length),
						    .is_operator = true,
						    .is_glued = is_glued};
			at += length;
			first = *at;
			continue;
		}
		at = take_word(at, word, &first);
		if (!at)
			return import_refuse(model, place, -EINVAL,
					     "unterminated quote: close it on the same line");
	}
}

char *shell_assignment(char *word)
{
	char *at = word;

	while (isalnum((unsigned char)*at) || *at == '_' || *at == '-')
		at++;
	if (at == word || *at != '=')
		return NULL;
	*at = '\0';
	return at + 1;
}
