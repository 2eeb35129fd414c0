/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nmstate's YAML or JSON: interfaces: of type bond. See dialects.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/dialects/dialects.h"
#include "import/driver_options.h"
#include "import/nested.h"
#include "import/net.h"

/* The state itself, possibly inside a Kubernetes policy. */
static const struct import_node *state_of(const struct import_node *root)
{
	const struct import_node *inner =
		node_get(node_get(root, "spec"), "desiredState") ?: node_get(root, "desiredState");

	return inner ?: root;
}

/* The entry of the state for the interface @name; NULL: none. */
static const struct import_node *find_interface(const struct import_node *root, const char *name)
{
	const struct import_item *i = node_items(node_get(state_of(root), "interfaces"));

	while (i && strcmp(node_get_text(i->value, "name") ?: "", name) != 0)
		i = i->next;
	return i ? i->value : NULL;
}

/* The MAC address, when the card is identified by it. */
static const char *identifier_of(const struct import_node *interface)
{
	const char *by = node_get_text(interface, "identifier");

	return by && !strcmp(by, "mac-address") ? node_get_text(interface, "mac-address") : NULL;
}

static int add_ports(struct import_model *model, const struct import_node *root,
		     const struct import_link *bond, const struct import_item *list)
{
	struct import_link *port;
	int err = 0;

	if (!list)
		return 0;
	if (list->value->kind != NODE_LIST)
		return nested_invalid(model, list);
	for (const struct import_item *i = list->value->items; i && !err; i = i->next) {
		const char *name = node_text(i->value), *mac;

		if (!name)
			return nested_invalid(model, i);
		mac = identifier_of(find_interface(root, name));
		if (mac && !import_interface_with(model, mac))
			err = import_warn(
				model, i->place,
				"%.40s: no interface here has its mac-address: not added as a port",
				name);
		else
			err = import_port(model,
					  mac ? import_interface_with(model, mac)->name : name,
					  bond->name, i->place, &port);
	}
	return err;
}

static int set_options(struct import_model *model, struct import_link *link,
		       const struct import_node *options)
{
	int err = 0;

	for (const struct import_item *i = node_items(options); i && !err; i = i->next) {
		char value[512];

		if (!node_join(i->value, value, sizeof(value)))
			return nested_invalid(model, i);
		if (!strcmp(value, "true") || !strcmp(value, "false"))
			snprintf(value, sizeof(value), "%d", node_is_yes(options, i->key, false));
		err = import_driver_option(model, link, i->key, value, i->place);
	}
	if (!err && !import_has(link, "miimon") && !import_has(link, "arp_interval"))
		err = import_set_default(model, link, "miimon",
					 "100"); /* defaults of NetworkManager */
	return err;
}

/* ports-config: options of individual ports. */
static int set_port_options(struct import_model *model, const struct import_item *list)
{
	int err = 0;

	for (const struct import_item *i = list ? node_items(list->value) : NULL; i && !err;
	     i = i->next) {
		const char *name = node_get_text(i->value, "name");
		const char *prio = node_get_text(i->value, "priority");
		const char *queue_id = node_get_text(i->value, "queue-id");
		struct import_link *port = name ? import_find(model, name) : NULL;

		if (!port)
			err = import_warn(
				model, i->place,
				"ports-config for an interface that is not a port: ignored");
		if (port && prio)
			err = import_set(model, port, "prio", prio, i->place);
		if (port && queue_id && !err)
			err = import_set(model, port, "queue_id", queue_id, i->place);
	}
	return err;
}

static int read_aggregation(struct import_model *model, const struct import_node *root,
			    struct import_link *link, const struct import_node *aggregation)
{
	static const char *const known[] = {"mode",   "options",      "port", "ports",
					    "slaves", "ports-config", NULL};
	static const char *const lists[] = {"port", "ports", "slaves"};
	const struct import_item *mode = node_item(aggregation, "mode");
	int err = 0;

	if (mode)
		err = node_text(mode->value)
			      ? import_set(model, link, "mode", node_text(mode->value), mode->place)
			      : nested_invalid(model, mode);
	for (size_t i = 0; i < 3 && !err; i++)
		err = add_ports(model, root, link, node_item(aggregation, lists[i]));
	err = err ?: set_options(model, link, node_get(aggregation, "options"));
	err = err ?: set_port_options(model, node_item(aggregation, "ports-config"));
	return err ?: nested_warn_unknown(model, aggregation, known);
}

static int read_ip(struct import_model *model, struct import_link *link,
		   const struct import_item *ip)
{
	const struct import_node *addresses = node_get(ip ? ip->value : NULL, "address");
	int err = 0;

	if (!ip || !node_is_yes(ip->value, "enabled", false))
		return 0;
	if (node_is_yes(ip->value, "dhcp", false))
		return import_warn_dhcp(model, link, ip->place, ip->key);
	for (const struct import_item *i = node_items(addresses); i && !err; i = i->next) {
		const char *text = node_get_text(i->value, "ip");
		const char *length = node_get_text(i->value, "prefix-length");
		char whole[80];

		if (!text || !length)
			return import_refuse(model, i->place, -EINVAL,
					     "address without ip or prefix-length");
		snprintf(whole, sizeof(whole), "%.60s/%.8s", text, length);
		err = import_add_address(model, link, whole, NULL, NULL, i->place);
	}
	return err;
}

