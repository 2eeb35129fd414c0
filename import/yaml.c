/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads YAML into a tree: see import_yaml() in tree.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "import/tree.h"
#include "lib/cleanup.h"

/*
 * Limits on a document; files written by hand nest about 8 deep. libyaml
 * compares each anchor with all earlier ones, and node_item() each key with its
 * siblings, so time grows with the square.
 */
#define YAML_DEPTH_MAX 32
#define YAML_NODES_MAX 16384
#define YAML_ANCHORS_MAX 256

/* The document's size so far. */
struct yaml_size {
	int depth, nodes, anchors;
};

static void cleanup_parser(yaml_parser_t *parser)
{
	yaml_parser_delete(parser); /* a zeroed one is safe to delete */
}

/* A file being read. */
struct yaml {
	struct import_model *model;
	const char *file;
	yaml_document_t document;
	/* Indexed by libyaml's node number. */
	struct import_node **nodes; /* NULL: not converted yet */
	int *sizes;		    /* values in it, aliases replaced; 0: not complete yet */
};

static int refuse_yaml(const struct yaml *yaml, const yaml_parser_t *parser)
{
	struct import_place place = {yaml->file, (uint32_t)parser->problem_mark.line + 1};

	return import_refuse(yaml->model, place, -EINVAL, "invalid YAML: %s",
			     parser->problem ?: "no memory");
}

static int check_size(const struct yaml *yaml, const struct yaml_size *size, const yaml_mark_t *at)
{
	struct import_place place = {yaml->file, (uint32_t)at->line + 1};

	if (size->depth > YAML_DEPTH_MAX)
		return import_refuse(yaml->model, place, -E2BIG, "nested more than %d deep",
				     YAML_DEPTH_MAX);
	if (size->nodes > YAML_NODES_MAX)
		return import_refuse(yaml->model, place, -E2BIG, "more than %d values: split it",
				     YAML_NODES_MAX);
	if (size->anchors > YAML_ANCHORS_MAX)
		return import_refuse(
			yaml->model, place, -E2BIG,
			"more than %d anchors: replace the aliases by what they stand for",
			YAML_ANCHORS_MAX);
	return 0;
}

static void count_event(struct yaml_size *size, const yaml_event_t *event)
{
	const yaml_char_t *anchor = NULL;

	if (event->type == YAML_SCALAR_EVENT)
		anchor = event->data.scalar.anchor;
	else if (event->type == YAML_SEQUENCE_START_EVENT)
		anchor = event->data.sequence_start.anchor;
	else if (event->type == YAML_MAPPING_START_EVENT)
		anchor = event->data.mapping_start.anchor;
	size->anchors += anchor != NULL;
	size->nodes++;
	if (event->type == YAML_SEQUENCE_START_EVENT || event->type == YAML_MAPPING_START_EVENT)
		size->depth++;
	else if (event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT)
		size->depth--;
}

/* Checks the limits on parser events first: building the tree of a hostile file takes seconds. */
static int check_events(const struct yaml *yaml, const char *text)
{
	_cleanup_(parser) yaml_parser_t parser = {};
	struct yaml_size size = {};
	bool more = true;
	int err = 0;

	if (!yaml_parser_initialize(&parser))
		return import_no_memory(yaml->model);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
	while (more && !err) {
		yaml_event_t event;

		if (!yaml_parser_parse(&parser, &event))
			return refuse_yaml(yaml, &parser);
		count_event(&size, &event);
		err = check_size(yaml, &size, &event.start_mark);
		/* only the first document is read */
		more = event.type != YAML_STREAM_END_EVENT && event.type != YAML_DOCUMENT_END_EVENT;
		yaml_event_delete(&event);
	}
	return err;
}

static struct import_place place_of(const struct yaml *yaml, const yaml_node_t *node)
{
	return (struct import_place){yaml->file, (uint32_t)node->start_mark.line + 1};
}

static int make_node(struct yaml *yaml, int number, struct import_node **ret_node);

static int add_items(struct yaml *yaml, const yaml_node_t *from, struct import_node *node)
{
	struct import_node *value;
	int err = 0;

	for (const yaml_node_item_t *item = from->data.sequence.items.start;
	     item < from->data.sequence.items.top && !err; item++)
		err = make_node(yaml, *item, &value)
			      ?: node_add(yaml->model, node, "", value->place, value);
	return err;
}

/* A key that is not a scalar is useless here and becomes "". */
static int add_pairs(struct yaml *yaml, const yaml_node_t *from, struct import_node *node)
{
	struct import_node *key, *value;
	int err = 0;

	for (const yaml_node_pair_t *pair = from->data.mapping.pairs.start;
	     pair < from->data.mapping.pairs.top && !err; pair++)
		err = make_node(yaml, pair->key, &key) ?: make_node(yaml, pair->value, &value) ?:
			      node_add(yaml->model, node, node_text(key) ?: "", key->place, value);
	return err;
}

