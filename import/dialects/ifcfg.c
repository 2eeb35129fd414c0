/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Red Hat's network-scripts and SUSE's similar files: ifcfg-NAME, made of shell
 * assignments. See dialects.h. The keys are described in initscripts'
 * sysconfig.txt.
 */
#include "import/dialects/ifcfg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/dialects/teamd.h"
#include "import/driver_options.h"
#include "import/net.h"

/* Keys with no effect: descriptions, and who manages the file. */
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

const char *ifcfg_value(const struct import_sheet *sheet, const char *key)
{
	return sheet_value(sheet, "", key);
}

static bool is_yes(const struct import_sheet *sheet, const char *key)
{
	const char *value = ifcfg_value(sheet, key);
	bool yes = false;

	return value && parse_bool(value, &yes) && yes;
}

/*
 * The file's interface: DEVICE, else the one whose MAC address is HWADDR, else
 * what follows "ifcfg-" in the file's name.
 */
static const char *device_of(const struct import_model *model, const struct import_sheet *sheet)
{
	const char *device = ifcfg_value(sheet, "DEVICE") ?: ifcfg_value(sheet, "INTERFACENAME");
	const char *mac = ifcfg_value(sheet, "HWADDR"), *base = sheet_base(sheet);
	const struct import_interface *found = mac ? import_interface_with(model, mac) : NULL;

	if (device)
		return device;
	if (found)
		return found->name;
	return strncmp(base, "ifcfg-", 6) == 0 ? base + 6 : base;
}

struct import_place ifcfg_place(const struct import_sheet *sheet, const char *key)
{
	return sheet_place_of(sheet, "", key);
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

/* The key that names a port's master; NULL: the file is not a port's. */
static const char *master_key(const struct import_sheet *sheet)
{
	static const char *const keys[] = {"MASTER", "TEAM_MASTER", "MASTER_UUID",
					   "TEAM_MASTER_UUID", NULL};
	const char *const *key = keys;

	while (*key && !ifcfg_value(sheet, *key))
		key++;
	return *key;
}

/* Whether HWADDR is the address of an interface other than DEVICE. The file then does not apply. */
static bool is_anothers(const struct import_model *model, const struct import_sheet *sheet,
			const char *device)
{
	const char *mac = ifcfg_value(sheet, "HWADDR");
	const struct import_interface *owner = mac ? import_interface_with(model, mac) : NULL;
	const struct import_interface *own = import_interface_named(model, device);

	if (!mac)
		return false;
	if (own)
		return !own->is_bond && own != owner;
	return owner || !ifcfg_value(sheet, "DEVICE");
}

static int declare(struct import_model *model, struct import_sheet *sheet)
{
	const char *device = device_of(model, sheet);
	const char *key = master_key(sheet);
	struct import_place place = ifcfg_place(sheet, key ?: "MASTER");
	struct import_link *link;
	int err = 0;

	if (strchr(device, ':') ||
	    ifcfg_range_parent(model, sheet)) /* of another file's interface */
		return 0;
	err = declare_listed(model, sheet, device);
	if (err || !key)
		return err;
	if (is_anothers(model, sheet, device)) {
		sheet->describe = NULL;
		return import_warn(model, ifcfg_place(sheet, "HWADDR"),
				   "HWADDR: %.40s has a different address: not added as a port",
				   device);
	}
	err = import_port(model, device, ifcfg_value(sheet, key), place, &link);
	if (err || strstr(key, "UUID"))
		return err;
	err = import_link(model, ifcfg_value(sheet, key), place, &link);
	if (!err)
		link->is_master = true;
	return err;
}

/* "mode=1 miimon=100" in a single key. */
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
					  "%s: '%.40s' is not OPTION=VALUE: ignored", key, word);
		else
			err = import_driver_option(model, link, word, value, entry->place);
	}
	return err;
}

