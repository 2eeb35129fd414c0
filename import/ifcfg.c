/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Red Hat's network-scripts, and SUSE's files of the same look: ifcfg-NAME, lines
 * of a shell. See dialects.h. What the keys mean is sysconfig.txt of initscripts.
 */
#include "sheet.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/ip_text.h"
#include "net.h"
#include "options.h"

/* Keys that change nothing: names for people, and who manages the file. */
static const char *const indifferent[] = {
	"NAME",
	"UUID",
	"NM_CONTROLLED",
	"HOTPLUG",
	"IPV4_FAILURE_FATAL",
	"IPV6INIT",
	"BOOTPROTO",
	"IPV6_FAILURE_FATAL",
	"PROXY_METHOD",
	"BROWSER_ONLY",
	"NETCONFIG_DNS_POLICY",
	NULL,
};

static const char *value_of(const struct import_sheet *sheet, const char *key)
{
	const char *value = sheet_value(sheet, "", key);

	return value && *value ? value : NULL;
}

static bool is_yes(const struct import_sheet *sheet, const char *key)
{
	const char *value = value_of(sheet, key);
	bool yes = false;

	return value && parse_bool(value, &yes) && yes;
}

/* The interface of the file: DEVICE, or the file's name after "ifcfg-". */
static const char *device_of(const struct import_sheet *sheet)
{
	const char *device = value_of(sheet, "DEVICE") ?: value_of(sheet, "INTERFACENAME");
	const char *slash = strrchr(sheet->file, '/');
	const char *base = slash ? slash + 1 : sheet->file;

	if (device)
		return device;
	return strncmp(base, "ifcfg-", 6) == 0 ? base + 6 : base;
}

static struct import_place place_of(const struct import_sheet *sheet, const char *key)
{
	return sheet_place(sheet, sheet_find(sheet, "", key));
}

/* SUSE lists the ports in the bond's file: BONDING_SLAVE0, BONDING_SLAVE_1, ... */
static int declare_listed(struct import_model *model, struct import_sheet *sheet,
			  const char *device)
{
	struct import_link *port;
	int err = 0;

	for (struct import_entry *e = sheet->entries; e && !err; e = e->next) {
		if (strncmp(e->key, "BONDING_SLAVE", 13) != 0)
			continue;
		e->is_used = true;
		if (*e->value)
			err = import_port(model, e->value, device, e->place, &port);
	}
	return err;
}

static int declare(struct import_model *model, struct import_sheet *sheet)
{
	const char *device = device_of(sheet);
	const char *uuid = value_of(sheet, "MASTER_UUID");
	const char *master = value_of(sheet, "MASTER") ?: uuid;
	struct import_place place =
		place_of(sheet, value_of(sheet, "MASTER") ? "MASTER" : "MASTER_UUID");
	struct import_link *link;
	int err = 0;

	if (strchr(device, ':')) /* an address of another file's interface */
		return 0;
	err = declare_listed(model, sheet, device);
	if (err || !master)
		return err;
	err = import_port(model, device, master, place, &link);
	if (!err && !uuid) {
		err = import_link(model, master, place, &link);
		link = err ? NULL : link;
		if (link)
			link->is_master = true;
	}
	return err;
}

/* A mask that is not said follows from the address's class, as initscripts' ipcalc has it. */
static const char *mask_by_class(const char *ip)
{
	uint8_t bytes[4];

	if (!ip4_parse(ip, bytes))
		return "32";
	return bytes[0] < 128 ? "8" : bytes[0] < 192 ? "16" : "24";
}

