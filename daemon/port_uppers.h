/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interfaces on top of a port rather than of bond0. VLAN devices receive the frames with their
 * tag, as on the driver's ports. Kinds that take all frames (macvlan, ipvlan, macsec) are refused,
 * as by the driver, or if created later, warned about, as they receive nothing.
 */
#pragma once

#include "daemon/ebondd.h"

/*
 * Refuses @link if an interface on top of it takes all its frames. Returns 0, or -EBUSY with
 * @why filled.
 */
int port_uppers_check(const struct ebondd *daemon, const struct link *link, struct refusal *why);

/*
 * Updates the packet path's list of VLAN devices on @bond's ports, and warns about interfaces
 * that receive nothing.
 */
void port_uppers_refresh(struct ebondd *daemon, struct managed_bond *bond);

/* The same for all bonds. */
void port_uppers_refresh_all(struct ebondd *daemon);
