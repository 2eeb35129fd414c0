/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One bond of netplan's: interfaces, parameters, addresses. See netplan.h. */
#include "import/dialects/netplan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/net.h"
#include "import/timespan.h"

#define US_PER_MS 1000ull
#define US_PER_S 1000000ull

enum value_kind { VALUE_TEXT, VALUE_MS, VALUE_S, VALUE_BOOL, VALUE_LIST, VALUE_PORT };

/* Bare times are milliseconds, but for learn-packet-interval. */
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
	{"gratuitious-arp", "num_grat_arp", VALUE_TEXT}, /* netplan's own slip */
	{"packets-per-member", "packets_per_slave", VALUE_TEXT},
	{"packets-per-slave", "packets_per_slave", VALUE_TEXT},
	{"primary-reselect-policy", "primary_reselect", VALUE_TEXT},
	{"resend-igmp", "resend_igmp", VALUE_TEXT},
	{"learn-packet-interval", "lp_interval", VALUE_S},
	{"primary", "primary", VALUE_PORT},
};

/* A bond being read. */
struct reading {
	const struct plan *plan;
	struct import_link *link;
};

/* "[a, b]" as "a,b"; a scalar as it is. False: too long, or something else. */
static bool join_list(const struct plan *plan, const yaml_node_t *node, char *text, size_t size)
{
	const char *scalar = plan_text(plan, node);
	size_t used = 0;

	text[0] = '\0';
	if (scalar)
		return (size_t)snprintf(text, size, "%s", scalar) < size;
	if (!node || node->type != YAML_SEQUENCE_NODE)
		return false;
	for (const yaml_node_item_t *item = node->data.sequence.items.start;
	     item < node->data.sequence.items.top; item++) {
		const char *one = plan_text(plan, plan_node(plan, *item));

		if (!one)
			return false;
		used += (size_t)snprintf(text + used, size - used, "%s%s", used ? "," : "", one);
		if (used >= size)
			return false;
	}
	return true;
}

static int wrong_value(const struct plan *plan, const yaml_node_t *key)
{
	return import_refuse(plan->model, plan_place(plan, key), -EINVAL,
			     "%.40s: no value that it can have", plan_text(plan, key) ?: "a key");
}

static int set_parameter(const struct reading *reading, const struct parameter *parameter,
			 const yaml_node_t *key, const yaml_node_t *value)
{
	const struct plan *plan = reading->plan;
	struct import_place place = plan_place(plan, key);
	const char *scalar = plan_text(plan, value), *name;
	char text[OPTION_TEXT_MAX];
	bool yes = false;
	int err = 0;

	if (!join_list(plan, value, text, sizeof(text)) ||
	    (!scalar && parameter->kind != VALUE_LIST))
		return wrong_value(plan, key);
	switch (parameter->kind) {
	case VALUE_TEXT:
	case VALUE_LIST:
		break;
	case VALUE_MS:
		err = import_timespan(plan->model, place, scalar, US_PER_MS, US_PER_MS, text,
				      sizeof(text));
		break;
	case VALUE_S:
		err = import_timespan(plan->model, place, scalar, US_PER_S, US_PER_S, text,
				      sizeof(text));
		break;
	case VALUE_BOOL:
		if (!parse_bool(scalar, &yes))
			return wrong_value(plan, key);
		snprintf(text, sizeof(text), "%d", yes);
		break;
	case VALUE_PORT:
		name = plan_interface(plan, scalar);
		snprintf(text, sizeof(text), "%s", name ?: scalar);
		break;
	}
	return err ?: import_set(plan->model, reading->link, parameter->option, text, place);
}

static int read_parameters(const struct reading *reading, const yaml_node_t *mapping)
{
	const size_t count = sizeof(parameters) / sizeof(parameters[0]);
	const yaml_node_t *key, *value;
	size_t at = 0;
	int err = 0;

	while (!err && plan_next(reading->plan, mapping, &at, &key, &value)) {
		const char *name = plan_text(reading->plan, key) ?: "";
		size_t i = 0;

		while (i < count && strcmp(parameters[i].key, name) != 0)
			i++;
		if (i < count)
			err = set_parameter(reading, &parameters[i], key, value);
		else
			err = import_warn(reading->plan->model, plan_place(reading->plan, key),
					  "%.40s: not known: left out", name);
	}
	return err;
}

static int read_interfaces(const struct reading *reading, const yaml_node_t *list)
{
	const struct plan *plan = reading->plan;
	int err = 0;

	if (!list || list->type != YAML_SEQUENCE_NODE)
		return import_refuse(plan->model, plan_place(plan, list), -EINVAL,
				     "interfaces: write a list: [eth0, eth1]");
	for (const yaml_node_item_t *item = list->data.sequence.items.start;
	     item < list->data.sequence.items.top && !err; item++) {
		const yaml_node_t *node = plan_node(plan, *item);
		const char *id = plan_text(plan, node),
			   *name = id ? plan_interface(plan, id) : NULL;
		struct import_link *port;

		if (!id)
			err = wrong_value(plan, node);
		else if (!name)
			err = import_refuse(plan->model, plan_place(plan, node), -ENODEV,
					    "%.40s: no interface here is what its 'match:' says",
					    id);
		else
			err = import_port(plan->model, name, reading->link->name,
					  plan_place(plan, node), &port);
	}
	return err;
}

