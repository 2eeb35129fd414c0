/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ebond show`: prints bonds and ports as text or JSON. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/client/request.h"
#include "cli/client/say.h"
#include "cli/command.h"
#include "cli/command_runs.h"
#include "cli/show/show_text.h"
#include "lib/json.h"
#include "lib/protocol.h"

struct show_args {
	char *name; /* NULL: all bonds */
	bool json, pretty;
};

static bool parse_args(int argc, char **argv, struct show_args *ret_args)
{
	struct show_args args = {0};

	for (int i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "-j")) {
			args.json = true;
		} else if (!strcmp(argv[i], "-p")) {
			args.json = args.pretty = true;
		} else if (argv[i][0] == '-' || args.name) {
			say_error("show: unknown argument '%s': usage: ebond show [NAME] [-j] [-p]",
				  argv[i]);
			return false;
		} else {
			args.name = argv[i];
		}
	}
	*ret_args = args;
	return true;
}

/* DEL is the only control character that jansson does not escape. */
static int put_json(const char *text, size_t length, void *out)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] == '\x7f')
			fputs("\\u007f", out);
		else
			putc(text[i], out);
	return 0;
}

/* As `ip -j` and `ip -j -p` do; indented on a terminal. */
static void print_json(const json_t *links, bool pretty)
{
	size_t flags = pretty || isatty(STDOUT_FILENO) ? JSON_INDENT(4) : JSON_COMPACT;

	/*
	 * Plain ASCII, so that a name cannot control the terminal. Errors show
	 * in ferror(stdout), which main() checks.
	 */
	json_dump_callback(links, put_json, stdout, flags | JSON_ENSURE_ASCII);
	putchar('\n');
}

int run_show(const struct command *command, int argc, char **argv)
{
	_cleanup_json_ json_t *reply = NULL;
	struct show_args args;
	json_t *links;
	int code;

	if (!parse_args(argc, argv, &args))
		return CONTROL_USAGE;
	code = request(command->name, args.name ? 1 : 0, &args.name, START_TO_RECOVER, &reply);
	if (code != CONTROL_DONE)
		return code;
	links = json_object_get(reply, "links");
	if (!json_is_array(links)) {
		say_error("no links in ebondd's reply: it may be another version: see 'ebond "
			  "version'");
		return CONTROL_REFUSED;
	}
	if (args.json)
		print_json(links, args.pretty);
	else
		show_text(links, stdout);
	return CONTROL_DONE;
}
