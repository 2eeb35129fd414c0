/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * I/O of the ARP/NS monitor, error_threshold and spill_threshold: sends probes,
 * receives replies, reads the ports' counters.
 *
 * Whether a port received anything is read from its counters every eighth of
 * arp_interval: exact enough for a rule that allows half an interval of slack, and
 * without any cost per packet.
 */
#pragma once

#include "daemon/ebondd.h"

/* Probes every target through the port (FX_PROBE). */
void probes_send(struct ebondd *daemon, struct managed_bond *bond, uint32_t port_id,
		 uint64_t now_ms);

/*
 * Opens or closes sockets as @bond's options require, and passes counters that are
 * due to the core. Returns when to call it again, UINT64_MAX: no deadline.
 */
uint64_t probes_turn(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms);

/* Closes the sockets of a port that is detached. */
void probes_stop(struct ebondd *daemon, struct port *port);
