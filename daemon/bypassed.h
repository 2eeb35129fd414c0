/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other programs' filters at a port's ingress that ebond_rx takes the frames away from: they come
 * after it. With the driver they see what a port receives, so whoever put them there must be told.
 */
#pragma once

#include "daemon/ebondd.h"

/*
 * Looks at all ports; what is new, or gone again, is logged. None of them sends an event that
 * could be waited for.
 */
void bypassed_check(struct ebondd *daemon, uint64_t now_ms);
