/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Orders files as their tool reads them, by name: see sheet_put_in_order(). */
#include "import/sheet.h"

#include <string.h>

const char *sheet_base(const struct import_sheet *sheet)
{
	const char *slash = strrchr(sheet->file, '/');

	return slash ? slash + 1 : sheet->file;
}

/* The index in @directories of the directory that the file is in; past the end if in none. */
static size_t directory_of(const struct import_sheet *sheet)
{
	size_t i = 0;

	while (sheet->directories[i] &&
	       strncmp(sheet->file, sheet->directories[i], strlen(sheet->directories[i])) != 0)
		i++;
	return i;
}

static int compare(const struct import_sheet *a, const struct import_sheet *b)
{
	if (a->rank != b->rank)
		return a->rank - b->rank;
	return strcmp(sheet_base(a), sheet_base(b));
}

static void move(struct import_model *model, struct import_sheet *sheet)
{
	struct import_sheet **at = &model->sheets, **own = at;

	while (*own != sheet)
		own = &(*own)->next;
	while (*at != sheet &&
	       ((*at)->directories != sheet->directories || compare(*at, sheet) <= 0))
		at = &(*at)->next;
	if (*at == sheet)
		return;
	*own = NULL;
	model->sheets_end = own;
	sheet->next = *at;
	*at = sheet;
}

int sheet_put_in_order(struct import_model *model, struct import_sheet *sheet,
		       const char *const *directories, int rank)
{
	sheet->directories = directories;
	sheet->rank = rank;
	move(model, sheet);
	for (struct import_sheet *s = model->sheets; s; s = s->next) {
		struct import_sheet *hidden;

		if (s == sheet || s->directories != directories || compare(s, sheet) != 0 ||
		    directory_of(s) == directory_of(sheet))
			continue;
		hidden = directory_of(sheet) < directory_of(s) ? s : sheet;
		hidden->directories = NULL;
		hidden->prepare = hidden->declare = hidden->describe = NULL;
		return import_warn(
			model, (struct import_place){hidden->file, 0},
			"overridden by a file of the same name in another directory: ignored");
	}
	return 0;
}
