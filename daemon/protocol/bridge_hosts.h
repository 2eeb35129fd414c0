/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * announce_bridge: announces hosts behind a bridge on top of bond0 (virtual machines, containers)
 * after a failover, as Open vSwitch and NetworkManager do. Otherwise the network sends to the old
 * port until each of them sends something itself.
 */
#pragma once

#include "daemon/ebondd.h"
#include "daemon/kernel/uppers.h"

/* Maximum announced at once: each is a broadcast to the whole network. */
#define BRIDGE_HOSTS_MAX 1024

/*
 * Sends a reverse ARP for each address that a bridge with one of @speakers as a port has learned on
 * its other ports, in the VLANs that this port carries. Returns the number sent.
 */
size_t bridge_hosts_announce(struct ebondd *daemon, const struct managed_bond *bond,
			     const struct speakers *speakers);
