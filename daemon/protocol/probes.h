/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Eyes and mouth of the ARP/NS monitor, eyes of error_threshold and
 * spill_threshold: sends the questions, hears the answers, reads the ports' counters.
 *
 * That a port received something, whatever it was, is read from its counters
 * every eighth of arp_interval: exact enough for a rule that allows half an
 * interval of slack, and free of cost for every packet.
 */
#pragma once

#include "daemon/ebondd.h"

/* Asks every target through the port (FX_PROBE). */
void probes_send(struct ebondd *daemon, struct managed_bond *bond, uint32_t port_id,
		 uint64_t now_ms);

/*
 * Opens or closes what @bond's options need, reads counters that are due, and
 * tells the core. Returns when to come again, UINT64_MAX: not by itself.
 */
uint64_t probes_turn(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms);

/* Closes the sockets of a port that leaves. */
void probes_stop(struct ebondd *daemon, struct port *port);
