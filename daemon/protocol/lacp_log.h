/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LACP's log lines, rate-limited, so that frames sent to a port cannot fill the
 * disk.
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
 * Logs @effect, from the last step of @core, for the bond @name. Effects without a log
 * line, and the carrier's, which is logged elsewhere, are skipped.
 */
void lacp_log(struct lacp_log_budget *budget, const char *name, const struct bond *core,
	      const struct lacp_effect *effect, uint64_t now_ms);
