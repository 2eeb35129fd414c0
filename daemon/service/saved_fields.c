/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Structs and JSON objects, by a table. */
#include "daemon/service/saved_fields.h"

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lang/names.h"
#include "lib/json.h"
#include "lib/mac.h"

/* A file that is broken throughout does not fill the log. */
#define NOTES_MAX 20

void note(struct notes *notes, const char *format, ...)
{
	char text[256], line[384];
	va_list arguments;

	if (notes->count++ > NOTES_MAX)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (notes->count > NOTES_MAX)
		snprintf(line, sizeof(line), "there is more that was left out");
	else
		snprintf(line, sizeof(line), "%s%s%s", notes->where, notes->where[0] ? ": " : "",
			 text);
	notes->each(line, notes->data);
}

/* Numbers of any size by way of their low bytes. */
static uint64_t load(const void *from, size_t size)
{
	uint64_t value = 0;

	static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "low bytes come first");
	memcpy(&value, from, size);
	return value;
}

static json_t *list_to_json(const struct field *field, const char *from)
{
	json_t *list = json_array();

	for (size_t i = 0; i < field->count; i++)
		json_array_append_new(
			list, json_integer((json_int_t)load(from + i * field->size, field->size)));
	return list;
}

static json_t *to_json(const struct field *field, const void *from)
{
	char text[MAC_TEXT_SIZE];

	switch (field->type) {
	case FIELD_NUMBER:
	case FIELD_BIT:
		return json_integer((json_int_t)load(from, field->size));
	case FIELD_INT:
		return json_integer(*(const int *)from);
	case FIELD_BOOL:
		return json_boolean(load(from, field->size));
	case FIELD_LIST:
	case FIELD_BYTES:
		return list_to_json(field, from);
	case FIELD_MAC:
		mac_format(from, text);
		return json_string(text);
	case FIELD_TEXT:
	case FIELD_NAME:
		return json_text(from);
	}
	return NULL;
}

json_t *fields_to_json(const struct field *fields, size_t count, const void *from)
{
	json_t *object = json_object();

	for (size_t i = 0; object && i < count; i++)
		json_object_set_new(object, fields[i].name,
				    to_json(&fields[i], (const char *)from + fields[i].offset));
	return object;
}

static bool store_number(const struct field *field, const json_t *value, void *into)
{
	uint64_t number = (uint64_t)json_integer_value(value);
	uint64_t most = field->size < 8 ? (1ULL << (8 * field->size)) - 1 : UINT64_MAX;

	/* the only number below 0 stands for the largest there is */
	if (!json_is_integer(value) || json_integer_value(value) < -1 ||
	    number > (field->max ?: most))
		return false;
	memcpy(into, &number, field->size);
	return true;
}

static bool store_int(const json_t *value, int *into)
{
	json_int_t number = json_integer_value(value);

	if (!json_is_integer(value) || number < INT_MIN || number > INT_MAX)
		return false;
	*into = (int)number;
	return true;
}

static bool store_bool(const json_t *value, void *into)
{
	bool is_number = json_is_integer(value) && (uint64_t)json_integer_value(value) <= 1;

	if (!json_is_boolean(value) && !is_number)
		return false;
	*(bool *)into = json_is_true(value) || json_integer_value(value) == 1;
	return true;
}

/* A number of the list that is none keeps its default, and the others are still read. */
static bool store_list(const struct field *field, const json_t *value, char *into)
{
	bool good = json_is_array(value);

	for (size_t i = 0; i < field->count && i < json_array_size(value); i++)
		good &= store_number(field, json_array_get(value, i), into + i * field->size);
	return good;
}

static bool store_bytes(const struct field *field, const json_t *value, char *into)
{
	char bytes[64] = {};

	assert(field->count * field->size <= sizeof(bytes));
	if (json_array_size(value) != field->count || !store_list(field, value, bytes))
		return false;
	memcpy(into, bytes, field->count * field->size);
	return true;
}

static bool store_text(const struct field *field, const json_t *value, char *into)
{
	/* a NUL within would make another text of it */
	if (!json_is_string(value) || json_string_length(value) >= field->size ||
	    strlen(json_string_value(value)) != json_string_length(value))
		return false;
	snprintf(into, field->size, "%s", json_string_value(value));
	return true;
}

/* It becomes part of paths. */
static bool is_name(const json_t *value)
{
	const char *name = json_string_value(value);

	return name && (!name[0] || name_is_valid(name));
}

static bool store(const struct field *field, const json_t *value, void *into)
{
	switch (field->type) {
	case FIELD_NUMBER:
		return store_number(field, value, into);
	case FIELD_INT:
		return store_int(value, into);
	case FIELD_BOOL:
	case FIELD_BIT:
		return store_bool(value, into);
	case FIELD_LIST:
		return store_list(field, value, into);
	case FIELD_BYTES:
		return store_bytes(field, value, into);
	case FIELD_MAC:
		return json_is_string(value) && mac_parse(json_string_value(value), into);
	case FIELD_TEXT:
		return store_text(field, value, into);
	case FIELD_NAME:
		return is_name(value) && store_text(field, value, into);
	}
	return false;
}

uint64_t fields_from_json(const struct field *fields, size_t count, const json_t *object,
			  void *into, struct notes *notes)
{
	uint64_t missing = 0;

	assert(count <= 64);
	for (size_t i = 0; i < count; i++) {
		const json_t *value = json_object_get(object, fields[i].name);

		if (value && store(&fields[i], value, (char *)into + fields[i].offset))
			continue;
		missing |= 1ULL << i;
		if (value)
			note(notes, "%s is not valid: its default is taken", fields[i].name);
	}
	return missing;
}
