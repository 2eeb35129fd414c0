/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes to interfaces by others: detected, reverted where ebond decides,
 * followed where the operator does, and logged.
 */
#pragma once

#include "daemon/ebondd.h"
#include "daemon/kernel/events.h"

/* Handlers for events_open(); their data is the struct ebondd. */
extern const struct events_handlers world_handlers;

/*
 * Acts on changes without events: a program removed from tcx, IPv6 enabled by sysctl, an
 * alternative name of an interface that is down.
 */
void world_check_silent(struct ebondd *daemon);

/* Checks every bond and port as if all had changed, but that one is gone: that has an event. */
void world_inspect(struct ebondd *daemon);
