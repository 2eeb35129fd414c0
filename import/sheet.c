/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of keys and values: see sheet.h. */
#include "import/sheet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int sheet_new(struct import_model *model, const char *file, struct import_sheet **ret_sheet)
{
	struct import_sheet *sheet = import_alloc(model, sizeof(*sheet));

	if (!sheet)
		return import_no_memory(model);
	sheet->file = file;
	sheet->entries_end = &sheet->entries;
	if (!model->sheets_end)
		model->sheets_end = &model->sheets;
	*model->sheets_end = sheet;
	model->sheets_end = &sheet->next;
	*ret_sheet = sheet;
	return 0;
}

int sheet_add(struct import_model *model, struct import_sheet *sheet, const char *section,
	      uint32_t section_number, const char *key, const char *value,
	      struct import_place place)
{
	struct import_entry *entry;

	if (sheet->count++ == SHEET_ENTRIES_MAX)
		return import_refuse(model, place, -E2BIG, "more than %d keys", SHEET_ENTRIES_MAX);
	entry = import_alloc(model, sizeof(*entry));
	if (!entry)
		return import_no_memory(model);
	*entry = (struct import_entry){
		.section = section,
		.section_number = section_number,
		.key = import_text(model, key),
		.value = import_text(model, value),
		.place = place,
	};
	if (!entry->key || !entry->value)
		return import_no_memory(model);
	*sheet->entries_end = entry;
	sheet->entries_end = &entry->next;
	return 0;
}

/* Reduces "[name]" to name; NULL: no closing bracket. */
static const char *section_name(struct import_model *model, char *line)
{
	size_t length = strlen(line);

	if (length < 3 || line[length - 1] != ']')
		return NULL;
	return import_text_n(model, line + 1, length - 2);
}

static int read_ini_line(struct import_model *model, struct import_sheet *sheet, char *line,
			 struct import_place place, const char **section, uint32_t *number)
{
	char *equals;

	line = trim(line);
	if (!*line || *line == '#' || *line == ';')
		return 0;
	if (*line == '[') {
		*section = section_name(model, line);
		++*number;
		return *section ? 0
				: import_refuse(model, place, -EINVAL,
						"unterminated section header: write [NAME]");
	}
	equals = strchr(line, '=');
	if (!equals || equals == line)
		return import_refuse(model, place, -EINVAL, "not KEY=VALUE");
	*equals = '\0';
	if (!*number)
		return import_refuse(model, place, -EINVAL,
				     "%.40s is outside any section: write [NAME] before it", line);
	return sheet_add(model, sheet, *section, *number, trim(line), trim(equals + 1), place);
}

int sheet_read_lines(struct import_model *model, const struct import_file *file,
		     int (*read_line)(struct import_model *model, struct import_sheet *sheet,
				      char *line, struct import_place place),
		     struct import_sheet **ret_sheet)
{
	_cleanup_lines_ struct lines lines = {};
	struct import_sheet *sheet = NULL;
	int err = lines_open(model, file, true, &lines);
	char *line;

	err = err ?: sheet_new(model, lines.place.file, &sheet);
	while (!err && (line = lines_next(&lines)))
		err = read_line(model, sheet, line, lines.place);
	if (!err)
		*ret_sheet = sheet;
	return err;
}

int sheet_read_ini(struct import_model *model, const struct import_file *file,
		   struct import_sheet **ret_sheet)
{
	_cleanup_lines_ struct lines lines = {};
	struct import_sheet *sheet = NULL;
	const char *section = "";
	uint32_t number = 0;
	int err = lines_open(model, file, true, &lines);
	char *line;

	err = err ?: sheet_new(model, lines.place.file, &sheet);
	while (!err && (line = lines_next(&lines)))
		err = read_ini_line(model, sheet, line, lines.place, &section, &number);
	if (!err)
		*ret_sheet = sheet;
	return err;
}

struct import_entry *sheet_find(const struct import_sheet *sheet, const char *section,
				const char *key)
{
	struct import_entry *found = NULL;

	for (struct import_entry *entry = sheet->entries; entry; entry = entry->next) {
		if (strcmp(entry->section, section) != 0 || strcmp(entry->key, key) != 0)
			continue;
		entry->is_used = true;
		found = entry;
	}
	return found;
}

struct import_entry *sheet_find_in(const struct import_sheet *sheet, uint32_t section_number,
				   const char *key)
{
	struct import_entry *found = NULL;

	for (struct import_entry *entry = sheet->entries; entry; entry = entry->next) {
		if (entry->section_number != section_number || strcmp(entry->key, key) != 0)
			continue;
		entry->is_used = true;
		found = entry;
	}
	return found;
}

const char *sheet_value(const struct import_sheet *sheet, const char *section, const char *key)
{
	const struct import_entry *entry = sheet_find(sheet, section, key);

	return entry && *entry->value ? entry->value : NULL;
}

struct import_place sheet_place(const struct import_sheet *sheet, const struct import_entry *entry)
{
	return entry ? entry->place : (struct import_place){sheet->file, 1};
}

struct import_place sheet_place_of(const struct import_sheet *sheet, const char *section,
				   const char *key)
{
	return sheet_place(sheet, sheet_find(sheet, section, key));
}

void sheet_ignore(struct import_sheet *sheet, const char *const *keys)
{
	for (struct import_entry *entry = sheet->entries; entry; entry = entry->next)
		for (const char *const *key = keys; *key && !entry->is_used; key++)
			entry->is_used = strcmp(entry->key, *key) == 0;
}

int sheet_warn_unused(struct import_model *model, const struct import_sheet *sheet, const char *why)
{
	int err = 0;

	for (const struct import_entry *entry = sheet->entries; entry && !err; entry = entry->next)
		if (!entry->is_used)
			/* the value is not shown: it may be a password */
			err = import_warn(model, entry->place, "%.60s: %s: ignored", entry->key,
					  why);
	return err;
}

bool parse_bool(const char *text, bool *ret_value)
{
	static const char *const words[] = {"no", "yes", "false", "true", "off", "on",
					    "0",  "1",	 "n",	  "y",	  "f",	 "t"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(text, words[i]) != 0)
			continue;
		*ret_value = i % 2;
		return true;
	}
	return false;
}

int import_sheets_finish(struct import_model *model)
{
	int err = 0;

	for (struct import_sheet *sheet = model->sheets; sheet && !err; sheet = sheet->next)
		err = sheet->prepare ? sheet->prepare(model, sheet) : 0;
	for (struct import_sheet *sheet = model->sheets; sheet && !err; sheet = sheet->next)
		err = sheet->declare ? sheet->declare(model, sheet) : 0;
	for (struct import_sheet *sheet = model->sheets; sheet && !err; sheet = sheet->next)
		err = sheet->describe ? sheet->describe(model, sheet) : 0;
	for (struct import_sheet *sheet = model->sheets; sheet && !err; sheet = sheet->next)
		err = sheet->supplement ? sheet->supplement(model, sheet) : 0;
	return err;
}
