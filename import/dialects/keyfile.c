/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NetworkManager's connection profiles in keyfile format:
 * nm-settings-keyfile(5). See dialects.h.
 */
#include "import/dialects/keyfile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/driver_options.h"
#include "import/net.h"

static const char *const indifferent[] = {
	"id",
	"uuid",
	"type",
	"timestamp",
	"permissions",
	"autoconnect",
	"may-fail",
	"slave-type",
	"port-type",
	"autoconnect-priority",
	"addr-gen-mode",
	"autoconnect-slaves",
	"autoconnect-ports",
	NULL,
};

/* [ethernet] has had two names. */
static const char *ethernet_value(const struct import_sheet *sheet, const char *key,
				  struct import_place *ret_place)
{
	static const char *const sections[] = {"ethernet", "802-3-ethernet"};

	for (size_t i = 0; i < 2; i++) {
		const char *value = sheet_value(sheet, sections[i], key);

		if (!value)
			continue;
		*ret_place = sheet_place_of(sheet, sections[i], key);
		return value;
	}
	return NULL;
}

static const char *master_of(const struct import_sheet *sheet, struct import_place *ret_place)
{
	static const char *const keys[] = {"master", "controller"};

	for (size_t i = 0; i < 2; i++) {
		const char *value = sheet_value(sheet, "connection", keys[i]);

		if (!value)
			continue;
		*ret_place = sheet_place_of(sheet, "connection", keys[i]);
		return value;
	}
	return NULL;
}

static bool is_bond_port(const struct import_sheet *sheet)
{
	const char *type = sheet_value(sheet, "connection", "slave-type")
				   ?: sheet_value(sheet, "connection", "port-type");

	return type && strcmp(type, "bond") == 0;
}

/* The single interface name in [match]; NULL: it matches by anything else. */
static const char *name_in_match(struct import_model *model, const struct import_sheet *sheet)
{
	const char *list = sheet_value(sheet, "match", "interface-name");
	size_t length = list ? strcspn(list, ";,") : 0;

	if (!list || strpbrk(list, "*?[!|&") || (list[length] && list[length + 1]))
		return NULL;
	return import_text_n(model, list, length);
}

/* The profile's interface, by name or MAC address; NULL: not given, or not on this machine. */
static const char *interface_of(struct import_model *model, const struct import_sheet *sheet)
{
	const char *name = sheet_value(sheet, "connection", "interface-name");
	const struct import_interface *found = NULL;
	struct import_place place;
	const char *mac = ethernet_value(sheet, "mac-address", &place);

	if (!name)
		name = sheet_value(sheet, "bond", "interface-name") ?: name_in_match(model, sheet);
	if (!name && mac)
		found = import_interface_with(model, mac);
	return found ? found->name : name;
}

/* The first line of [match] that is not a plain interface name. */
static const struct import_entry *unjudged(const struct import_sheet *sheet)
{
	for (const struct import_entry *e = sheet->entries; e; e = e->next)
		if (!strcmp(e->section, "match") && *e->value && strcmp(e->key, "interface-name"))
			return e;
	return NULL;
}

/* Whether one of the addresses, separated by ';', is @interface's. */
static bool is_listed(const struct import_interface *interface, const char *list)
{
	char mac[64];

	for (list += strspn(list, "; ,"); *list; list += strspn(list, "; ,")) {
		size_t length = strcspn(list, "; ,");

		snprintf(mac, sizeof(mac), "%.*s", length < 63 ? (int)length : 63, list);
		if (import_interface_has(interface, mac, false))
			return true;
		list += length;
	}
	return false;
}

/* Why the profile does not apply to the interface @name; NULL: it does. */
static const char *excluded(const struct import_model *model, const struct import_sheet *sheet,
			    const char *name, struct import_place *ret_place)
{
	static const char *const lists[] = {"mac-address-blacklist", "mac-address-denylist"};
	const struct import_interface *interface = import_interface_named(model, name);
	const struct import_entry *unsupported = unjudged(sheet);
	const char *mac = ethernet_value(sheet, "mac-address", ret_place);

	if (mac && interface && !interface->is_bond && !import_interface_has(interface, mac, false))
		return "mac-address: belongs to another interface";
	for (size_t i = 0; i < 2; i++) {
		const char *list = ethernet_value(sheet, lists[i], ret_place);

		if (list && interface && is_listed(interface, list))
			return "mac-address-denylist";
	}
	if (!unsupported)
		return NULL;
	*ret_place = unsupported->place;
	return "[match]: cannot be evaluated";
}

