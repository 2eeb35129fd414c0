/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See import_rig.h. */
#include "tests/unit/import_rig.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "import/print.h"

/* Two ports and an unrelated interface, for files that match by pattern or address. */
static const struct import_interface interfaces[] = {
	{.name = "eth0", .mac = {2, 0, 0, 0, 0, 0x10}},
	{.name = "eth1", .mac = {2, 0, 0, 0, 0, 0x11}},
	{.name = "wlan0", .mac = {2, 0, 0, 0, 0, 0x20}},
};

/* Files that can be included: "loop" includes itself. */
static int read_included(void *context, const char *path, char **ret_text, size_t *ret_length)
{
	(void)context;
	if (strcmp(path, "loop") == 0)
		*ret_text = strdup("include loop\n");
	else if (strcmp(path, "more") == 0)
		*ret_text = strdup("# more\nalias bond1 bonding\n");
	else
		return strcmp(path, "folder") == 0 ? -EISDIR : -ENOENT;
	*ret_length = strlen(*ret_text);
	return 0;
}

static int run(import_parser parse, const char *text, struct import_model **ret_model,
	       char **ret_conf)
{
	struct import_file file = {"f", text, strlen(text)};
	struct import_model *model = import_new();
	struct config *config = NULL;
	int err;

	model->interfaces = interfaces;
	model->interface_count = sizeof(interfaces) / sizeof(interfaces[0]);
	model->reader.fetch = read_included;
	err = parse(model, &file);
	err = err ?: import_finish(model);
	err = err ?: import_settle(model, NULL, &config);
	*ret_conf = err ? NULL : import_print(model, config);
	config_free(config);
	*ret_model = model;
	return err;
}

void expect_import(import_parser parse, const char *text, const char *conf, const char *told)
{
	struct import_model *model;
	char *printed, *at, said[8192] = "";
	int err = run(parse, text, &model, &printed);

	if (err)
		fail_msg("%s:%u: %s\nin: %s", model->fault.file, model->fault.line, model->why.text,
			 text);
	at = said;
	for (const struct import_warning *w = model->warnings; w; w = w->next)
		at += snprintf(at, sizeof(said) - (size_t)(at - said), "%s\n", w->text);
	assert_string_equal(printed, conf);
	assert_string_equal(said, told);
	free(printed);
	import_free(model);
}

void expect_refused(import_parser parse, const char *text, const char *why)
{
	struct import_model *model;
	char *printed, said[512];
	int err = run(parse, text, &model, &printed);

	if (!err)
		fail_msg("accepted: %s\nas: %s", text, printed);
	snprintf(said, sizeof(said), "%u: %s", model->fault.line, model->why.text);
	assert_string_equal(said, why);
	import_free(model);
}

void expect_secret(import_parser parse, const char *text, const char *secret)
{
	struct import_model *model;
	char *printed;

	if (run(parse, text, &model, &printed) && strstr(model->why.text, secret))
		fail_msg("warned: %s\nof: %s", model->why.text, text);
	for (const struct import_warning *w = model->warnings; w; w = w->next)
		if (strstr(w->text, secret))
			fail_msg("warned: %s\nof: %s", w->text, text);
	assert_true(!printed || !strstr(printed, secret));
	free(printed);
	import_free(model);
}
