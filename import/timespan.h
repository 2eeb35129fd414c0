/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lengths of time and sizes as systemd writes them: systemd.time(7). */
#pragma once

#include "import/model.h"

/*
 * "100ms", "1min 30s", "0.1": numbers with units; a bare number counts @bare_us each.
 * In microseconds, rounded down. False: no such text, or too long a time.
 */
bool parse_timespan(const char *text, uint64_t bare_us, uint64_t *ret_us);

/*
 * The time in @text as a whole number of units of @unit_us, written to @number; a bare
 * number counts @bare_us. -EINVAL with the model's fault: it is no time.
 */
int import_timespan(struct import_model *model, struct import_place place, const char *text,
		    uint64_t bare_us, uint64_t unit_us, char *number, size_t size);
