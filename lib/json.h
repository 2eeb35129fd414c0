/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What jansson lacks: values released on leaving a scope (cleanup.h), text of arbitrary bytes,
 * members by their type.
 */
#pragma once

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/cleanup.h"

DEFINE_CLEANUP(json, json_t *, json_decref)

/*
 * A JSON string of @text; if @text is not UTF-8 (an interface name may be any
 * bytes), bytes outside ASCII become '?'. NULL: no memory.
 */
static inline json_t *json_text(const char *text)
{
	json_t *string = json_string(text);
	char *ascii = string ? NULL : strdup(text);

	if (string || !ascii)
		return string;
	for (char *c = ascii; *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	string = json_string(ascii);
	free(ascii);
	return string;
}

/* The integer @key of @object; 0 if there is none. */
static inline json_int_t json_number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

#define _cleanup_json_ _cleanup_(json)
