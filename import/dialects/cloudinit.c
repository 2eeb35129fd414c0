/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Version 1 of the network configuration of cloud-init and curtin: a list
 * `config:` of devices and settings. See dialects.h.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/dialects/dialects.h"
#include "import/driver_options.h"
#include "import/nested.h"
#include "import/net.h"

static const struct import_node *config_of(const struct import_sheet *sheet)
{
	const struct import_node *network = node_get(sheet->tree, "network");

	return node_get(network ?: sheet->tree, "config");
}

/* The MAC address that the file gives for the card @name; NULL: none. */
static const char *mac_of(const struct import_node *config, const char *name)
{
	for (const struct import_item *i = node_items(config); i; i = i->next) {
		const char *other = node_get_text(i->value, "name");

		if (other && !strcmp(other, name) &&
		    !strcmp(node_get_text(i->value, "type") ?: "", "physical"))
			return node_get_text(i->value, "mac_address");
	}
	return NULL;
}

static int set_parameters(struct import_model *model, struct import_link *link,
			  const struct import_node *params)
{
	int err = 0;

	for (const struct import_item *i = node_items(params); i && !err; i = i->next) {
		char name[64], value[512];

		if (!node_join(i->value, value, sizeof(value)))
			return nested_invalid(model, i);
		if (!import_ifupdown_option(i->key, name, sizeof(name)))
			err = import_warn(model, i->place,
					  "%.40s: not supported on a bond: ignored", i->key);
		else
			err = import_driver_option(model, link, name, value, i->place);
	}
	return err;
}

/*
 * Writes "10.0.0.0/8", or a destination with a separate netmask or prefix, to
 * @text as IP/LENGTH.
 */
static bool network_text(const struct import_node *map, const char *ip, char *text, size_t size)
{
	const char *mask = node_get_text(map, "netmask") ?: node_get_text(map, "prefix");
	uint32_t length = 0;

	if (strchr(ip, '/') || !mask)
		return (size_t)snprintf(text, size, "%s", ip) < size;
	if (import_is_ip6(ip) ? !import_parse_number(mask, 128, &length)
			      : !import_mask_length(mask, &length))
		return false;
	return (size_t)snprintf(text, size, "%.60s/%u", ip, length) < size;
}

static int add_route(struct import_model *model, struct import_link *link,
		     const struct import_node *node)
{
	static const char *const known[] = {"type",    "network", "destination",
					    "netmask", "prefix",  "gateway",
					    "metric",  "id",	  NULL};
	struct import_route route = {.via = node_get_text(node, "gateway"), .place = node->place};
	const char *to = node_get_text(node, "destination") ?: node_get_text(node, "network");
	const struct import_item *unsupported = node_items(node);
	char text[80];
	int err = nested_number(model, node, "metric", &route.metric);

	while (unsupported && is_one_of(unsupported->key, known))
		unsupported = unsupported->next;
	if (err || unsupported)
		return err ?: nested_ignore_route(model, unsupported);
	if (!to || !network_text(node, to, text, sizeof(text)))
		return import_refuse(model, node->place, -EINVAL, "route without a destination");
	route.to = text;
	return import_add_route(model, link, &route);
}

static int add_subnet(struct import_model *model, struct import_link *link,
		      const struct import_node *subnet)
{
	static const char *const known[] = {"type",    "address", "netmask", "prefix", "broadcast",
					    "gateway", "routes",  "control", NULL};
	const char *type = node_get_text(subnet, "type") ?: "",
		   *ip = node_get_text(subnet, "address");
	const char *router = node_get_text(subnet, "gateway");
	char text[80];
	int err = nested_warn_unknown(model, subnet, known);

	if (!err && !strncmp(type, "dhcp", 4))
		return import_warn_dhcp(model, link, subnet->place, type);
	if (!err && !strncmp(type, "ipv6_dhcp", 9))
		return import_warn_dhcp(model, link, subnet->place, type);
	if (!err && ip && !network_text(subnet, ip, text, sizeof(text)))
		return import_refuse(model, subnet->place, -EINVAL, "invalid netmask");
	if (!err && ip && !strchr(text, '/'))
		err = import_warn(
			model, subnet->place,
			"%.60s has neither a prefix length nor a netmask: address ignored", ip);
	else if (!err && ip)
		err = import_add_address(model, link, text, node_get_text(subnet, "broadcast"),
					 NULL, subnet->place);
	if (!err && router)
		err = import_add_router(model, link, router, 0, subnet->place);
	for (const struct import_item *i = node_items(node_get(subnet, "routes")); i && !err;
	     i = i->next)
		err = add_route(model, link, i->value);
	if (!strcmp(node_get_text(subnet, "control") ?: "", "manual"))
		link->is_manual = true;
	return err;
}

