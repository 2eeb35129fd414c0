/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * I/O of balance-alb's receive side: passes neighbours from the packet path to the
 * core, and carries out its orders. The decisions are made in core/alb/rlb.c.
 */
#pragma once

#include "daemon/ebondd.h"

/*
 * Passes new neighbours to the core; all of them from time to time, and when the programs
 * were replaced. Returns when it is due next.
 */
uint64_t neighbours_turn(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms);

/*
 * The bond is about to leave balance-alb: tells all neighbours to use bond0's address.
 */
void neighbours_farewell(struct ebondd *daemon, struct managed_bond *bond);

/* FX_NEIGHBOURS. */
void neighbours_carry_out(struct ebondd *daemon, struct managed_bond *bond);

/* Makes the stand-in port accept the addresses of ports without link; reverts the previous one. */
void neighbours_stand_in(struct ebondd *daemon, struct managed_bond *bond);
