/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that jansson does not keep. */
#pragma once

#include <stdint.h>

/*
 * The line (from 1) of the key that the NULL-terminated @path leads to, from the top of
 * @text down: {"runner", "name", NULL}. An array on the way is entered: the first of
 * its objects that has the key. @text must be valid JSON. 1 when there is none.
 */
uint32_t json_line_of(const char *text, const char *const *path);
