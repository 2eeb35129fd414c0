/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time spans and sizes as systemd writes them: systemd.time(7). */
#pragma once

#include "import/model.h"

/*
 * Parses "100ms", "1min 30s" or "0.1"; a bare number is in units of @bare_us.
 * The result is in microseconds, rounded down. False: not a time span, or too
 * large.
 */
bool parse_timespan(const char *text, uint64_t bare_us, uint64_t *ret_us);

/*
 * Writes the time span in @text to @number in whole units of @unit_us; a bare
 * number is in units of @bare_us. -EINVAL with the model's fault set: not a
 * time span.
 */
int import_timespan(struct import_model *model, struct import_place place, const char *text,
		    uint64_t bare_us, uint64_t unit_us, char *number, size_t size);
