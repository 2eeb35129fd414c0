/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A document of netplan's being read. */
#pragma once

#include <yaml.h>

#include "import/sheet.h"

struct plan {
	struct import_model *model;
	const char *file;
	yaml_document_t document;
	const yaml_node_t *network; /* the mapping below "network:" */
};

/* A scalar's text; NULL: it is none. */
const char *plan_text(const struct plan *plan, const yaml_node_t *node);

/* The line of a node; the first one for NULL. */
struct import_place plan_place(const struct plan *plan, const yaml_node_t *node);

/* The node of that number in the document. */
const yaml_node_t *plan_node(const struct plan *plan, int index);

/* The next pair of a mapping, starting with *@at 0. False: no more, or no mapping. */
bool plan_next(const struct plan *plan, const yaml_node_t *mapping, size_t *at,
	       const yaml_node_t **ret_key, const yaml_node_t **ret_value);

/* The value of the last key of that name; NULL: none, or no mapping. */
const yaml_node_t *plan_get(const struct plan *plan, const yaml_node_t *mapping, const char *name);

/*
 * The interface that @id means: set-name, what matches, or @id itself. NULL: what
 * matches is not on this machine.
 */
const char *plan_interface(const struct plan *plan, const char *id);

/* One entry of bonds:. */
int plan_bond(const struct plan *plan, const char *name, const yaml_node_t *key,
	      const yaml_node_t *value);
