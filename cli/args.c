/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks the number of arguments before anything is sent: see command.h. */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "cli/client/say.h"

/* The @index-th word of the usage line, not counting flags: the name of the missing argument. */
static void argument_name(const struct command *command, int index, char *buf, size_t size)
{
	const char *word = command->arguments;

	while (!strncmp(word, "[--", 3) || index-- > 0) {
		word += strcspn(word, " ");
		word += strspn(word, " ");
	}
	snprintf(buf, size, "%.*s", (int)strcspn(word, " ."), word);
}

bool command_has_flag(const struct command *command, const char *word)
{
	for (const char *const *flag = command->flags; flag && *flag; flag++)
		if (!strcmp(*flag, word))
			return true;
	return false;
}

/* With OPTION VALUE pairs, flags come before them; a later "--word" is a value. */
static int count_flags(const struct command *command, int argc, char **argv)
{
	int flags = 0;

	for (int i = 0; i < argc && (i < 2 || !command->pairs); i++)
		flags += command_has_flag(command, argv[i]);
	return flags;
}

/* The first superfluous argument, not counting flags; there is one. */
static const char *first_excess(const struct command *command, char **argv)
{
	int plain = 0;

	for (;; argv++)
		if (!command_has_flag(command, *argv) && plain++ == command->args_max)
			return *argv;
}

bool command_args_fit(const struct command *command, int argc, char **argv)
{
	const char *space = *command->arguments ? " " : "";
	int flags = count_flags(command, argc, argv);
	char missing[32];

	if (argc - flags < command->args_min) {
		argument_name(command, argc - flags, missing, sizeof(missing));
		say_error("%s: %s is missing: usage: ebond %s%s%s", command->name, missing,
			  command->name, space, command->arguments);
		return false;
	}
	if (command->args_max != COMMAND_ARGS_NO_LIMIT && argc - flags > command->args_max) {
		say_error("%s: unexpected argument '%s': usage: ebond %s%s%s", command->name,
			  first_excess(command, argv), command->name, space, command->arguments);
		return false;
	}
	if (command->pairs && (argc - flags) % 2 == 0) {
		say_error("%s: option '%s' has no value: usage: ebond %s %s", command->name,
			  argv[argc - 1], command->name, command->arguments);
		return false;
	}
	return true;
}