static int add_ports(struct import_model *model, const struct import_node *config,
		     const struct import_link *bond, const struct import_item *list)
{
	int err = 0;

	if (!list || list->value->kind != NODE_LIST)
		return list ? nested_invalid(model, list) : 0;
	for (const struct import_item *i = list->value->items; i && !err; i = i->next) {
		const char *name = node_text(i->value);
		struct import_link *port;

		err = name ? nested_port(model, name, mac_of(config, name), bond->name, i->place,
					 &port)
			   : nested_invalid(model, i);
	}
	return err;
}

static int make_bond(struct import_model *model, const struct import_node *config,
		     const struct import_node *item)
{
	static const char *const known[] = {"type",	   "name",    "bond_interfaces",
					    "params",	   "subnets", "mtu",
					    "mac_address", "id",      NULL};
	const char *name = node_get_text(item, "name"), *mtu = node_get_text(item, "mtu");
	const char *mac = node_get_text(item, "mac_address");
	struct import_link *link;
	int err = import_bond(model, name ?: "", item->place, &link);

	if (err)
		return err;
	link->is_up = true;
	err = add_ports(model, config, link, node_item(item, "bond_interfaces"))
		      ?: set_parameters(model, link, node_get(item, "params"));
	if (!err && mtu)
		err = import_set_mtu(model, link, mtu, item->place);
	if (!err && mac)
		err = import_set_mac(model, link, mac, item->place);
	for (const struct import_item *i = node_items(node_get(item, "subnets")); i && !err;
	     i = i->next)
		err = add_subnet(model, link, i->value);
	return err ?: nested_warn_unknown(model, item, known);
}

static int declare(struct import_model *model, struct import_sheet *sheet)
{
	const struct import_node *config = config_of(sheet);
	int err = 0;

	for (const struct import_item *i = node_items(config); i && !err; i = i->next)
		if (!strcmp(node_get_text(i->value, "type") ?: "", "bond"))
			err = make_bond(model, config, i->value);
	return err;
}

/* The port for the file's @name, under the name it has here; NULL: not a port. */
static const struct import_link *port_of(const struct import_model *model,
					 const struct import_node *item)
{
	const char *name = node_get_text(item, "name"), *mac = node_get_text(item, "mac_address");
	const struct import_interface *owner = mac ? import_interface_with(model, mac) : NULL;
	const struct import_link *link = import_find(model, owner ? owner->name : name ?: "");

	return link && link->master ? link : NULL;
}

/* Warns of settings of a card that a port cannot have. */
static int warn_physical(struct import_model *model, const struct import_node *item)
{
	static const char *const known[] = {"type", "name", "mac_address", "id", NULL};
	const struct import_item *first = node_items(node_get(item, "subnets"));

	if (!port_of(model, item))
		return import_warn(model, item->place,
				   "%.40s is neither a bond nor a port: left alone",
				   node_get_text(item, "name") ?: "?");
	if (first && !first->next && !strcmp(node_get_text(first->value, "type") ?: "", "manual"))
		return 0;
	return nested_warn_unknown(model, item, known);
}

static int supplement(struct import_model *model, struct import_sheet *sheet)
{
	int err = 0;

	for (const struct import_item *i = node_items(config_of(sheet)); i && !err; i = i->next) {
		const char *type = node_get_text(i->value, "type") ?: "?";
		const char *via = node_get_text(i->value, "gateway");
		struct import_link *link;

		if (!strcmp(type, "bond"))
			continue;
		if (!strcmp(type, "physical")) {
			err = warn_physical(model, i->value);
			continue;
		}
		link = !strcmp(type, "route") && via ? import_link_towards(model, via) : NULL;
		err = link && link->is_bond
			      ? add_route(model, link, i->value)
			      : import_warn(model, i->value->place,
					    "type %.20s: does not belong in a bond: ignored", type);
	}
	return err;
}

int import_cloudinit_tree(struct import_model *model, const struct import_node *root)
{
	return nested_new(model, root, declare, supplement);
}

int import_cloudinit(struct import_model *model, const struct import_file *file)
{
	const struct import_node *root;

	return import_yaml(model, file, &root) ?: import_cloudinit_tree(model, root);
}
