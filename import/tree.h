/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that nest: a tree of scalars, lists and mappings, with places. */
#pragma once

#include "import/lines.h"

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };

struct import_node {
	enum node_kind kind;
	const char *text; /* NODE_TEXT only */
	struct import_place place;
	struct import_item *items, **items_end;
};

/* An entry of a list or mapping. */
struct import_item {
	struct import_item *next;
	const char *key; /* "" in a list */
	struct import_place place;
	const struct import_node *value;
};

/* An empty node in the model's memory; NULL: no memory. */
struct import_node *node_new(struct import_model *model, enum node_kind kind,
			     struct import_place place);

/* Appends an entry. 0 or -ENOMEM. */
int node_add(struct import_model *model, struct import_node *node, const char *key,
	     struct import_place place, const struct import_node *value);

/* All of these accept NULL as a node without items and text. */

/* A scalar's text; NULL: not a scalar. */
const char *node_text(const struct import_node *node);

/* The first entry of a list or mapping, to follow ->next from; NULL: none. */
const struct import_item *node_items(const struct import_node *node);

/* The last entry of that name in a mapping; NULL: none. */
const struct import_item *node_item(const struct import_node *map, const char *key);

/* Its value node, or the value's text. */
const struct import_node *node_get(const struct import_node *map, const char *key);
const char *node_get_text(const struct import_node *map, const char *key);

/* True for "true", "yes" or "on" under @key; @otherwise if not set or not a boolean. */
bool node_is_yes(const struct import_node *map, const char *key, bool otherwise);

/* Whether @key is in @words (NULL-terminated). */
bool is_one_of(const char *key, const char *const *words);

/* "[a, b]" as "a,b"; a scalar as it is. False: too long, or neither. */
bool node_join(const struct import_node *node, char *text, size_t size);

/*
 * The first document of a YAML (or JSON) file as a tree. An alias shares its
 * anchor's node, so the tree may have cycles: walk it to a fixed depth. Refused
 * are: what import_clean() refuses, invalid YAML, nesting deeper than 32, more
 * than 16384 values or 256 anchors.
 */
int import_yaml(struct import_model *model, const struct import_file *file,
		const struct import_node **ret_root);
