/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses configuration files: see config.h. */
#include "lang/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lang/names.h"
#include "lang/words.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* An option that the file sets, and where: some errors show only once the whole file is read. */
struct named {
	size_t bond; /* index */
	bool of_port;
	const char *option; /* in the copy of the text */
	struct config_place place;
};

struct parser {
	struct config *config;
	struct named *named;
	size_t named_count, named_room;
	struct words words;
	uint32_t line;
	struct config_place fault;
	struct refusal *why;
};

/* Reports the error at the @index-th word of the current line. */
static void blame(struct parser *parser, size_t index)
{
	parser->fault.line = parser->line;
	if (index < parser->words.count)
		parser->fault.column = parser->words.list[index].column;
}

static struct config_place place_of(const struct parser *parser, size_t index)
{
	return (struct config_place){parser->line, parser->words.list[index].column};
}

static const char *text_of(const struct parser *parser, size_t index)
{
	return parser->words.list[index].text;
}

static int remember(struct parser *parser, const struct config_bond *bond, bool of_port,
		    size_t index)
{
	if (parser->named_count == parser->named_room) {
		size_t room = parser->named_room ? parser->named_room * 2 : 64;
		struct named *named = realloc(parser->named, room * sizeof(*named));

		if (!named)
			return refuse(parser->why, -ENOMEM, "no memory");
		parser->named = named;
		parser->named_room = room;
	}
	parser->named[parser->named_count++] = (struct named){
		.bond = (size_t)(bond - parser->config->bonds),
		.of_port = of_port,
		.option = text_of(parser, index),
		.place = place_of(parser, index),
	};
	return 0;
}

/* Whether an option's name (rather than its value) is wrong. */
static bool name_is_wrong(const char *option, bool of_port)
{
	const struct option_spec *spec = option_find(option);

	return !spec || spec->per_port != of_port;
}

/* "OPTION VALUE ..." from word @first on, for a bond or, unless NULL, its port. */
static int parse_options(struct parser *parser, struct config_bond *bond, struct config_port *port,
			 size_t first)
{
	for (size_t i = first; i < parser->words.count; i += 2) {
		const char *option = text_of(parser, i), *value;
		int err;

		blame(parser, i);
		if (strcmp(option, "active_slave") == 0)
			return refuse(parser->why, -EINVAL,
				      "active_slave cannot be set in a file: use primary");
		if (i + 1 == parser->words.count && name_is_wrong(option, port != NULL))
			value = "";
		else if (i + 1 == parser->words.count)
			return refuse(parser->why, -EINVAL, "%.40s has no value: add one", option);
		else
			value = text_of(parser, i + 1);
		err = port ? bond_port_options_set(&port->options, option, value, parser->why)
			   : bond_options_set(&bond->options, option, value, false, parser->why);
		if (err && !name_is_wrong(option, port != NULL))
			blame(parser, i + 1);
		err = err ?: remember(parser, bond, port != NULL, i);
		if (err)
			return err;
	}
	return 0;
}

static int parse_add(struct parser *parser)
{
	const char *name = text_of(parser, 1);
	struct config_bond *bond = config_find_bond(parser->config, name);
	int err;

	blame(parser, 1);
	err = name_check(name, parser->why);
	if (err)
		return err;
	if (bond)
		return refuse(parser->why, -EEXIST, "%s is added in line %u already: use set", name,
			      bond->place.line);
	if (config_find_port(parser->config, name, NULL))
		return refuse(parser->why, -EINVAL, "%s is attached as a port: bonds do not nest",
			      name);
	bond = config_add_bond(parser->config, name);
	if (!bond)
		return refuse(parser->why, -E2BIG, "no room for another bond: %d is the most",
			      CONFIG_BONDS_MAX);
	bond->place = place_of(parser, 1);
	return parse_options(parser, bond, NULL, 2);
}

static int parse_attach(struct parser *parser)
{
	struct config_bond *bond = config_find_bond(parser->config, text_of(parser, 1)), *other;
	int err;

	blame(parser, 1);
	if (!bond)
		return refuse(parser->why, -ENODEV, "%.40s is not added above: add it first",
			      text_of(parser, 1));
	for (size_t i = 2; i < parser->words.count; i++) {
		const char *name = text_of(parser, i);
		struct config_port *port = config_find_port(parser->config, name, &other);

		blame(parser, i);
		err = name_check_alternative(name, parser->why);
		if (err)
			return err;
		if (port)
			return refuse(parser->why, -EBUSY,
				      "%s is attached to %s in line %u already: name it once", name,
				      other->name, port->place.line);
		if (config_find_bond(parser->config, name))
			return refuse(parser->why, -EINVAL,
				      "%s is a bond itself: bonds do not nest", name);
		port = config_add_port(bond, name);
		if (!port)
			return refuse(parser->why, -ENOSPC, "a bond has at most %d ports",
				      BOND_PORTS_MAX);
		port->place = place_of(parser, i);
	}
	return 0;
}

static int parse_set(struct parser *parser)
{
	const char *name = text_of(parser, 1);
	struct config_bond *bond = config_find_bond(parser->config, name);
	struct config_port *port = NULL;
	struct nearest nearest = nearest_to(name);

	if (bond)
		return parse_options(parser, bond, NULL, 2);
	port = config_find_port(parser->config, name, &bond);
	if (port)
		return parse_options(parser, bond, port, 2);
	blame(parser, 1);
	for (size_t i = 0; i < parser->config->count; i++) {
		bond = &parser->config->bonds[i];
		nearest_consider(&nearest, bond->name);
		for (size_t j = 0; j < bond->port_count; j++)
			nearest_consider(&nearest, bond->ports[j].name);
	}
	if (nearest.name)
		return refuse(parser->why, -ENODEV,
			      "%.40s is neither added nor attached above: did you mean %s?", name,
			      nearest.name);
	return refuse(parser->why, -ENODEV,
		      "%.40s is neither added nor attached above: do that first", name);
}

