/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /etc/network/interfaces as read by Debian's ifupdown, ifupdown2 (Proxmox,
 * Cumulus) and ifupdown-ng: interfaces(5). See dialects.h. This source finds
 * stanzas, bonds and ports; stanzas_bond.c reads the stanza of a bond.
 */
#include "import/dialects/stanzas.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/net.h"
#include "import/tree.h"

static const char *const port_keys[] = {"bond-slaves",	"bond_slaves",	"bond-ports", "bond_ports",
					"bond-members", "bond_members", "slaves",     NULL};
static const char *const master_keys[] = {"bond-master", "bond_master", NULL};

bool stanza_names_ports(const char *key)
{
	return is_one_of(key, port_keys);
}

bool stanza_names_master(const char *key)
{
	return is_one_of(key, master_keys);
}

/* Sometimes repeated in the stanzas of ports. */
static bool makes_bond(const struct import_sheet *sheet, const struct import_entry *entry)
{
	if (stanza_names_ports(entry->key))
		return true;
	if (strcmp(entry->key, "bond-mode") != 0 && strcmp(entry->key, "bond_mode") != 0)
		return false;
	return !sheet_find_in(sheet, entry->section_number, "bond-master") &&
	       !sheet_find_in(sheet, entry->section_number, "bond_master");
}

/* Expands "swp1-4" to swp1 to swp4, as ifupdown2's glob does, and passes each name to @take. */
static int expand_range(struct import_model *model, const char *word, const char *bond,
			struct import_place place)
{
	size_t length = strcspn(word, "["), digits;
	unsigned long from, to;
	struct import_link *port;
	char *end, name[2 * BOND_NAME_MAX];
	int err = 0;

	if (!word[length]) { /* no brackets: the number is at the end */
		const char *dash = strrchr(word, '-');

		length = dash ? (size_t)(dash - word) : 0;
		while (length && word[length - 1] >= '0' && word[length - 1] <= '9')
			length--;
		digits = length;
	} else {
		digits = length + 1;
	}
	from = strtoul(word + digits, &end, 10);
	to = *end == '-' ? strtoul(end + 1, &end, 10) : from;
	if (end == word + digits || length >= BOND_NAME_MAX || to < from || to - from > 255)
		return import_warn(model, place, "glob %.40s: not understood: ignored", word);
	for (unsigned long i = from; i <= to && !err; i++) {
		snprintf(name, sizeof(name), "%.*s%lu", (int)length, word, i);
		err = import_port(model, name, bond, place, &port);
	}
	return err;
}

/* All interfaces of the machine with names that physical cards have. */
static int add_all(struct import_model *model, const char *bond, struct import_place place)
{
	struct import_link *port;
	int err = 0;

	for (size_t i = 0; i < model->interface_count && !err; i++) {
		const struct import_interface *one = &model->interfaces[i];

		if (!one->is_bond &&
		    (!strncmp(one->name, "eth", 3) || !strncmp(one->name, "en", 2)))
			err = import_port(model, one->name, bond, place, &port);
	}
	return err;
}

/* "eth0 eth1", "none", "all", or "glob swp1-4". */
static int declare_ports(struct import_model *model, const char *bond, const char *list,
			 struct import_place place)
{
	char *copy = (char *)import_text(model, list), *word, *rest;
	bool is_glob = false;
	int err = copy ? 0 : import_no_memory(model);

	for (word = err ? NULL : strtok_r(copy, " \t,", &rest); word && !err;
	     word = strtok_r(NULL, " \t,", &rest)) {
		struct import_link *port;

		if (!strcmp(word, "none"))
			continue;
		if (!strcmp(word, "regex"))
			return import_warn(model, place, "regex: not supported: adds no ports");
		if (!strcmp(word, "glob"))
			is_glob = true;
		else if (!strcmp(word, "all"))
			err = add_all(model, bond, place);
		else if (is_glob)
			err = expand_range(model, word, bond, place);
		else
			err = import_port(model, word, bond, place, &port);
	}
	return err;
}

