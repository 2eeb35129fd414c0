/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One bond in netplan's format: interfaces, parameters, addresses. See netplan.h. */
#include "import/dialects/netplan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/net.h"
#include "import/timespan.h"

#define US_PER_MS 1000ull
#define US_PER_S 1000000ull

enum value_kind { VALUE_TEXT, VALUE_MS, VALUE_S, VALUE_BOOL, VALUE_LIST, VALUE_PORT };

/* Plain numbers are milliseconds, except in learn-packet-interval. */
static const struct parameter {
	const char *key, *option;
	enum value_kind kind;
} parameters[] = {
	{"mode", "mode", VALUE_TEXT},
	{"lacp-rate", "lacp_rate", VALUE_TEXT},
	{"mii-monitor-interval", "miimon", VALUE_MS},
	{"min-links", "min_links", VALUE_TEXT},
	{"transmit-hash-policy", "xmit_hash_policy", VALUE_TEXT},
	{"ad-select", "ad_select", VALUE_TEXT},
	{"all-members-active", "all_slaves_active", VALUE_BOOL},
	{"all-slaves-active", "all_slaves_active", VALUE_BOOL},
	{"arp-interval", "arp_interval", VALUE_MS},
	{"arp-ip-targets", "arp_ip_target", VALUE_LIST},
	{"arp-validate", "arp_validate", VALUE_TEXT},
	{"arp-all-targets", "arp_all_targets", VALUE_TEXT},
	{"up-delay", "updelay", VALUE_MS},
	{"down-delay", "downdelay", VALUE_MS},
	{"fail-over-mac-policy", "fail_over_mac", VALUE_TEXT},
	{"gratuitous-arp", "num_grat_arp", VALUE_TEXT},
	{"gratuitious-arp", "num_grat_arp", VALUE_TEXT}, /* misspelt in netplan itself */
	{"packets-per-member", "packets_per_slave", VALUE_TEXT},
	{"packets-per-slave", "packets_per_slave", VALUE_TEXT},
	{"primary-reselect-policy", "primary_reselect", VALUE_TEXT},
	{"resend-igmp", "resend_igmp", VALUE_TEXT},
	{"learn-packet-interval", "lp_interval", VALUE_S},
	{"primary", "primary", VALUE_PORT},
};

/* A bond being read. */
struct reading {
	struct import_model *model;
	struct import_link *link;
};

int plan_invalid(struct import_model *model, const struct import_item *item)
{
	return import_refuse(model, item->place, -EINVAL, "%.40s: invalid value",
			     *item->key ? item->key : "a list item");
}

static int set_primary(const struct reading *reading, const struct import_item *item)
{
	struct plan_names names;

	plan_interfaces(reading->model, node_text(item->value), &names);
	if (names.count == 1)
		return import_set(reading->model, reading->link, "primary", names.list[0],
				  item->place);
	return import_warn(reading->model, item->place,
			   "primary: %.40s matches %s interface: ignored", node_text(item->value),
			   names.count ? "more than one" : "no");
}

static int set_parameter(const struct reading *reading, const struct parameter *parameter,
			 const struct import_item *item)
{
	const char *scalar = node_text(item->value);
	char text[OPTION_TEXT_MAX];
	bool yes = false;
	int err = 0;

	if (!node_join(item->value, text, sizeof(text)) ||
	    (!scalar && parameter->kind != VALUE_LIST))
		return plan_invalid(reading->model, item);
	switch (parameter->kind) {
	case VALUE_TEXT:
	case VALUE_LIST:
		break;
	case VALUE_MS:
		err = import_timespan(reading->model, item->place, scalar, US_PER_MS, US_PER_MS,
				      text, sizeof(text));
		break;
	case VALUE_S:
		err = import_timespan(reading->model, item->place, scalar, US_PER_S, US_PER_S, text,
				      sizeof(text));
		break;
	case VALUE_BOOL:
		if (!parse_bool(scalar, &yes))
			return plan_invalid(reading->model, item);
		snprintf(text, sizeof(text), "%d", yes);
		break;
	case VALUE_PORT:
		return set_primary(reading, item);
	}
	return err
		       ?: import_set(reading->model, reading->link, parameter->option, text,
				     item->place);
}

static int read_parameters(const struct reading *reading, const struct import_node *mapping)
{
	const size_t count = sizeof(parameters) / sizeof(parameters[0]);
	int err = 0;

	for (const struct import_item *item = node_items(mapping); item && !err;
	     item = item->next) {
		size_t i = 0;

		while (i < count && strcmp(parameters[i].key, item->key) != 0)
			i++;
		if (i < count)
			err = set_parameter(reading, &parameters[i], item);
		else
			err = import_warn(reading->model, item->place, "%.40s: unknown: ignored",
					  item->key);
	}
	return err;
}

