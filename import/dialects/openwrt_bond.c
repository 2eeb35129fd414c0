/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interprets bonds of OpenWrt's network file: see openwrt.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/dialects/openwrt.h"
#include "import/driver_options.h"
#include "import/net.h"

/* Keys of netifd's devices, and of the older protocol, that differ from the driver's. */
static const struct {
	const char *key, *option;
} words[] = {
	{"bonding_policy", "mode"},
	{"policy", "mode"},
	{"num_grat_arp__num_unsol_na", "num_grat_arp"},
	{"num_peer_notif", "num_grat_arp"},
	{"all_ports_active", "all_slaves_active"},
	{"packets_per_port", "packets_per_slave"},
	{"dynamic_lb", "tlb_dynamic_lb"},
	{"failover_mac", "fail_over_mac"},
	{"arp_target", "arp_ip_target"},
};

static const char *const port_keys[] = {"slaves", "ports", NULL};
static const char *const ip_keys[] = {"ipaddr", "netmask", "gateway",	"ip6addr",
				      "ip6gw",	"metric",  "broadcast", NULL};
static const char *const indifferent[] = {
	"",	  "proto",	     "type",	     "name",
	"device", "ifname",	     "auto",	     "disabled",
	"ipv6",	  "link_monitoring", "monitor_mode", "monitor_interval",
	NULL};

static const char *name_of(const struct import_item *section)
{
	return node_get_text(section->value, "") ?: "";
}

/* Passes each item of a list, or each word of a text, to @take. */
static int each_word(struct import_model *model, struct import_link *link,
		     const struct import_item *item,
		     int (*take)(struct import_model *model, struct import_link *link,
				 const char *word, struct import_place place))
{
	const char *text = node_text(item->value);
	char *copy = text ? (char *)import_text(model, text) : NULL, *word, *rest;
	int err = 0;

	for (const struct import_item *i = text ? NULL : node_items(item->value); i && !err;
	     i = i->next)
		err = take(model, link, node_text(i->value) ?: "", i->place);
	for (word = copy ? strtok_r(copy, " \t", &rest) : NULL; word && !err;
	     word = strtok_r(NULL, " \t", &rest))
		err = take(model, link, word, item->place);
	return err;
}

static int add_port(struct import_model *model, struct import_link *bond, const char *word,
		    struct import_place place)
{
	struct import_link *port;

	return import_port(model, word, bond->name, place, &port);
}

static int add_plain_address(struct import_model *model, struct import_link *link, const char *word,
			     struct import_place place)
{
	if (strchr(word, '/'))
		return import_add_address(model, link, word, NULL, NULL, place);
	return import_warn(model, place,
			   "%.60s has neither a prefix length nor a netmask: address ignored",
			   word);
}

static int set_option(struct import_model *model, struct import_link *link,
		      const struct import_item *item)
{
	const char *option = item->key;
	char value[512];

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].key, option) == 0)
			option = words[i].option;
	if (!node_join(item->value, value, sizeof(value)))
		return nested_invalid(model, item);
	for (char *at = value; *at && strstr(option, "target"); at++)
		*at = *at == ' ' ? ',' : *at;
	return import_driver_option(model, link, option, value, item->place);
}

/* monitor_interval belongs to the monitor chosen by monitor_mode, by default carrier. */
static int set_monitor(struct import_model *model, struct import_link *link,
		       const struct import_node *section)
{
	const char *mode = node_get_text(section, "monitor_mode") ?: "mii";
	const struct import_item *interval = node_item(section, "monitor_interval");

	if (!interval || !node_text(interval->value))
		return 0;
	return import_set(model, link, strcmp(mode, "arp") ? "miimon" : "arp_interval",
			  node_text(interval->value), interval->place);
}

