/* SPDX-License-Identifier: GPL-2.0-or-later */
/* [ipv4] and [ipv6] of NetworkManager's keyfiles: see keyfile.h. */
#include "import/dialects/keyfile.h"

#include <errno.h>
#include <string.h>

#include "import/net.h"

#define SEPARATORS ";,"

/*
 * The fields of "192.0.2.1/24,192.0.2.254,100", at most @max, in the model's memory; the
 * rest are NULL.
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
	int err = split(model, entry, fields, 2);

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
	int err = split(model, entry, fields, 3);

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
	int err = split(model, entry, fields, 32);

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
	const char *method = sheet_value(sheet, section, "method") ?: "disabled";
	bool is_ip6 = strcmp(section, "ipv6") == 0;
	struct import_place place = sheet_place_of(sheet, section, "method");

	if (!strcmp(method, "manual") || !strcmp(method, "disabled") || !strcmp(method, "ignore") ||
	    (is_ip6 && (!strcmp(method, "auto") || !strcmp(method, "link-local"))))
		return 0; /* the kernel itself takes IPv6 addresses that routers announce */
	if (!strcmp(method, "auto") || !strcmp(method, "dhcp"))
		return import_warn_dhcp(model, link, place, is_ip6 ? "method=dhcp" : "method=auto");
	return import_warn(model, place, "method=%.20s: not here: left out", method);
}

int keyfile_describe_ip(struct import_model *model, struct import_sheet *sheet,
			struct import_link *link, const char *section)
{
	const char *never = sheet_value(sheet, section, "never-default");
	bool never_default = false;
	int err = describe_method(model, link, sheet, section);

	if (never)
		parse_bool(never, &never_default);
	for (struct import_entry *e = sheet->entries; e && !err; e = e->next)
		if (strcmp(e->section, section) == 0)
			err = describe_ip_entry(model, link, e, never_default);
	return err;
}
