/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The contents of a stanza of /etc/network/interfaces for a bond or port: see stanzas.h. */
#include "import/dialects/stanzas.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/dialects/iplink.h"
#include "import/driver_options.h"
#include "import/net.h"
#include "import/tree.h"

static const char *const commands[] = {"up", "post-up", "pre-up", NULL};

/* Keys that do not matter to a bond created by ebond. */
static const char *const indifferent[] = {
	"iface",
	"auto",
	"down",
	"pre-down",
	"post-down",
	"use",
	"network",
	"bond-give-a-chance",
	"bond_give_a_chance",
	"hostname",
	"autoconf",
	"accept_ra",
	"dad-attempts",
	NULL,
};

/* One stanza being read. */
struct stanza {
	struct import_model *model;
	struct import_sheet *sheet;
	const struct import_entry *first;
	struct import_link *link;
	const char *label; /* of an alias, or NULL */
	uint32_t metric;
};

static const char *value_of(const struct stanza *stanza, const char *key)
{
	const struct import_entry *entry =
		sheet_find_in(stanza->sheet, stanza->first->section_number, key);

	return entry && *entry->value ? entry->value : NULL;
}

/* The last word of "ether 02:00:00:00:00:01". */
static const char *last_word(const char *text)
{
	const char *blank = strpbrk(text, " \t");

	return blank ? trim((char *)blank) : text;
}

static int add_address(const struct stanza *stanza, const struct import_entry *entry)
{
	const char *mask = value_of(stanza, "netmask"), *broadcast = value_of(stanza, "broadcast");
	bool is_ip6 = import_is_ip6(entry->value);
	char text[80];

	if (value_of(stanza, "pointopoint") || value_of(stanza, "scope"))
		return import_warn(
			stanza->model, entry->place,
			"pointopoint, scope: not supported by ebond: address %.60s ignored",
			entry->value);
	if (broadcast && (is_ip6 || !strcmp(broadcast, "+") || !strcmp(broadcast, "-")))
		broadcast = NULL;
	if (strchr(entry->value, '/'))
		return import_add_address(stanza->model, stanza->link, entry->value, broadcast,
					  stanza->label, entry->place);
	if (!mask)
		return import_warn(stanza->model, entry->place,
				   "%.60s has neither a prefix length nor a netmask, and tools "
				   "disagree on the default: address ignored",
				   entry->value);
	if (!is_ip6)
		return import_add_masked(stanza->model, stanza->link, entry->value, mask, broadcast,
					 stanza->label, entry->place);
	snprintf(text, sizeof(text), "%.60s/%.8s", entry->value, mask);
	return import_add_address(stanza->model, stanza->link, text, NULL, stanza->label,
				  entry->place);
}

/* Turns a list into one with commas; of several primaries only the first counts. */
static int set_option(const struct stanza *stanza, const char *name,
		      const struct import_entry *entry)
{
	char value[512];

	snprintf(value, sizeof(value), "%s", entry->value);
	if (!strcmp(name, "primary"))
		value[strcspn(value, " \t")] = '\0';
	if (!strcmp(name, "arp_ip_target") || !strcmp(name, "ns_ip6_target"))
		for (char *at = value; *at; at++)
			*at = *at == ' ' || *at == '\t' ? ',' : *at;
	return import_driver_option(stanza->model, stanza->link, name, value, entry->place);
}

/* Keys that import_ifupdown_option() does not accept but the driver has. */
static const char *driver_word(const char *key)
{
	static const struct {
		const char *key, *word;
	} words[] = {{"bond-active-slave", "active_slave"},
		     {"bond_active_slave", "active_slave"},
		     {"bond-queue-id", "queue_id"},
		     {"bond_queue_id", "queue_id"}};

	for (size_t i = 0; i < 4; i++)
		if (strcmp(words[i].key, key) == 0)
			return words[i].word;
	return NULL;
}

static int read_metric(struct stanza *stanza)
{
	const char *metric = value_of(stanza, "metric");

	if (!metric || import_parse_number(metric, UINT32_MAX, &stanza->metric))
		return 0;
	return import_refuse(stanza->model, stanza->first->place, -EINVAL,
			     "'%.20s' is not a metric", metric);
}

