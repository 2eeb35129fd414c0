/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `ebond apply`: reads and checks the file, which needs no daemon, and lets the
 * daemon do the rest. Both parse it with lang/config.h.
 */
#include <errno.h>
#include <net/if.h>
#include <stdbool.h>
#include <string.h>

#include "cli/client/request.h"
#include "cli/client/say.h"
#include "cli/command.h"
#include "cli/command_runs.h"
#include "lang/config.h"
#include "lib/cleanup.h"
#include "lib/protocol.h"
#include "lib/read_file.h"

DEFINE_CLEANUP(config, struct config *, config_free)

struct apply_args {
	const char *file;
	bool check, diff, prune;
};

static bool parse_args(const struct command *command, int argc, char **argv,
		       struct apply_args *ret_args)
{
	struct apply_args args = {0};

	for (int i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "--check")) {
			args.check = true;
		} else if (!strcmp(argv[i], "--diff")) {
			args.diff = true;
		} else if (!strcmp(argv[i], "--prune")) {
			args.prune = true;
		} else if (args.file || (argv[i][0] == '-' && argv[i][1])) {
			say_error("apply: unknown argument '%s': usage: ebond apply %s", argv[i],
				  command->arguments);
			return false;
		} else {
			args.file = argv[i];
		}
	}
	*ret_args = args;
	return true;
}

/* The file's name in error messages. */
static const char *shown(const char *file)
{
	return strcmp(file, "-") ? file : "standard input";
}

static int read_text(const char *file, char **ret_text, size_t *ret_length)
{
	int err = read_file(file, CONFIG_BYTES_MAX, ret_text, ret_length);

	if (err == -EFBIG)
		say_error("%s: is longer than %d bytes: split it", shown(file), CONFIG_BYTES_MAX);
	else if (err < 0)
		say_error("%s: cannot be read: %s", shown(file), strerror(-err));
	return err;
}

/* As apply, which waits for them. */
static void note_missing(const struct config *config, const char *file)
{
	for (size_t i = 0; i < config->count; i++) {
		const struct config_bond *bond = &config->bonds[i];

		for (size_t j = 0; j < bond->port_count; j++) {
			const struct config_port *port = &bond->ports[j];

			if (if_nametoindex(port->name))
				continue;
			say_error("note: %s:%u:%u: %s: no such interface: it is attached when it "
				  "appears",
				  shown(file), port->place.line, port->place.column, port->name);
		}
	}
}

/* Sends the file's name and text and the flags to the daemon. */
static int ask(const struct command *command, const struct apply_args *args, char *text)
{
	char *words[4] = {(char *)shown(args->file), text};
	int count = 2;

	if (args->diff)
		words[count++] = (char *)"--diff";
	if (args->prune)
		words[count++] = (char *)"--prune";
	return request_and_print(command, count, words, START_IF_NONE);
}

int run_apply(const struct command *command, int argc, char **argv)
{
	_cleanup_(config) struct config *config = NULL;
	_cleanup_free_ char *text = NULL;
	struct config_place place;
	struct apply_args args;
	struct refusal why;
	size_t length;

	if (!parse_args(command, argc, argv, &args))
		return CONTROL_USAGE;
	if (read_text(args.file, &text, &length) < 0)
		return CONTROL_REFUSED;
	if (config_parse(text, length, &config, &place, &why) < 0) {
		say_error("%s:%u:%u: %s", shown(args.file), place.line, place.column, why.text);
		return CONTROL_REFUSED;
	}
	if (args.check) {
		note_missing(config, args.file);
		return CONTROL_DONE;
	}
	return ask(command, &args, text);
}
