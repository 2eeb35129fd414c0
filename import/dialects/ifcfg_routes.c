/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Route files that accompany ifcfg files: Red Hat's route-NAME and route6-NAME
 * contain arguments of "ip route add" or numbered keys, SUSE's ifroute-NAME and
 * routes contain columns. See dialects.h.
 */
#include "import/dialects/ifcfg.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/dialects/iplink.h"
#include "import/net.h"

/* What follows @word in the file's name, i.e. its interface. NULL: the name has another prefix. */
static const char *device_after(const struct import_sheet *sheet, const char *word)
{
	const char *base = sheet_base(sheet);
	size_t length = strlen(word);

	return strncmp(base, word, length) == 0 ? base + length : NULL;
}

static bool is_ip6_file(const struct import_sheet *sheet)
{
	return device_after(sheet, "route6-") != NULL;
}

/* The bond of that name; NULL with a warning if it is none. */
static int find_bond(struct import_model *model, const struct import_sheet *sheet,
		     const char *device, struct import_link **ret_link)
{
	*ret_link = import_find(model, device);
	if (*ret_link && (*ret_link)->is_bond)
		return 0;
	*ret_link = NULL;
	return import_warn(model, sheet_place(sheet, NULL),
			   "routes of %.40s, which is not a bond: left alone", device);
}

static const char *numbered(const struct import_sheet *sheet, const char *key, const char *number)
{
	char whole[32];

	snprintf(whole, sizeof(whole), "%s%.8s", key, number);
	return sheet_value(sheet, "", whole);
}

/* ADDRESS0, NETMASK0, GATEWAY0 etc. */
static int add_numbered(struct import_model *model, const struct import_sheet *sheet,
			struct import_link *link, struct import_entry *entry)
{
	const char *number = entry->key + strlen("ADDRESS");
	const char *mask = numbered(sheet, "NETMASK", number) ?: numbered(sheet, "PREFIX", number);
	const char *metric = numbered(sheet, "METRIC", number);
	struct import_route route = {.via = numbered(sheet, "GATEWAY", number),
				     .place = entry->place};
	uint32_t length = 32;
	char to[80];

	if (mask && !import_mask_length(mask, &length))
		return import_refuse(model, entry->place, -EINVAL,
				     "'%.40s' is not a netmask: write 255.255.255.0 or 24", mask);
	if (metric && !import_parse_number(metric, UINT32_MAX, &route.metric))
		return import_refuse(model, entry->place, -EINVAL, "'%.20s' is not a metric",
				     metric);
	snprintf(to, sizeof(to), "%.60s/%u", entry->value, length);
	route.to = to;
	return import_add_route(model, link, &route);
}

/* Splits one line into words. */
static int read_words(struct import_model *model, const struct import_entry *entry,
		      struct shell_words *ret_words)
{
	char *copy = (char *)import_text(model, entry->value);

	return copy ? shell_split(model, entry->place, copy, ret_words) : import_no_memory(model);
}

static int supplement_redhat(struct import_model *model, struct import_sheet *sheet)
{
	const char *device = device_after(sheet, "route-") ?: device_after(sheet, "route6-");
	struct shell_words words;
	struct import_link *link;
	int err = find_bond(model, sheet, device, &link);

	for (struct import_entry *e = sheet->entries; e && !err && link; e = e->next) {
		struct script_command command = {model, e->place, words.list, 0};

		if (!strncmp(e->key, "ADDRESS", strlen("ADDRESS")))
			err = add_numbered(model, sheet, link, e);
		if (*e->key)
			continue;
		err = read_words(model, e, &words);
		command.count = err ? 0 : words.count;
		err = err ?: script_read_route_words(&command, 0, device, is_ip6_file(sheet));
	}
	return err;
}

/*
 * The options after the columns: "metric 5 table 100". @ret_unsupported: the
 * first word that ebond does not support, or NULL.
 */
