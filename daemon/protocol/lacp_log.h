/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LACP's lines in the log, so many in a while: whoever sends to a port must not
 * be able to fill a disk.
 */
#pragma once

#include <stdint.h>

struct bond;
struct lacp_effect;

/* Starts zeroed. */
struct lacp_log_budget {
	uint64_t window_start_ms;
	uint32_t count; /* of lines in the window, printed or not */
};

/*
 * Writes the line of @effect, of the last step of @core, about the bond @name. Effects
 * without a line, and the carrier's, which has one of its own, write nothing.
 */
void lacp_log(struct lacp_log_budget *budget, const char *name, const struct bond *core,
	      const struct lacp_effect *effect, uint64_t now_ms);
