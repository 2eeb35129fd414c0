/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ebond test`: parses the command line and runs one of the two tests. */
#include <stdlib.h>
#include <string.h>

#include "cli/client/say.h"
#include "cli/command.h"
#include "cli/command_runs.h"
#include "cli/drill/drills.h"
#include "lib/protocol.h"

#define SECONDS_DEFAULT 10

static int usage(const struct command *command, const char *what, const char *why)
{
	say_error("test: %s: %s: usage: ebond test %s", what, why, command->arguments);
	return CONTROL_USAGE;
}

static int run_balance(const struct command *command, int argc, char **argv)
{
	const char *bond = NULL, *seconds_text = NULL;
	long seconds = SECONDS_DEFAULT;
	bool json = false;
	char *end;

	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "-j") == 0)
			json = true;
		else if (argv[i][0] == '-' || seconds_text)
			return usage(command, argv[i], "unknown argument");
		else if (!bond)
			bond = argv[i];
		else
			seconds_text = argv[i];
	}
	if (!bond)
		return usage(command, "NAME", "is missing");
	if (seconds_text) {
		seconds = strtol(seconds_text, &end, 10);
		if (*end || seconds < 1 || seconds > BALANCE_SECONDS_MAX)
			return usage(command, seconds_text,
				     "not a number of seconds from 1 to 86400");
	}
	return test_balance(bond, (int)seconds, json);
}

static int run_failover(const struct command *command, int argc, char **argv)
{
	struct failover_args args = {};

	for (int i = 0; i < argc; i++) {
		bool target = strcmp(argv[i], "--target") == 0;

		if (strcmp(argv[i], "-j") == 0) {
			args.json = true;
		} else if (strcmp(argv[i], "--yes") == 0) {
			args.yes = true;
		} else if (target || strcmp(argv[i], "--via") == 0) {
			if (++i == argc)
				return usage(command, argv[i - 1], "value is missing");
			*(target ? &args.target : &args.via) = argv[i];
		} else if (argv[i][0] == '-' || args.bond) {
			return usage(command, argv[i], "unknown argument");
		} else {
			args.bond = argv[i];
		}
	}
	return args.bond ? test_failover(&args) : usage(command, "NAME", "is missing");
}

int run_test(const struct command *command, int argc, char **argv)
{
	if (strcmp(argv[0], "balance") == 0)
		return run_balance(command, argc - 1, argv + 1);
	if (strcmp(argv[0], "failover") == 0)
		return run_failover(command, argc - 1, argv + 1);
	return usage(command, argv[0], "unknown test");
}
