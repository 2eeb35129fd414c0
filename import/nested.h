/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What dialects whose files are trees share besides the tree itself. */
#pragma once

#include "import/sheet.h"
#include "import/tree.h"

/* Adds a file that is a tree: @declare interprets it, @supplement what depends on all addresses. */
int nested_new(struct import_model *model, const struct import_node *root,
	       int (*declare)(struct import_model *model, struct import_sheet *sheet),
	       int (*supplement)(struct import_model *model, struct import_sheet *sheet));

/* Refuses @item for an invalid value: -EINVAL with the model's fault set. */
int nested_invalid(struct import_model *model, const struct import_item *item);

/* The number under @key of @map; 0 when not set. */
int nested_number(struct import_model *model, const struct import_node *map, const char *key,
		  uint32_t *ret_number);

/* Warns of each key of @map that is not in @known (NULL-terminated). */
int nested_warn_unknown(struct import_model *model, const struct import_node *map,
			const char *const *known);

/* Warns that the whole route is ignored because of the key @unsupported. */
int nested_ignore_route(struct import_model *model, const struct import_item *unsupported);

/*
 * The port @name of @bond, whose MAC address the file gives as @mac (may be
 * NULL). If an interface here has that address under another name, that one is
 * taken; if the card called @name here has a different address, none, with a
 * warning.
 */
int nested_port(struct import_model *model, const char *name, const char *mac, const char *bond,
		struct import_place place, struct import_link **ret_link);