static int take_entry(const struct stanza *stanza, const struct import_entry *entry)
{
	char name[64];

	if (!strcmp(entry->key, "address"))
		return add_address(stanza, entry);
	if (!strcmp(entry->key, "gateway"))
		return import_add_router(stanza->model, stanza->link, entry->value, stanza->metric,
					 entry->place);
	if (!strcmp(entry->key, "mtu"))
		return import_set_mtu(stanza->model, stanza->link, entry->value, entry->place);
	if (!strcmp(entry->key, "hwaddress"))
		return import_set_mac(stanza->model, stanza->link, last_word(entry->value),
				      entry->place);
	if (driver_word(entry->key))
		return import_driver_option(stanza->model, stanza->link, driver_word(entry->key),
					    entry->value, entry->place);
	if (import_ifupdown_option(entry->key, name, sizeof(name)))
		return set_option(stanza, name, entry);
	return import_warn(stanza->model, entry->place, "%.60s: not supported on a bond: ignored",
			   entry->key);
}

/* Keys read elsewhere: together with an address, or at the end. */
static bool is_read_elsewhere(const char *key)
{
	static const char *const keys[] = {"netmask",	  "broadcast", "metric",
					   "pointopoint", "scope",     NULL};

	return is_one_of(key, keys) || is_one_of(key, commands) || is_one_of(key, indifferent) ||
	       stanza_names_ports(key) || stanza_names_master(key);
}

static int describe_method(const struct stanza *stanza)
{
	const char *method = strrchr(stanza->first->value, ' ');
	char what[40];

	method = method ? method + 1 : "manual";
	if (strncmp(method, "dhcp", 4) != 0 || stanza->label)
		return 0;
	snprintf(what, sizeof(what), "%.30s", stanza->first->value);
	return import_warn_dhcp(stanza->model, stanza->link, stanza->first->place, what);
}

int stanza_describe(struct import_model *model, struct import_sheet *sheet,
		    struct import_entry *first, struct import_link *link)
{
	struct stanza stanza = {.model = model,
				.sheet = sheet,
				.first = first,
				.link = link,
				.label = strchr(first->section, ':') ? first->section : NULL};
	int err = describe_method(&stanza) ?: read_metric(&stanza);

	for (struct import_entry *e = first; e && !err; e = e->next)
		if (e->section_number == first->section_number && !is_read_elsewhere(e->key))
			err = take_entry(&stanza, e);
	return err;
}

/* Whether the bond's own stanza sets the same. */
static bool is_said_of_bond(const struct import_sheet *sheet, const char *bond,
			    const struct import_entry *entry)
{
	for (const struct import_entry *e = sheet->entries; e; e = e->next)
		if (!strcmp(e->section, bond) && !strcmp(e->key, entry->key) &&
		    !strcmp(e->value, entry->value))
			return true;
	return false;
}

int stanza_describe_port(struct import_model *model, struct import_sheet *sheet,
			 struct import_entry *first, struct import_link *link)
{
	struct import_link *bond = import_find(model, link->master);
	int err = 0;

	for (struct import_entry *e = first; e && !err; e = e->next) {
		if (e->section_number != first->section_number || is_one_of(e->key, indifferent) ||
		    stanza_names_master(e->key) || is_said_of_bond(sheet, link->master, e))
			continue;
		if (bond && (!strcmp(e->key, "bond-primary") || !strcmp(e->key, "bond_primary")))
			err = import_set(model, bond, "primary", e->value, e->place);
		else
			err = import_warn(model, e->place,
					  "%.60s: not supported on a port: ignored", e->key);
	}
	return err;
}

/* Copies the command with $IFACE replaced by the interface's name; false: too long. */
static bool name_interface(const char *command, const char *name, char *text, size_t size)
{
	size_t used = 0;

	while (*command && used < size) {
		size_t length = !strncmp(command, "$IFACE", 6)	   ? 6
				: !strncmp(command, "${IFACE}", 8) ? 8
								   : 0;

		if (length)
			used += (size_t)snprintf(text + used, size - used, "%s", name);
		else
			text[used++] = *command;
		command += length ?: 1;
	}
	if (used >= size)
		return false;
	text[used] = '\0';
	return true;
}

int stanza_run(struct import_model *model, struct import_entry *entry)
{
	char text[1024];

	if (!is_one_of(entry->key, commands))
		return 0;
	if (!name_interface(entry->value, entry->section, text, sizeof(text)))
		return import_warn(model, entry->place, "%s: command too long: ignored",
				   entry->key);
	return iplink_read_line(model, entry->place, text);
}