/* Reads the bond's own settings, in a section of either kind. */
static int read_bond(struct import_model *model, struct import_link *link,
		     const struct import_node *section)
{
	int err = set_monitor(model, link, section);

	for (const struct import_item *i = node_items(section); i && !err; i = i->next) {
		if (is_one_of(i->key, port_keys))
			err = each_word(model, link, i, add_port);
		else if (!strcmp(i->key, "mtu") && node_text(i->value))
			err = import_set_mtu(model, link, node_text(i->value), i->place);
		else if (!strcmp(i->key, "macaddr") && node_text(i->value))
			err = import_set_mac(model, link, node_text(i->value), i->place);
		else if (!is_one_of(i->key, indifferent) && !is_one_of(i->key, ip_keys))
			err = set_option(model, link, i);
	}
	return err;
}

static int add_ip4(struct import_model *model, struct import_link *link,
		   const struct import_node *section)
{
	const struct import_item *item = node_item(section, "ipaddr");
	const char *mask = node_get_text(section, "netmask");
	const char *text = item ? node_text(item->value) : NULL;

	if (!item)
		return 0;
	if (text && mask && !strpbrk(text, "/ "))
		return import_add_masked(model, link, text, mask,
					 node_get_text(section, "broadcast"), NULL, item->place);
	return each_word(model, link, item, add_plain_address);
}

static int add_routers(struct import_model *model, struct import_link *link,
		       const struct import_node *section)
{
	static const char *const keys[] = {"gateway", "ip6gw"};
	uint32_t metric;
	int err = nested_number(model, section, "metric", &metric);

	for (size_t i = 0; i < 2 && !err; i++) {
		const struct import_item *item = node_item(section, keys[i]);

		if (item && node_text(item->value))
			err = import_add_router(model, link, node_text(item->value), metric,
						item->place);
	}
	return err;
}

static int read_ip(struct import_model *model, struct import_link *link,
		   const struct import_item *section)
{
	const struct import_item *ip6 = node_item(section->value, "ip6addr");
	const char *proto = node_get_text(section->value, "proto") ?: "none";
	int err = 0;

	if (!strncmp(proto, "dhcp", 4))
		return import_warn_dhcp(model, link, section->place, proto);
	err = add_ip4(model, link, section->value);
	if (!err && ip6)
		err = each_word(model, link, ip6, add_plain_address);
	return err ?: add_routers(model, link, section->value);
}

static bool is_disabled(const struct import_item *section)
{
	return node_is_yes(section->value, "disabled", false);
}

/* The older protocol derives the bond's name from the interface's: bonding-lan. */
static int make_of_interface(struct import_model *model, const struct import_item *section)
{
	struct import_link *link;
	char name[64];
	int err;

	snprintf(name, sizeof(name), "bonding-%.40s", name_of(section));
	err = import_bond(model, name, section->place, &link);
	if (err)
		return err;
	link->is_up = true;
	link->is_manual = !node_is_yes(section->value, "auto", true);
	return read_bond(model, link, section->value) ?: read_ip(model, link, section);
}

static int make_of_device(struct import_model *model, const struct import_item *section)
{
	const char *name = node_get_text(section->value, "name") ?: name_of(section);
	struct import_link *link;
	int err = import_bond(model, name, section->place, &link);

	if (!err)
		link->is_up = true;
	return err ?: read_bond(model, link, section->value);
}

static bool is_bond_device(const struct import_item *section)
{
	return !strcmp(section->key, "device") &&
	       !strcmp(node_get_text(section->value, "type") ?: "", "bonding");
}

static bool is_bond_interface(const struct import_item *section)
{
	return !strcmp(section->key, "interface") &&
	       !strcmp(node_get_text(section->value, "proto") ?: "", "bonding");
}

static int declare(struct import_model *model, struct import_sheet *sheet)
{
	int err = 0;

	for (const struct import_item *i = node_items(sheet->tree); i && !err; i = i->next) {
		if (is_disabled(i))
			continue;
		if (is_bond_device(i))
			err = make_of_device(model, i);
		else if (is_bond_interface(i))
			err = make_of_interface(model, i);
	}
	return err;
}

