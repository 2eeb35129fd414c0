/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of commands, used for dispatch, help and completion. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define COMMAND_ARGS_NO_LIMIT (-1)

/* What an argument stands for, for completion. */
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
	const char *arguments;	       /* as shown in usage lines; "" for none */
	const char *help;	       /* one line, no newline */
	int args_min, args_max;	       /* not counting the command; COMMAND_ARGS_NO_LIMIT */
	bool pairs;		       /* OPTION VALUE pairs follow the first argument */
	const char *const *flags;      /* "--replace", ...: NULL-terminated, or NULL */
	enum command_word first, rest; /* the first argument, and later ones unless pairs */

	/*
	 * Runs the command. @argv holds the arguments after its name, already
	 * counted. Returns the exit code (enum control_exit); errors have been
	 * printed to stderr.
	 */
	int (*run)(const struct command *command, int argc, char **argv);
};

/* The table; *ret_count rows, the order of the help text. */
const struct command *command_table(size_t *ret_count);

/* The row named @name, or NULL. */
const struct command *command_find(const char *name);

/* Whether @word is a flag of @command. */
bool command_has_flag(const struct command *command, const char *word);

/* Whether @command accepts that number of arguments. If not, prints an error and the usage line. */
bool command_args_fit(const struct command *command, int argc, char **argv);
