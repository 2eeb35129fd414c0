/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees of text nodes: see tree.h. */
#include "import/tree.h"

#include <stdio.h>
#include <string.h>

#include "import/sheet.h"

struct import_node *node_new(struct import_model *model, enum node_kind kind,
			     struct import_place place)
{
	struct import_node *node = import_alloc(model, sizeof(*node));

	if (!node)
		return NULL;
	*node = (struct import_node){.kind = kind, .place = place};
	node->items_end = &node->items;
	return node;
}

int node_add(struct import_model *model, struct import_node *node, const char *key,
	     struct import_place place, const struct import_node *value)
{
	struct import_item *item = import_alloc(model, sizeof(*item));

	if (!item || !value)
		return import_no_memory(model);
	*item = (struct import_item){
		.key = import_text(model, key), .place = place, .value = value};
	if (!item->key)
		return import_no_memory(model);
	*node->items_end = item;
	node->items_end = &item->next;
	return 0;
}

const char *node_text(const struct import_node *node)
{
	return node && node->kind == NODE_TEXT ? node->text : NULL;
}

const struct import_item *node_items(const struct import_node *node)
{
	return node ? node->items : NULL;
}

const struct import_item *node_item(const struct import_node *map, const char *key)
{
	const struct import_item *found = NULL;

	if (!map || map->kind != NODE_MAP)
		return NULL;
	for (const struct import_item *item = map->items; item; item = item->next)
		if (strcmp(item->key, key) == 0)
			found = item;
	return found;
}

const struct import_node *node_get(const struct import_node *map, const char *key)
{
	const struct import_item *item = node_item(map, key);

	return item ? item->value : NULL;
}

const char *node_get_text(const struct import_node *map, const char *key)
{
	return node_text(node_get(map, key));
}

bool node_is_yes(const struct import_node *map, const char *key, bool otherwise)
{
	const char *text = node_get_text(map, key);
	bool yes = otherwise;

	return text && parse_bool(text, &yes) ? yes : otherwise;
}

bool is_one_of(const char *key, const char *const *words)
{
	while (*words && strcmp(*words, key) != 0)
		words++;
	return *words != NULL;
}

bool node_join(const struct import_node *node, char *text, size_t size)
{
	const char *scalar = node_text(node);
	size_t used = 0;

	text[0] = '\0';
	if (scalar)
		return (size_t)snprintf(text, size, "%s", scalar) < size;
	if (!node || node->kind != NODE_LIST)
		return false;
	for (const struct import_item *item = node->items; item; item = item->next) {
		const char *one = node_text(item->value);

		if (!one)
			return false;
		used += (size_t)snprintf(text + used, size - used, "%s%s", used ? "," : "", one);
		if (used >= size)
			return false;
	}
	return true;
}
