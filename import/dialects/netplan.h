/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netplan's files, which are merged into one tree. */
#pragma once

#include "import/sheet.h"
#include "import/tree.h"

#define PLAN_NAMES_MAX 256 /* more than the ports of a bond */

/* Names of interfaces. */
struct plan_names {
	size_t count;
	const char *list[PLAN_NAMES_MAX];
};

/* Whether the sheet is a netplan file. */
bool plan_is(const struct import_sheet *sheet);

/*
 * The interfaces that @id stands for in all files together: set-name, or all
 * that match `match:`, or @id itself. None: no interface here matches, or that
 * cannot be evaluated.
 */
void plan_interfaces(const struct import_model *model, const char *id,
		     struct plan_names *ret_names);

/* Reads one entry of bonds:. */
int plan_bond(struct import_model *model, const struct import_item *bond);

/* Reads one entry of routes: of @link. */
int plan_route(struct import_model *model, struct import_link *link,
	       const struct import_node *node);

/* Refuses @item for an invalid value: -EINVAL with the model's fault set. */
int plan_invalid(struct import_model *model, const struct import_item *item);
