/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether to mend what another program changed: a few times at once, then the
 * other one has its way for a while, so that two programs never fight without
 * an end.
 */
#pragma once

#include <stdbool.h>

#include "daemon/ebondd.h"

/*
 * Counts one mending of @subject against @budget. Returns false, and says so in
 * the log once, when it is used up until the window ends.
 */
bool mend_allowed(struct mend_budget *budget, const char *subject, uint64_t now_ms);
