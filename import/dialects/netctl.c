/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netctl profiles with Connection=bond: shell assignments, including arrays.
 * netctl.profile(5). See dialects.h.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/dialects/dialects.h"
#include "import/dialects/iplink.h"
#include "import/driver_options.h"
#include "import/net.h"
#include "import/sheet.h"
#include "import/tree.h"

static const char *const indifferent[] = {
	"Description", "Interface", "Connection", "Mode",	"ForceConnect", "SkipNoCarrier",
	"TimeoutUp",   "After",	    "BindsTo",	  "TimeoutDAD", NULL,
};

static const char *value_of(const struct import_sheet *sheet, const char *key)
{
	return sheet_value(sheet, "", key);
}

/* The first of "bond", "bond0": profiles of other connections are left alone. */
static bool is_bond(const struct import_sheet *sheet)
{
	return !strcmp(value_of(sheet, "Connection") ?: "", "bond");
}

/* "mode active-backup miimon 100". */
static int set_options(struct import_model *model, struct import_link *link,
		       const struct import_entry *entry)
{
	struct shell_words words;
	char *copy = (char *)import_text(model, entry->value);
	int err = copy ? shell_split(model, entry->place, copy, &words) : import_no_memory(model);

	for (size_t i = 0; !err && i < words.count; i += 2) {
		if (i + 1 == words.count)
			return import_refuse(model, entry->place, -EINVAL, "%.40s has no value",
					     words.list[i].text);
		err = import_driver_option(model, link, words.list[i].text, words.list[i + 1].text,
					   entry->place);
	}
	return err;
}

static int set_mac(struct import_model *model, struct import_link *link,
		   const struct import_entry *entry)
{
	uint8_t mac[6];

	if (import_parse_mac(entry->value, mac))
		return import_set_mac(model, link, entry->value, entry->place);
	return import_warn(model, entry->place, "MACAddress of a port: ignored");
}

static int read_entry(struct import_model *model, struct import_link *link,
		      const struct import_entry *entry)
{
	struct import_link *port;

	if (!strcmp(entry->key, "BindsToInterfaces"))
		return import_port(model, entry->value, link->name, entry->place, &port);
	if (!strcmp(entry->key, "LinkOptions"))
		return set_options(model, link, entry);
	if (!strcmp(entry->key, "MACAddress"))
		return set_mac(model, link, entry);
	if (!strcmp(entry->key, "Address") || !strcmp(entry->key, "Address6")) {
		if (!strchr(entry->value, '/'))
			return import_warn(model, entry->place,
					   "%.60s has no prefix length: address ignored",
					   entry->value);
		return import_add_address(model, link, entry->value, NULL, NULL, entry->place);
	}
	if (!strcmp(entry->key, "Gateway") || !strcmp(entry->key, "Gateway6"))
		return import_add_router(model, link, entry->value, 0, entry->place);
	if (!strcmp(entry->key, "IP") || !strcmp(entry->key, "IP6"))
		return strncmp(entry->value, "dhcp", 4)
			       ? 0
			       : import_warn_dhcp(model, link, entry->place, entry->key);
	if (!strncmp(entry->key, "Routes", 6) || is_one_of(entry->key, indifferent))
		return 0;
	return import_warn(model, entry->place, "%.40s: not supported on a bond: ignored",
			   entry->key);
}

static int declare(struct import_model *model, struct import_sheet *sheet)
{
	const char *name = value_of(sheet, "Interface"), *mode = value_of(sheet, "Mode");
	struct import_link *link;
	int err;

	if (!is_bond(sheet))
		return import_warn(model, sheet_place(sheet, NULL),
				   "Connection is not bond: left alone");
	if (!name)
		return import_refuse(model, sheet_place(sheet, NULL), -EINVAL,
				     "bond without Interface: set it");
	err = import_bond(model, name, sheet_place_of(sheet, "", "Interface"), &link);
	if (err)
		return err;
	link->is_up = true;
	if (mode)
		err = import_set(model, link, "mode", mode, sheet_place_of(sheet, "", "Mode"));
	for (const struct import_entry *e = sheet->entries; e && !err; e = e->next)
		if (*e->value)
			err = read_entry(model, link, e);
	return err;
}

/* Routes=('10.0.0.0/8 via 192.0.2.254'): arguments of "ip route add". */
static int supplement(struct import_model *model, struct import_sheet *sheet)
{
	struct shell_words words;
	int err = 0;

	for (const struct import_entry *e = sheet->entries; e && !err && is_bond(sheet);
	     e = e->next) {
		struct script_command command = {model, e->place, words.list, 0};
		char *copy;

		if (strncmp(e->key, "Routes", 6) != 0)
			continue;
		copy = (char *)import_text(model, e->value);
		err = copy ? shell_split(model, e->place, copy, &words) : import_no_memory(model);
		command.count = err ? 0 : words.count;
		err = err
			      ?: script_read_route_words(&command, 0, value_of(sheet, "Interface"),
							 !strcmp(e->key, "Routes6"));
	}
	return err;
}

/* A file being read: the key whose array is open, or NULL. */
struct reading {
	struct import_model *model;
	struct import_sheet *sheet;
	const char *array;
};

static int add(struct reading *reading, const char *key, const struct shell_word *word,
	       const char *value, struct import_place place)
{
	if (word->has_variable)
		return import_warn(reading->model, place,
				   "%.40s contains a variable, which is not expanded: ignored",
				   key);
	return sheet_add(reading->model, reading->sheet, "", 1, key, value, place);
}

static int read_words(struct reading *reading, struct shell_words *words, struct import_place place)
{
	int err = 0;

	for (size_t i = 0; i < words->count && !err; i++) {
		const struct shell_word *word = &words->list[i];
		char *value;

		if (word->is_operator && !strcmp(word->text, ")")) {
			reading->array = NULL;
		} else if (word->is_operator) {
			return import_refuse(reading->model, place, -EINVAL, "not KEY=VALUE");
		} else if (reading->array) {
			err = add(reading, reading->array, word, word->text, place);
		} else {
			value = shell_assignment((char *)word->text);
			if (!value)
				return import_refuse(reading->model, place, -EINVAL,
						     "not KEY=VALUE");
			if (!*value && i + 1 < words->count && words->list[i + 1].is_operator &&
			    !strcmp(words->list[i + 1].text, "(")) {
				reading->array = import_text(reading->model, word->text);
				i++;
			} else {
				err = add(reading, word->text, word, value, place);
			}
		}
	}
	return err;
}

int import_netctl(struct import_model *model, const struct import_file *file)
{
	_cleanup_lines_ struct lines lines = {};
	struct reading reading = {.model = model};
	struct shell_words words;
	int err = lines_open(model, file, true, &lines);
	char *line;

	err = err ?: sheet_new(model, lines.place.file, &reading.sheet);
	while (!err && (line = lines_next(&lines)))
		err = shell_split(model, lines.place, line, &words)
			      ?: read_words(&reading, &words, lines.place);
	if (err)
		return err;
	if (reading.array)
		return import_refuse(model, sheet_place(reading.sheet, NULL), -EINVAL,
				     "unterminated %.40s=(", reading.array);
	reading.sheet->declare = declare;
	reading.sheet->supplement = supplement;
	return 0;
}
