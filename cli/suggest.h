/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean": suggests a word for a mistyped one. */
#pragma once

#include <stddef.h>

/*
 * The word of @words (@count of them) closest to @typed, or NULL when none is
 * close: at most two letters wrong, missing, superfluous or transposed, and
 * fewer than half of them; or one word begins with the other ("delete", "del").
 */
const char *suggest(const char *typed, const char *const *words, size_t count);
