/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netplan's YAML: network: bonds:, and of ethernets: what names a port. See
 * dialects.h. The trees are walked to a fixed depth, so that an alias to a node
 * above it does no harm.
 */
#include "import/dialects/netplan.h"

#include <errno.h>
#include <string.h>

/* A file hides those of the same name further down. */
static const char *const folders[] = {"/run/", "/etc/", "/usr/lib/", "/lib/", NULL};

bool plan_is(const struct import_sheet *sheet)
{
	return sheet->folders == folders;
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

/* What an ethernet says that is neither a name nor nothing. */
static int check_ethernet(struct import_model *model, const char *id,
			  const struct import_node *device)
{
	static const char *const named[] = {"match", "set-name", "optional", "renderer", NULL};
	int err = 0;

	for (const struct import_item *i = node_items(device); i && !err; i = i->next) {
		bool is_dhcp = !strcmp(i->key, "dhcp4") || !strcmp(i->key, "dhcp6");

		if (is_one_of(i->key, named) || (is_dhcp && !node_is_yes(device, i->key, true)))
			continue;
		err = import_warn(model, i->place, "%.40s: %.40s: not for a port here: ignored", id,
				  i->key);
	}
	return err;
}

static int check_ethernets(struct import_model *model, const struct import_node *ethernets)
{
	int err = 0;

	for (const struct import_item *i = node_items(ethernets); i && !err; i = i->next)
		err = is_port(model, i->key)
			      ? check_ethernet(model, i->key, i->value)
			      : import_warn(
					model, i->place,
					"%.40s: is neither a bond nor a port of one: left alone",
					i->key);
	return err;
}

static int declare(struct import_model *model, struct import_sheet *sheet)
{
	const struct import_node *bonds = node_get(node_get(sheet->tree, "network"), "bonds");
	int err = 0;

	for (const struct import_item *i = node_items(bonds); i && !err; i = i->next) {
		if (!*i->key)
			return import_refuse(model, i->place, -EINVAL,
					     "the name of a bond is missing");
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
			err = import_warn(model, i->place, "%.40s: not known: ignored",
					  *i->key ? i->key : "a key");
	for (const struct import_item *i = node_items(node_get(sheet->tree, "network")); i && !err;
	     i = i->next) {
		if (!strcmp(i->key, "ethernets"))
			err = check_ethernets(model, i->value);
		else if (!is_one_of(i->key, known))
			err = import_warn(model, i->place, "%.40s: nothing of ebond's: ignored",
					  i->key);
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
				     "there is no 'network:' at the top: this is not netplan's");
	err = sheet_new(model, root->place.file, &sheet);
	if (err)
		return err;
	sheet->tree = root;
	sheet->declare = declare;
	sheet->describe = describe;
	return sheet_put_in_order(model, sheet, folders, 0);
}

int import_netplan(struct import_model *model, const struct import_file *file)
{
	const struct import_node *root;

	return import_yaml(model, file, &root) ?: import_netplan_tree(model, root);
}
