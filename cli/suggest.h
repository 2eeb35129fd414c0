/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean": the word that a mistyped one was meant to be. */
#pragma once

#include <stddef.h>

/*
 * The word of @words (@count of them) nearest to @typed, or NULL when none is
 * near: at most two letters wrong, lacking, too many or exchanged, and fewer
 * than half of them; or one begins with the other ("delete", "del").
 */
const char *suggest(const char *typed, const char *const *words, size_t count);