/* "192.0.2.1/24", or that with "label:" below it. */
static int read_address(const struct reading *reading, const yaml_node_t *node)
{
	const struct plan *plan = reading->plan;
	const yaml_node_t *key = node, *below = NULL, *name, *value;
	const char *label;
	size_t at = 0, below_at = 0;
	int err;

	if (plan_next(plan, node, &at, &key, &below))
		at = 0;
	if (!plan_text(plan, key))
		return wrong_value(plan, node);
	label = plan_text(plan, plan_get(plan, below, "label"));
	err = import_add_address(plan->model, reading->link, plan_text(plan, key), NULL, label,
				 plan_place(plan, key));
	while (!err && plan_next(plan, below, &below_at, &name, &value))
		if (strcmp(plan_text(plan, name) ?: "", "label") != 0)
			err = import_warn(plan->model, plan_place(plan, name),
					  "%.40s: of an address: left out",
					  plan_text(plan, name) ?: "a key");
	return err;
}

static int read_route(const struct reading *reading, const yaml_node_t *node)
{
	const struct plan *plan = reading->plan;
	const char *to = plan_text(plan, plan_get(plan, node, "to"));
	const char *via = plan_text(plan, plan_get(plan, node, "via"));
	const char *metric_text = plan_text(plan, plan_get(plan, node, "metric"));
	const yaml_node_t *key, *value;
	uint32_t metric = 0;
	size_t at = 0;
	int err = 0;

	if (!node || node->type != YAML_MAPPING_NODE ||
	    (metric_text && !import_parse_number(metric_text, UINT32_MAX, &metric)))
		return wrong_value(plan, node);
	while (!err && plan_next(plan, node, &at, &key, &value)) {
		const char *name = plan_text(plan, key) ?: "";

		if (strcmp(name, "to") && strcmp(name, "via") && strcmp(name, "metric"))
			err = import_warn(plan->model, plan_place(plan, key),
					  "%.40s: of a route: left out", name);
	}
	return err
		       ?: import_add_route(plan->model, reading->link, to, via, metric,
					   plan_place(plan, node));
}

static int read_list(const struct reading *reading, const yaml_node_t *key, const yaml_node_t *list,
		     int (*read_item)(const struct reading *reading, const yaml_node_t *node))
{
	int err = 0;

	if (list->type != YAML_SEQUENCE_NODE)
		return wrong_value(reading->plan, key);
	for (const yaml_node_item_t *item = list->data.sequence.items.start;
	     item < list->data.sequence.items.top && !err; item++)
		err = read_item(reading, plan_node(reading->plan, *item));
	return err;
}

static int read_dhcp(const struct reading *reading, const char *name, const yaml_node_t *key,
		     const char *scalar)
{
	bool yes = false;

	if (!scalar || !parse_bool(scalar, &yes))
		return wrong_value(reading->plan, key);
	return yes ? import_warn_dhcp(reading->plan->model, reading->link,
				      plan_place(reading->plan, key), name)
		   : 0;
}

static int read_key(const struct reading *reading, const char *name, const yaml_node_t *key,
		    const yaml_node_t *value)
{
	const struct plan *plan = reading->plan;
	struct import_place place = plan_place(plan, key);
	const char *scalar = plan_text(plan, value);

	if (!strcmp(name, "interfaces"))
		return read_interfaces(reading, value);
	if (!strcmp(name, "parameters"))
		return value->type == YAML_MAPPING_NODE ? read_parameters(reading, value)
							: wrong_value(plan, key);
	if (!strcmp(name, "addresses"))
		return read_list(reading, key, value, read_address);
	if (!strcmp(name, "routes"))
		return read_list(reading, key, value, read_route);
	if (!strcmp(name, "dhcp4") || !strcmp(name, "dhcp6"))
		return read_dhcp(reading, name, key, scalar);
	if (!strcmp(name, "optional") || !strcmp(name, "renderer"))
		return 0;
	if (!strcmp(name, "gateway4") || !strcmp(name, "gateway6"))
		return scalar ? import_add_route(plan->model, reading->link, NULL, scalar, 0, place)
			      : wrong_value(plan, key);
	if (!strcmp(name, "mtu"))
		return scalar ? import_set_mtu(plan->model, reading->link, scalar, place)
			      : wrong_value(plan, key);
	if (!strcmp(name, "macaddress"))
		return scalar ? import_set_mac(plan->model, reading->link, scalar, place)
			      : wrong_value(plan, key);
	return import_warn(plan->model, place, "%.40s: not for a bond here: left out", name);
}

int plan_bond(const struct plan *plan, const char *name, const yaml_node_t *key,
	      const yaml_node_t *value)
{
	struct reading reading = {.plan = plan};
	const yaml_node_t *inner_key, *inner;
	size_t at = 0;
	int err = import_bond(plan->model, name, plan_place(plan, key), &reading.link);

	if (!err)
		reading.link->is_up = true;
	while (!err && plan_next(plan, value, &at, &inner_key, &inner))
		err = read_key(&reading, plan_text(plan, inner_key) ?: "", inner_key, inner);
	return err;
}
