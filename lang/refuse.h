/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one way to say no to an operator: struct refusal (options.h), filled. */
#pragma once

#include "lang/options.h"

/*
 * Fills @why (NULL is fine) with one line, its control characters made '?', and
 * returns @err, a negative errno.
 */
int refuse(struct refusal *why, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
