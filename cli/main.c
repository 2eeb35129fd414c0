/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ebond, the command: finds the row of the command table and runs it. The
 * daemon interprets the arguments (docs/protocol.md); only what cannot be sent
 * as a request is refused here.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/client/say.h"
#include "cli/command.h"
#include "cli/command_runs.h"
#include "cli/suggest.h"
#include "lib/protocol.h"

#define FLAGS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const struct command commands[] = {
	{"add", "NAME [OPTION VALUE]...", "create a bond", 1, COMMAND_ARGS_NO_LIMIT, true, NULL,
	 WORD_NOTHING, WORD_NOTHING, run_add},
	{"set", "NAME [--replace] OPTION VALUE [OPTION VALUE]...",
	 "change options of a bond or port, all or none; --replace: also the mode, while in use", 3,
	 COMMAND_ARGS_NO_LIMIT, true, FLAGS("--replace"), WORD_INTERFACE, WORD_NOTHING,
	 run_request},
	{"attach", "NAME PORT... [--yes]",
	 "attach interfaces to a bond as ports, all or none; --yes: do not ask", 2,
	 COMMAND_ARGS_NO_LIMIT, false, FLAGS("--yes"), WORD_BOND, WORD_INTERFACE, run_attach},
	{"detach", "NAME PORT...", "detach ports and restore them", 2, COMMAND_ARGS_NO_LIMIT, false,
	 NULL, WORD_BOND, WORD_INTERFACE, run_request},
	{"del", "NAME", "delete a bond and restore its ports", 1, 1, false, NULL, WORD_BOND,
	 WORD_NOTHING, run_request},
	{"apply", "FILE [--check] [--diff] [--prune]",
	 "apply a configuration file; --check only checks it, --diff shows the changes, "
	 "--prune deletes other bonds",
	 1, 1, false, FLAGS("--check", "--diff", "--prune"), WORD_FILE, WORD_NOTHING, run_apply},
	{"import", "[modprobe|ifcfg] [FILE]... [--print|--strict]",
	 "create bonds from other tools' configuration files; --print only shows the result", 0,
	 COMMAND_ARGS_NO_LIMIT, false, FLAGS("--print", "--strict"), WORD_IMPORT, WORD_FILE,
	 run_import},
	{"ifup", "NAME [DIR]", "bring up one bond of Red Hat's network-scripts", 1, 2, false, NULL,
	 WORD_INTERFACE, WORD_FILE, run_ifup},
	{"ifdown", "NAME [DIR]", "delete the bond, or detach one port", 1, 2, false, NULL,
	 WORD_INTERFACE, WORD_FILE, run_ifdown},
	{"show", "[NAME] [-j] [-p]", "show bonds and ports; -j as JSON, -p as indented JSON", 0, 1,
	 false, FLAGS("-j", "-p"), WORD_BOND, WORD_NOTHING, run_show},
	{"proc", "NAME [--legacy]",
	 "show a bond in the format of /proc/net/bonding, or of a 2.4 kernel", 1, 1, false,
	 FLAGS("--legacy"), WORD_BOND, WORD_NOTHING, run_request},
	{"test",
	 "balance NAME [SECONDS] [-j] | failover NAME [--target ADDRESS] [--via INTERFACE] [--yes] "
	 "[-j]",
	 "measure how traffic spreads over the ports, or how long a failover takes", 1,
	 COMMAND_ARGS_NO_LIMIT, false, FLAGS("--target", "--via", "--yes", "-j"), WORD_TEST,
	 WORD_BOND, run_test},
	{"log", "", "print the daemon's log", 0, 0, false, NULL, WORD_NOTHING, WORD_NOTHING,
	 run_log},
	{"stop", "[--teardown]",
	 "stop the daemon; bonds keep running, unless --teardown removes them", 0, 1, false,
	 FLAGS("--teardown"), WORD_NOTHING, WORD_NOTHING, run_stop},
	{"version", "", "print the version of the command and of the running daemon", 0, 0, false,
	 NULL, WORD_NOTHING, WORD_NOTHING, run_version},
	{"help", "[COMMAND|OPTION]", "explain a command or an option", 0, COMMAND_ARGS_NO_LIMIT,
	 false, NULL, WORD_TOPIC, WORD_NOTHING, run_help},
};

#define COMMANDS_COUNT (sizeof(commands) / sizeof(commands[0]))

const struct command *command_table(size_t *ret_count)
{
	*ret_count = COMMANDS_COUNT;
	return commands;
}

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < COMMANDS_COUNT; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static int unknown_command(const char *name)
{
	const char *names[COMMANDS_COUNT];
	const char *near;

	for (size_t i = 0; i < COMMANDS_COUNT; i++)
		names[i] = commands[i].name;
	near = suggest(name, names, COMMANDS_COUNT);
	if (near)
		say_error("'%s' is not a command: did you mean '%s'?", name, near);
	else
		say_error("'%s' is not a command: see 'ebond help'", name);
	return CONTROL_USAGE;
}

/* `ebond -j` and plain `ebond` are `ebond show`; -h and --help are help. */
static int dispatch(int argc, char **argv)
{
	const struct command *command;

	if (argc == 0 || !strcmp(argv[0], "-j") || !strcmp(argv[0], "-p")) {
		command = command_find("show");
	} else if (!strcmp(argv[0], "--version") || !strcmp(argv[0], "-V")) {
		return print_version();
	} else {
		bool help = !strcmp(argv[0], "--help") || !strcmp(argv[0], "-h");

		command = command_find(help ? "help" : argv[0]);
		if (!command)
			return unknown_command(argv[0]);
		argc--;
		argv++;
	}
	if (argc > 0 && (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h")))
		return help_command(command);
	if (!command_args_fit(command, argc, argv))
		return CONTROL_USAGE;
	return command->run(command, argc, argv);
}

int main(int argc, char **argv)
{
	int code = dispatch(argc > 0 ? argc - 1 : 0, argv + 1);

	/* A full disk must not look like success when output is redirected. */
	if (fflush(stdout) == EOF || ferror(stdout)) {
		say_error("cannot write the output: %s", strerror(errno));
		return code ? code : CONTROL_REFUSED;
	}
	return code;
}
