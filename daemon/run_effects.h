/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the core's decisions to the kernel: steps a bond and carries out what it says. */
#pragma once

#include "daemon/ebondd.h"

/* Steps the bond until it is quiet, carrying out every effect. */
void effects_run(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms);

/* Carries out what one bond_step() listed. */
void effects_carry_out(struct ebondd *daemon, struct managed_bond *bond,
		       const struct bond_effects *effects, uint64_t now_ms);

/*
 * Reads the carrier of every port and tells the core what is new. Returns
 * whether anything was.
 */
bool effects_poll(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms);

/* Gives bond0 its carrier, or takes it: the hidden end's administrative state. */
void effects_carrier(struct ebondd *daemon, struct managed_bond *bond, bool on);
