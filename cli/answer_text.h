/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text from the daemon's replies, made safe for a terminal. */
#pragma once

#include <stddef.h>

#include "lib/json.h"

/* A printable string from @object, in a buffer that lives until the end of the caller's block. */
#define TEXT(object, key) printable((char[64]){0}, 64, json_object_get(object, key))

/*
 * Copies the string @value to @buf of @size bytes, truncated if necessary and
 * with control characters replaced (interface names may contain some); "?" when
 * it is not a string. Returns @buf.
 */
const char *printable(char *buf, size_t size, const json_t *value);
