/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of keys and values, in sections or not, kept until all files are in: only
 * then it is known which of the interfaces they speak of are bonds and ports.
 */
#pragma once

#include "import/dialects/dialects.h"

#define SHEET_ENTRIES_MAX 2048

struct import_entry {
	struct import_entry *next;
	const char *section;	 /* "" where there are none */
	uint32_t section_number; /* tells two sections of one name apart; from 1 */
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
	const struct import_node *tree; /* of files that nest, instead of entries */

	/* sheet_put_in_order() */
	const char *const *folders;
	int rank;

	/* What comes before all. NULL: nothing, here and below. */
	int (*prepare)(struct import_model *model, struct import_sheet *sheet);
	/* Says which links there are, what is a bond, what a port. For all sheets first. */
	int (*declare)(struct import_model *model, struct import_sheet *sheet);
	/* Says what those links have. */
	int (*describe)(struct import_model *model, struct import_sheet *sheet);
	/* What needs links that others describe. */
	int (*supplement)(struct import_model *model, struct import_sheet *sheet);
};

/* An empty sheet at the model's end. 0 or -ENOMEM. */
int sheet_new(struct import_model *model, const char *file, struct import_sheet **ret_sheet);

/*
 * Takes @sheet, the last one, to its place among those with the same @folders (NULL-terminated):
 * lower ranks first, then in the order of the files' names without their folders. Of two of one
 * name and rank, in different ones of @folders, only the earlier folder's is heard, with a warning.
 */
int sheet_put_in_order(struct import_model *model, struct import_sheet *sheet,
		       const char *const *folders, int rank);

/* The file's name without its folder. */
const char *sheet_base(const struct import_sheet *sheet);

int sheet_add(struct import_model *model, struct import_sheet *sheet, const char *section,
	      uint32_t section_number, const char *key, const char *value,
	      struct import_place place);

/*
 * Reads "[section]" and "key=value" lines; '#' and ';' begin a comment line.
 * -EINVAL: a line that is neither, a section that is not closed.
 */
int sheet_read_ini(struct import_model *model, const struct import_file *file,
		   struct import_sheet **ret_sheet);

/*
 * The last entry of that name, now used; NULL: there is none. Without regard to
 * the number of the section, or with it.
 */
struct import_entry *sheet_find(const struct import_sheet *sheet, const char *section,
				const char *key);
struct import_entry *sheet_find_in(const struct import_sheet *sheet, uint32_t section_number,
				   const char *key);

/* Its value; NULL: there is none, or it is empty. */
const char *sheet_value(const struct import_sheet *sheet, const char *section, const char *key);

/* Where @entry is, or the beginning of the file when it is NULL. */
struct import_place sheet_place(const struct import_sheet *sheet, const struct import_entry *entry);

/* Where the key is; the beginning of the file when it is not there. */
struct import_place sheet_place_of(const struct import_sheet *sheet, const char *section,
				   const char *key);

/* Marks all of @keys (NULL-terminated) as used, in every section: they say nothing that matters. */
void sheet_ignore(struct import_sheet *sheet, const char *const *keys);

/* A warning for each entry that nobody used, with @why. */
int sheet_warn_unused(struct import_model *model, const struct import_sheet *sheet,
		      const char *why);

/* "yes", "true", "on", "1" and "no", "false", "off", "0", in any case. False: neither. */
bool parse_bool(const char *text, bool *ret_value);

/* Turns all sheets into links. */
int import_sheets_finish(struct import_model *model);
