/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of keys and values, with or without sections. They are kept until all
 * files have been read: only then is it known which interfaces are bonds and
 * ports.
 */
#pragma once

#include "import/dialects/dialects.h"

#define SHEET_ENTRIES_MAX 2048

struct import_entry {
	struct import_entry *next;
	const char *section;	 /* "" without sections */
	uint32_t section_number; /* distinguishes sections of the same name; from 1 */
	const char *key, *value;
	struct import_place place;
	bool is_used;
};

/* One file. */
struct import_sheet {
	struct import_sheet *next;
	const char *file;
	struct import_entry *entries, **entries_end;
	size_t count;
	const struct import_node *tree; /* instead of entries, for files that nest */

	/* see sheet_put_in_order() */
	const char *const *directories;
	int rank;

	/* Runs before everything else. NULL: nothing to do, here and below. */
	int (*prepare)(struct import_model *model, struct import_sheet *sheet);
	/* Declares links, bonds and ports. Runs for all sheets first. */
	int (*declare)(struct import_model *model, struct import_sheet *sheet);
	/* Configures those links. */
	int (*describe)(struct import_model *model, struct import_sheet *sheet);
	/* Adds what depends on other sheets' links. */
	int (*supplement)(struct import_model *model, struct import_sheet *sheet);
};

/* Appends an empty sheet to the model. 0 or -ENOMEM. */
int sheet_new(struct import_model *model, const char *file, struct import_sheet **ret_sheet);

/*
 * Moves @sheet, the last one, to its place among those with the same @directories
 * (NULL-terminated): ordered by rank, then by file name without directory. Of two
 * with the same name and rank in different @directories, only that in the earlier
 * directory is used; the other gives a warning.
 */
int sheet_put_in_order(struct import_model *model, struct import_sheet *sheet,
		       const char *const *directories, int rank);

/* The base name of the file. */
const char *sheet_base(const struct import_sheet *sheet);

int sheet_add(struct import_model *model, struct import_sheet *sheet, const char *section,
	      uint32_t section_number, const char *key, const char *value,
	      struct import_place place);

/*
 * Reads a file without sections into a new sheet: @read_line handles each line,
 * which it may modify, and returns 0 or a negative errno with the model's fault set.
 */
int sheet_read_lines(struct import_model *model, const struct import_file *file,
		     int (*read_line)(struct import_model *model, struct import_sheet *sheet,
				      char *line, struct import_place place),
		     struct import_sheet **ret_sheet);

/*
 * Reads "[section]" and "key=value" lines; '#' and ';' begin a comment line.
 * -EINVAL: any other line, or an unterminated section header.
 */
int sheet_read_ini(struct import_model *model, const struct import_file *file,
		   struct import_sheet **ret_sheet);

/*
 * The last entry of that name, which becomes used; NULL: none. In any section
 * of that name, or only in that of the given number.
 */
struct import_entry *sheet_find(const struct import_sheet *sheet, const char *section,
				const char *key);
struct import_entry *sheet_find_in(const struct import_sheet *sheet, uint32_t section_number,
				   const char *key);

/* Its value; NULL: not set, or empty. */
const char *sheet_value(const struct import_sheet *sheet, const char *section, const char *key);

/* Where @entry is; the beginning of the file when NULL. */
struct import_place sheet_place(const struct import_sheet *sheet, const struct import_entry *entry);

/* Where the key is; the beginning of the file when it is not set. */
struct import_place sheet_place_of(const struct import_sheet *sheet, const char *section,
				   const char *key);

/* Marks all @keys (NULL-terminated) as used in every section: they do not matter. */
void sheet_ignore(struct import_sheet *sheet, const char *const *keys);

/* Warns of each unused entry, with @why. */
int sheet_warn_unused(struct import_model *model, const struct import_sheet *sheet,
		      const char *why);

/* "yes", "true", "on", "1" and "no", "false", "off", "0", in any case. False: none of these. */
bool parse_bool(const char *text, bool *ret_value);

/* Turns all sheets into links. */
int import_sheets_finish(struct import_model *model);
