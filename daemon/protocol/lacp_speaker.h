/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LACP between the core and the wire: frames in, frames out, and the log. Of bonds in
 * mode 802.3ad; in others there is nothing to do.
 */
#pragma once

#include "daemon/ebondd.h"

/* Carries out what LACP wants after a step (FX_LACP): log lines, then frames. */
void lacp_carry_out(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms);

/*
 * Opens or closes sockets as @bond's mode wants, and listens again where it had to pause.
 * Returns when to come again, UINT64_MAX: not by itself.
 */
uint64_t lacp_turn(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms);

/* Stops listening on a port that leaves. */
void lacp_stop(struct ebondd *daemon, struct port *port);
