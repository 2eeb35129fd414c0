/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splits a file into lines for the parsers: see lines.h. */
#include "import/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BOM "\xef\xbb\xbf"
#define BOM_LENGTH 3

static bool is_utf16(const struct import_file *file)
{
	return file->length >= 2 &&
	       (memcmp(file->text, "\xff\xfe", 2) == 0 || memcmp(file->text, "\xfe\xff", 2) == 0);
}

/* Refuses bytes that cannot occur in a text file; @place is the start of the file. */
static int check_bytes(struct import_model *model, struct import_place place,
		       const struct import_file *file)
{
	if (is_utf16(file))
		return import_refuse(model, place, -EINVAL,
				     "encoded as UTF-16: convert it to UTF-8");
	for (size_t i = 0; i < file->length; i++) {
		unsigned char c = (unsigned char)file->text[i];
		bool ends_line = c == '\r' && i + 1 < file->length && file->text[i + 1] == '\n';

		if ((c < ' ' && c != '\t' && c != '\n' && !ends_line) || c == 0x7f)
			return import_refuse(model, place, -EINVAL,
					     "control character %d: not a text file", c);
		place.line += c == '\n';
	}
	return 0;
}

int import_clean(struct import_model *model, const struct import_file *file, char **ret_text,
		 const char **ret_name)
{
	struct import_place place = {import_text(model, file->name), 1};
	size_t from = 0, to = 0;
	char *text;
	int err;

	if (!place.file)
		return import_no_memory(model);
	if (file->length > IMPORT_BYTES_MAX ||
	    model->bytes_read + file->length > IMPORT_BYTES_TOTAL_MAX) {
		bool alone = file->length > IMPORT_BYTES_MAX;

		place.line = 0;
		return import_refuse(model, place, -E2BIG, "is longer than %d bytes%s: split it",
				     alone ? IMPORT_BYTES_MAX : IMPORT_BYTES_TOTAL_MAX,
				     alone ? "" : ", counting the files before it");
	}
	err = check_bytes(model, place, file);
	if (err)
		return err;
	text = malloc(file->length + 1);
	if (!text)
		return import_no_memory(model);
	model->bytes_read += file->length;
	if (file->length >= BOM_LENGTH && memcmp(file->text, BOM, BOM_LENGTH) == 0)
		from = BOM_LENGTH;
	for (; from < file->length; from++)
		if (file->text[from] != '\r')
			text[to++] = file->text[from];
	text[to] = '\0';
	*ret_text = text;
	*ret_name = place.file;
	return 0;
}

int lines_open(struct import_model *model, const struct import_file *file, bool joins,
	       struct lines *ret_lines)
{
	*ret_lines = (struct lines){.model = model, .next_line = 1, .joins = joins};
	return import_clean(model, file, &ret_lines->text, &ret_lines->place.file)
		       ?: (ret_lines->at = ret_lines->text, 0);
}

/* Terminates the line at @at; returns the line, or NULL at the end. */
char *lines_next(struct lines *lines)
{
	char *line = lines->at, *to = line;

	if (!line || !*line)
		return NULL;
	lines->place.line = lines->next_line;
	for (;;) {
		char *end = strchrnul(lines->at, '\n');
		size_t length = (size_t)(end - lines->at);
		bool joined = lines->joins && length && end[-1] == '\\' && *end;

		memmove(to, lines->at, length);
		to += length - joined;
		lines->at = end + (*end == '\n');
		lines->next_line++;
		if (!joined)
			break;
	}
	*to = '\0';
	return line;
}

void lines_close(struct lines *lines)
{
	free(lines->text);
	*lines = (struct lines){};
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

char *trim(char *text)
{
	size_t length;

	while (is_blank(*text))
		text++;
	length = strlen(text);
	while (length && is_blank(text[length - 1]))
		length--;
	text[length] = '\0';
	return text;
}
