/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VyOS's configuration as one tree: "set interfaces bonding ..." lines, or
 * config.boot with its braces. See dialects.h. vyos_bond.c interprets it.
 */
#include <errno.h>
#include <string.h>

#include "import/dialects/vyos.h"
#include "import/shell.h"

#define DEPTH_MAX 32

/* A node of the tree being built; lists and mappings are not distinguished. */
static struct import_node *below(struct import_model *model, struct import_node *node,
				 const char *word, struct import_place place)
{
	struct import_node *inner;

	for (const struct import_item *i = node->items; i; i = i->next)
		if (strcmp(i->key, word) == 0)
			return (struct import_node *)i->value;
	inner = node_new(model, NODE_MAP, place);
	return inner && node_add(model, node, word, place, inner) == 0 ? inner : NULL;
}

/* Descends along the words of one line; NULL: no memory. */
static struct import_node *descend(struct import_model *model, struct import_node *node,
				   const struct shell_word *words, size_t count,
				   struct import_place place)
{
	for (size_t i = 0; i < count && node; i++)
		node = below(model, node, words[i].text, place);
	return node;
}

/* A file being read. */
struct reading {
	struct import_model *model;
	struct import_node *open[DEPTH_MAX + 1]; /* unclosed braces */
	size_t depth;
	struct import_place place;
};

/* "set interfaces bonding bond0 mode 802.3ad". */
static int read_set(struct reading *reading, char *line)
{
	struct shell_words words;
	int err = shell_split(reading->model, reading->place, line, &words);

	if (err || !words.count)
		return err;
	if (!strcmp(words.list[0].text, "delete") || !strcmp(words.list[0].text, "comment"))
		return import_warn(reading->model, reading->place, "%s: ignored",
				   words.list[0].text);
	if (strcmp(words.list[0].text, "set") != 0)
		return import_refuse(reading->model, reading->place, -EINVAL,
				     "not a 'set ...' command of VyOS");
	return descend(reading->model, reading->open[0], words.list + 1, words.count - 1,
		       reading->place)
		       ? 0
		       : import_no_memory(reading->model);
}

/* "bonding bond0 {", "mode 802.3ad" or "}". */
static int read_brace_line(struct reading *reading, char *line)
{
	size_t length = strlen(line);
	struct shell_words words;
	struct import_node *node;
	bool opens = line[length - 1] == '{';
	int err;

	if (!strcmp(line, "}")) {
		if (!reading->depth)
			return import_refuse(reading->model, reading->place, -EINVAL,
					     "unmatched closing brace");
		reading->depth--;
		return 0;
	}
	if (opens)
		line[length - 1] = '\0';
	err = shell_split(reading->model, reading->place, line, &words);
	if (err)
		return err;
	node = descend(reading->model, reading->open[reading->depth], words.list, words.count,
		       reading->place);
	if (!node)
		return import_no_memory(reading->model);
	if (opens && reading->depth == DEPTH_MAX)
		return import_refuse(reading->model, reading->place, -E2BIG,
				     "braces nested more than %d deep", DEPTH_MAX);
	if (opens)
		reading->open[++reading->depth] = node;
	return 0;
}

static bool is_comment(const char *line)
{
	return !*line || *line == '#' || !strncmp(line, "//", 2) || !strncmp(line, "/*", 2) ||
	       !strncmp(line, "* ", 2);
}

static int read_all(struct reading *reading, struct lines *lines)
{
	bool has_braces = false, is_first = true;
	char *line;
	int err = 0;

	while (!err && (line = lines_next(lines))) {
		line = trim(line);
		reading->place = lines->place;
		if (is_comment(line))
			continue;
		if (is_first)
			has_braces = line[strlen(line) - 1] == '{';
		is_first = false;
		err = has_braces ? read_brace_line(reading, line) : read_set(reading, line);
	}
	if (!err && reading->depth)
		return import_refuse(reading->model, reading->place, -EINVAL,
				     "unclosed brace at the end of the file");
	return err;
}

int import_vyos(struct import_model *model, const struct import_file *file)
{
	_cleanup_lines_ struct lines lines = {};
	struct reading reading = {.model = model};
	int err = lines_open(model, file, false, &lines);

	if (err)
		return err;
	reading.open[0] = node_new(model, NODE_MAP, (struct import_place){lines.place.file, 1});
	if (!reading.open[0])
		return import_no_memory(model);
	return read_all(&reading, &lines) ?: vyos_read(model, reading.open[0]);
}
