/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bonds of VyOS's configuration: see vyos.h. */
#include <errno.h>
#include <string.h>

#include "import/dialects/vyos.h"
#include "import/net.h"

/* The single word under @key, i.e. its value; NULL: not set. */
static const char *value_of(const struct import_node *node, const char *key)
{
	const struct import_item *first = node_items(node_get(node, key));

	while (first && first->next)
		first = first->next; /* of several, the last one wins */
	return first ? first->key : NULL;
}

static const char *mode_word(const char *theirs)
{
	static const struct {
		const char *theirs, *ours;
	} modes[] = {
		{"802.3ad", "802.3ad"},
		{"active-backup", "active-backup"},
		{"broadcast", "broadcast"},
		{"round-robin", "balance-rr"},
		{"xor-hash", "balance-xor"},
		{"transmit-load-balance", "balance-tlb"},
		{"adaptive-load-balance", "balance-alb"},
	};

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(modes[i].theirs, theirs) == 0)
			return modes[i].ours;
	return NULL;
}

/* Members are listed under the bond or, until VyOS 1.2, name it themselves (bond-group). */
static int add_ports(struct import_model *model, const struct import_node *interfaces,
		     const struct import_node *node, const char *bond)
{
	const struct import_node *cards = node_get(interfaces, "ethernet");
	const struct import_node *members = node_get(node_get(node, "member"), "interface");
	struct import_link *port;
	int err = 0;

	for (const struct import_item *i = node_items(members); i && !err; i = i->next)
		err = nested_port(model, i->key, value_of(node_get(cards, i->key), "hw-id"), bond,
				  i->place, &port);
	for (const struct import_item *i = node_items(cards); i && !err; i = i->next) {
		const char *group = value_of(i->value, "bond-group")
					    ?: value_of(node_get(i->value, "bond-group"), "group");

		if (group && !strcmp(group, bond))
			err = nested_port(model, i->key, value_of(i->value, "hw-id"), bond,
					  i->place, &port);
	}
	return err;
}

static int read_arp(struct import_model *model, struct import_link *link,
		    const struct import_node *node)
{
	const struct import_item *interval = node_item(node, "interval");
	char targets[512] = "";
	size_t used = 0;
	int err = 0;

	for (const struct import_item *i = node_items(node_get(node, "target")); i; i = i->next) {
		size_t length = strlen(i->key);

		if (used + length + 2 > sizeof(targets))
			return import_refuse(model, i->place, -E2BIG, "target: too many addresses");
		if (used)
			targets[used++] = ',';
		memcpy(targets + used, i->key, length + 1);
		used += length;
	}
	if (interval && value_of(node, "interval"))
		err = import_set(model, link, "arp_interval", value_of(node, "interval"),
				 interval->place);
	if (!err && used)
		err = import_set(model, link, "arp_ip_target", targets, node->place);
	return err;
}

static int add_addresses(struct import_model *model, struct import_link *link,
			 const struct import_node *list)
{
	int err = 0;

	for (const struct import_item *i = node_items(list); i && !err; i = i->next) {
		if (!strcmp(i->key, "dhcp") || !strcmp(i->key, "dhcpv6"))
			err = import_warn_dhcp(model, link, i->place, i->key);
		else
			err = import_add_address(model, link, i->key, NULL, NULL, i->place);
	}
	return err;
}

static int set_mode(struct import_model *model, struct import_link *link,
		    const struct import_item *item, const char *value)
{
	const char *mode = mode_word(value);

	if (!mode)
		return import_refuse(model, item->place, -EINVAL, "mode %.40s: unknown to VyOS",
				     value);
	return import_set(model, link, "mode", mode, item->place);
}

