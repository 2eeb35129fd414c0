/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the configuration file parser. What is accepted, written out as
 * commands and read back, must be the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void die(const char *what, const char *text)
{
	fprintf(stderr, "%s:\n%s\n", what, text);
	abort();
}

static void expect_same(const struct config *a, const struct config *b, const char *file)
{
	char *commands = config_diff(a, b, true);

	if (commands && commands[0])
		die("not the same when read again", file);
	free(commands);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config *config, *again, *nothing;
	struct config_place place;
	struct refusal why;
	char *file;

	if (config_parse((const char *)data, size, &config, &place, &why) < 0) {
		if (!place.line || !place.column || !why.text[0] || strchr(why.text, '\n'))
			die("a refusal without place or reason", why.text);
		return 0;
	}
	nothing = config_new();
	file = config_diff(config, nothing, true);
	if (config_parse(file, strlen(file), &again, &place, &why) < 0)
		die(why.text, file);
	expect_same(config, again, file);
	expect_same(again, config, file);
	free(file);
	config_free(nothing);
	config_free(again);
	config_free(config);
	return 0;
}