static int take_options(const struct shell_words *words, struct import_route *route,
			const char **ret_unsupported)
{
	*ret_unsupported = NULL;
	for (size_t i = 4; i < words->count && !*ret_unsupported; i++) {
		const char *key = words->list[i].text;
		const char *value = i + 1 < words->count ? words->list[i + 1].text : "";
		bool good = true;

		if (i == 4 && (!strcmp(key, "-") || !strcmp(key, "unicast")))
			continue;
		if (i == 4 && import_route_type(key)) {
			route->type = key;
			continue;
		}
		i++;
		if (!strcmp(key, "metric"))
			good = import_parse_number(value, UINT32_MAX, &route->metric);
		else if (!strcmp(key, "table"))
			good = import_parse_table(value, &route->table);
		else if (!strcmp(key, "mtu"))
			good = import_parse_number(value, UINT32_MAX, &route->mtu);
		else if (!strcmp(key, "src"))
			route->source = value;
		else if (!strcmp(key, "scope"))
			route->scope = value;
		else if (!strcmp(key, "onlink"))
			route->is_onlink = true, i--;
		else
			good = false;
		*ret_unsupported = good ? NULL : key;
	}
	return 0;
}

/* The text of a column; NULL: "-" or missing. */
static const char *column(const struct shell_words *words, size_t index)
{
	const char *text = index < words->count ? words->list[index].text : "-";

	return strcmp(text, "-") ? text : NULL;
}

/* DESTINATION GATEWAY NETMASK INTERFACE [TYPE] [OPTIONS]. */
static int add_columns(struct import_model *model, const struct import_entry *entry,
		       const struct shell_words *words, const char *device)
{
	const char *to = column(words, 0), *mask = column(words, 2), *unsupported;
	struct import_route route = {.to = to, .via = column(words, 1), .place = entry->place};
	struct import_link *link;
	uint32_t length;
	char whole[80];

	take_options(words, &route, &unsupported);
	if (unsupported)
		return import_warn(model, entry->place,
				   "%.40s: not supported by ebond: route ignored", unsupported);
	if (to && mask && !strchr(to, '/')) {
		if (!import_mask_length(mask, &length))
			return import_refuse(model, entry->place, -EINVAL,
					     "'%.40s' is not a netmask", mask);
		snprintf(whole, sizeof(whole), "%.60s/%u", to, length);
		route.to = whole;
	}
	device = column(words, 3) ?: device;
	link = device	   ? import_find(model, device)
	       : route.via ? import_link_towards(model, route.via)
			   : NULL;
	if (!link || !link->is_bond)
		return import_warn(model, entry->place,
				   "route does not belong to any bond here: left alone");
	return import_add_route(model, link, &route);
}

static int supplement_suse(struct import_model *model, struct import_sheet *sheet)
{
	const char *device = device_after(sheet, "ifroute-");
	struct shell_words words;
	struct import_link *link = NULL;
	int err = device ? find_bond(model, sheet, device, &link) : 0;

	for (struct import_entry *e = sheet->entries; e && !err && (link || !device); e = e->next)
		err = read_words(model, e, &words) ?: add_columns(model, e, &words, device);
	return err;
}

static int warn_rules(struct import_model *model, struct import_sheet *sheet)
{
	return import_warn(model, sheet_place(sheet, NULL), "policy routing rules: left alone");
}

/* "KEY0=value" of the older format; false: the line has another form. */
static bool split_numbered(char *line, char **ret_value)
{
	size_t length = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	if (!length || line[length] != '=')
		return false;
	line[length] = '\0';
	*ret_value = line + length + 1;
	return true;
}

static int read_line(struct import_model *model, struct import_sheet *sheet, char *line,
		     struct import_place place)
{
	char *value;
	size_t length;

	line = trim(line);
	if (!*line || *line == '#')
		return 0;
	if (!split_numbered(line, &value))
		return sheet_add(model, sheet, "", 1, "", line, place);
	length = strlen(value);
	if (length >= 2 && strchr("\"'", *value) && value[length - 1] == *value) {
		value[length - 1] = '\0';
		value++;
	}
	return sheet_add(model, sheet, "", 1, line, value, place);
}

int import_ifcfg_routes(struct import_model *model, const struct import_file *file)
{
	struct import_sheet *sheet = NULL;
	int err = sheet_read_lines(model, file, read_line, &sheet);

	if (err)
		return err;
	if (device_after(sheet, "rule"))
		sheet->supplement = warn_rules;
	else if (device_after(sheet, "ifroute-") || !strcmp(sheet_base(sheet), "routes"))
		sheet->supplement = supplement_suse;
	else
		sheet->supplement = supplement_redhat;
	return 0;
}