/* Whether the bond @master brings up its ports regardless of their own autoconnect. */
static bool brings_ports(const struct import_model *model, const char *master)
{
	static const char *const keys[] = {"autoconnect-slaves", "autoconnect-ports"};

	for (const struct import_sheet *s = model->sheets; s; s = s->next) {
		const char *id = sheet_value(s, "connection", "id");
		const char *uuid = sheet_value(s, "connection", "uuid");
		const char *name = sheet_value(s, "connection", "interface-name")
					   ?: sheet_value(s, "bond", "interface-name");

		if (strcmp(sheet_value(s, "connection", "type") ?: "", "bond") != 0 ||
		    (strcmp(id ?: "", master) && strcmp(uuid ?: "", master) &&
		     strcmp(name ?: "", master)))
			continue;
		for (size_t i = 0; i < 2; i++) {
			const char *value = sheet_value(s, "connection", keys[i]);
			bool yes = false;

			if (value && parse_bool(value, &yes) && yes)
				return true;
		}
	}
	return false;
}

/* Whether to skip the port; warns why. */
static int skip_port(struct import_model *model, const struct import_sheet *sheet, const char *name,
		     const char *master, bool *ret_skip)
{
	const char *autoconnect = sheet_value(sheet, "connection", "autoconnect"), *why;
	struct import_place place;
	bool on_boot = true;

	why = excluded(model, sheet, name, &place);
	if (autoconnect)
		parse_bool(autoconnect, &on_boot);
	if (!why && !on_boot && !brings_ports(model, master)) {
		why = "autoconnect=false";
		place = sheet_place_of(sheet, "connection", "autoconnect");
	}
	*ret_skip = why != NULL;
	return why ? import_warn(model, place, "%s: %.40s not added as a port", why, name) : 0;
}

/* Values that mean "not set" to NetworkManager. */
static bool is_unset(const struct import_entry *entry)
{
	return !*entry->value ||
	       (!strcmp(entry->key, "arp_missed_max") && !strcmp(entry->value, "0")) ||
	       (!strcmp(entry->key, "ad_actor_system") &&
		!strcmp(entry->value, "00:00:00:00:00:00"));
}

static bool asks_by_arp(const struct import_sheet *sheet)
{
	const char *interval = sheet_value(sheet, "bond", "arp_interval");

	return interval && strcmp(interval, "0") != 0;
}

static int set_options(struct import_model *model, struct import_sheet *sheet,
		       struct import_link *link)
{
	int err = 0;

	for (struct import_entry *e = sheet->entries; e && !err; e = e->next) {
		if (strcmp(e->section, "bond") != 0 || e->is_used)
			continue;
		e->is_used = true;
		if (is_unset(e) || !strcmp(e->key, "interface-name"))
			continue;
		if (strcmp(e->key, "balance-slb") == 0)
			err = strcmp(e->value, "0") == 0
				      ? 0
				      : import_warn(model, e->place,
						    "balance-slb: ebond lacks the packet filter "
						    "that it requires: ignored");
		else
			err = import_driver_option(model, link, e->key, e->value, e->place);
	}
	if (!err && !import_has(link, "miimon") && !asks_by_arp(sheet))
		err = import_set_default(model, link, "miimon", "100");
	return err;
}