/* An address of bond0 in its own file: ifcfg-bond0:0. */
static int supplement(struct import_model *model, struct import_sheet *sheet)
{
	const char *device = device_of(model, sheet);
	const char *range = ifcfg_range_parent(model, sheet);
	const char *parent = range ?: import_text_n(model, device, strcspn(device, ":"));
	const char *on_parent = ifcfg_value(sheet, "ONPARENT") ?: ifcfg_value(sheet, "ONBOOT");
	struct import_address **first;
	struct import_link *link;
	bool wanted = true;
	int err;

	if (!parent)
		return import_no_memory(model);
	if (!strchr(device, ':') && !range)
		return 0;
	link = import_find(model, parent);
	if (on_parent)
		parse_bool(on_parent, &wanted);
	if (!link || !link->is_bond)
		return import_warn(model, sheet_place(sheet, NULL),
				   "%.40s: %.40s is not a bond: left alone", device, parent);
	sheet_ignore(sheet, indifferent);
	is_yes(sheet, "USERCTL");
	first = link->addresses_end;
	err = range ? ifcfg_add_range(model, sheet, link)
		    : ifcfg_add_addresses(model, sheet, link, device);
	for (struct import_address *address = *first; address; address = address->next)
		address->is_manual = !wanted;
	err = err ?: ifcfg_add_routers(model, sheet, link);
	return err ?: sheet_warn_unused(model, sheet, "not supported for an additional address");
}

static int describe_network(struct import_model *model, struct import_sheet *sheet,
			    struct import_link *link)
{
	const char *protocol = ifcfg_value(sheet, "BOOTPROTO");
	const char *mtu = ifcfg_value(sheet, "MTU"), *mac = ifcfg_value(sheet, "MACADDR");
	int err = ifcfg_add_addresses(model, sheet, link, NULL);

	err = err ?: ifcfg_add_ip6(model, sheet, link);
	err = err ?: ifcfg_add_routers(model, sheet, link);
	mac = mac ?: ifcfg_value(sheet, "LLADDR");
	if (!err && mtu)
		err = import_set_mtu(model, link, mtu, ifcfg_place(sheet, "MTU"));
	if (!err && mac)
		err = import_set_mac(
			model, link, mac,
			ifcfg_place(sheet, ifcfg_value(sheet, "MACADDR") ? "MACADDR" : "LLADDR"));
	if (!err && protocol &&
	    (strncasecmp(protocol, "dhcp", 4) == 0 || strcasecmp(protocol, "bootp") == 0)) {
		char what[40];

		snprintf(what, sizeof(what), "BOOTPROTO=%.20s", protocol);
		err = import_warn_dhcp(model, link, ifcfg_place(sheet, "BOOTPROTO"), what);
	} else if (!err && protocol && strcmp(protocol, "none") != 0 &&
		   strcmp(protocol, "static") != 0) {
		err = import_warn(model, ifcfg_place(sheet, "BOOTPROTO"),
				  "BOOTPROTO=%.20s: unknown: treated as none", protocol);
	}
	return err;
}

static int describe_bond(struct import_model *model, struct import_sheet *sheet,
			 struct import_link *link)
{
	const char *start = ifcfg_value(sheet, "ONBOOT") ?: ifcfg_value(sheet, "STARTMODE");
	bool on_boot = true;
	int err = 0;

	if (start && !parse_bool(start, &on_boot))
		on_boot = strcmp(start, "manual") != 0;
	link->is_manual = !on_boot;
	link->has_ifup = true;
	link->is_up = true;
	link->uuid = ifcfg_value(sheet, "UUID");
	ifcfg_value(sheet, "TYPE");
	ifcfg_value(sheet, "BONDING_MASTER");
	if (is_yes(sheet, "USERCTL"))
		err = import_warn(model, ifcfg_place(sheet, "USERCTL"),
				  "USERCTL=yes: only root can bring a bond up: ignored");
	err = err ?: add_options(model, sheet, link, "BONDING_OPTS");
	err = err ?: add_options(model, sheet, link, "BONDING_MODULE_OPTS");
	err = err ?: describe_network(model, sheet, link);
	sheet_ignore(sheet, indifferent);
	return err ?: sheet_warn_unused(model, sheet, "not supported on a bond");
}

