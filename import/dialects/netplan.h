/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netplan's files, which are one tree. */
#pragma once

#include "import/sheet.h"
#include "import/tree.h"

#define PLAN_NAMES_MAX 256 /* more than a bond can have ports */

/* Names of interfaces. */
struct plan_names {
	size_t count;
	const char *list[PLAN_NAMES_MAX];
};

/* Whether the sheet is a file of netplan's. */
bool plan_is(const struct import_sheet *sheet);

/*
 * The interfaces that @id means, by all files: set-name, all those that fit `match:` and no
 * others, or @id itself. None: what matches is not on this machine, or cannot be judged.
 */
void plan_interfaces(const struct import_model *model, const char *id,
		     struct plan_names *ret_names);

/* One entry of bonds:. */
int plan_bond(struct import_model *model, const struct import_item *bond);

/* One entry of routes: of @link. */
int plan_route(struct import_model *model, struct import_link *link,
	       const struct import_node *node);

/* -EINVAL, said: @item has a value that it cannot have. */
int plan_wrong(struct import_model *model, const struct import_item *item);