static int declare_bond(struct import_model *model, struct import_sheet *sheet)
{
	const char *name = interface_of(model, sheet);
	const char *autoconnect = sheet_value(sheet, "connection", "autoconnect");
	struct import_link *link;
	bool on_boot = true;
	int err;

	if (!name)
		return import_refuse(model, sheet_place(sheet, NULL), -EINVAL,
				     "bond without interface-name: set it in [connection]");
	err = import_bond(model, name,
			  sheet_place(sheet, sheet_find(sheet, "connection", "interface-name")),
			  &link);
	if (err)
		return err;
	if (autoconnect)
		parse_bool(autoconnect, &on_boot);
	link->is_manual = !on_boot;
	link->is_up = true;
	link->id = sheet_value(sheet, "connection", "id");
	link->uuid = sheet_value(sheet, "connection", "uuid");
	return set_options(model, sheet, link);
}

static int declare_port(struct import_model *model, struct import_sheet *sheet)
{
	const char *name = interface_of(model, sheet);
	struct import_place place = sheet_place(sheet, NULL);
	const char *master = master_of(sheet, &place);
	const char *prio = sheet_value(sheet, "bond-port", "prio");
	const char *queue_id = sheet_value(sheet, "bond-port", "queue-id");
	struct import_link *link;
	bool skip;
	int err;

	if (!master)
		return import_refuse(model, place, -EINVAL,
				     "port without master: set it in [connection]");
	if (!name)
		return import_refuse(model, place, -EINVAL,
				     "port without interface-name, and no interface here has its "
				     "mac-address: set it in [connection]");
	err = skip_port(model, sheet, name, master, &skip);
	if (err || skip)
		return err;
	err = import_port(model, name, master, place, &link);
	if (!err && prio)
		err = import_set(model, link, "prio", prio,
				 sheet_place_of(sheet, "bond-port", "prio"));
	if (!err && queue_id)
		err = import_set(model, link, "queue_id", queue_id,
				 sheet_place_of(sheet, "bond-port", "queue-id"));
	return err;
}

static int declare(struct import_model *model, struct import_sheet *sheet)
{
	const char *type = sheet_value(sheet, "connection", "type");

	if (!type)
		return import_refuse(model, sheet_place(sheet, NULL), -EINVAL,
				     "[connection] has no type");
	if (strcmp(type, "bond") == 0)
		return declare_bond(model, sheet);
	return is_bond_port(sheet) ? declare_port(model, sheet) : 0;
}

static int describe_bond(struct import_model *model, struct import_sheet *sheet,
			 struct import_link *link)
{
	struct import_place mtu_place, mac_place;
	const char *mtu = ethernet_value(sheet, "mtu", &mtu_place);
	const char *mac = ethernet_value(sheet, "cloned-mac-address", &mac_place);
	int err = keyfile_describe_ip(model, sheet, link, "ipv4")
			  ?: keyfile_describe_ip(model, sheet, link, "ipv6");

	if (!err && mtu && strcmp(mtu, "0") != 0)
		err = import_set_mtu(model, link, mtu, mtu_place);
	if (err || !mac || !strcmp(mac, "preserve") || !strcmp(mac, "permanent"))
		return err;
	if (!strchr(mac, ':'))
		return import_warn(model, mac_place,
				   "cloned-mac-address=%.20s: not supported by ebond: ignored",
				   mac);
	return import_set_mac(model, link, mac, mac_place);
}

static int describe(struct import_model *model, struct import_sheet *sheet)
{
	const char *type = sheet_value(sheet, "connection", "type");
	const char *name = interface_of(model, sheet);
	struct import_link *link = name ? import_find(model, name) : NULL;
	int err = 0;

	if (strcmp(type, "bond") != 0 && !is_bond_port(sheet))
		return import_warn(model, sheet_place_of(sheet, "connection", "type"),
				   "type=%.20s: neither a bond nor a port: left alone", type);
	if (strcmp(type, "bond") == 0 && link)
		err = describe_bond(model, sheet, link);
	sheet_ignore(sheet, indifferent);
	return err
		       ?: sheet_warn_unused(model, sheet,
					    strcmp(type, "bond") == 0 ? "not supported on a bond"
								      : "not supported on a port");
}

int import_keyfile(struct import_model *model, const struct import_file *file)
{
	struct import_sheet *sheet;
	int err = sheet_read_ini(model, file, &sheet);

	if (err)
		return err;
	sheet->declare = declare;
	sheet->describe = describe;
	return 0;
}
