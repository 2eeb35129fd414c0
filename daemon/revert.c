/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits reverts, so that ebondd and another program do not undo each other endlessly. */
#include "daemon/revert.h"

#include "daemon/log.h"

#define WINDOW_MS 60000
#define REVERTS_PER_WINDOW 10

bool revert_allowed(struct revert_budget *budget, const char *subject, uint64_t now_ms)
{
	if (now_ms - budget->window_start_ms >= WINDOW_MS)
		*budget = (struct revert_budget){.window_start_ms = now_ms};
	budget->count++;
	if (budget->count == REVERTS_PER_WINDOW + 1)
		log_warning(subject, "another program keeps changing it: left as it is for %d s",
			    WINDOW_MS / 1000);
	return budget->count <= REVERTS_PER_WINDOW;
}
