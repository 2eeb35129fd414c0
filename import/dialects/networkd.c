/* SPDX-License-Identifier: GPL-2.0-or-later */
/* systemd-networkd's .network files for bonds and ports: systemd.network(5). See dialects.h. */
#include "import/dialects/networkd.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "import/net.h"

static bool has_section(const struct import_sheet *sheet, const char *section)
{
	for (const struct import_entry *e = sheet->entries; e; e = e->next)
		if (strcmp(e->section, section) == 0)
			return true;
	return false;
}

int networkd_declare_network(struct import_model *model, struct import_sheet *sheet)
{
	const char *bond = sheet_value(sheet, "Network", "Bond");
	struct import_place place = sheet_place_of(sheet, "Network", "Bond");
	struct import_link *port;
	struct networkd_names names;
	size_t count = 0;
	int err = bond ? networkd_match(model, sheet, &names) : 0;

	if (err || !bond)
		return err;
	for (size_t i = 0; i < names.count && !err; i++) {
		if (strcmp(names.list[i], bond) == 0)
			continue;
		err = import_port(model, names.list[i], bond, place, &port);
		count++;
	}
	if (!err && !count)
		err = import_warn(model, place,
				  "Bond=%.40s: no interface here matches this file, or an earlier "
				  "file matches it first",
				  bond);
	return err;
}

/* PrimarySlave= and ActiveSlave= in a port's file are options of its bond. */
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

static int describe_bond(struct import_model *model, struct import_sheet *sheet,
			 struct import_link *link)
{
	const char *dhcp = sheet_value(sheet, "Network", "DHCP");
	bool yes = true;
	int err = networkd_set_link(model, sheet, link, "Link");

	err = err ?: networkd_describe_ip(model, sheet, link);
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
	struct networkd_names names;
	int err = networkd_match(model, sheet, &names);

	for (size_t i = 0; i < names.count && !err; i++) {
		struct import_link *link = import_find(model, names.list[i]);

		if (!link)
			continue;
		if (link->is_bond)
			err = describe_bond(model, sheet, link);
		else if (link->master)
			err = describe_port(model, sheet, link);
		of_bond = of_bond || link->is_bond;
	}
	err = err ?: networkd_warn_conditions(model, sheet);
	if (err)
		return err;
	if (!of_bond && !of_port)
		return import_warn(model, sheet_place(sheet, NULL),
				   "applies to neither a bond nor a port: left alone");
	sheet_ignore(sheet, networkd_indifferent);
	return sheet_warn_unused(model, sheet,
				 of_bond ? "not supported on a bond" : "not supported on a port");
}

/* Whether @drop_in is ".../NAME.d/X.conf" and @sheet is called NAME. */
static bool is_drop_in_of(const struct import_sheet *drop_in, const struct import_sheet *sheet)
{
	const char *name = sheet_base(sheet), *end = strrchr(drop_in->file, '/');
	size_t length = strlen(name) + strlen(".d");
	const char *directory;

	if (!end || (size_t)(end - drop_in->file) < length)
		return false;
	directory = end - length;
	return !strncmp(directory, name, strlen(name)) && !strncmp(end - 2, ".d", 2) &&
	       (directory == drop_in->file || directory[-1] == '/');
}

/* A drop-in's lines are appended to those of its file. */
static int add_drop_in(struct import_model *model, struct import_sheet *drop_in)
{
	struct import_sheet *sheet = model->sheets;
	uint32_t last = 0;

	while (sheet && !(sheet->declare && is_drop_in_of(drop_in, sheet)))
		sheet = sheet->next;
	if (!sheet)
		return import_warn(model, sheet_place(drop_in, NULL),
				   "drop-in of a file that was not given: ignored");
	for (const struct import_entry *e = sheet->entries; e; e = e->next)
		last = e->section_number > last ? e->section_number : last;
	for (struct import_entry *e = drop_in->entries; e; e = e->next)
		e->section_number += last;
	if (!drop_in->entries)
		return 0;
	*sheet->entries_end = drop_in->entries;
	sheet->entries_end = drop_in->entries_end;
	drop_in->entries = NULL;
	drop_in->entries_end = &drop_in->entries;
	return 0;
}

/* Directories in order of precedence: a file overrides those of the same name in later ones. */
static const char *const directories[] = {"/etc/",     "/run/", "/usr/local/lib/",
					  "/usr/lib/", "/lib/", NULL};

int import_networkd(struct import_model *model, const struct import_file *file)
{
	struct import_sheet *sheet;
	int err = sheet_read_ini(model, file, &sheet);

	if (err)
		return err;
	if (fnmatch("*.net*.d/*.conf", file->name, 0) == 0) {
		sheet->prepare = add_drop_in;
		return sheet_put_in_order(model, sheet, directories, 0);
	}
	if (has_section(sheet, "NetDev")) {
		sheet->declare = networkd_declare_netdev;
		return sheet_put_in_order(model, sheet, directories, 1);
	}
	sheet->declare = networkd_declare_network;
	sheet->describe = describe_network;
	return sheet_put_in_order(model, sheet, directories, 2);
}
