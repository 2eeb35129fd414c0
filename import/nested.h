/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What dialects that nest have in common besides the tree itself. */
#pragma once

#include "import/sheet.h"
#include "import/tree.h"

/* A file that is a tree: @declare says what it means, @supplement what needs all addresses. */
int nested_new(struct import_model *model, const struct import_node *root,
	       int (*declare)(struct import_model *model, struct import_sheet *sheet),
	       int (*supplement)(struct import_model *model, struct import_sheet *sheet));

/* -EINVAL, said: @item has a value that it cannot have. */
int nested_wrong(struct import_model *model, const struct import_item *item);

/* A number below @map; 0 when it is not said. */
int nested_number(struct import_model *model, const struct import_node *map, const char *key,
		  uint32_t *ret_number);

/* A warning for each key of @map that is not among @known (NULL-terminated). */
int nested_warn_unknown(struct import_model *model, const struct import_node *map,
			const char *const *known);

/* A warning that the route is ignored as a whole, because of @odd. */
int nested_leave_route(struct import_model *model, const struct import_item *odd);

/*
 * The port @name of @bond, which the dialect's tool knows by the hardware address @mac (may be
 * NULL) and calls so. Where this machine has that address under another name, that one; where it
 * has another card of this name, none, with a warning.
 */
int nested_port(struct import_model *model, const char *name, const char *mac, const char *bond,
		struct import_place place, struct import_link **ret_link);
