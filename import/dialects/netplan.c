/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netplan's YAML: bonds: under network:, and ethernets: as far as they name
 * ports. See dialects.h. Trees are walked to a fixed depth because an alias may
 * refer to a node above it.
 */
#include "import/dialects/netplan.h"

#include <errno.h>
#include <string.h>

/* Directories in order of precedence: a file overrides those of the same name in later ones. */
static const char *const directories[] = {"/run/", "/etc/", "/usr/lib/", "/lib/", NULL};

bool plan_is(const struct import_sheet *sheet)
{
	return sheet->directories == directories;
}

static bool is_port(const struct import_model *model, const char *id)
{
	struct plan_names names;

	plan_interfaces(model, id, &names);
	for (size_t i = 0; i < names.count; i++) {
		const struct import_link *link = import_find(model, names.list[i]);

		if (link && link->master)
			return true;
	}
	return false;
}

/* Warns of keys of an ethernet other than those that match it or do not matter. */
static int check_ethernet(struct import_model *model, const char *id,
			  const struct import_node *device)
{
	static const char *const named[] = {"match", "set-name", "optional", "renderer", NULL};
	int err = 0;

	for (const struct import_item *i = node_items(device); i && !err; i = i->next) {
		bool is_dhcp = !strcmp(i->key, "dhcp4") || !strcmp(i->key, "dhcp6");

		if (is_one_of(i->key, named) || (is_dhcp && !node_is_yes(device, i->key, true)))
			continue;
		err = import_warn(model, i->place, "%.40s: %.40s: not supported on a port: ignored",
				  id, i->key);
	}
	return err;
}

static int check_ethernets(struct import_model *model, const struct import_node *ethernets)
{
	int err = 0;

	for (const struct import_item *i = node_items(ethernets); i && !err; i = i->next)
		err = is_port(model, i->key)
			      ? check_ethernet(model, i->key, i->value)
			      : import_warn(model, i->place,
					    "%.40s is neither a bond nor a port: left alone",
					    i->key);
	return err;
}

static int declare(struct import_model *model, struct import_sheet *sheet)
{
	const struct import_node *bonds = node_get(node_get(sheet->tree, "network"), "bonds");
	int err = 0;

	for (const struct import_item *i = node_items(bonds); i && !err; i = i->next) {
		if (!*i->key)
			return import_refuse(model, i->place, -EINVAL, "bond without a name");
		err = plan_bond(model, i);
	}
	return err;
}

static int describe(struct import_model *model, struct import_sheet *sheet)
{
	static const char *const known[] = {"bonds", "version", "renderer", NULL};
	int err = 0;

	for (const struct import_item *i = node_items(sheet->tree); i && !err; i = i->next)
		if (strcmp(i->key, "network") != 0)
			err = import_warn(model, i->place, "%.40s: unknown: ignored",
					  *i->key ? i->key : "unnamed key");
	for (const struct import_item *i = node_items(node_get(sheet->tree, "network")); i && !err;
	     i = i->next) {
		if (!strcmp(i->key, "ethernets"))
			err = check_ethernets(model, i->value);
		else if (!is_one_of(i->key, known))
			err = import_warn(model, i->place,
					  "%.40s: does not belong in a bond: ignored", i->key);
	}
	return err;
}

int import_netplan_tree(struct import_model *model, const struct import_node *root)
{
	const struct import_node *network = node_get(root, "network");
	struct import_sheet *sheet;
	int err;

	if (!network || network->kind != NODE_MAP)
		return import_refuse(model, root->place, -EINVAL,
				     "no 'network:' at the top level: not a netplan file");
	err = sheet_new(model, root->place.file, &sheet);
	if (err)
		return err;
	sheet->tree = root;
	sheet->declare = declare;
	sheet->describe = describe;
	return sheet_put_in_order(model, sheet, directories, 0);
}

int import_netplan(struct import_model *model, const struct import_file *file)
{
	const struct import_node *root;

	return import_yaml(model, file, &root) ?: import_netplan_tree(model, root);
}
