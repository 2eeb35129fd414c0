/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * announce_bridge: hosts behind a bridge above bond0 (virtual machines, containers) are announced
 * after a failover, as Open vSwitch and NetworkManager do. Otherwise the network sends to the old
 * port until each of them sends something itself.
 */
#pragma once

#include "daemon/ebondd.h"
#include "daemon/kernel/uppers.h"

/* More are not announced at once: each is a broadcast for the whole network. */
#define BRIDGE_HOSTS_MAX 1024

/*
 * Sends a reverse ARP for each address that a bridge with one of @speakers as a port has learned
 * behind its other ports, in the VLANs that this port carries. Returns how many were sent.
 */
size_t bridge_hosts_announce(struct ebondd *daemon, const struct managed_bond *bond,
			     const struct speakers *speakers);