/* The name in @entry's stanza without an alias's ":0". */
static const char *device_of(struct import_model *model, const struct import_entry *entry)
{
	return import_text_n(model, entry->section, strcspn(entry->section, ":"));
}

static int make_bond(struct import_model *model, const char *name, struct import_place place,
		     struct import_link **ret_link)
{
	*ret_link = import_find(model, name);
	if (*ret_link && (*ret_link)->is_bond)
		return 0; /* the stanza of the other address family */
	return import_bond(model, name, place, ret_link);
}

static int declare_entry(struct import_model *model, const struct import_sheet *sheet,
			 struct import_entry *entry)
{
	const char *device = device_of(model, entry);
	struct import_link *link;
	int err = device ? 0 : import_no_memory(model);

	if (!err && makes_bond(sheet, entry) && strcmp(entry->section, device) == 0)
		err = make_bond(model, device, entry->place, &link);
	if (!err && stanza_names_ports(entry->key)) {
		entry->is_used = true;
		err = declare_ports(model, device, entry->value, entry->place);
	}
	if (!err && stanza_names_master(entry->key) && *entry->value) {
		entry->is_used = true;
		err = import_port(model, device, entry->value, entry->place, &link);
		err = err ?: import_link(model, entry->value, entry->place, &link);
		if (!err)
			link->is_master = true;
	}
	return err;
}

static int declare(struct import_model *model, struct import_sheet *sheet)
{
	int err = 0;

	for (struct import_entry *e = sheet->entries; e && !err; e = e->next)
		err = declare_entry(model, sheet, e);
	return err;
}

/* Whether "auto" or "allow-hotplug" in any file names it. */
static bool is_auto(const struct import_model *model, const char *name)
{
	for (const struct import_sheet *s = model->sheets; s; s = s->next) {
		if (s->declare != declare)
			continue;
		for (const struct import_entry *e = s->entries; e; e = e->next)
			if (!*e->section && !strcmp(e->key, "auto") &&
			    fnmatch(e->value + (*e->value == '/'), name, 0) == 0)
				return true;
	}
	return false;
}

/* A bond comes up at boot if it, or a port that names it, is marked so. */
static bool is_for_boot(const struct import_model *model, const struct import_link *bond)
{
	if (is_auto(model, bond->name))
		return true;
	for (const struct import_link *port = model->links; port; port = port->next)
		if (port->master && !strcmp(port->master, bond->name) &&
		    is_auto(model, port->name) && import_find_stanza_master(model, port->name))
			return true;
	return false;
}

const struct import_entry *import_find_stanza_master(const struct import_model *model,
						     const char *port)
{
	for (const struct import_sheet *s = model->sheets; s; s = s->next) {
		if (s->declare != declare)
			continue;
		for (const struct import_entry *e = s->entries; e; e = e->next)
			if (!strcmp(e->section, port) && stanza_names_master(e->key))
				return e;
	}
	return NULL;
}

/* Reads a stanza, which begins at @first: "iface NAME FAMILY METHOD". */
static int describe_stanza(struct import_model *model, struct import_sheet *sheet,
			   struct import_entry *first)
{
	const char *device = device_of(model, first);
	struct import_link *link = device ? import_find(model, device) : NULL;
	int err = device ? 0 : import_no_memory(model);

	if (!err && link && link->is_master && !link->is_bond)
		err = make_bond(model, device, first->place, &link);
	if (err || !strcmp(first->section, "lo") || !strcmp(first->value, "inet loopback"))
		return err;
	if (link && link->is_bond) {
		link->is_up = true;
		link->is_manual = !is_for_boot(model, link);
		return stanza_describe(model, sheet, first, link);
	}
	if (link && link->master)
		return stanza_describe_port(model, sheet, first, link);
	return import_warn(model, first->place, "%.40s is neither a bond nor a port: left alone",
			   first->section);
}

static int describe(struct import_model *model, struct import_sheet *sheet)
{
	int err = 0;

	for (struct import_entry *e = sheet->entries; e && !err; e = e->next)
		if (!strcmp(e->key, "iface"))
			err = describe_stanza(model, sheet, e);
	return err;
}

