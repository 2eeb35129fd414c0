/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the import parser PARSER with files separated by lines of "%%%%". What
 * is accepted must give an equivalent ebond.conf; errors must be reported with
 * their place, in one line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/dialects/dialects.h"
#include "import/print.h"

#define SEPARATOR "%%%%\n"
#define FILES_MAX 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void die(const char *what, const char *text)
{
	fprintf(stderr, "%s:\n%s\n", what, text);
	abort();
}

/* Includes itself, and files that do not exist. */
static int fetch(void *context, const char *path, char **ret_text, size_t *ret_length)
{
	(void)context;
	if (strcmp(path, "f") != 0)
		return -1;
	*ret_text = strdup("include g\nalias bond9 bonding\n");
	*ret_length = strlen(*ret_text);
	return 0;
}

static void expect_one_line(const char *text)
{
	if (!text[0] || strchr(text, '\n'))
		die("not one line", text);
}

/* Parsing the text must give the configuration from which it was printed. */
static void expect_same(const struct import_model *model, const struct config *config)
{
	struct config *again;
	struct config_place place;
	struct refusal why;
	char *text = import_print(model, config), *difference;

	if (config_parse(text, strlen(text), &again, &place, &why) < 0)
		die(why.text, text);
	difference = config_diff(config, again, true);
	if (difference[0])
		die(difference, text);
	free(difference);
	free(text);
	config_free(again);
}

static int parse_all(struct import_model *model, const char *text, size_t size)
{
	int err = 0;

	for (int files = 0; files < FILES_MAX && !err; files++) {
		const char *end = memmem(text, size, SEPARATOR, strlen(SEPARATOR));
		char name[] = {'f', (char)('0' + files), '\0'};
		struct import_file file = {name, text, end ? (size_t)(end - text) : size};

		err = PARSER(model, &file);
		if (!end)
			break;
		text = end + strlen(SEPARATOR);
		size -= file.length + strlen(SEPARATOR);
	}
	return err ?: import_finish(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct import_interface interfaces[] = {
		{.name = "eth0", .mac = {2, 0, 0, 0, 0, 0x10}},
		{.name = "eth1", .mac = {2, 0, 0, 0, 0, 0x11}}};
	struct import_model *model = import_new();
	struct config *config = NULL;
	int err;

	model->interfaces = interfaces;
	model->interface_count = 2;
	model->reader.fetch = fetch;
	err = parse_all(model, (const char *)data, size);
	err = err ?: import_settle(model, NULL, &config);
	if (err)
		expect_one_line(model->why.text);
	else
		expect_same(model, config);
	if (err && !model->fault.file)
		die("refused without a place", model->why.text);
	for (const struct import_warning *w = model->warnings; w; w = w->next)
		expect_one_line(w->text);
	config_free(config);
	import_free(model);
	return 0;
}
