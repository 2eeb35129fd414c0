/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ports and the hidden ends of bonds have no IPv6 of their own, as the driver's ports
 * (IFF_NO_ADDRCONF): bond0 has it. What a port sends all the same is dropped by the packet path.
 */
#pragma once

#include "daemon/ebondd.h"

/*
 * Turns IPv6 off on @ifname, and its making of link-local addresses; a failure is logged.
 * Returns whether there was anything to turn off.
 */
bool no_ipv6(const char *ifname);

/*
 * The same on the port or the hidden end with that ifindex, where another program turned it on:
 * with a line in the log, and an end to the quarrel. Any other interface is left alone.
 */
void no_ipv6_restore(struct ebondd *daemon, uint32_t ifindex);
