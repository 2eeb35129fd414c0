/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * OpenWrt's /etc/config/network: interfaces with proto bonding, and devices of
 * type bonding. See dialects.h. This source parses UCI; openwrt_bond.c
 * interprets it.
 */
#include <errno.h>
#include <string.h>

#include "import/dialects/openwrt.h"
#include "import/shell.h"

/* "config TYPE [NAME]": a mapping with the name under "" and TYPE as its key in the list. */
static int begin_section(struct import_model *model, struct import_node *root,
			 const struct shell_words *words, struct import_place place,
			 struct import_node **ret_section)
{
	struct import_node *section = node_new(model, NODE_MAP, place);
	struct import_node *name = node_new(model, NODE_TEXT, place);

	if (!section || !name)
		return import_no_memory(model);
	name->text = import_text(model, words->count > 2 ? words->list[2].text : "");
	*ret_section = section;
	if (!name->text)
		return import_no_memory(model);
	return node_add(model, section, "", place, name)
		       ?: node_add(model, root, words->list[1].text, place, section);
}

/* "option KEY VALUE" or "list KEY VALUE". */
static int add_value(struct import_model *model, struct import_node *section,
		     const struct shell_words *words, struct import_place place)
{
	bool is_list = !strcmp(words->list[0].text, "list");
	const struct import_item *item = node_item(section, words->list[1].text);
	struct import_node *text = node_new(model, NODE_TEXT, place), *list;

	if (!text)
		return import_no_memory(model);
	text->text = import_text(model, words->list[2].text);
	if (!text->text)
		return import_no_memory(model);
	if (!is_list)
		return node_add(model, section, words->list[1].text, place, text);
	list = item && item->value->kind == NODE_LIST ? (struct import_node *)item->value
						      : node_new(model, NODE_LIST, place);
	if (!list)
		return import_no_memory(model);
	return node_add(model, list, "", place, text)
		       ?: item ? 0
			       : node_add(model, section, words->list[1].text, place, list);
}

static int read_line(struct import_model *model, struct import_node *root,
		     struct import_node **section, char *line, struct import_place place)
{
	struct shell_words words;
	int err = shell_split(model, place, line, &words);
	const char *first = err || !words.count ? "" : words.list[0].text;

	if (err || !words.count || !strcmp(first, "package"))
		return err;
	if (!strcmp(first, "config") && words.count > 1)
		return begin_section(model, root, &words, place, section);
	if ((strcmp(first, "option") && strcmp(first, "list")) || words.count < 3)
		return import_refuse(model, place, -EINVAL, "not a config, option or list line");
	if (!*section)
		return import_refuse(model, place, -EINVAL, "%s before the first config", first);
	return add_value(model, *section, &words, place);
}

int import_openwrt(struct import_model *model, const struct import_file *file)
{
	_cleanup_lines_ struct lines lines = {};
	struct import_node *root, *section = NULL;
	int err = lines_open(model, file, false, &lines);
	char *line;

	if (err)
		return err;
	root = node_new(model, NODE_MAP, (struct import_place){lines.place.file, 1});
	if (!root)
		return import_no_memory(model);
	while (!err && (line = lines_next(&lines)))
		err = read_line(model, root, &section, line, lines.place);
	return err ?: openwrt_read(model, root);
}
