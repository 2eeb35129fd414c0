/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resolves the names in netplan files to interfaces: see netplan.h. */
#include "import/dialects/netplan.h"

#include <fnmatch.h>
#include <string.h>

/*
 * The value of @key for the device @id, in the last file that sets it: netplan
 * merges files key by key.
 */
static const struct import_node *last_said(const struct import_model *model, const char *id,
					   const char *key)
{
	static const char *const kinds[] = {"ethernets", "wifis", "modems"};
	const struct import_node *found = NULL;

	for (const struct import_sheet *s = model->sheets; s; s = s->next)
		for (size_t i = 0; i < 3 && plan_is(s); i++) {
			const struct import_node *network = node_get(s->tree, "network");
			const struct import_node *device =
				node_get(node_get(network, kinds[i]), id);

			found = node_get(device, key) ?: found;
		}
	return found;
}

/* @pattern: a single one or a list. */
static bool fits_name(const struct import_node *patterns, const char *name)
{
	if (node_text(patterns))
		return fnmatch(node_text(patterns), name, 0) == 0;
	for (const struct import_item *i = node_items(patterns); i; i = i->next)
		if (node_text(i->value) && fnmatch(node_text(i->value), name, 0) == 0)
			return true;
	return false;
}

/* All conditions must hold; one that cannot be evaluated (driver) never does. */
static bool fits(const struct import_node *match, const struct import_interface *interface)
{
	for (const struct import_item *i = node_items(match); i; i = i->next) {
		const char *text = node_text(i->value);
		bool good = false;

		if (!strcmp(i->key, "macaddress"))
			good = text && import_interface_has(interface, text, false);
		else if (!strcmp(i->key, "name"))
			good = fits_name(i->value, interface->name);
		if (!good)
			return false;
	}
	return true;
}

/* The name, when `match:` is just a name without wildcards: the interface need not exist yet. */
static const char *plain_name(const struct import_node *match)
{
	const struct import_item *first = node_items(match);
	const char *name = first ? node_text(first->value) : NULL;

	if (!name || first->next || strcmp(first->key, "name") || strpbrk(name, "*?["))
		return NULL;
	return name;
}

void plan_interfaces(const struct import_model *model, const char *id, struct plan_names *ret_names)
{
	const struct import_node *match = last_said(model, id, "match");
	const char *name = node_text(last_said(model, id, "set-name"));

	ret_names->count = 0;
	name = name ?: match ? plain_name(match) : id;
	if (name) {
		ret_names->list[ret_names->count++] = name;
		return;
	}
	for (size_t i = 0; i < model->interface_count; i++) {
		const struct import_interface *interface = &model->interfaces[i];

		if (!interface->is_bond && strcmp(interface->name, "lo") != 0 &&
		    ret_names->count < PLAN_NAMES_MAX && fits(match, interface))
			ret_names->list[ret_names->count++] = interface->name;
	}
}
