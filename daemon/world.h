/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens to interfaces behind the daemon's back: noticed, reverted where it
 * is ebond's to decide, followed where it is the operator's will, and logged.
 */
#pragma once

#include "daemon/ebondd.h"
#include "daemon/kernel/events.h"

/* Handlers for events_open(); their data is the struct ebondd. */
extern const struct events_handlers world_handlers;

/* Undoes what sends no event: a program removed from tcx, IPv6 turned on by sysctl. */
void world_check_silent(struct ebondd *daemon);

/* Looks at every bond and port as if all had changed; also for what sends no event. */
void world_inspect(struct ebondd *daemon);
