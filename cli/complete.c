/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completion from the tables and the running bonds: see complete.h. */
#include "cli/complete.h"

#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/client/request.h"
#include "cli/command.h"
#include "cli/option_help.h"
#include "lib/json.h"
#include "lib/protocol.h"

static void print_commands(void)
{
	size_t count;
	const struct command *table = command_table(&count);

	for (size_t i = 0; i < count; i++)
		puts(table[i].name);
}

static void print_options(void)
{
	const struct option_spec *spec;

	for (size_t i = 0; (spec = known_option(i)); i++)
		puts(spec->name);
}

static void print_interfaces(void)
{
	struct if_nameindex *list = if_nameindex();

	if (!list)
		return;
	for (struct if_nameindex *i = list; i->if_index; i++)
		puts(i->if_name);
	if_freenameindex(list);
}

static void print_bonds(void)
{
	_cleanup_json_ json_t *reply = NULL;
	const json_t *link;
	size_t i;

	if (request_quietly("show", &reply) < 0)
		return;
	json_array_foreach(json_object_get(reply, "links"), i, link) {
		const char *name = json_string_value(json_object_get(link, "ifname"));

		if (name && !json_object_get(link, "master"))
			puts(name);
	}
}

static void print_words(enum command_word word)
{
	switch (word) {
	case WORD_NOTHING:
		return;
	case WORD_BOND:
		print_bonds();
		return;
	case WORD_INTERFACE:
		print_interfaces();
		return;
	case WORD_FILE:
		puts("FILE"); /* the shell completes files */
		return;
	case WORD_TEST:
		puts("balance\nfailover");
		return;
	case WORD_IMPORT:
		puts("modprobe\nifcfg\nFILE");
		return;
	case WORD_TOPIC:
		print_commands();
		print_options();
		return;
	}
}

static void print_values(const char *option)
{
	const struct option_spec *spec = known_option_find(option);

	if (!spec)
		return;
	if (spec->type == OPTION_PORT)
		print_interfaces();
	for (size_t i = 0; spec->words && spec->words[i]; i++)
		puts(spec->words[i]);
}

/* Offers unused flags. With pairs, flags must come first, or they would be taken for an option. */
static void print_flags(const struct command *command, int count, char **words)
{
	if (command->pairs && count > 2)
		return;
	for (const char *const *flag = command->flags; flag && *flag; flag++) {
		bool there = false;

		for (int i = 1; i < count; i++)
			there |= !strcmp(words[i], *flag);
		if (!there)
			puts(*flag);
	}
}

/* How many of @words are not flags, including the command. */
static int count_arguments(const struct command *command, int count, char **words)
{
	int plain = count;

	for (int i = 1; i < count && (i < 3 || !command->pairs); i++)
		plain -= command_has_flag(command, words[i]);
	return plain;
}

int complete_print(int count, char **words)
{
	const struct command *command = count > 0 ? command_find(words[0]) : NULL;
	const char *last;

	if (count == 0) {
		print_commands();
		return CONTROL_DONE;
	}
	if (!command)
		return CONTROL_DONE;
	last = words[count - 1];
	print_flags(command, count, words);
	count = count_arguments(command, count, words);
	if (count == 1)
		print_words(command->first);
	else if (command->pairs && count % 2 == 0)
		print_options();
	else if (command->pairs)
		print_values(last);
	else
		print_words(command->rest);
	return CONTROL_DONE;
}
