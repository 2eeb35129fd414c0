/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LACP's log lines. */
#include "daemon/protocol/lacp_log.h"

#include <stdbool.h>

#include "core/bond.h"
#include "daemon/log.h"

/* A bond of 32 ports logs some 200 lines when it comes up. */
#define WINDOW_MS 10000
#define LINES_PER_WINDOW 300

static bool may_write(struct lacp_log_budget *budget, const char *name, uint64_t now_ms)
{
	if (now_ms - budget->window_start_ms >= WINDOW_MS) {
		if (budget->count > LINES_PER_WINDOW)
			log_warning(name, "LACP: too many changes, %u more were not logged",
				    budget->count - LINES_PER_WINDOW);
		*budget = (struct lacp_log_budget){.window_start_ms = now_ms};
	}
	return ++budget->count <= LINES_PER_WINDOW;
}

void lacp_log(struct lacp_log_budget *budget, const char *name, const struct bond *core,
	      const struct lacp_effect *effect, uint64_t now_ms)
{
	enum log_level level = effect->kind == LACP_FX_ALARM ? LOG_LEVEL_WARNING : LOG_LEVEL_NOTICE;
	char text[512];

	if (effect->kind == LACP_FX_CARRIER)
		return;
	bond_lacp_effect_text(core, effect, text, sizeof(text));
	if (text[0] && may_write(budget, name, now_ms))
		log_line(level, name, "%s", text);
}
