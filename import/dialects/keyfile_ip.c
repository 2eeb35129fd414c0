/* SPDX-License-Identifier: GPL-2.0-or-later */
/* [ipv4] and [ipv6] of NetworkManager's keyfiles: see keyfile.h. */
#include "import/dialects/keyfile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/net.h"

#define SEPARATORS ";,"
#define FIELDS_MAX 32

/* The section being read, one of the two. */
struct ip_section {
	struct import_model *model;
	struct import_link *link;
	const struct import_sheet *sheet;
	const char *name;
	bool is_ip6, never_default;
	uint32_t metric, table; /* for routes without one */
};

/*
 * Splits "192.0.2.1/24,192.0.2.254,100" into at most @max fields in the model's
 * memory; the rest are NULL.
 */
static int split(struct import_model *model, const struct import_entry *entry, const char **fields,
		 size_t max)
{
	char *copy = (char *)import_text(model, entry->value);
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
	if (copy && *copy)
		return import_refuse(model, entry->place, -EINVAL, "%.40s: more than %zu fields",
				     entry->key, max);
	return 0;
}

/* Whether @key is @word followed by a number: "address1". */
static bool is_numbered(const char *key, const char *word)
{
	size_t length = strlen(word);

	return strncmp(key, word, length) == 0 && key[length] &&
	       strspn(key + length, "0123456789") == strlen(key + length);
}

/*
 * Converts @fields from the old form "IP;LENGTH;ROUTER" to "IP/LENGTH,ROUTER".
 * A missing length is @default_length, as in NetworkManager, with a warning.
 */
static int join_length(const struct ip_section *ip, const struct import_entry *entry,
		       const char **fields, size_t max, unsigned int default_length)
{
	uint32_t length = default_length;
	char text[80];

	if (!fields[0] || strchr(fields[0], '/'))
		return 0;
	if (fields[1] && import_parse_number(fields[1], 128, &length)) {
		memmove(&fields[1], &fields[2], (max - 2) * sizeof(*fields));
		fields[max - 1] = NULL;
	} else {
		int err = import_warn(
			ip->model, entry->place,
			"%.60s has no prefix length: assuming /%u, as NetworkManager does",
			fields[0], default_length);
		if (err)
			return err;
	}
	snprintf(text, sizeof(text), "%.60s/%u", fields[0], length);
	fields[0] = import_text(ip->model, text);
	return fields[0] ? 0 : import_no_memory(ip->model);
}

static int add_gateway(const struct ip_section *ip, const char *via, struct import_place place)
{
	struct import_route route = {
		.via = via, .metric = ip->metric, .table = ip->table, .place = place};

	if (ip->never_default || !strcmp(via, "0.0.0.0") || !strcmp(via, "::"))
		return 0;
	return import_add_route(ip->model, ip->link, &route);
}

/* "address1=IP/LENGTH[,ROUTER]". */
static int add_numbered_address(const struct ip_section *ip, const struct import_entry *entry)
{
	const char *fields[4];
	int err = split(ip->model, entry, fields, 4);

	err = err ?: join_length(ip, entry, fields, 4, ip->is_ip6 ? 64 : 24);
	if (!err && fields[0])
		err = import_add_address(ip->model, ip->link, fields[0], NULL, NULL, entry->place);
	if (!err && fields[1])
		err = add_gateway(ip, fields[1], entry->place);
	return err;
}

/* One item such as "table=200" or "onlink=true"; @ret_known: ebond supports it. */
static int take_option(const struct ip_section *ip, struct import_route *route, char *option,
		       struct import_place place, bool *ret_known)
{
	char *value = strchr(option, '=');
	bool is_good = true;

	if (value)
		*value++ = '\0';
	value = value ?: (char *)"";
	*ret_known = true;
	if (!strcmp(option, "table"))
		is_good = import_parse_table(value, &route->table);
	else if (!strcmp(option, "mtu"))
		is_good = import_parse_number(value, UINT32_MAX, &route->mtu);
	else if (!strcmp(option, "onlink"))
		is_good = parse_bool(value, &route->is_onlink);
	else if (!strcmp(option, "src"))
		route->source = value;
	else if (!strcmp(option, "type") && strcmp(value, "unicast") != 0)
		*ret_known = (route->type = import_route_type(value)) != NULL;
	else
		*ret_known = !strcmp(option, "type");
	return is_good ? 0
		       : import_refuse(ip->model, place, -EINVAL, "%.20s=%.40s: invalid value",
				       option, value);
}

/*
 * "route1_options=..." belongs to "route1". *@ret_ignored: it has an item that
 * ebond does not support.
 */
static int take_options(const struct ip_section *ip, const char *key, struct import_route *route,
			bool *ret_ignored)
{
	char name[64], *at, *end;
	struct import_entry *entry;
	int err = 0;

	*ret_ignored = false;
	snprintf(name, sizeof(name), "%.40s_options", key);
	entry = sheet_find(ip->sheet, ip->name, name);
	at = entry ? (char *)import_text(ip->model, entry->value) : NULL;
	if (entry && !at)
		return import_no_memory(ip->model);
	for (; at && *at && !err && !*ret_ignored; at = end) {
		bool known;

		end = at + strcspn(at, SEPARATORS);
		if (*end)
			*end++ = '\0';
		err = take_option(ip, route, at, entry->place, &known);
		*ret_ignored = !known;
		if (!err && !known)
			err = import_warn(ip->model, entry->place,
					  "%.40s: not supported by ebond: route ignored", at);
	}
	return err;
}