static const struct keyword {
	const char *name;
	size_t words_min;
	const char *usage;
	int (*parse)(struct parser *parser);
} keywords[] = {
	{"add", 2, "add NAME [OPTION VALUE]...", parse_add},
	{"attach", 3, "attach NAME PORT...", parse_attach},
	{"set", 4, "set NAME OPTION VALUE...", parse_set},
};

/* Commands that are not allowed in a file, which describes a state rather than actions. */
static const char *const actions[] = {"detach", "del", "show", "proc", "apply", "stop", "log"};

static int refuse_keyword(struct parser *parser, const char *word)
{
	struct nearest nearest = nearest_to(word);

	blame(parser, 0);
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		if (strcmp(word, actions[i]) == 0)
			return refuse(parser->why, -EINVAL,
				      "%s is not allowed in a file, which describes the desired "
				      "state: use add, attach and set",
				      word);
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		nearest_consider(&nearest, keywords[i].name);
	if (nearest.name)
		return refuse(parser->why, -EINVAL, "'%.40s' is not known: did you mean %s?", word,
			      nearest.name);
	return refuse(parser->why, -EINVAL, "'%.40s' is not known: use add, attach or set", word);
}

static int parse_line(struct parser *parser, char *line)
{
	int err;

	parser->fault.line = parser->line;
	err = words_split(line, &parser->words, &parser->fault.column, parser->why);
	if (err || !parser->words.count)
		return err;
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++) {
		const struct keyword *keyword = &keywords[i];

		if (strcmp(text_of(parser, 0), keyword->name) != 0)
			continue;
		if (parser->words.count >= keyword->words_min)
			return keyword->parse(parser);
		blame(parser, 0);
		return refuse(parser->why, -EINVAL, "too few words: write %s", keyword->usage);
	}
	return refuse_keyword(parser, text_of(parser, 0));
}

/* Reports an option that does not fit its bond as a whole, at the place where it is set. */
static int check_named(struct parser *parser, const struct named *named)
{
	const struct config_bond *bond = &parser->config->bonds[named->bond];
	struct bond_options options = bond->options;

	parser->fault = named->place;
	if (named->of_port)
		return bond_options_check_mode(named->option, options.mode, parser->why);
	return bond_options_settle(&options, &named->option, 1, NULL, 0, parser->why);
}

/* Applies what each bond's mode implies, unless the file sets it. */
static int imply(struct parser *parser)
{
	static const char *const implying[] = {"mode", "miimon", "tlb_dynamic_lb"};
	uint8_t *is_set = calloc(parser->config->count + 1, 1);

	if (!is_set)
		return refuse(parser->why, -ENOMEM, "no memory");
	for (size_t i = 0; i < parser->named_count; i++)
		for (size_t j = 0; j < 3; j++)
			if (!parser->named[i].of_port &&
			    option_find(parser->named[i].option) == option_find(implying[j]))
				is_set[parser->named[i].bond] |= 1u << j;
	for (size_t i = 0; i < parser->config->count; i++) {
		const char *named[3];
		size_t count = 0;

		for (size_t j = 0; j < 3; j++)
			if (is_set[i] & 1u << j)
				named[count++] = implying[j];
		bond_options_imply(&parser->config->bonds[i].options, named, count);
	}
	free(is_set);
	return 0;
}

/* Everything that can be checked only once the whole file is read. */
static int settle(struct parser *parser)
{
	int err = imply(parser);

	for (size_t i = 0; i < parser->named_count && !err; i++)
		err = check_named(parser, &parser->named[i]);
	if (err)
		return err;
	for (size_t i = 0; i < parser->config->count; i++) {
		struct config_bond *bond = &parser->config->bonds[i];

		parser->fault = bond->place;
		err = bond_options_settle(&bond->options, NULL, 0, bond->note, sizeof(bond->note),
					  parser->why);
		if (err)
			return err;
	}
	return 0;
}

/* @text is the parser's own copy and ends with a NUL that is not counted. */
static int parse_all(struct parser *parser, char *text, size_t length)
{
	char *at = text, *end = text + length;

	while (at < end) {
		char *line = at, *line_end = memchr(at, '\n', (size_t)(end - at));
		int err;

		if (!line_end)
			line_end = end;
		*line_end = '\0';
		at = line_end + 1;
		parser->line++;
		if (strlen(line) < (size_t)(line_end - line)) {
			parser->fault =
				(struct config_place){parser->line, (uint32_t)strlen(line) + 1};
			return refuse(parser->why, -EINVAL, "a zero byte: this is not a text file");
		}
		err = parse_line(parser, line);
		if (err)
			return err;
	}
	return settle(parser);
}

int config_parse(const char *text, size_t length, struct config **ret_config,
		 struct config_place *ret_place, struct refusal *why)
{
	struct parser parser = {.config = config_new(), .why = why, .fault = {1, 1}};
	char *copy = length <= CONFIG_BYTES_MAX ? malloc(length + 1) : NULL;
	int err;

	if (length > CONFIG_BYTES_MAX) {
		err = refuse(why, -E2BIG, "the file is longer than %d bytes", CONFIG_BYTES_MAX);
	} else if (!parser.config || !copy) {
		err = refuse(why, -ENOMEM, "no memory");
	} else {
		if (length)
			memcpy(copy, text, length);
		copy[length] = '\0';
		err = parse_all(&parser, copy, length);
	}
	free(parser.named);
	free(copy);
	if (!err) {
		*ret_config = parser.config;
		return 0;
	}
	*ret_place = parser.fault;
	config_free(parser.config);
	return err;
}
