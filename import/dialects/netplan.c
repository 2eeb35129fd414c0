/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netplan's YAML: network: bonds:, and of ethernets: what names a port. See
 * dialects.h. The document is walked to a fixed depth, so that an alias to a node
 * above it does no harm.
 */
#include "import/dialects/netplan.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"

/*
 * What a document may have at most. netplan's own nests 8 deep. libyaml compares every anchor
 * with all before it, and plan_get() every key with its neighbours.
 */
#define PLAN_DEPTH_MAX 32
#define PLAN_NODES_MAX 16384
#define PLAN_ANCHORS_MAX 256

/* How large the document is so far. */
struct plan_size {
	int depth, nodes, anchors;
};

static void cleanup_parser(yaml_parser_t *parser)
{
	yaml_parser_delete(parser); /* fine with one that is all zero */
}

const char *plan_text(const struct plan *plan, const yaml_node_t *node)
{
	(void)plan;
	return node && node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value
						      : NULL;
}

struct import_place plan_place(const struct plan *plan, const yaml_node_t *node)
{
	uint32_t line = node ? (uint32_t)node->start_mark.line + 1 : 1;

	return (struct import_place){plan->file, line};
}

const yaml_node_t *plan_node(const struct plan *plan, int index)
{
	return yaml_document_get_node((yaml_document_t *)&plan->document, index);
}

bool plan_next(const struct plan *plan, const yaml_node_t *mapping, size_t *at,
	       const yaml_node_t **ret_key, const yaml_node_t **ret_value)
{
	const yaml_node_pair_t *pair;

	if (!mapping || mapping->type != YAML_MAPPING_NODE)
		return false;
	pair = mapping->data.mapping.pairs.start + *at;
	if (pair >= mapping->data.mapping.pairs.top)
		return false;
	++*at;
	*ret_key = plan_node(plan, pair->key);
	*ret_value = plan_node(plan, pair->value);
	return true;
}

const yaml_node_t *plan_get(const struct plan *plan, const yaml_node_t *mapping, const char *name)
{
	const yaml_node_t *key, *value, *found = NULL;
	size_t at = 0;

	while (plan_next(plan, mapping, &at, &key, &value))
		if (strcmp(plan_text(plan, key) ?: "", name) == 0)
			found = value;
	return found;
}

/* The interface that matches; NULL: none here. */
static const char *matched(const struct plan *plan, const yaml_node_t *match)
{
	const char *mac = plan_text(plan, plan_get(plan, match, "macaddress"));
	const char *name = plan_text(plan, plan_get(plan, match, "name"));
	const struct import_interface *found = mac ? import_interface_with(plan->model, mac) : NULL;

	if (found)
		return found->name;
	if (name && !strpbrk(name, "*?["))
		return name;
	for (size_t i = 0; name && i < plan->model->interface_count; i++)
		if (fnmatch(name, plan->model->interfaces[i].name, 0) == 0)
			return plan->model->interfaces[i].name;
	return NULL;
}

const char *plan_interface(const struct plan *plan, const char *id)
{
	const yaml_node_t *device = plan_get(plan, plan_get(plan, plan->network, "ethernets"), id);
	const yaml_node_t *match = plan_get(plan, device, "match");
	const char *name = plan_text(plan, plan_get(plan, device, "set-name"));

	if (name)
		return name;
	return match ? matched(plan, match) : id;
}

static bool is_port(const struct plan *plan, const char *id)
{
	const char *name = plan_interface(plan, id);
	const struct import_link *link = name ? import_find(plan->model, name) : NULL;

	return link && link->master;
}

/* What an ethernet says that is neither a name nor nothing. */
static int check_ethernet(const struct plan *plan, const char *id, const yaml_node_t *device)
{
	const yaml_node_t *key, *value;
	size_t at = 0;
	int err = 0;

	while (!err && plan_next(plan, device, &at, &key, &value)) {
		static const char *const named[] = {"match", "set-name", "optional", "renderer",
						    NULL};
		const char *name = plan_text(plan, key) ?: "", *text = plan_text(plan, value);
		const char *const *known = named;
		bool yes = true;

		while (*known && strcmp(*known, name) != 0)
			known++;
		if (text && strncmp(name, "dhcp", 4) == 0 && strlen(name) == 5)
			parse_bool(text, &yes);
		if (!*known && yes)
			err = import_warn(plan->model, plan_place(plan, key),
					  "%.40s: %.40s: not for a port here: left out", id, name);
	}
	return err;
}

static int check_ethernets(const struct plan *plan, const yaml_node_t *ethernets)
{
	const yaml_node_t *key, *device;
	size_t at = 0;
	int err = 0;

	while (!err && plan_next(plan, ethernets, &at, &key, &device)) {
		const char *id = plan_text(plan, key) ?: "";

		if (is_port(plan, id))
			err = check_ethernet(plan, id, device);
		else
			err = import_warn(plan->model, plan_place(plan, key),
					  "%.40s: is neither a bond nor a port of one: left alone",
					  id);
	}
	return err;
}

