/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ports and bonds' hidden ends have no IPv6 of their own, as the driver's ports
 * (IFF_NO_ADDRCONF): bond0 has it. If a port sends any, the packet path drops it.
 */
#pragma once

#include "daemon/ebondd.h"

/*
 * Disables IPv6 and the generation of link-local addresses on @ifname; a failure is logged.
 * Returns whether IPv6 was enabled.
 */
bool no_ipv6(const char *ifname);

/*
 * The same on the port or hidden end with that ifindex, if another program enabled IPv6: logged,
 * and limited by revert_allowed(). Any other interface is left alone.
 */
void no_ipv6_restore(struct ebondd *daemon, uint32_t ifindex);
