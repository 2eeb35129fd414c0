/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ebond import`, `ebond ifup` and `ebond ifdown`: bonds from other tools' configuration files. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/client/config_files.h"
#include "cli/client/request.h"
#include "cli/client/say.h"
#include "cli/command.h"
#include "cli/command_runs.h"
#include "cli/import/import_up.h"
#include "import/print.h"
#include "lib/cleanup.h"
#include "lib/protocol.h"

DEFINE_CLEANUP(config, struct config *, config_free)
DEFINE_CLEANUP(import, struct import_model *, import_free)

static int print(const struct import_model *model, const struct config *config)
{
	_cleanup_free_ char *text = import_print(model, config);

	if (!text) {
		say_error("no memory");
		return CONTROL_REFUSED;
	}
	fputs(text, stdout);
	return CONTROL_DONE;
}

/* Reminds of bonds that are not brought up at boot. */
static void note_manual(const struct import_model *model)
{
	for (const struct import_link *link = model->links; link; link = link->next)
		if (link->is_bond && link->is_manual && link->has_ifup)
			say_error("note: %s is not brought up at boot: use 'ebond ifup %s'",
				  link->name, link->name);
		else if (link->is_bond && link->is_manual)
			say_error(
				"note: %s is not brought up at boot according to its file: ignored",
				link->name);
}

static bool has_bond(const struct import_model *model)
{
	for (const struct import_link *link = model->links; link; link = link->next)
		if (link->is_bond)
			return true;
	return false;
}

static int no_memory(void)
{
	say_error("no memory");
	return CONTROL_REFUSED;
}

/* The parsed command line. */
struct import_args {
	enum import_kind kind;
	bool only_print, is_strict;
};

static int import_files(const struct import_args *args, int count, char **paths)
{
	_cleanup_free_ struct import_interface *interfaces = NULL;
	_cleanup_(import) struct import_model *model = import_open(&interfaces);
	_cleanup_(config) struct config *config = NULL;

	if (!model)
		return no_memory();
	if (import_read(model, args->kind, count, paths) < 0)
		return CONTROL_REFUSED;
	if (import_settle(model, NULL, &config) < 0) {
		import_print_refusal(model);
		return CONTROL_REFUSED;
	}
	import_print_warnings(model);
	if (args->only_print && has_bond(model))
		return print(model, config);
	note_manual(model);
	if (!config->count) {
		say_error("no bond in the files: nothing was done");
		return CONTROL_REFUSED;
	}
	return import_carry_out(model, config, args->is_strict);
}

int run_import(const struct command *command, int argc, char **argv)
{
	_cleanup_free_ char **paths = calloc((size_t)argc + 1, sizeof(*paths));
	struct import_args args = {.kind = IMPORT_ANY};
	int count = 0;

	for (int i = 0; paths && i < argc; i++) {
		if (!strcmp(argv[i], "--print")) {
			args.only_print = true;
		} else if (!strcmp(argv[i], "--strict")) {
			args.is_strict = true;
		} else if (!strcmp(argv[i], "modprobe") && !count && args.kind == IMPORT_ANY) {
			args.kind = IMPORT_MODPROBE;
		} else if (!strcmp(argv[i], "ifcfg") && !count && args.kind == IMPORT_ANY) {
			args.kind = IMPORT_IFCFG;
		} else if (argv[i][0] == '-' && argv[i][1]) {
			say_error("import: unknown argument '%s': usage: ebond import %s", argv[i],
				  command->arguments);
			return CONTROL_USAGE;
		} else {
			paths[count++] = argv[i];
		}
	}
	if (args.kind == IMPORT_ANY && !count) {
		say_error("import: FILE is missing: usage: ebond import %s", command->arguments);
		return CONTROL_USAGE;
	}
	return paths ? import_files(&args, count, paths) : no_memory();
}

/* Reads the ifcfg files of a directory. */
static int read_ifcfg(struct import_model *model, int argc, char **argv)
{
	char *directory = argc > 1 ? argv[1] : NULL;

	return import_read(model, IMPORT_IFCFG, directory ? 1 : 0, &directory);
}

int run_ifup(const struct command *command, int argc, char **argv)
{
	_cleanup_free_ struct import_interface *interfaces = NULL;
	_cleanup_(import) struct import_model *model = import_open(&interfaces);
	_cleanup_(config) struct config *config = NULL;

	(void)command;
	if (!model)
		return no_memory();
	if (read_ifcfg(model, argc, argv) < 0)
		return CONTROL_REFUSED;
	if (strchr(argv[0], ':'))
		return import_add_labelled(model, argv[0]);
	if (import_settle(model, argv[0], &config) < 0) {
		import_print_refusal(model);
		return CONTROL_REFUSED;
	}
	import_print_warnings(model);
	return import_carry_out(model, config, false);
}

int run_ifdown(const struct command *command, int argc, char **argv)
{
	_cleanup_free_ struct import_interface *interfaces = NULL;
	_cleanup_(import) struct import_model *model = import_open(&interfaces);
	const struct import_link *link;
	char *words[2];

	(void)command;
	if (!model)
		return no_memory();
	if (read_ifcfg(model, argc, argv) < 0)
		return CONTROL_REFUSED;
	if (strchr(argv[0], ':'))
		return import_remove_labelled(model, argv[0]);
	link = import_find(model, argv[0]);
	if (!link || !(link->is_bond || link->master)) {
		say_error("%s is neither a bond nor a port in these files", argv[0]);
		return CONTROL_REFUSED;
	}
	words[0] = link->is_bond ? argv[0] : (char *)link->master;
	words[1] = argv[0];
	return request_and_print(command_find(link->is_bond ? "del" : "detach"),
				 link->is_bond ? 1 : 2, words, START_TO_RECOVER);
}
