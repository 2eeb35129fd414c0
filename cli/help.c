/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ebond help`: commands and options, from their two tables. */
#include <stdio.h>
#include <string.h>

#include "cli/client/say.h"
#include "cli/command.h"
#include "cli/command_runs.h"
#include "cli/complete.h"
#include "cli/option_help.h"
#include "cli/suggest.h"
#include "lib/protocol.h"

/* More than there are commands and options. */
#define TOPICS_MAX 64

static void print_usage(const struct command *command)
{
	printf("ebond %s%s%s", command->name, *command->arguments ? " " : "", command->arguments);
}

static int help_all(void)
{
	const struct option_spec *spec;
	size_t count;
	const struct command *table = command_table(&count);

	puts("ebond bonds network interfaces. Without a command it shows the bonds.\n");
	for (size_t i = 0; i < count; i++) {
		fputs("  ", stdout);
		print_usage(&table[i]);
		printf("\n      %s\n", table[i].help);
	}
	puts("\nOptions ('ebond help OPTION' explains one):");
	for (size_t i = 0; (spec = known_option(i)); i++)
		printf("  %-18s %s\n", spec->name, spec->help);
	puts("\nExit code: 0 done, 1 refused, 2 usage error. Manual: ebond(8).");
	return CONTROL_DONE;
}

int help_command(const struct command *command)
{
	fputs("usage: ", stdout);
	print_usage(command);
	printf("\n    %s\n", command->help);
	if (command->pairs)
		puts("    options: see 'ebond help' and 'ebond help OPTION'");
	return CONTROL_DONE;
}

static int unknown_topic(const char *topic)
{
	const char *names[TOPICS_MAX], *near;
	const struct option_spec *spec;
	size_t commands, used = 0;
	const struct command *table = command_table(&commands);

	for (size_t i = 0; i < commands && used < TOPICS_MAX; i++)
		names[used++] = table[i].name;
	for (size_t i = 0; used < TOPICS_MAX && (spec = known_option(i)); i++)
		names[used++] = spec->name;
	near = suggest(topic, names, used);
	if (near)
		say_error("'%s' is not a command or option: did you mean '%s'?", topic, near);
	else
		say_error("'%s' is not a command or option: see 'ebond help'", topic);
	return CONTROL_USAGE;
}

int run_help(const struct command *command, int argc, char **argv)
{
	const struct command *about;
	const struct option_spec *spec;

	if (argc == 0)
		return help_all();
	if (!strcmp(argv[0], "--complete"))
		return complete_print(argc - 1, argv + 1);
	if (!strcmp(argv[0], "--scdoc-options") && argc == 1) {
		option_help_scdoc(stdout);
		return CONTROL_DONE;
	}
	if (argc > 1) {
		say_error("help: unexpected argument '%s': usage: ebond help %s", argv[1],
			  command->arguments);
		return CONTROL_USAGE;
	}
	about = command_find(argv[0]);
	if (about)
		return help_command(about);
	spec = known_option_find(argv[0]);
	if (!spec)
		return unknown_topic(argv[0]);
	option_help_print(spec, stdout);
	return CONTROL_DONE;
}