static int read_bonds(const struct plan *plan, const yaml_node_t *bonds)
{
	const yaml_node_t *key, *value;
	size_t at = 0;
	int err = 0;

	while (!err && plan_next(plan, bonds, &at, &key, &value)) {
		const char *name = plan_text(plan, key);

		if (!name)
			return import_refuse(plan->model, plan_place(plan, key), -EINVAL,
					     "the name of a bond is missing");
		err = plan_bond(plan, name, key, value);
	}
	return err;
}

static int read_network(const struct plan *plan)
{
	const yaml_node_t *key, *value;
	size_t at = 0;
	int err = read_bonds(plan, plan_get(plan, plan->network, "bonds"));

	while (!err && plan_next(plan, plan->network, &at, &key, &value)) {
		const char *name = plan_text(plan, key) ?: "";

		if (!strcmp(name, "ethernets"))
			err = check_ethernets(plan, value);
		else if (strcmp(name, "bonds") && strcmp(name, "version") &&
			 strcmp(name, "renderer"))
			err = import_warn(plan->model, plan_place(plan, key),
					  "%.40s: nothing of ebond's: left out", name);
	}
	return err;
}

static int read_document(struct plan *plan)
{
	const yaml_node_t *root = yaml_document_get_root_node(&plan->document);
	const yaml_node_t *key, *value;
	size_t at = 0;
	int err = 0;

	plan->network = plan_get(plan, root, "network");
	if (!plan->network || plan->network->type != YAML_MAPPING_NODE)
		return import_refuse(plan->model, plan_place(plan, root), -EINVAL,
				     "there is no 'network:' at the top: this is not netplan's");
	while (!err && plan_next(plan, root, &at, &key, &value))
		if (strcmp(plan_text(plan, key) ?: "", "network") != 0)
			err = import_warn(plan->model, plan_place(plan, key),
					  "%.40s: not known: left out",
					  plan_text(plan, key) ?: "a key");
	return err ?: read_network(plan);
}

static int refuse_yaml(const struct plan *plan, const yaml_parser_t *parser)
{
	struct import_place place = {plan->file, (uint32_t)parser->problem_mark.line + 1};

	return import_refuse(plan->model, place, -EINVAL, "no YAML: %s",
			     parser->problem ?: "no memory");
}

static int check_size(const struct plan *plan, const struct plan_size *size, const yaml_mark_t *at)
{
	struct import_place place = {plan->file, (uint32_t)at->line + 1};

	if (size->depth > PLAN_DEPTH_MAX)
		return import_refuse(plan->model, place, -E2BIG,
				     "nested more than %d deep: this is not netplan's",
				     PLAN_DEPTH_MAX);
	if (size->nodes > PLAN_NODES_MAX)
		return import_refuse(plan->model, place, -E2BIG, "more than %d values: split it",
				     PLAN_NODES_MAX);
	if (size->anchors > PLAN_ANCHORS_MAX)
		return import_refuse(plan->model, place, -E2BIG,
				     "more than %d anchors: write out what they stand for",
				     PLAN_ANCHORS_MAX);
	return 0;
}

static void count_event(struct plan_size *size, const yaml_event_t *event)
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

/* Reads the events of @text alone: the tree of a hostile file would take seconds to build. */
static int check_events(const struct plan *plan, const char *text)
{
	_cleanup_(parser) yaml_parser_t parser = {};
	struct plan_size size = {};
	bool more = true;
	int err = 0;

	if (!yaml_parser_initialize(&parser))
		return import_no_memory(plan->model);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
	while (more && !err) {
		yaml_event_t event;

		if (!yaml_parser_parse(&parser, &event))
			return refuse_yaml(plan, &parser);
		count_event(&size, &event);
		err = check_size(plan, &size, &event.start_mark);
		/* the first document is all that is read */
		more = event.type != YAML_STREAM_END_EVENT && event.type != YAML_DOCUMENT_END_EVENT;
		yaml_event_delete(&event);
	}
	return err;
}

static int parse(struct plan *plan, const char *text)
{
	_cleanup_(parser) yaml_parser_t parser = {};
	int err = check_events(plan, text);

	if (err)
		return err;
	if (!yaml_parser_initialize(&parser))
		return import_no_memory(plan->model);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
	if (!yaml_parser_load(&parser, &plan->document))
		return refuse_yaml(plan, &parser);
	err = read_document(plan);
	yaml_document_delete(&plan->document);
	return err;
}

int import_netplan(struct import_model *model, const struct import_file *file)
{
	struct plan plan = {.model = model};
	_cleanup_free_ char *text = NULL;
	int err = import_clean(model, file, &text, &plan.file);

	return err ?: parse(&plan, text);
}
