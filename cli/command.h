/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of commands: what dispatch, help and completion read. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define COMMAND_ARGS_NO_LIMIT (-1)

/* What an argument names, for completion. */
enum command_word {
	WORD_NOTHING,
	WORD_BOND,
	WORD_INTERFACE,
	WORD_TOPIC,
	WORD_FILE,
	WORD_TEST,
	WORD_IMPORT,
};

/* One row. Immutable, static storage. */
struct command {
	const char *name;
	const char *arguments;	       /* as usage shows them; "" for none */
	const char *help;	       /* one line, no newline */
	int args_min, args_max;	       /* after the command; COMMAND_ARGS_NO_LIMIT */
	bool pairs;		       /* after the first argument come OPTION VALUE pairs */
	const char *const *flags;      /* "--replace", ...: NULL-terminated, or NULL */
	enum command_word first, rest; /* first argument, and those after it unless pairs */

	/*
	 * Does it. @argv is what came after the command, already counted.
	 * Returns the exit code (enum control_exit); what went wrong is on stderr.
	 */
	int (*run)(const struct command *command, int argc, char **argv);
};

/* The table; *ret_count rows, the order of the help text. */
const struct command *command_table(size_t *ret_count);

/* The row named @name, or NULL. */
const struct command *command_find(const char *name);

/* Whether @word is one of the flags of @command. */
bool command_has_flag(const struct command *command, const char *word);

/*
 * Whether the count of arguments fits @command. When not, one line on stderr
 * says so, with the usage.
 */
bool command_args_fit(const struct command *command, int argc, char **argv);