/* The bond under a logical interface; NULL: none. */
static struct import_link *bond_of(const struct import_model *model,
				   const struct import_item *section)
{
	const char *device =
		node_get_text(section->value, "device") ?: node_get_text(section->value, "ifname");
	char name[64];
	struct import_link *link;

	snprintf(name, sizeof(name), "bonding-%.40s", name_of(section));
	link = import_find(model, is_bond_interface(section) ? name : device ?: "");
	return link && link->is_bond ? link : NULL;
}

/* A logical interface on a bond device. */
static int read_interface(struct import_model *model, const struct import_item *section)
{
	struct import_link *link = bond_of(model, section);
	int err;

	if (!link)
		return strcmp(name_of(section), "loopback")
			       ? import_warn(model, section->place,
					     "%.40s is not an interface of a bond: left alone",
					     name_of(section))
			       : 0;
	err = read_ip(model, link, section);
	for (const struct import_item *i = node_items(section->value); i && !err; i = i->next)
		if (!is_one_of(i->key, indifferent) && !is_one_of(i->key, ip_keys))
			err = import_warn(model, i->place,
					  "%.40s: not supported on a bond: ignored", i->key);
	return err;
}

/* "config route" for an interface. */
static int read_route(struct import_model *model, const struct import_sheet *sheet,
		      const struct import_item *section)
{
	static const char *const known[] = {"",	       "interface", "target", "netmask",
					    "gateway", "metric",    "mtu",    "table",
					    "onlink",  "source",    NULL};
	const char *interface = node_get_text(section->value, "interface") ?: "";
	const char *to = node_get_text(section->value, "target"), *mask;
	const struct import_item *table = node_item(section->value, "table"), *unsupported;
	struct import_route route = {.place = section->place};
	struct import_link *link = NULL;
	uint32_t length;
	char whole[80];
	int err = nested_number(model, section->value, "metric", &route.metric)
			  ?: nested_number(model, section->value, "mtu", &route.mtu);

	for (const struct import_item *i = node_items(sheet->tree); i; i = i->next)
		if (!strcmp(i->key, "interface") && !strcmp(name_of(i), interface))
			link = bond_of(model, i);
	if (err || !link)
		return err
			       ?: import_warn(model, section->place,
					      "route does not belong to any bond here: left alone");
	for (unsupported = node_items(section->value);
	     unsupported && is_one_of(unsupported->key, known);)
		unsupported = unsupported->next;
	if (table && !import_parse_table(node_text(table->value) ?: "", &route.table))
		unsupported = table;
	if (unsupported)
		return nested_ignore_route(model, unsupported);
	mask = node_get_text(section->value, "netmask");
	if (to && mask && !strchr(to, '/') && import_mask_length(mask, &length)) {
		snprintf(whole, sizeof(whole), "%.60s/%u", to, length);
		to = whole;
	}
	route.to = to;
	route.via = node_get_text(section->value, "gateway");
	route.source = node_get_text(section->value, "source");
	route.is_onlink = node_is_yes(section->value, "onlink", false);
	return to ? import_add_route(model, link, &route)
		  : import_refuse(model, section->place, -EINVAL, "route without target");
}

static int supplement(struct import_model *model, struct import_sheet *sheet)
{
	int err = 0;

	for (const struct import_item *i = node_items(sheet->tree); i && !err; i = i->next) {
		if (is_bond_device(i) || is_bond_interface(i) || is_disabled(i))
			continue;
		if (!strcmp(i->key, "interface"))
			err = read_interface(model, i);
		else if (!strcmp(i->key, "route") || !strcmp(i->key, "route6"))
			err = read_route(model, sheet, i);
		else if (strcmp(i->key, "globals") != 0)
			err = import_warn(model, i->place,
					  "config %.20s: does not belong in a bond: left alone",
					  i->key);
	}
	return err;
}

int openwrt_read(struct import_model *model, const struct import_node *root)
{
	return nested_new(model, root, declare, supplement);
}
