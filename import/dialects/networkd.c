/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * systemd-networkd's .network files of bonds and ports: systemd.network(5). See dialects.h.
 */
#include "import/dialects/networkd.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "import/net.h"

#define NAMES_MAX 256 /* more than a bond can have ports */

static bool has_section(const struct import_sheet *sheet, const char *section)
{
	for (const struct import_entry *e = sheet->entries; e; e = e->next)
		if (strcmp(e->section, section) == 0)
			return true;
	return false;
}

/* Names of a file's interfaces. */
struct names {
	size_t count;
	const char *list[NAMES_MAX];
};

static void add_name(struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->list[i], name) == 0)
			return;
	if (names->count < NAMES_MAX)
		names->list[names->count++] = name;
}

static bool is_pattern(const char *name)
{
	return strpbrk(name, "*?[!") != NULL;
}

/* One word of Name=: an interface, or those of the machine and the bonds that it matches. */
static void add_matching(const struct import_model *model, struct names *names, const char *word)
{
	if (!is_pattern(word)) {
		add_name(names, word);
		return;
	}
	for (size_t i = 0; i < model->interface_count; i++)
		if (fnmatch(word, model->interfaces[i].name, 0) == 0)
			add_name(names, model->interfaces[i].name);
	for (const struct import_link *link = model->links; link; link = link->next)
		if (link->is_bond && fnmatch(word, link->name, 0) == 0)
			add_name(names, link->name);
}

/* Which interfaces a .network file is for. What cannot be judged is left to the warnings. */
static int match(struct import_model *model, const struct import_sheet *sheet,
		 struct names *ret_names)
{
	static const char *const mac_keys[] = {"MACAddress", "PermanentMACAddress"};
	const char *at = sheet_value(sheet, "Match", "Name") ?: "";

	ret_names->count = 0;
	while (*at) {
		size_t length = strcspn(at, " \t");
		const char *word = import_text_n(model, at, length);

		if (!word)
			return import_no_memory(model);
		if (length)
			add_matching(model, ret_names, word);
		at += length + (at[length] != '\0');
	}
	for (size_t i = 0; i < 2; i++) {
		const char *mac = sheet_value(sheet, "Match", mac_keys[i]);
		const struct import_interface *found =
			mac ? import_interface_with(model, mac) : NULL;

		if (found)
			add_name(ret_names, found->name);
	}
	return 0;
}

static int declare_network(struct import_model *model, struct import_sheet *sheet)
{
	const char *bond = sheet_value(sheet, "Network", "Bond");
	struct import_place place = sheet_place_of(sheet, "Network", "Bond");
	struct import_link *port;
	struct names names;
	int err = bond ? match(model, sheet, &names) : 0;

	if (err || !bond)
		return err;
	if (!names.count)
		return import_warn(model, place, "Bond=%.40s: no interface here is matched", bond);
	for (size_t i = 0; i < names.count && !err; i++)
		if (strcmp(names.list[i], bond) != 0)
			err = import_port(model, names.list[i], bond, place, &port);
	return err;
}

/* PrimarySlave= and ActiveSlave= of a port's file are options of its bond. */
static int describe_port(struct import_model *model, const struct import_sheet *sheet,
			 const struct import_link *port)
{
	const char *primary = sheet_value(sheet, "Network", "PrimarySlave");
	const char *active = sheet_value(sheet, "Network", "ActiveSlave");
	struct import_link *bond = import_find(model, port->master);
	bool yes = false;
	int err = 0;

	if (bond && primary && parse_bool(primary, &yes) && yes)
		err = import_set(model, bond, "primary", port->name,
				 sheet_place_of(sheet, "Network", "PrimarySlave"));
	yes = false;
	if (bond && active && parse_bool(active, &yes) && yes) {
		bond->active_port = port->name;
		bond->active_port_place = sheet_place_of(sheet, "Network", "ActiveSlave");
	}
	return err;
}

