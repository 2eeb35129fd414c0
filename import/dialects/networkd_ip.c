/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses and routes of systemd-networkd's .network files: see networkd.h. */
#include "import/dialects/networkd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/net.h"
#include "import/timespan.h"

bool networkd_holds(const struct import_sheet *sheet, const struct import_entry *entry)
{
	(void)sheet;
	for (const struct import_entry *e = entry->next; e; e = e->next)
		if (!*e->value && !strcmp(e->key, entry->key) &&
		    !strcmp(e->section, entry->section))
			return false;
	return true;
}

/* The first line of a section whose key is not in @known (NULL-terminated); NULL: all are. */
static const struct import_entry *find_other(const struct import_entry *first,
					     const char *const *known)
{
	for (const struct import_entry *e = first; e; e = e->next) {
		const char *const *at = known;

		while (*at && strcmp(*at, e->key) != 0)
			at++;
		if (e->section_number == first->section_number && *e->value && !*at)
			return e;
	}
	return NULL;
}

/* Marks all lines of the section as used. */
static void use_all(struct import_entry *first)
{
	for (struct import_entry *e = first; e; e = e->next)
		e->is_used = e->is_used || e->section_number == first->section_number;
}

/* Adds an address as networkd does: a missing prefix length is that of its class. */
static int add_address(struct import_model *model, struct import_link *link,
		       const struct import_entry *entry, const char *broadcast, const char *label)
{
	if (strchr(entry->value, '/'))
		return import_add_address(model, link, entry->value, broadcast, label,
					  entry->place);
	return import_add_classful(model, link, entry->value, broadcast, label, entry->place);
}

static int describe_address(struct import_model *model, const struct import_sheet *sheet,
			    struct import_link *link, struct import_entry *first)
{
	static const char *const known[] = {"Address", "Broadcast", "Label", NULL};
	uint32_t number = first->section_number;
	const struct import_entry *entry = sheet_find_in(sheet, number, "Address");
	const struct import_entry *broadcast = sheet_find_in(sheet, number, "Broadcast");
	const struct import_entry *label = sheet_find_in(sheet, number, "Label");
	const struct import_entry *other = find_other(first, known);
	bool yes;

	use_all(first);
	if (!entry || !*entry->value)
		return import_warn(model, first->place, "[Address] without Address=: ignored");
	if (other)
		return import_warn(model, other->place,
				   "%.40s: not supported by ebond: address %.60s ignored",
				   other->key, entry->value);
	if (broadcast && parse_bool(broadcast->value, &yes))
		broadcast = NULL;
	return add_address(model, link, entry, broadcast ? broadcast->value : NULL,
			   label ? label->value : NULL);
}

/* A number from the section, 0 when not set. */
static int number_in(struct import_model *model, const struct import_entry *entry,
		     uint32_t *ret_number)
{
	*ret_number = 0;
	if (!entry || !*entry->value || import_parse_number(entry->value, UINT32_MAX, ret_number))
		return 0;
	return import_refuse(model, entry->place, -EINVAL, "%.20s=%.20s: not a number", entry->key,
			     entry->value);
}

static const char *value_in(const struct import_sheet *sheet, uint32_t number, const char *key)
{
	const struct import_entry *entry = sheet_find_in(sheet, number, key);

	return entry && *entry->value ? entry->value : NULL;
}

static int ignore_route(struct import_model *model, const struct import_entry *entry)
{
	return import_warn(model, entry->place, "%.40s: not supported by ebond: route ignored",
			   entry->key);
}

/* Reads the section into *@route; *@ret_unsupported is the key that ebond does not support. */
static int read_route(struct import_model *model, const struct import_sheet *sheet,
		      struct import_entry *first, struct import_route *route,
		      const struct import_entry **ret_unsupported)
{
	uint32_t number = first->section_number;
	const struct import_entry *type = sheet_find_in(sheet, number, "Type");
	const struct import_entry *table = sheet_find_in(sheet, number, "Table");
	const struct import_entry *onlink =
		sheet_find_in(sheet, number, "GatewayOnLink")
			?: sheet_find_in(sheet, number, "GatewayOnlink");
	const struct import_entry *gateway = sheet_find_in(sheet, number, "Gateway");
	int err = number_in(model, sheet_find_in(sheet, number, "Metric"), &route->metric);

	err = err ?: number_in(model, sheet_find_in(sheet, number, "MTUBytes"), &route->mtu);
	route->to = value_in(sheet, number, "Destination");
	route->via = value_in(sheet, number, "Gateway");
	route->source = value_in(sheet, number, "PreferredSource");
	route->scope = value_in(sheet, number, "Scope");
	if (onlink)
		parse_bool(onlink->value, &route->is_onlink);
	if (table && *table->value && !import_parse_table(table->value, &route->table))
		*ret_unsupported = table;
	if (type && *type->value && strcmp(type->value, "unicast") != 0) {
		route->type = import_route_type(type->value);
		*ret_unsupported = route->type ? *ret_unsupported : type;
	}
	if (gateway && *gateway->value == '_')
		*ret_unsupported = gateway;
	return err;
}

static int describe_route(struct import_model *model, const struct import_sheet *sheet,
			  struct import_link *link, struct import_entry *first)
{
	static const char *const known[] = {
		"Destination", "Gateway",  "PreferredSource", "Scope",	       "Type", "Table",
		"Metric",      "MTUBytes", "GatewayOnLink",   "GatewayOnlink", NULL};
	struct import_route route = {.place = first->place};
	const struct import_entry *unsupported = find_other(first, known);
	int err = unsupported ? 0 : read_route(model, sheet, first, &route, &unsupported);

	use_all(first);
	if (err || unsupported)
		return err ?: ignore_route(model, unsupported);
	if (!route.to && !route.via)
		return import_warn(model, first->place,
				   "[Route] without Destination= and Gateway=: ignored");
	return import_add_route(model, link, &route);
}

/* Address= and Gateway= of [Network] may be repeated; an empty one clears the list. */
static int describe_entry(struct import_model *model, const struct import_sheet *sheet,
			  struct import_link *link, struct import_entry *entry)
{
	bool is_address = !strcmp(entry->key, "Address");

	if (strcmp(entry->section, "Network") != 0 ||
	    (!is_address && strcmp(entry->key, "Gateway") != 0))
		return 0;
	if (!is_address && entry->value[0] == '_')
		return 0; /* by DHCP or router advertisement: reported as not supported */
	entry->is_used = true;
	if (!*entry->value || !networkd_holds(sheet, entry))
		return 0;
	if (is_address)
		return add_address(model, link, entry, NULL, NULL);
	return import_add_router(model, link, entry->value, 0, entry->place);
}

int networkd_describe_ip(struct import_model *model, const struct import_sheet *sheet,
			 struct import_link *link)
{
	uint32_t number = 0;
	int err = 0;

	for (struct import_entry *e = sheet->entries; e && !err; e = e->next) {
		bool is_new = e->section_number != number;

		number = e->section_number;
		err = describe_entry(model, sheet, link, e);
		if (!err && is_new && !strcmp(e->section, "Address"))
			err = describe_address(model, sheet, link, e);
		else if (!err && is_new && !strcmp(e->section, "Route"))
			err = describe_route(model, sheet, link, e);
	}
	return err;
}
