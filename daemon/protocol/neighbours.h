/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hands of balance-alb's receive side: takes neighbours from the packet path
 * to the core, and orders back. What is decided on them: core/alb/rlb.c.
 */
#pragma once

#include "daemon/ebondd.h"

/*
 * Tells the core of neighbours that are new; of all of them now and then, and when the
 * programs were replaced. Returns when that is due next.
 */
uint64_t neighbours_turn(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms);

/*
 * The bond is about to leave balance-alb: from now on everybody is to use bond0's address.
 */
void neighbours_farewell(struct ebondd *daemon, struct managed_bond *bond);

/* FX_NEIGHBOURS. */
void neighbours_carry_out(struct ebondd *daemon, struct managed_bond *bond);

/* The port that receives in place of others lets their addresses in; another no longer. */
void neighbours_stand_in(struct ebondd *daemon, struct managed_bond *bond);