static int read_key(struct import_model *model, struct import_link *link,
		    const struct import_item *item, const struct import_node *bond)
{
	static const struct {
		const char *key, *option;
	} options[] = {{"hash-policy", "xmit_hash_policy"}, {"primary", "primary"},
		       {"min-links", "min_links"},	    {"lacp-rate", "lacp_rate"},
		       {"mii-mon-interval", "miimon"},	    {"system-mac", "ad_actor_system"}};
	static const char *const elsewhere[] = {"member", "disable", "description", "vif", NULL};
	const char *value = value_of(bond, item->key);

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (!strcmp(options[i].key, item->key) && value)
			return import_set(model, link, options[i].option, value, item->place);
	if (!strcmp(item->key, "mode") && value)
		return set_mode(model, link, item, value);
	if (!strcmp(item->key, "arp-monitor"))
		return read_arp(model, link, item->value);
	if (!strcmp(item->key, "address"))
		return add_addresses(model, link, item->value);
	if (!strcmp(item->key, "mtu") && value)
		return import_set_mtu(model, link, value, item->place);
	if (!strcmp(item->key, "mac") && value)
		return import_set_mac(model, link, value, item->place);
	if (is_one_of(item->key, elsewhere) && strcmp(item->key, "vif") != 0)
		return 0;
	return import_warn(model, item->place, "%.40s: not supported on a bond: ignored",
			   item->key);
}

static int make_bond(struct import_model *model, const struct import_node *interfaces,
		     const struct import_item *bond)
{
	struct import_link *link;
	int err = import_bond(model, bond->key, bond->place, &link);

	if (err)
		return err;
	link->is_up = true;
	link->is_manual = node_item(bond->value, "disable") != NULL;
	err = import_set_default(model, link, "mode", "802.3ad"); /* VyOS's defaults */
	err = err ?: add_ports(model, interfaces, bond->value, bond->key);
	for (const struct import_item *i = node_items(bond->value); i && !err; i = i->next)
		err = read_key(model, link, i, bond->value);
	if (!err && !import_has(link, "miimon") && !import_has(link, "arp_interval"))
		err = import_set_default(model, link, "miimon", "100");
	return err;
}

static int declare(struct import_model *model, struct import_sheet *sheet)
{
	const struct import_node *interfaces = node_get(sheet->tree, "interfaces");
	int err = 0;

	for (const struct import_item *i = node_items(node_get(interfaces, "bonding")); i && !err;
	     i = i->next)
		err = make_bond(model, interfaces, i);
	return err;
}

/* "protocols static route 0.0.0.0/0 next-hop 192.0.2.1". */
static int read_hop(struct import_model *model, const char *to, const struct import_item *hop)
{
	const char *device = value_of(hop->value, "interface");
	struct import_link *link =
		device ? import_find(model, device) : import_link_towards(model, hop->key);
	struct import_route route = {.to = to, .via = hop->key, .place = hop->place};

	if (!link || !link->is_bond)
		return import_warn(model, hop->place,
				   "route does not belong to any bond here: left alone");
	for (const struct import_item *i = node_items(hop->value); i; i = i->next)
		if (strcmp(i->key, "interface") != 0)
			return nested_ignore_route(model, i);
	return import_add_route(model, link, &route);
}

static int read_routes(struct import_model *model, const struct import_node *routes)
{
	int err = 0;

	for (const struct import_item *i = node_items(routes); i && !err; i = i->next) {
		const struct import_item *hop = node_items(node_get(i->value, "next-hop"));

		if (!hop || hop->next)
			err = import_warn(model, i->place,
					  "%.60s: not via a single next-hop: route ignored",
					  i->key);
		else
			err = read_hop(model, i->key, hop);
	}
	return err;
}

static int supplement(struct import_model *model, struct import_sheet *sheet)
{
	static const char *const known[] = {"bonding", "ethernet", "loopback", NULL};
	const struct import_node *interfaces = node_get(sheet->tree, "interfaces");
	const struct import_node *statics = node_get(node_get(sheet->tree, "protocols"), "static");
	int err = 0;

	for (const struct import_item *i = node_items(interfaces); i && !err; i = i->next)
		if (!is_one_of(i->key, known))
			err = import_warn(model, i->place, "%.40s is not a bond: left alone",
					  i->key);
	err = err ?: read_routes(model, node_get(statics, "route"));
	return err ?: read_routes(model, node_get(statics, "route6"));
}

int vyos_read(struct import_model *model, const struct import_node *root)
{
	return nested_new(model, root, declare, supplement);
}
