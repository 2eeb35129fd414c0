/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether to revert what another program changed: a few times at once, then the
 * change stays for a while, so that two programs do not undo each other without
 * end.
 */
#pragma once

#include <stdbool.h>

#include "daemon/ebondd.h"

/*
 * Counts one revert for @subject against @budget. Returns false, and logs that
 * once, when the budget is used up until the window ends.
 */
bool revert_allowed(struct revert_budget *budget, const char *subject, uint64_t now_ms);