/* A null is treated as an empty mapping: a key with nothing below it. */
static bool is_null(const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;

	return node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (!*text || !strcmp(text, "~") || !strcmp(text, "null"));
}

static enum node_kind kind_of(const yaml_node_t *node)
{
	switch (node->type) {
	case YAML_SCALAR_NODE:
		return is_null(node) ? NODE_MAP : NODE_TEXT;
	case YAML_SEQUENCE_NODE:
		return NODE_LIST;
	case YAML_MAPPING_NODE:
	case YAML_NO_NODE:
		break;
	}
	return NODE_MAP;
}

static int fill_node(struct yaml *yaml, const yaml_node_t *from, struct import_node *node)
{
	if (from->type == YAML_SEQUENCE_NODE)
		return add_items(yaml, from, node);
	if (from->type == YAML_MAPPING_NODE)
		return add_pairs(yaml, from, node);
	if (node->kind == NODE_TEXT)
		node->text = import_text(yaml->model, (const char *)from->data.scalar.value);
	return node->kind == NODE_TEXT && !node->text ? import_no_memory(yaml->model) : 0;
}

/*
 * What reads the tree follows each alias: a few lines of aliases to aliases would keep it busy for
 * hours, and an alias to what it is part of for ever.
 */
static int measure_node(struct yaml *yaml, const yaml_node_t *from, int number)
{
	int size = 1;

	if (from->type == YAML_SEQUENCE_NODE)
		for (const yaml_node_item_t *item = from->data.sequence.items.start;
		     item < from->data.sequence.items.top && size <= YAML_NODES_MAX; item++)
			size += yaml->sizes[*item];
	if (from->type == YAML_MAPPING_NODE)
		for (const yaml_node_pair_t *pair = from->data.mapping.pairs.start;
		     pair < from->data.mapping.pairs.top && size <= YAML_NODES_MAX; pair++)
			size += yaml->sizes[pair->key] + yaml->sizes[pair->value];
	if (size > YAML_NODES_MAX)
		return import_refuse(yaml->model, place_of(yaml, from), -E2BIG,
				     "more than %d values once aliases are replaced: split it",
				     YAML_NODES_MAX);
	yaml->sizes[number] = size;
	return 0;
}

/* The recursion is bounded by check_events(). */
static int make_node(struct yaml *yaml, int number, struct import_node **ret_node)
{
	const yaml_node_t *from = yaml_document_get_node(&yaml->document, number);
	struct import_node *node = yaml->nodes[number];

	*ret_node = node;
	if (node && !yaml->sizes[number])
		return import_refuse(yaml->model, node->place, -ELOOP,
				     "an alias stands for what it is part of: write it out");
	if (node)
		return 0;
	node = node_new(yaml->model, kind_of(from), place_of(yaml, from));
	if (!node)
		return import_no_memory(yaml->model);
	*ret_node = yaml->nodes[number] = node;
	return fill_node(yaml, from, node) ?: measure_node(yaml, from, number);
}

static int make_tree(struct yaml *yaml, struct import_node **ret_root)
{
	size_t count = (size_t)(yaml->document.nodes.top - yaml->document.nodes.start);
	_cleanup_free_ struct import_node **nodes = calloc(count + 1, sizeof(struct import_node *));
	_cleanup_free_ int *sizes = calloc(count + 1, sizeof(*sizes));
	struct import_place top = {yaml->file, 1};

	if (!nodes || !sizes)
		return import_no_memory(yaml->model);
	yaml->nodes = nodes;
	yaml->sizes = sizes;
	if (count)
		return make_node(yaml, 1, ret_root);
	*ret_root = node_new(yaml->model, NODE_MAP, top);
	return *ret_root ? 0 : import_no_memory(yaml->model);
}

static int parse(struct yaml *yaml, const char *text, struct import_node **ret_root)
{
	_cleanup_(parser) yaml_parser_t parser = {};
	int err = check_events(yaml, text);

	if (err)
		return err;
	if (!yaml_parser_initialize(&parser))
		return import_no_memory(yaml->model);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
	if (!yaml_parser_load(&parser, &yaml->document))
		return refuse_yaml(yaml, &parser);
	err = make_tree(yaml, ret_root);
	yaml_document_delete(&yaml->document);
	return err;
}

int import_yaml(struct import_model *model, const struct import_file *file,
		const struct import_node **ret_root)
{
	struct yaml yaml = {.model = model};
	_cleanup_free_ char *text = NULL;
	struct import_node *root = NULL;
	int err = import_clean(model, file, &text, &yaml.file) ?: parse(&yaml, text, &root);

	*ret_root = root;
	return err;
}
