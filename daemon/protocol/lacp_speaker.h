/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LACP between the core and the wire: receiving and sending frames, and logging. Does
 * nothing in modes other than 802.3ad.
 */
#pragma once

#include "daemon/ebondd.h"

/* Carries out LACP's effects after a step (FX_LACP): log lines, then frames. */
void lacp_carry_out(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms);

/*
 * Opens or closes sockets as @bond's mode requires, and resumes paused ones. Returns when
 * to call it again, UINT64_MAX: no deadline.
 */
uint64_t lacp_turn(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms);

/* Closes the sockets of a port that is detached. */
void lacp_stop(struct ebondd *daemon, struct port *port);
