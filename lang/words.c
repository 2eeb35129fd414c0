/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splits lines into words, and quotes words. */
#include "lang/words.h"

#include <errno.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/*
 * Unquotes in place from @from, just after the '"'. Returns the position after the
 * closing quote, or NULL when there is none.
 */
static char *unquote(char *from)
{
	char *to = from;

	while (*from && *from != '"') {
		if (*from == '\\' && (from[1] == '"' || from[1] == '\\'))
			from++;
		*to++ = *from++;
	}
	if (!*from)
		return NULL;
	*to = '\0';
	return from + 1;
}

/* The first character that is not allowed in a line, or NULL. */
static const char *find_control(const char *line)
{
	for (; *line; line++)
		if (((unsigned char)*line < ' ' && !is_blank(*line)) || *line == 0x7f)
			return line;
	return NULL;
}

int words_split(char *line, struct words *ret_words, uint32_t *ret_column, struct refusal *why)
{
	const char *control = find_control(line);
	char *at = line;

	*ret_column = control ? (uint32_t)(control - line) + 1 : 1;
	if (control)
		return refuse(why, -EINVAL, "a control character (number %d): leave it out",
			      *control);
	ret_words->count = 0;
	for (;;) {
		char *start;

		while (is_blank(*at))
			at++;
		*ret_column = (uint32_t)(at - line) + 1;
		if (!*at || *at == '#')
			return 0;
		if (ret_words->count == WORDS_MAX)
			return refuse(why, -EINVAL, "more than %d words: use another line",
				      WORDS_MAX);
		start = at;
		if (*at == '"') {
			start++;
			at = unquote(start);
			if (!at)
				return refuse(why, -EINVAL, "the quote is not closed: add a '\"'");
		} else {
			at += strcspn(at, " \t\r");
		}
		if (*at && !is_blank(*at)) {
			*ret_column = (uint32_t)(at - line) + 1;
			return refuse(why, -EINVAL, "text after the closing quote: add a blank");
		}
		ret_words->list[ret_words->count++] = (struct word){start, *ret_column};
		if (*at)
			*at++ = '\0';
	}
}

static void put(char c, char *text, size_t size, size_t *length)
{
	if (*length + 1 < size) {
		text[*length] = c;
		text[*length + 1] = '\0';
	}
	++*length;
}

size_t words_quote(const char *word, char *text, size_t size)
{
	bool quoted = !*word || *word == '#' || *word == '"' || strpbrk(word, " \t\r");
	size_t length = 0;

	if (size)
		text[0] = '\0';
	if (quoted)
		put('"', text, size, &length);
	for (; *word; word++) {
		if (quoted && (*word == '"' || *word == '\\'))
			put('\\', text, size, &length);
		put(*word, text, size, &length);
	}
	if (quoted)
		put('"', text, size, &length);
	return length;
}
