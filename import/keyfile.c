/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NetworkManager's connection profiles as files: nm-settings-keyfile(5). See
 * dialects.h.
 */
#include "sheet.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "net.h"
#include "options.h"

#define SEPARATORS ";,"

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
	"zone",
	"autoconnect-slaves",
	"autoconnect-ports",
	NULL,
};

static const char *value_of(const struct import_sheet *sheet, const char *section, const char *key)
{
	const char *value = sheet_value(sheet, section, key);

	return value && *value ? value : NULL;
}

static struct import_place place_of(const struct import_sheet *sheet, const char *section,
				    const char *key)
{
	return sheet_place(sheet, sheet_find(sheet, section, key));
}

/* [ethernet] has had two names. */
static const char *ethernet_value(const struct import_sheet *sheet, const char *key,
				  struct import_place *ret_place)
{
	static const char *const sections[] = {"ethernet", "802-3-ethernet"};

	for (size_t i = 0; i < 2; i++) {
		const char *value = value_of(sheet, sections[i], key);

		if (!value)
			continue;
		*ret_place = place_of(sheet, sections[i], key);
		return value;
	}
	return NULL;
}

static const char *master_of(const struct import_sheet *sheet, struct import_place *ret_place)
{
	static const char *const keys[] = {"master", "controller"};

	for (size_t i = 0; i < 2; i++) {
		const char *value = value_of(sheet, "connection", keys[i]);

		if (!value)
			continue;
		*ret_place = place_of(sheet, "connection", keys[i]);
		return value;
	}
	return NULL;
}

static bool is_bond_port(const struct import_sheet *sheet)
{
	const char *type = value_of(sheet, "connection", "slave-type")
				   ?: value_of(sheet, "connection", "port-type");

	return type && strcmp(type, "bond") == 0;
}

/* The profile's interface, by name or by hardware address; NULL: not said, or not here. */
static const char *interface_of(const struct import_model *model, const struct import_sheet *sheet)
{
	const char *name = value_of(sheet, "connection", "interface-name");
	const struct import_interface *found = NULL;
	struct import_place place;
	const char *mac = ethernet_value(sheet, "mac-address", &place);

	if (!name)
		name = value_of(sheet, "bond", "interface-name");
	if (!name && mac)
		found = import_interface_with(model, mac);
	return found ? found->name : name;
}

static int set_options(struct import_model *model, struct import_sheet *sheet,
		       struct import_link *link)
{
	int err = 0;

	for (struct import_entry *e = sheet->entries; e && !err; e = e->next) {
		if (strcmp(e->section, "bond") != 0 || e->is_used)
			continue;
		e->is_used = true;
		if (strcmp(e->key, "balance-slb") == 0)
			err = strcmp(e->value, "0") == 0
				      ? 0
				      : import_warn(model, e->place,
						    "balance-slb: ebond has not the packet filter "
						    "that belongs to it: left out");
		else
			err = import_driver_option(model, link, e->key, e->value, e->place);
	}
	if (!err && !import_has(link, "miimon") && !import_has(link, "arp_interval"))
		err = import_set_default(model, link, "miimon", "100");
	return err;
}

static int declare_bond(struct import_model *model, struct import_sheet *sheet)
{
	const char *name = interface_of(model, sheet);
	const char *autoconnect = value_of(sheet, "connection", "autoconnect");
	struct import_link *link;
	bool on_boot = true;
	int err;

	if (!name)
		return import_refuse(model, sheet_place(sheet, NULL), -EINVAL,
				     "a bond without interface-name: name it in [connection]");
	err = import_bond(model, name,
			  sheet_place(sheet, sheet_find(sheet, "connection", "interface-name")),
			  &link);
	if (err)
		return err;
	if (autoconnect)
		parse_bool(autoconnect, &on_boot);
	link->is_left = !on_boot;
	link->is_up = true;
	link->id = value_of(sheet, "connection", "id");
	link->uuid = value_of(sheet, "connection", "uuid");
	return set_options(model, sheet, link);
}

