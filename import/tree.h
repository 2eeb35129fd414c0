/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that nest: a tree of texts, lists and mappings, with places. */
#pragma once

#include "import/lines.h"

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };

struct import_node {
	enum node_kind kind;
	const char *text; /* of NODE_TEXT only */
	struct import_place place;
	struct import_item *items, **items_end;
};

/* One entry of a list or a mapping. */
struct import_item {
	struct import_item *next;
	const char *key; /* "" in a list */
	struct import_place place;
	const struct import_node *value;
};

/* An empty node in the model's memory; NULL: none left. */
struct import_node *node_new(struct import_model *model, enum node_kind kind,
			     struct import_place place);

/* Adds an entry at the end. 0 or -ENOMEM. */
int node_add(struct import_model *model, struct import_node *node, const char *key,
	     struct import_place place, const struct import_node *value);

/* All of these take NULL, which has no items and no text. */

/* A scalar's text; NULL: it is none. */
const char *node_text(const struct import_node *node);

/* The first entry of a list or a mapping, for ->next; NULL: it has none. */
const struct import_item *node_items(const struct import_node *node);

/* The last entry of that name in a mapping; NULL: none. */
const struct import_item *node_item(const struct import_node *map, const char *key);

/* Its value, or its text. */
const struct import_node *node_get(const struct import_node *map, const char *key);
const char *node_get_text(const struct import_node *map, const char *key);

/* "true", "yes", "on" of @key; @otherwise when it is not said or no such word. */
bool node_is_yes(const struct import_node *map, const char *key, bool otherwise);

/* Whether @key is among @words (NULL-terminated). */
bool is_one_of(const char *key, const char *const *words);

/* "[a, b]" as "a,b"; a scalar as it is. False: too long, or something else. */
bool node_join(const struct import_node *node, char *text, size_t size);

/*
 * The first document of a YAML (or JSON) file as a tree; an alias is the node that it stands for,
 * so it may lead in a circle: walk to a fixed depth. Refused are what import_clean() refuses,
 * what is no YAML, nests deeper than 32 or has more than 16384 values or 256 anchors.
 */
int import_yaml(struct import_model *model, const struct import_file *file,
		const struct import_node **ret_root);
