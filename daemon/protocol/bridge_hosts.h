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

/* The hosts behind bridges that have one of @speakers, which must outlive it, as a port. */
struct bridge_hosts;

/* NULL: no memory. */
struct bridge_hosts *bridge_hosts_new(const struct speakers *speakers);
void bridge_hosts_free(struct bridge_hosts *hosts);

/* Adds what a bridge has learned, if that was on another port than the speakers'. */
void bridge_hosts_add(struct bridge_hosts *hosts, const struct fdb_entry *entry);

/*
 * Sends a reverse ARP for each host, in the VLANs that the speaker carries. Asks the kernel for
 * these: not while entries are still read from it. Returns the number sent.
 */
size_t bridge_hosts_announce(struct ebondd *daemon, const struct managed_bond *bond,
			     const struct bridge_hosts *hosts);
