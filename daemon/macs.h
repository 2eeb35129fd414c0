/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The addresses of bond0 and its ports under each fail_over_mac. */
#pragma once

#include "daemon/ebondd.h"

/* The address that @port must have. */
const uint8_t *port_mac(const struct managed_bond *bond, const struct port *port);

/* The fail_over_mac in effect: none where the mode has no active port. */
enum bond_fail_over_mac macs_policy(const struct bond *core);

/* Whether bond0's address moves between ports: fail_over_mac is not none. */
bool macs_move(const struct managed_bond *bond);

/*
 * Determines the address of a new port (its current one is @mac), as the kernel's
 * bond_enslave(). The port is already in the list.
 */
void macs_port_attached(struct managed_bond *bond, struct port *port,
			const uint8_t mac[MAC_LENGTH]);

/* Whether ports have addresses of their own: fail_over_mac is not none, or the mode balances. */
bool macs_are_own(const struct bond *core);

/* FX_MAC in balance-tlb and balance-alb: sets each port's address to the core's. */
void macs_follow(struct ebondd *daemon, struct managed_bond *bond);

/* fail_over_mac or the mode changed while ports are attached: sets their new addresses. */
void macs_policy_changed(struct ebondd *daemon, struct managed_bond *bond);

/* FX_MAC: @new_id is active now, @old_id (0: none) was (bond_do_fail_over_mac()). */
void macs_active_changed(struct ebondd *daemon, struct managed_bond *bond, uint32_t new_id,
			 uint32_t old_id);
