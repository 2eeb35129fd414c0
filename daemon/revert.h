/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether to revert another program's change: immediately a few times, then the
 * change is left for a while, so that two programs do not undo each other
 * endlessly.
 */
#pragma once

#include <stdbool.h>

#include "daemon/ebondd.h"

/*
 * Counts one revert for @subject against @budget. Returns false, and logs it once,
 * when the budget is exhausted until the window ends.
 */
bool revert_allowed(struct revert_budget *budget, const char *subject, uint64_t now_ms);
