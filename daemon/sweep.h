/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Polling where events are missing or late: carriers, because the kernel reports
 * the second loss within a second up to a second late (linkwatch), and programs,
 * because tcx has no events.
 */
#pragma once

#include "daemon/ebondd.h"

/* Polls what is due. Returns when it is due next. */
uint64_t sweep_turn(struct ebondd *daemon, uint64_t now_ms);