/* The options in a port's file that concern its bond. */
static int describe_part(struct import_model *model, struct import_sheet *sheet,
			 struct import_link *link)
{
	static const struct {
		const char *key, *option;
	} keys[] = {{"BOND_PORT_QUEUE_ID", "queue_id"}, {"BOND_PORT_PRIO", "prio"}};
	const char *team = ifcfg_value(sheet, "TEAM_PORT_CONFIG");
	int err = 0;

	for (size_t i = 0; i < 2 && !err; i++) {
		const char *value = ifcfg_value(sheet, keys[i].key);

		if (value)
			err = import_set(model, link, keys[i].option, value,
					 ifcfg_place(sheet, keys[i].key));
	}
	if (!err && team)
		err = team_read_port_value(model, link, team,
					   ifcfg_place(sheet, "TEAM_PORT_CONFIG"));
	return err;
}

/* A port's file; little else in it matters. */
static int describe_port(struct import_model *model, struct import_sheet *sheet,
			 struct import_link *link)
{
	const char *protocol = ifcfg_value(sheet, "BOOTPROTO");
	static const char *const plain[] = {"SLAVE",	 "TYPE",       "ONBOOT",
					    "STARTMODE", "DEVICE",     "USERCTL",
					    "HWADDR",	 "DEVICETYPE", NULL};
	int err = describe_part(model, sheet, link);

	sheet_ignore(sheet, plain);
	sheet_ignore(sheet, indifferent);
	if (!err && protocol && strncasecmp(protocol, "dhcp", 4) == 0)
		err = import_warn(model, ifcfg_place(sheet, "BOOTPROTO"),
				  "BOOTPROTO=%.20s: a port has no address of its own: ignored",
				  protocol);
	return err ?: sheet_warn_unused(model, sheet, "not supported on a port");
}

static bool is_team(const struct import_sheet *sheet)
{
	const char *type = ifcfg_value(sheet, "DEVICETYPE") ?: ifcfg_value(sheet, "TYPE");

	return (type && strcasecmp(type, "team") == 0) || ifcfg_value(sheet, "TEAM_CONFIG");
}

/* TEAM_CONFIG is passed to teamd; without it teamd uses its defaults. */
static int describe_team(struct import_model *model, struct import_sheet *sheet, const char *device)
{
	int err = team_read_value(model, device, ifcfg_value(sheet, "TEAM_CONFIG") ?: "{}",
				  ifcfg_place(sheet, "TEAM_CONFIG"));

	ifcfg_value(sheet, "DEVICE");
	return err ?: describe_bond(model, sheet, import_find(model, device));
}

static int describe(struct import_model *model, struct import_sheet *sheet)
{
	const char *device = device_of(model, sheet), *type = ifcfg_value(sheet, "TYPE") ?: "";
	struct import_link *link;
	bool is_bond;

	if (strchr(device, ':') || ifcfg_range_parent(model, sheet))
		return 0;
	link = import_find(model, device);
	if (is_team(sheet))
		return describe_team(model, sheet, device);
	if (link && link->master)
		return describe_port(model, sheet, link);
	is_bond = (link && link->is_master) || strcasecmp(type, "bond") == 0 ||
		  is_yes(sheet, "BONDING_MASTER") || ifcfg_value(sheet, "BONDING_OPTS") ||
		  ifcfg_value(sheet, "BONDING_MODULE_OPTS");
	if (!is_bond && strcmp(device, "lo") == 0)
		return 0;
	if (!is_bond)
		return import_warn(model, sheet_place(sheet, NULL),
				   "%.40s is neither a bond nor a port: left alone", device);
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
			return import_refuse(model, place, -EINVAL,
					     "not KEY=VALUE: quote a value of several words");
		if (words.list[i].has_variable)
			err = import_warn(
				model, place,
				"%.40s contains a variable, which is not expanded: ignored", name);
		else
			err = sheet_add(model, sheet, "", 1, name, value, place);
	}
	return err;
}

int import_ifcfg(struct import_model *model, const struct import_file *file)
{
	struct import_sheet *sheet = NULL;
	int err = sheet_read_lines(model, file, read_line, &sheet);

	if (!err) {
		sheet->declare = declare;
		sheet->describe = describe;
		sheet->supplement = supplement;
	}
	return err;
}
