/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of the daemon's answers, fit for a terminal. */
#pragma once

#include <stddef.h>

#include "lib/json.h"

/* A string of @object for printing, in a buffer that lasts as long as the caller's block. */
#define TEXT(object, key) printable((char[64]){0}, 64, json_object_get(object, key))

/*
 * Puts the string @value into @buf of @size bytes, cut where it is longer, without
 * control characters (an interface's name may have some); "?" when it is none.
 * Returns @buf.
 */
const char *printable(char *buf, size_t size, const json_t *value);
