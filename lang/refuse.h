/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Refusing a request: fills a struct refusal (options.h). */
#pragma once

#include "lang/options.h"

/*
 * Fills @why (NULL is fine) with one line, control characters replaced by '?', and
 * returns @err, a negative errno.
 */
int refuse(struct refusal *why, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