/* Adds the ports that one item of interfaces: stands for. */
static int read_interface(const struct reading *reading, const struct import_item *item)
{
	const char *id = node_text(item->value);
	struct plan_names names;
	struct import_link *port;
	int err = 0;

	if (!id)
		return plan_invalid(reading->model, item);
	plan_interfaces(reading->model, id, &names);
	if (!names.count)
		return import_refuse(reading->model, item->place, -ENODEV,
				     "%.40s: no interface here matches its 'match:'", id);
	for (size_t i = 0; i < names.count && !err; i++)
		if (strcmp(names.list[i], reading->link->name) != 0)
			err = import_port(reading->model, names.list[i], reading->link->name,
					  item->place, &port);
	return err;
}

/* "192.0.2.1/24", alone or with "label:" below it. */
static int read_address(const struct reading *reading, const struct import_item *item)
{
	const struct import_item *key = node_items(item->value);
	const char *text = node_text(item->value), *label = NULL;

	if (key && item->value->kind == NODE_MAP) {
		text = key->key;
		label = node_get_text(key->value, "label");
		for (const struct import_item *i = node_items(key->value); i; i = i->next)
			if (strcmp(i->key, "label") != 0)
				return import_warn(
					reading->model, i->place,
					"%.40s: not supported by ebond: address %.60s ignored",
					i->key, text);
	}
	if (!text)
		return plan_invalid(reading->model, item);
	if (!strchr(text, '/'))
		return import_refuse(reading->model, item->place, -EINVAL,
				     "%.60s has no prefix length: netplan requires one, as in /24",
				     text);
	return import_add_address(reading->model, reading->link, text, NULL, label, item->place);
}

static int read_route(const struct reading *reading, const struct import_item *item)
{
	if (item->value->kind != NODE_MAP)
		return plan_invalid(reading->model, item);
	return plan_route(reading->model, reading->link, item->value);
}

static int read_list(const struct reading *reading, const struct import_item *list,
		     int (*read_item)(const struct reading *reading,
				      const struct import_item *item))
{
	int err = 0;

	if (list->value->kind != NODE_LIST)
		return plan_invalid(reading->model, list);
	for (const struct import_item *i = list->value->items; i && !err; i = i->next)
		err = read_item(reading, i);
	return err;
}

static int read_dhcp(const struct reading *reading, const struct import_item *item)
{
	const char *scalar = node_text(item->value);
	bool yes = false;

	if (!scalar || !parse_bool(scalar, &yes))
		return plan_invalid(reading->model, item);
	return yes ? import_warn_dhcp(reading->model, reading->link, item->place, item->key) : 0;
}

/* Keys whose value is a single text. */
static int read_scalar(const struct reading *reading, const struct import_item *item)
{
	const char *scalar = node_text(item->value);

	if (!scalar)
		return plan_invalid(reading->model, item);
	if (!strcmp(item->key, "mtu"))
		return import_set_mtu(reading->model, reading->link, scalar, item->place);
	if (!strcmp(item->key, "macaddress"))
		return import_set_mac(reading->model, reading->link, scalar, item->place);
	return import_add_router(reading->model, reading->link, scalar, 0, item->place);
}

static int read_key(const struct reading *reading, const struct import_item *item)
{
	static const char *const scalars[] = {"gateway4", "gateway6", "mtu", "macaddress", NULL};
	const char *name = item->key;

	if (!strcmp(name, "interfaces") && item->value->kind != NODE_LIST)
		return import_refuse(reading->model, item->place, -EINVAL,
				     "interfaces: must be a list, such as [eth0, eth1]");
	if (!strcmp(name, "interfaces"))
		return read_list(reading, item, read_interface);
	if (!strcmp(name, "parameters"))
		return item->value->kind == NODE_MAP ? read_parameters(reading, item->value)
						     : plan_invalid(reading->model, item);
	if (!strcmp(name, "addresses"))
		return read_list(reading, item, read_address);
	if (!strcmp(name, "routes"))
		return read_list(reading, item, read_route);
	if (!strcmp(name, "dhcp4") || !strcmp(name, "dhcp6"))
		return read_dhcp(reading, item);
	if (!strcmp(name, "optional") || !strcmp(name, "renderer"))
		return 0;
	if (is_one_of(name, scalars))
		return read_scalar(reading, item);
	return import_warn(reading->model, item->place, "%.40s: not supported on a bond: ignored",
			   name);
}

int plan_bond(struct import_model *model, const struct import_item *bond)
{
	struct reading reading = {.model = model, .link = import_find(model, bond->key)};
	int err = 0;

	/* netplan merges files: a later one adds to an earlier one */
	if (!reading.link || !reading.link->is_bond)
		err = import_bond(model, bond->key, bond->place, &reading.link);
	if (!err)
		reading.link->is_up = true;
	for (const struct import_item *i = node_items(bond->value); i && !err; i = i->next)
		err = read_key(&reading, i);
	return err;
}