static int make_bond(struct import_model *model, const struct import_node *root,
		     const struct import_node *node)
{
	static const char *const known[] = {
		"name", "type",	       "state",	       "link-aggregation", "ipv4",	 "ipv6",
		"mtu",	"mac-address", "profile-name", "description",	   "identifier", NULL};
	const char *mtu = node_get_text(node, "mtu"), *mac = node_get_text(node, "mac-address");
	struct import_link *link;
	int err = import_bond(model, node_get_text(node, "name") ?: "", node->place, &link);

	if (err)
		return err;
	link->is_up = true;
	link->is_manual = !strcmp(node_get_text(node, "state") ?: "", "down");
	err = read_aggregation(model, root, link, node_get(node, "link-aggregation"));
	err = err ?: read_ip(model, link, node_item(node, "ipv4"));
	err = err ?: read_ip(model, link, node_item(node, "ipv6"));
	if (!err && mtu)
		err = import_set_mtu(model, link, mtu, node->place);
	if (!err && mac)
		err = import_set_mac(model, link, mac, node->place);
	return err ?: nested_warn_unknown(model, node, known);
}

static int declare(struct import_model *model, struct import_sheet *sheet)
{
	const struct import_node *state = state_of(sheet->tree);
	int err = 0;

	for (const struct import_item *i = node_items(node_get(state, "interfaces")); i && !err;
	     i = i->next) {
		const char *said = node_get_text(i->value, "state") ?: "up";

		if (strcmp(node_get_text(i->value, "type") ?: "", "bond") != 0)
			continue;
		if (!strcmp(said, "absent") || !strcmp(said, "ignore"))
			err = import_warn(model, i->value->place, "state %s: left alone", said);
		else
			err = make_bond(model, sheet->tree, i->value);
	}
	return err;
}

static int add_route(struct import_model *model, struct import_link *link,
		     const struct import_node *node)
{
	static const char *const known[] = {"destination", "next-hop-address", "next-hop-interface",
					    "metric",	   "table-id",	       "state",
					    "route-type",  "source",	       NULL};
	struct import_route route = {.place = node->place};
	const struct import_item *unsupported = node_items(node);
	const char *metric = node_get_text(node, "metric"),
		   *via = node_get_text(node, "next-hop-address");
	const char *type = node_get_text(node, "route-type");
	int err = metric && !strcmp(metric, "-1")
			  ? 0
			  : nested_number(model, node, "metric", &route.metric);

	err = err ?: nested_number(model, node, "table-id", &route.table);
	while (unsupported && is_one_of(unsupported->key, known))
		unsupported = unsupported->next;
	if (type && !(route.type = import_route_type(type)))
		unsupported = node_item(node, "route-type");
	if (err || unsupported)
		return err ?: nested_ignore_route(model, unsupported);
	if (route.table == 254)
		route.table = 0;
	route.to = node_get_text(node, "destination");
	route.via = via && *via ? via : NULL;
	route.source = node_get_text(node, "source");
	return route.to ? import_add_route(model, link, &route)
			: import_refuse(model, node->place, -EINVAL, "route without destination");
}

/* Warns of interfaces that are not bonds, and of settings that a port cannot have. */
static int warn_others(struct import_model *model, const struct import_node *state)
{
	static const char *const of_port[] = {"name",	     "type", "state",	    "identifier",
					      "ipv4",	     "ipv6", "mac-address", "profile-name",
					      "description", NULL};
	int err = 0;

	for (const struct import_item *i = node_items(node_get(state, "interfaces")); i && !err;
	     i = i->next) {
		const char *name = node_get_text(i->value, "name") ?: "?";
		const char *mac = identifier_of(i->value);
		const struct import_interface *card =
			mac ? import_interface_with(model, mac) : NULL;
		const struct import_link *link = import_find(model, card ? card->name : name);

		if (!strcmp(node_get_text(i->value, "type") ?: "", "bond"))
			continue;
		if (!link || !link->master) {
			err = import_warn(model, i->value->place,
					  "%.40s is neither a bond nor a port: left alone", name);
			continue;
		}
		for (const struct import_item *key = node_items(i->value); key && !err;
		     key = key->next)
			if (!is_one_of(key->key, of_port))
				err = import_warn(model, key->place,
						  "%.40s: not supported on a port: ignored",
						  key->key);
	}
	return err;
}

static int supplement(struct import_model *model, struct import_sheet *sheet)
{
	static const char *const known[] = {"interfaces", "routes", NULL};
	const struct import_node *state = state_of(sheet->tree);
	int err = warn_others(model, state);

	for (const struct import_item *i =
		     node_items(node_get(node_get(state, "routes"), "config"));
	     i && !err; i = i->next) {
		const char *device = node_get_text(i->value, "next-hop-interface") ?: "";
		struct import_link *link = import_find(model, device);

		if (!strcmp(node_get_text(i->value, "state") ?: "", "absent"))
			continue;
		err = link && link->is_bond
			      ? add_route(model, link, i->value)
			      : import_warn(model, i->value->place,
					    "route does not belong to any bond here: left alone");
	}
	return err ?: nested_warn_unknown(model, state, known);
}

int import_nmstate_tree(struct import_model *model, const struct import_node *root)
{
	const struct import_node *list = node_get(state_of(root), "interfaces");

	if (!list || list->kind != NODE_LIST)
		return import_refuse(model, root->place, -EINVAL,
				     "no list 'interfaces:': not an nmstate file");
	return nested_new(model, root, declare, supplement);
}

int import_nmstate(struct import_model *model, const struct import_file *file)
{
	const struct import_node *root;

	return import_yaml(model, file, &root) ?: import_nmstate_tree(model, root);
}
