/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counting a command's arguments, before anybody is asked: see command.h. */
#include "command.h"

#include <stdio.h>
#include <string.h>

#include "say.h"

/* The @index-th word of the usage line: the name of the argument that is missing. */
static void argument_name(const struct command *command, int index, char *buf, size_t size)
{
	const char *word = command->arguments;

	while (index-- > 0) {
		word += strcspn(word, " ");
		word += strspn(word, " ");
	}
	snprintf(buf, size, "%.*s", (int)strcspn(word, " ."), word);
}

bool command_args_fit(const struct command *command, int argc, char **argv)
{
	const char *space = *command->arguments ? " " : "";
	char missing[32];

	if (argc < command->args_min) {
		argument_name(command, argc, missing, sizeof(missing));
		say_error("%s: %s is missing: usage: ebond %s%s%s", command->name, missing,
			  command->name, space, command->arguments);
		return false;
	}
	if (command->args_max != COMMAND_ARGS_NO_LIMIT && argc > command->args_max) {
		say_error("%s: '%s' is too much: usage: ebond %s%s%s", command->name,
			  argv[command->args_max], command->name, space, command->arguments);
		return false;
	}
	if (command->pairs && argc % 2 == 0) {
		say_error("%s: option '%s' has no value: usage: ebond %s %s", command->name,
			  argv[argc - 1], command->name, command->arguments);
		return false;
	}
	return true;
}