/* NETWORK says again what the address and its mask say already; when it does not, it is wrong. */
static int check_network(struct import_model *model, const struct import_entry *network,
			 const struct import_address *address)
{
	uint8_t said[4], is[4];
	char ip[IP4_TEXT_MAX] = "";
	unsigned int length = 0;

	if (sscanf(address->text, "%15[0-9.]/%u", ip, &length) != 2 || !ip4_parse(ip, is))
		return 0;
	if (!ip4_parse(network->value, said))
		return import_refuse(model, network->place, -EINVAL, "NETWORK=%.40s: no address",
				     network->value);
	for (unsigned int bit = length; bit < 32; bit++)
		is[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
	if (memcmp(said, is, sizeof(is)) == 0)
		return 0;
	return import_warn(model, network->place, "NETWORK=%s: %s is in another network: left out",
			   network->value, address->text);
}

/* IPADDR and what belongs to it; @suffix "" or the number of a further one. */
static int add_address(struct import_model *model, const struct import_sheet *sheet,
		       struct import_link *link, const struct import_entry *ip, const char *suffix,
		       const char *label)
{
	char netmask[24], prefix[24], broadcast[24], network_key[24];
	const struct import_entry *network;
	struct import_address **last = link->addresses_end;
	const char *mask;
	int err = 0;

	snprintf(netmask, sizeof(netmask), "NETMASK%.8s", suffix);
	snprintf(prefix, sizeof(prefix), "PREFIX%.8s", suffix);
	snprintf(broadcast, sizeof(broadcast), "BROADCAST%.8s", suffix);
	snprintf(network_key, sizeof(network_key), "NETWORK%.8s", suffix);
	mask = value_of(sheet, prefix) ?: value_of(sheet, netmask) ?: value_of(sheet, "PREFIXLEN");
	if (strchr(ip->value, '/')) {
		err = import_add_address(model, link, ip->value, value_of(sheet, broadcast), label,
					 ip->place);
	} else {
		if (!mask)
			err = import_warn(model, ip->place,
					  "%s=%.40s: no %s and no %s: taken as /%s, its class",
					  ip->key, ip->value, netmask, prefix,
					  mask_by_class(ip->value));
		err = err
			      ?: import_add_masked(model, link, ip->value,
						   mask ?: mask_by_class(ip->value),
						   value_of(sheet, broadcast), label, ip->place);
	}
	network = sheet_find(sheet, "", network_key);
	if (!err && network && *network->value)
		err = check_network(model, network, *last);
	return err;
}

/* All of IPADDR, IPADDR0, IPADDR2, ... */
static int add_addresses(struct import_model *model, const struct import_sheet *sheet,
			 struct import_link *link, const char *label)
{
	int err = 0;

	for (struct import_entry *e = sheet->entries; e && !err; e = e->next) {
		const char *suffix = e->key + 6;

		if (strncmp(e->key, "IPADDR", 6) != 0 ||
		    strspn(suffix, "0123456789_") != strlen(suffix))
			continue;
		e->is_used = true;
		if (*e->value)
			err = add_address(model, sheet, link, e, suffix, label);
	}
	return err;
}

static int add_ip6(struct import_model *model, const struct import_sheet *sheet,
		   struct import_link *link)
{
	static const char *const keys[] = {"IPV6ADDR", "IPV6ADDR_SECONDARIES"};
	const char *router = value_of(sheet, "IPV6_DEFAULTGW");
	int err = 0;

	for (size_t i = 0; i < 2; i++) {
		const char *at = value_of(sheet, keys[i]) ?: "";

		while (*at && !err) {
			size_t length = strcspn(at, " \t");
			const char *one = import_text_n(model, at, length);

			if (!one)
				return import_no_memory(model);
			if (length)
				err = import_add_address(model, link, one, NULL, NULL,
							 place_of(sheet, keys[i]));
			at += length + (at[length] != '\0');
		}
	}
	if (!err && router)
		err = import_add_route(model, link, NULL, router, 0,
				       place_of(sheet, "IPV6_DEFAULTGW"));
	return err;
}

static int add_routers(struct import_model *model, const struct import_sheet *sheet,
		       struct import_link *link)
{
	const char *wanted = value_of(sheet, "DEFROUTE");
	bool is_default = true;
	int err = 0;

	if (wanted)
		parse_bool(wanted, &is_default);
	for (struct import_entry *e = sheet->entries; e && !err; e = e->next) {
		if (strncmp(e->key, "GATEWAY", 7) != 0 ||
		    strspn(e->key + 7, "0123456789") != strlen(e->key + 7))
			continue;
		e->is_used = true;
		if (*e->value && is_default)
			err = import_add_route(model, link, NULL, e->value, 0, e->place);
	}
	return err;
}

/* "mode=1 miimon=100" of one key. */
static int add_options(struct import_model *model, const struct import_sheet *sheet,
		       struct import_link *link, const char *key)
{
	const struct import_entry *entry = sheet_find(sheet, "", key);
	char *at = entry ? (char *)import_text(model, entry->value) : NULL;
	int err = entry && !at ? import_no_memory(model) : 0;

	while (at && *at && !err) {
		size_t length = strcspn(at, " \t");
		bool is_last = !at[length];
		char *word = at, *value;

		at[length] = '\0';
		at += length + !is_last;
		if (!length)
			continue;
		value = shell_assignment(word);
		if (!value)
			err = import_warn(model, entry->place,
					  "%s: '%.40s' is no OPTION=VALUE: left out", key, word);
		else
			err = import_driver_option(model, link, word, value, entry->place);
	}
	return err;
}

/* An address of bond0 in a file of its own: ifcfg-bond0:0. */
static int supplement(struct import_model *model, struct import_sheet *sheet)
{
	const char *device = device_of(sheet);
	const char *parent = import_text_n(model, device, strcspn(device, ":"));
	const char *on_parent = value_of(sheet, "ONPARENT") ?: value_of(sheet, "ONBOOT");
	struct import_address **first;
	struct import_link *link;
	bool wanted = true;
	int err;

	if (!parent)
		return import_no_memory(model);
	if (!strchr(device, ':'))
		return 0;
	link = import_find(model, parent);
	if (on_parent)
		parse_bool(on_parent, &wanted);
	if (!link || !link->is_bond)
		return import_warn(model, sheet_place(sheet, NULL),
				   "%.40s: %.40s is no bond: left alone", device, parent);
	sheet_ignore(sheet, indifferent);
	is_yes(sheet, "USERCTL");
	first = link->addresses_end;
	err = add_addresses(model, sheet, link, device);
	for (struct import_address *address = *first; address; address = address->next)
		address->is_left = !wanted;
	return err ?: add_routers(model, sheet, link) ?:
			      sheet_warn_unused(model, sheet, "not for an address of its own");
}

static int describe_network(struct import_model *model, struct import_sheet *sheet,
			    struct import_link *link)
{
	const char *protocol = value_of(sheet, "BOOTPROTO");
	const char *mtu = value_of(sheet, "MTU"), *mac = value_of(sheet, "MACADDR");
	int err = add_addresses(model, sheet, link, NULL) ?:
			  add_ip6(model, sheet, link) ?: add_routers(model, sheet, link);

	mac = mac ?: value_of(sheet, "LLADDR");
	if (!err && mtu)
		err = import_set_mtu(model, link, mtu, place_of(sheet, "MTU"));
	if (!err && mac)
		err = import_set_mac(
			model, link, mac,
			place_of(sheet, value_of(sheet, "MACADDR") ? "MACADDR" : "LLADDR"));
	if (!err && protocol &&
	    (strncasecmp(protocol, "dhcp", 4) == 0 || strcasecmp(protocol, "bootp") == 0)) {
		char what[40];

		snprintf(what, sizeof(what), "BOOTPROTO=%.20s", protocol);
		err = import_warn_dhcp(model, link, place_of(sheet, "BOOTPROTO"), what);
	} else if (!err && protocol && strcmp(protocol, "none") != 0 &&
		   strcmp(protocol, "static") != 0) {
		err = import_warn(model, place_of(sheet, "BOOTPROTO"),
				  "BOOTPROTO=%.20s: not known: taken as none", protocol);
	}
	return err;
}

static int describe_bond(struct import_model *model, struct import_sheet *sheet,
			 struct import_link *link)
{
	const char *start = value_of(sheet, "ONBOOT") ?: value_of(sheet, "STARTMODE");
	bool on_boot = true;
	int err = 0;

	if (start && !parse_bool(start, &on_boot))
		on_boot = strcmp(start, "manual") != 0;
	link->is_left = !on_boot;
	link->is_up = true;
	link->uuid = value_of(sheet, "UUID");
	value_of(sheet, "TYPE");
	value_of(sheet, "BONDING_MASTER");
	if (is_yes(sheet, "USERCTL"))
		err = import_warn(model, place_of(sheet, "USERCTL"),
				  "USERCTL=yes: only root brings a bond up: left out");
	err = err ?: add_options(model, sheet, link, "BONDING_OPTS");
	err = err ?: add_options(model, sheet, link, "BONDING_MODULE_OPTS");
	err = err ?: describe_network(model, sheet, link);
	sheet_ignore(sheet, indifferent);
	return err ?: sheet_warn_unused(model, sheet, "not for a bond here");
}

/* The file of a port: that it is one is all that counts. */
static int describe_port(struct import_model *model, struct import_sheet *sheet,
			 const struct import_link *link)
{
	const struct import_entry *mac = sheet_find(sheet, "", "HWADDR");
	const struct import_interface *owner =
		mac ? import_interface_with(model, mac->value) : NULL;
	const char *protocol = value_of(sheet, "BOOTPROTO");
	static const char *const plain[] = {"SLAVE",  "TYPE",	 "ONBOOT", "STARTMODE",
					    "DEVICE", "USERCTL", NULL};
	int err = 0;

	sheet_ignore(sheet, plain);
	sheet_ignore(sheet, indifferent);
	if (protocol && strncasecmp(protocol, "dhcp", 4) == 0)
		err = import_warn(model, place_of(sheet, "BOOTPROTO"),
				  "BOOTPROTO=%.20s: a port has no address of its own: left out",
				  protocol);
	if (!err && owner && strcmp(owner->name, link->name) != 0)
		err = import_warn(model, mac->place, "HWADDR=%.20s: that is %s, not %s: left out",
				  mac->value, owner->name, link->name);
	return err ?: sheet_warn_unused(model, sheet, "not for a port here");
}

static int describe(struct import_model *model, struct import_sheet *sheet)
{
	const char *device = device_of(sheet), *type = value_of(sheet, "TYPE") ?: "";
	struct import_link *link;
	bool is_bond;

	if (strchr(device, ':'))
		return 0;
	link = import_find(model, device);
	if (link && link->master)
		return describe_port(model, sheet, link);
	is_bond = (link && link->is_master) || strcasecmp(type, "bond") == 0 ||
		  is_yes(sheet, "BONDING_MASTER") || value_of(sheet, "BONDING_OPTS") ||
		  value_of(sheet, "BONDING_MODULE_OPTS");
	if (!is_bond && strcmp(device, "lo") == 0)
		return 0;
	if (!is_bond)
		return import_warn(model, sheet_place(sheet, NULL),
				   "%.40s: is neither a bond nor a port of one: left alone",
				   device);
	return import_bond(model, device, sheet_place(sheet, sheet_find(sheet, "", "DEVICE")),
			   &link)
		       ?: describe_bond(model, sheet, link);
}

static int read_line(struct import_model *model, struct import_sheet *sheet, char *line,
		     struct import_place place)
{
	struct shell_words words;
	int err = shell_split(model, place, line, &words);

	for (size_t i = 0; i < words.count && !err; i++) {
		char *name = (char *)words.list[i].text;
		char *value = words.list[i].is_operator ? NULL : shell_assignment(name);

		if (i == 0 && !strcmp(name, "export"))
			continue;
		if (words.list[i].is_operator && !strcmp(name, ";"))
			continue;
		if (!value)
			return import_refuse(model, place, -EINVAL, "'%.40s' is no KEY=VALUE",
					     name);
		if (words.list[i].has_variable)
			err = import_warn(model, place,
					  "%.40s has a variable, which is not expanded: left out",
					  name);
		else
			err = sheet_add(model, sheet, "", 1, name, value, place);
	}
	return err;
}

int import_ifcfg(struct import_model *model, const struct import_file *file)
{
	_cleanup_lines_ struct lines lines = {};
	struct import_sheet *sheet = NULL;
	int err = lines_open(model, file, true, &lines);
	char *line;

	err = err ?: sheet_new(model, lines.place.file, &sheet);
	while (!err && (line = lines_next(&lines)))
		err = read_line(model, sheet, line, lines.place);
	if (!err) {
		sheet->declare = declare;
		sheet->describe = describe;
		sheet->supplement = supplement;
	}
	return err;
}
