/* SPDX-License-Identifier: GPL-2.0-or-later */
/* os-net-config's YAML or JSON: linux_bond in network_config. See dialects.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/dialects/dialects.h"
#include "import/driver_options.h"
#include "import/nested.h"
#include "import/net.h"
#include "import/shell.h"

#define BRIDGE_DEPTH_MAX 4

static const struct import_node *config_of(const struct import_node *root)
{
	return root->kind == NODE_LIST ? root : node_get(root, "network_config");
}

/* "mode=1 miimon=100". */
static int set_options(struct import_model *model, struct import_link *link,
		       const struct import_item *options)
{
	char *copy = (char *)import_text(model, node_text(options->value) ?: "");
	char *word, *rest;
	int err = copy ? 0 : import_no_memory(model);

	for (word = err ? NULL : strtok_r(copy, " \t\n", &rest); word && !err;
	     word = strtok_r(NULL, " \t\n", &rest)) {
		const char *value = shell_assignment(word);

		err = value ? import_driver_option(model, link, word, value, options->place)
			    : import_warn(model, options->place,
					  "bonding_options: word is not OPTION=VALUE: ignored");
	}
	return err;
}

/* "nic1" is the first card that os-net-config finds with a link. */
static bool is_numbered(const struct import_model *model, const char *name)
{
	return !strncmp(name, "nic", 3) && name[3] &&
	       strspn(name + 3, "0123456789") == strlen(name + 3) &&
	       !import_interface_named(model, name);
}

static int add_member(struct import_model *model, struct import_link *bond,
		      const struct import_node *member)
{
	static const char *const known[] = {"type", "name", "primary", NULL};
	const char *name = node_get_text(member, "name");
	const char *type = node_get_text(member, "type") ?: "interface";
	struct import_link *port;
	int err;

	if (!name)
		return import_refuse(model, member->place, -EINVAL, "member without a name");
	if (strcmp(type, "interface") != 0)
		return import_warn(model, member->place, "%.40s: type %.20s: not a card: ignored",
				   name, type);
	if (is_numbered(model, name))
		return import_warn(
			model, member->place,
			"%.20s: only os-net-config knows which card this is: not added as a port",
			name);
	err = import_port(model, name, bond->name, member->place, &port);
	if (!err && node_is_yes(member, "primary", false))
		err = import_set(model, bond, "primary", name, member->place);
	return err ?: nested_warn_unknown(model, member, known);
}

static int add_address(struct import_model *model, struct import_link *link,
		       const struct import_node *node)
{
	const char *text = node_get_text(node, "ip_netmask");

	if (!text || !strchr(text, '/'))
		return import_warn(model, node->place,
				   "address without ip_netmask, such as 192.0.2.1/24: ignored");
	return import_add_address(model, link, text, NULL, NULL, node->place);
}

static int add_route(struct import_model *model, struct import_link *link,
		     const struct import_node *node)
{
	static const char *const known[] = {"ip_netmask", "destination", "next_hop", "nexthop",
					    "default",	  "table",	 NULL};
	struct import_route route = {.place = node->place};
	const struct import_item *unsupported = node_items(node), *table = node_item(node, "table");

	while (unsupported && is_one_of(unsupported->key, known))
		unsupported = unsupported->next;
	if (table && !import_parse_table(node_text(table->value) ?: "", &route.table))
		unsupported = table;
	if (unsupported)
		return nested_ignore_route(model, unsupported);
	route.via = node_get_text(node, "next_hop") ?: node_get_text(node, "nexthop");
	route.to = node_get_text(node, "ip_netmask") ?: node_get_text(node, "destination");
	if (node_is_yes(node, "default", false))
		route.to = NULL;
	else if (!route.to)
		return import_refuse(model, node->place, -EINVAL, "route without ip_netmask");
	return import_add_route(model, link, &route);
}

static int read_list(struct import_model *model, struct import_link *link,
		     const struct import_item *list,
		     int (*take)(struct import_model *model, struct import_link *link,
				 const struct import_node *node))
{
	int err = 0;

	if (list->value->kind != NODE_LIST)
		return nested_invalid(model, list);
	for (const struct import_item *i = list->value->items; i && !err; i = i->next)
		err = take(model, link, i->value);
	return err;
}

static int read_key(struct import_model *model, struct import_link *link,
		    const struct import_item *item, const struct import_node *bond)
{
	static const char *const indifferent[] = {"type",     "name",	       "onboot",
						  "defroute", "nm_controlled", NULL};
	const char *text = node_text(item->value);

	if (!strcmp(item->key, "members"))
		return read_list(model, link, item, add_member);
	if (!strcmp(item->key, "addresses"))
		return read_list(model, link, item, add_address);
	if (!strcmp(item->key, "routes"))
		return read_list(model, link, item, add_route);
	if (!strcmp(item->key, "bonding_options"))
		return set_options(model, link, item);
	if (!strcmp(item->key, "mtu") && text)
		return import_set_mtu(model, link, text, item->place);
	if (!strcmp(item->key, "use_dhcp") || !strcmp(item->key, "use_dhcpv6"))
		return node_is_yes(bond, item->key, false)
			       ? import_warn_dhcp(model, link, item->place, item->key)
			       : 0;
	if (is_one_of(item->key, indifferent))
		return 0;
	return import_warn(model, item->place, "%.40s: not supported on a bond: ignored",
			   item->key);
}

static int make_bond(struct import_model *model, const struct import_node *node)
{
	struct import_link *link;
	int err = import_bond(model, node_get_text(node, "name") ?: "", node->place, &link);

	if (err)
		return err;
	link->is_up = true;
	link->is_manual = !node_is_yes(node, "onboot", true);
	for (const struct import_item *i = node_items(node); i && !err; i = i->next)
		err = read_key(model, link, i, node);
	return err;
}

/* Bonds in the list, including members of bridges in it. */
static int read_config(struct import_model *model, const struct import_node *list, int depth)
{
	int err = 0;

	for (const struct import_item *i = node_items(list); i && !err && depth < BRIDGE_DEPTH_MAX;
	     i = i->next) {
		const char *type = node_get_text(i->value, "type") ?: "?";

		if (!strcmp(type, "linux_bond")) {
			err = make_bond(model, i->value);
			if (!err && depth)
				err = import_warn(model, i->value->place,
						  "%.40s is a member of a bridge: bridge ignored",
						  node_get_text(i->value, "name") ?: "");
			continue;
		}
		err = import_warn(model, i->value->place,
				  "%.40s: type %.20s is not a bond: left alone",
				  node_get_text(i->value, "name") ?: "?", type);
		err = err ?: read_config(model, node_get(i->value, "members"), depth + 1);
	}
	return err;
}

static int declare(struct import_model *model, struct import_sheet *sheet)
{
	return read_config(model, config_of(sheet->tree), 0);
}

int import_osnetconfig_tree(struct import_model *model, const struct import_node *root)
{
	const struct import_node *config = config_of(root);

	if (!config || config->kind != NODE_LIST)
		return import_refuse(model, root->place, -EINVAL,
				     "no list 'network_config:': not an os-net-config file");
	return nested_new(model, root, declare, NULL);
}

int import_osnetconfig(struct import_model *model, const struct import_file *file)
{
	const struct import_node *root;

	return import_yaml(model, file, &root) ?: import_osnetconfig_tree(model, root);
}
