/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Announcing to the network that bond0's addresses are to be found behind another port
 * now. The core says when; this says it once.
 */
#pragma once

#include "daemon/ebondd.h"

/*
 * A gratuitous ARP per IPv4 and an unsolicited neighbour advertisement per IPv6
 * address of bond0, of what sits on it (VLANs, macvlans) and of the bridge that
 * it is in; and a reverse ARP per further hardware address of bond0, such as a macvlan's in a
 * container. They leave through bond0, and so by the active port.
 */
void peers_notify(struct ebondd *daemon, const struct managed_bond *bond);

/* Whether the host forwards IPv6 that comes in by the interface @name. */
bool peers_is_router(const char *name);