/* "route1=NETWORK/LENGTH[,ROUTER[,METRIC]]". */
static int add_route(const struct ip_section *ip, const struct import_entry *entry)
{
	struct import_route route = {.metric = ip->metric,
				     .table = ip->table,
				     .is_ip6 = ip->is_ip6,
				     .place = entry->place};
	const char *fields[5];
	bool left;
	int err = split(ip->model, entry, fields, 5);

	err = err ?: join_length(ip, entry, fields, 5, ip->is_ip6 ? 128 : 24);
	err = err ?: take_options(ip, entry->key, &route, &left);
	if (err || left || !fields[0])
		return err;
	if (fields[2] && !import_parse_number(fields[2], UINT32_MAX, &route.metric))
		return import_refuse(ip->model, entry->place, -EINVAL, "'%.20s' is not a metric",
				     fields[2]);
	route.to = fields[0];
	route.via = fields[1];
	return import_add_route(ip->model, ip->link, &route);
}

static int add_listed_addresses(const struct ip_section *ip, const struct import_entry *entry)
{
	const char *fields[FIELDS_MAX];
	int err = split(ip->model, entry, fields, FIELDS_MAX);

	for (size_t i = 0; i < FIELDS_MAX && !err; i++) {
		const char *one[2] = {fields[i], NULL};

		err = join_length(ip, entry, one, 2, ip->is_ip6 ? 64 : 24);
		if (!err && one[0])
			err = import_add_address(ip->model, ip->link, one[0], NULL, NULL,
						 entry->place);
	}
	return err;
}

static int describe_entry(const struct ip_section *ip, struct import_entry *entry)
{
	const char *key = entry->key;

	if (entry->is_used)
		return 0;
	entry->is_used = true;
	if (is_numbered(key, "address") || is_numbered(key, "addresses"))
		return add_numbered_address(ip, entry);
	if (strcmp(key, "addresses") == 0)
		return add_listed_addresses(ip, entry);
	if (is_numbered(key, "route") || is_numbered(key, "routes"))
		return add_route(ip, entry);
	if (strcmp(key, "gateway") == 0)
		return *entry->value ? add_gateway(ip, entry->value, entry->place) : 0;
	entry->is_used = strcmp(key, "method") == 0 || strcmp(key, "never-default") == 0;
	return 0;
}

static int describe_method(const struct ip_section *ip)
{
	const char *method = sheet_value(ip->sheet, ip->name, "method") ?: "disabled";
	struct import_place place = sheet_place_of(ip->sheet, ip->name, "method");

	if (!strcmp(method, "manual") || !strcmp(method, "disabled") || !strcmp(method, "ignore") ||
	    (ip->is_ip6 && (!strcmp(method, "auto") || !strcmp(method, "link-local"))))
		return 0; /* the kernel itself configures addresses from router advertisements */
	if (!strcmp(method, "auto") || !strcmp(method, "dhcp"))
		return import_warn_dhcp(ip->model, ip->link, place,
					ip->is_ip6 ? "method=dhcp" : "method=auto");
	return import_warn(ip->model, place, "method=%.20s: not supported by ebond: ignored",
			   method);
}

/* route-metric and route-table are defaults for all routes of the section; -1 and 0: not set. */
static int describe_defaults(struct ip_section *ip)
{
	const char *metric = sheet_value(ip->sheet, ip->name, "route-metric");
	const char *table = sheet_value(ip->sheet, ip->name, "route-table");

	if (metric && strcmp(metric, "-1") != 0 &&
	    !import_parse_number(metric, UINT32_MAX, &ip->metric))
		return import_refuse(ip->model, sheet_place_of(ip->sheet, ip->name, "route-metric"),
				     -EINVAL, "'%.20s' is not a metric", metric);
	if (table && !import_parse_table(table, &ip->table))
		return import_refuse(ip->model, sheet_place_of(ip->sheet, ip->name, "route-table"),
				     -EINVAL, "'%.20s' is not a table", table);
	if (!ip->table)
		return 0;
	return import_warn(ip->model, sheet_place_of(ip->sheet, ip->name, "route-table"),
			   "route-table: connected routes stay in the main table");
}

int keyfile_describe_ip(struct import_model *model, struct import_sheet *sheet,
			struct import_link *link, const char *section)
{
	struct ip_section ip = {.model = model,
				.link = link,
				.sheet = sheet,
				.name = section,
				.is_ip6 = strcmp(section, "ipv6") == 0};
	const char *never = sheet_value(sheet, section, "never-default");
	int err = describe_method(&ip) ?: describe_defaults(&ip);

	if (never)
		parse_bool(never, &ip.never_default);
	for (struct import_entry *e = sheet->entries; e && !err; e = e->next)
		if (strcmp(e->section, section) == 0)
			err = describe_entry(&ip, e);
	return err;
}
