/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking where nothing is told: carriers, because the kernel reports the second
 * loss within a second up to a second late (linkwatch), and programs, because
 * tcx has no events.
 */
#pragma once

#include "daemon/ebondd.h"

/* Looks if it is time. Returns when it is next. */
uint64_t sweep_turn(struct ebondd *daemon, uint64_t now_ms);
