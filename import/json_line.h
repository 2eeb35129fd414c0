/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Line numbers in JSON, which jansson does not keep. */
#pragma once

#include <stdint.h>

/*
 * The line (from 1) of the key that the NULL-terminated @path, e.g. {"runner",
 * "name", NULL}, leads to from the top of @text. In an array on the way, the
 * first object that has the key is taken. @text must be valid JSON. Returns 1
 * when the key is not found.
 */
uint32_t json_line_of(const char *text, const char *const *path);