/* An [Address] or a [Route] section, by its number. */
static int describe_section(struct import_model *model, const struct import_sheet *sheet,
			    struct import_link *link, const struct import_entry *first)
{
	uint32_t number = first->section_number;
	struct import_entry *entry = sheet_find_in(sheet, number, "Address");
	struct import_entry *broadcast = sheet_find_in(sheet, number, "Broadcast");
	struct import_entry *label = sheet_find_in(sheet, number, "Label");
	struct import_entry *to, *via, *metric_entry;
	uint32_t metric = 0;

	if (strcmp(first->section, "Address") == 0)
		return entry ? import_add_address(model, link, entry->value,
						  broadcast ? broadcast->value : NULL,
						  label ? label->value : NULL, entry->place)
			     : 0;
	to = sheet_find_in(sheet, number, "Destination");
	via = sheet_find_in(sheet, number, "Gateway");
	metric_entry = sheet_find_in(sheet, number, "Metric");
	if (metric_entry && !import_parse_number(metric_entry->value, UINT32_MAX, &metric))
		return import_refuse(model, metric_entry->place, -EINVAL, "Metric=%.20s: no number",
				     metric_entry->value);
	return import_add_route(model, link, to ? to->value : NULL, via ? via->value : NULL,
				metric, (to ?: via ?: (struct import_entry *)first)->place);
}

/* Address= and Gateway= of [Network] may stand any number of times. */
static int describe_entry(struct import_model *model, struct import_link *link,
			  struct import_entry *entry)
{
	bool is_address = strcmp(entry->key, "Address") == 0;

	if (strcmp(entry->section, "Network") != 0 || !*entry->value)
		return 0;
	if (!is_address && (strcmp(entry->key, "Gateway") != 0 || entry->value[0] == '_'))
		return 0;
	entry->is_used = true;
	if (is_address)
		return import_add_address(model, link, entry->value, NULL, NULL, entry->place);
	return import_add_route(model, link, NULL, entry->value, 0, entry->place);
}

static int describe_bond(struct import_model *model, struct import_sheet *sheet,
			 struct import_link *link)
{
	const char *dhcp = sheet_value(sheet, "Network", "DHCP");
	uint32_t number = 0;
	bool yes = true;
	int err = networkd_set_link(model, sheet, link, "Link");

	for (struct import_entry *e = sheet->entries; e && !err; e = e->next) {
		bool is_new = e->section_number != number;

		number = e->section_number;
		err = describe_entry(model, link, e);
		if (!err && is_new &&
		    (!strcmp(e->section, "Address") || !strcmp(e->section, "Route")))
			err = describe_section(model, sheet, link, e);
	}
	if (dhcp)
		parse_bool(dhcp, &yes);
	if (!err && dhcp && yes)
		err = import_warn_dhcp(model, link, sheet_place_of(sheet, "Network", "DHCP"),
				       "DHCP");
	return err;
}

static int describe_network(struct import_model *model, struct import_sheet *sheet)
{
	bool of_bond = false, of_port = sheet_value(sheet, "Network", "Bond") != NULL;
	struct names names;
	int err = match(model, sheet, &names);

	for (size_t i = 0; i < names.count && !err; i++) {
		struct import_link *link = import_find(model, names.list[i]);

		if (!link || link->is_described)
			continue;
		if (link->is_bond)
			err = describe_bond(model, sheet, link);
		else if (link->master)
			err = describe_port(model, sheet, link);
		link->is_described = link->is_bond || link->master;
		of_bond = of_bond || link->is_bond;
	}
	if (err)
		return err;
	if (!of_bond && !of_port)
		return import_warn(model, sheet_place(sheet, NULL),
				   "is for neither a bond nor a port of one: left alone");
	sheet_ignore(sheet, networkd_indifferent);
	return sheet_warn_unused(model, sheet,
				 of_bond ? "not for a bond here" : "not for a port here");
}

int import_networkd(struct import_model *model, const struct import_file *file)
{
	struct import_sheet *sheet;
	int err = sheet_read_ini(model, file, &sheet);

	if (err)
		return err;
	if (has_section(sheet, "NetDev")) {
		sheet->declare = networkd_declare_netdev;
		return 0;
	}
	sheet->declare = declare_network;
	sheet->describe = describe_network;
	return 0;
}