static int declare_port(struct import_model *model, struct import_sheet *sheet)
{
	const char *name = interface_of(model, sheet);
	struct import_place place = sheet_place(sheet, NULL);
	const char *master = master_of(sheet, &place);
	const char *prio = value_of(sheet, "bond-port", "prio");
	const char *queue_id = value_of(sheet, "bond-port", "queue-id");
	struct import_link *link;
	int err;

	if (!master)
		return import_refuse(model, place, -EINVAL,
				     "a port without master: name it in "
				     "[connection]");
	if (!name)
		return import_refuse(model, place, -EINVAL,
				     "a port without interface-name, and no interface here has "
				     "its mac-address: name it in [connection]");
	err = import_port(model, name, master, place, &link);
	if (!err && prio)
		err = import_set(model, link, "prio", prio, place_of(sheet, "bond-port", "prio"));
	if (!err && queue_id)
		err = import_set(model, link, "queue_id", queue_id,
				 place_of(sheet, "bond-port", "queue-id"));
	return err;
}

static int declare(struct import_model *model, struct import_sheet *sheet)
{
	const char *type = value_of(sheet, "connection", "type");

	if (!type)
		return import_refuse(model, sheet_place(sheet, NULL), -EINVAL,
				     "[connection] has no type");
	if (strcmp(type, "bond") == 0)
		return declare_bond(model, sheet);
	return is_bond_port(sheet) ? declare_port(model, sheet) : 0;
}

/*
 * The fields of "192.0.2.1/24,192.0.2.254,100", up to @max, in the model's memory; the
 * rest are NULL.
 */
static int split(struct import_model *model, const char *value, const char **fields, size_t max)
{
	char *copy = (char *)import_text(model, value);
	size_t count = 0;

	if (!copy)
		return import_no_memory(model);
	memset(fields, 0, max * sizeof(*fields));
	while (copy && count < max) {
		char *end = strpbrk(copy, SEPARATORS);

		if (end)
			*end++ = '\0';
		fields[count++] = *trim(copy) ? trim(copy) : NULL;
		copy = end;
	}
	return 0;
}

/* Whether @key is @word and a number: "address1". */
static bool is_numbered(const char *key, const char *word)
{
	size_t length = strlen(word);

	return strncmp(key, word, length) == 0 && key[length] &&
	       strspn(key + length, "0123456789") == strlen(key + length);
}

/* "address1=IP/LENGTH[,ROUTER]". */
static int add_numbered_address(struct import_model *model, struct import_link *link,
				const struct import_entry *entry, bool never_default)
{
	const char *fields[2];
	int err = split(model, entry->value, fields, 2);

	if (!err && fields[0])
		err = import_add_address(model, link, fields[0], NULL, NULL, entry->place);
	if (!err && fields[1] && !never_default)
		err = import_add_route(model, link, NULL, fields[1], 0, entry->place);
	return err;
}

/* "route1=NETWORK/LENGTH[,ROUTER[,METRIC]]". */
static int add_route(struct import_model *model, struct import_link *link,
		     const struct import_entry *entry)
{
	const char *fields[3];
	uint32_t metric = 0;
	int err = split(model, entry->value, fields, 3);

	if (err)
		return err;
	if (fields[2] && !import_parse_number(fields[2], UINT32_MAX, &metric))
		return import_refuse(model, entry->place, -EINVAL, "'%.20s' is no metric",
				     fields[2]);
	return import_add_route(model, link, fields[0], fields[1], metric, entry->place);
}

static int add_listed_addresses(struct import_model *model, struct import_link *link,
				const struct import_entry *entry)
{
	const char *fields[32];
	int err = split(model, entry->value, fields, 32);

	for (size_t i = 0; i < 32 && !err; i++)
		if (fields[i])
			err = import_add_address(model, link, fields[i], NULL, NULL, entry->place);
	return err;
}

