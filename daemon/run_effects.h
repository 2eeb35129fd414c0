/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps a bond and carries out its effects. */
#pragma once

#include "daemon/ebondd.h"

/* Steps the bond until it is stable, carrying out every effect. */
void effects_run(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms);

/* Carries out the effects of one bond_step(). */
void effects_carry_out(struct ebondd *daemon, struct managed_bond *bond,
		       const struct bond_effects *effects, uint64_t now_ms);

/*
 * Reads the carrier of every port and passes changes to the core. Returns whether
 * there were any.
 */
bool effects_poll(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms);

/* Turns bond0's carrier on or off, through the hidden end's administrative state. */
void effects_carrier(struct ebondd *daemon, struct managed_bond *bond, bool on);
