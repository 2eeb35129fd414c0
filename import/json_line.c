/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the line of a key in valid JSON without parsing it in full: see json_line.h. */
#include "import/json_line.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct walk {
	const char *at;
	uint32_t line;
	uint32_t found; /* 0: not found yet */
};

static void pass_value(struct walk *walk, const char *const *path);

/* Commas and colons are skipped like white space. */
static void pass_blanks(struct walk *walk)
{
	for (; *walk->at && strchr(" \t\n\r,:", *walk->at); walk->at++)
		walk->line += *walk->at == '\n';
}

/* Skips a string; returns whether it is @wanted, which contains no escapes. */
static bool pass_string(struct walk *walk, const char *wanted)
{
	const char *start = ++walk->at;
	size_t length;

	while (*walk->at && *walk->at != '"')
		walk->at += *walk->at == '\\' && walk->at[1] ? 2 : 1;
	length = (size_t)(walk->at - start);
	walk->at += *walk->at != '\0';
	return wanted && strlen(wanted) == length && strncmp(start, wanted, length) == 0;
}

/* @path: keys still to be followed from here; NULL: not on the path. */
static void pass_object(struct walk *walk, const char *const *path)
{
	walk->at++;
	for (pass_blanks(walk); *walk->at && *walk->at != '}'; pass_blanks(walk)) {
		uint32_t line = walk->line;
		bool same = pass_string(walk, path ? path[0] : NULL);

		if (same && !path[1] && !walk->found)
			walk->found = line;
		pass_value(walk, same ? path + 1 : NULL);
	}
	walk->at += *walk->at != '\0';
}

/* The recursion is bounded: jansson limits nesting to JSON_PARSER_MAX_DEPTH. */
static void pass_value(struct walk *walk, const char *const *path)
{
	pass_blanks(walk);
	if (*walk->at == '{') {
		pass_object(walk, path);
	} else if (*walk->at == '[') {
		walk->at++;
		for (pass_blanks(walk); *walk->at && *walk->at != ']'; pass_blanks(walk))
			pass_value(walk, path);
		walk->at += *walk->at != '\0';
	} else if (*walk->at == '"') {
		pass_string(walk, NULL);
	} else {
		walk->at += strcspn(walk->at, " \t\n\r,]}");
	}
}

uint32_t json_line_of(const char *text, const char *const *path)
{
	struct walk walk = {.at = text, .line = 1};

	pass_value(&walk, path);
	return walk.found ? walk.found : 1;
}
