/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Announcing bond0's addresses on a new port to the network, once. The core decides when.
 */
#pragma once

#include "daemon/ebondd.h"

/*
 * A gratuitous ARP per IPv4 address and an unsolicited neighbour advertisement per IPv6
 * address of bond0, its uppers (VLANs, macvlans) and the bridge it is a port of; and a
 * reverse ARP per additional hardware address of bond0, such as a macvlan's in a
 * container. They are sent through bond0, and thus on the active port.
 */
void peers_notify(struct ebondd *daemon, const struct managed_bond *bond);

/* Whether the host forwards IPv6 received on the interface @name. */
bool peers_is_router(const char *name);