static int supplement(struct import_model *model, struct import_sheet *sheet)
{
	int err = 0;

	for (struct import_entry *e = sheet->entries; e && !err; e = e->next) {
		const char *device = device_of(model, e);
		const struct import_link *link = device ? import_find(model, device) : NULL;

		if (link && link->is_bond)
			err = stanza_run(model, e);
	}
	return err;
}

/* A file being read, line by line. */
struct reading {
	struct import_model *model;
	struct import_sheet *sheet;
	struct import_place place;
	const char *stanza; /* "": not in any */
	uint32_t number;
	bool is_ours; /* it is an iface stanza */
};

/* "iface NAME [FAMILY METHOD] [inherits OTHER]". */
static int begin_iface(struct reading *reading, char *rest)
{
	char *name = strtok_r(rest, " \t", &rest);
	int err;

	if (!name)
		return import_refuse(reading->model, reading->place, -EINVAL,
				     "iface without a name");
	reading->stanza = import_text(reading->model, name);
	reading->number++;
	reading->is_ours = true;
	if (!reading->stanza)
		return import_no_memory(reading->model);
	rest = trim(rest ?: (char *)"");
	err = sheet_add(reading->model, reading->sheet, reading->stanza, reading->number, "iface",
			rest, reading->place);
	if (!err && strstr(rest, "inherits"))
		err = import_warn(reading->model, reading->place,
				  "inherits: settings of the other stanza are ignored");
	return err;
}

/* "auto eth0 eth1": makes one entry for each. */
static int add_auto(struct reading *reading, char *rest)
{
	char *name;
	int err = 0;

	for (name = strtok_r(rest, " \t", &rest); name && !err; name = strtok_r(NULL, " \t", &rest))
		err = sheet_add(reading->model, reading->sheet, "", 0, "auto", name,
				reading->place);
	reading->is_ours = false;
	return err;
}

/* Handles a line that begins something other than an iface stanza; false: it is an option. */
static bool is_other_stanza(const char *word)
{
	static const char *const words[] = {
		"mapping",    "source", "source-directory", "no-auto-down",
		"no-scripts", "rename", "template",	    "vlan",
		"vrf",	      NULL};

	return is_one_of(word, words);
}

static int read_line(struct reading *reading, char *line)
{
	char *word = trim(line), *rest = word + strcspn(word, " \t");
	bool ends = *rest == '\0';

	if (!*word || *word == '#')
		return 0;
	*rest = '\0';
	rest = ends ? rest : trim(rest + 1);
	if (!strcmp(word, "iface"))
		return begin_iface(reading, rest);
	if (!strcmp(word, "auto") || !strcmp(word, "allow-auto") || !strcmp(word, "allow-hotplug"))
		return add_auto(reading, rest);
	if (!strncmp(word, "allow-", strlen("allow-"))) {
		reading->is_ours = false;
		return 0; /* who else may bring it up */
	}
	if (is_other_stanza(word) && !(reading->is_ours && !strcmp(word, "vrf"))) {
		reading->is_ours = false;
		return import_warn(reading->model, reading->place, "%s: not followed: ignored",
				   word);
	}
	if (!reading->is_ours)
		return reading->number
			       ? 0
			       : import_refuse(reading->model, reading->place, -EINVAL,
					       "%.40s is outside any stanza: write iface before it",
					       word);
	return sheet_add(reading->model, reading->sheet, reading->stanza, reading->number, word,
			 rest, reading->place);
}

int import_interfaces(struct import_model *model, const struct import_file *file)
{
	_cleanup_lines_ struct lines lines = {};
	struct reading reading = {.model = model, .stanza = ""};
	int err = lines_open(model, file, true, &lines);
	char *line;

	err = err ?: sheet_new(model, lines.place.file, &reading.sheet);
	while (!err && (line = lines_next(&lines))) {
		reading.place = lines.place;
		err = read_line(&reading, line);
	}
	if (err)
		return err;
	reading.sheet->declare = declare;
	reading.sheet->describe = describe;
	reading.sheet->supplement = supplement;
	return 0;
}