static int describe_ip_entry(struct import_model *model, struct import_link *link,
			     struct import_entry *entry, bool never_default)
{
	const char *key = entry->key;

	entry->is_used = true;
	if (is_numbered(key, "address"))
		return add_numbered_address(model, link, entry, never_default);
	if (strcmp(key, "addresses") == 0)
		return add_listed_addresses(model, link, entry);
	if (is_numbered(key, "route"))
		return add_route(model, link, entry);
	if (strcmp(key, "gateway") == 0 && *entry->value)
		return never_default
			       ? 0
			       : import_add_route(model, link, NULL, entry->value, 0, entry->place);
	entry->is_used = strcmp(key, "method") == 0 || strcmp(key, "never-default") == 0;
	return 0;
}

static int describe_method(struct import_model *model, const struct import_link *link,
			   const struct import_sheet *sheet, const char *section)
{
	const char *method = value_of(sheet, section, "method") ?: "disabled";
	bool is_ip6 = strcmp(section, "ipv6") == 0;
	struct import_place place = place_of(sheet, section, "method");

	if (!strcmp(method, "manual") || !strcmp(method, "disabled") || !strcmp(method, "ignore") ||
	    (is_ip6 && (!strcmp(method, "auto") || !strcmp(method, "link-local"))))
		return 0; /* the kernel itself takes IPv6 addresses that routers announce */
	if (!strcmp(method, "auto") || !strcmp(method, "dhcp"))
		return import_warn_dhcp(model, link, place, is_ip6 ? "method=dhcp" : "method=auto");
	return import_warn(model, place, "method=%.20s: not here: left out", method);
}

static int describe_ip(struct import_model *model, struct import_sheet *sheet,
		       struct import_link *link, const char *section)
{
	const char *never = value_of(sheet, section, "never-default");
	bool never_default = false;
	int err = describe_method(model, link, sheet, section);

	if (never)
		parse_bool(never, &never_default);
	for (struct import_entry *e = sheet->entries; e && !err; e = e->next)
		if (strcmp(e->section, section) == 0)
			err = describe_ip_entry(model, link, e, never_default);
	return err;
}

static int describe_bond(struct import_model *model, struct import_sheet *sheet,
			 struct import_link *link)
{
	struct import_place mtu_place, mac_place;
	const char *mtu = ethernet_value(sheet, "mtu", &mtu_place);
	const char *mac = ethernet_value(sheet, "cloned-mac-address", &mac_place);
	int err =
		describe_ip(model, sheet, link, "ipv4") ?: describe_ip(model, sheet, link, "ipv6");

	if (!err && mtu && strcmp(mtu, "0") != 0)
		err = import_set_mtu(model, link, mtu, mtu_place);
	if (err || !mac || !strcmp(mac, "preserve") || !strcmp(mac, "permanent"))
		return err;
	if (!strchr(mac, ':'))
		return import_warn(model, mac_place, "cloned-mac-address=%.20s: not here: left out",
				   mac);
	return import_set_mac(model, link, mac, mac_place);
}

static int describe(struct import_model *model, struct import_sheet *sheet)
{
	const char *type = value_of(sheet, "connection", "type");
	const char *name = interface_of(model, sheet);
	struct import_link *link = name ? import_find(model, name) : NULL;
	int err = 0;

	if (strcmp(type, "bond") != 0 && !is_bond_port(sheet))
		return import_warn(model, place_of(sheet, "connection", "type"),
				   "type=%.20s: neither a bond nor a port of one: left alone",
				   type);
	if (strcmp(type, "bond") == 0 && link)
		err = describe_bond(model, sheet, link);
	sheet_ignore(sheet, indifferent);
	return err
		       ?: sheet_warn_unused(model, sheet,
					    strcmp(type, "bond") == 0 ? "not for a bond here"
								      : "not for a port here");
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
