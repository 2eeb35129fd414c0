/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interfaces that somebody put on a port instead of on bond0. VLAN devices have the frames with
 * their tag, as on the driver's ports. Those that want all frames (macvlan, ipvlan, macsec) are
 * refused, as by the driver, or where they come later, warned of: they get none.
 */
#pragma once

#include "daemon/ebondd.h"

/*
 * Whether something on @link would have to have all that it receives. Returns 0, or -EBUSY
 * with @why filled.
 */
int port_uppers_check(const struct ebondd *daemon, const struct link *link, struct refusal *why);

/*
 * Tells the packet path which VLAN devices are on the ports of @bond, and the log what there is
 * that gets no frames.
 */
void port_uppers_refresh(struct ebondd *daemon, struct managed_bond *bond);
