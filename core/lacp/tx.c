/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transmit machine, IEEE 802.1AX-2014 6.4.16: NTT requests a LACPDU; at most
 * LACP_TX_LIMIT are sent in any LACP_FAST_PERIODIC_MS, and a delayed one is sent
 * as soon as the limit allows, with the information current at that time.
 *
 * The limit is implemented as that many permits, each available again one period
 * after its use, so that it holds for any window.
 */
#include "core/lacp/lacp_private.h"

/* The permit that is available first. */
static size_t first_permit(const struct lacp_port *port)
{
	size_t first = 0;

	for (size_t i = 1; i < LACP_TX_LIMIT; i++)
		if (port->tx_free_ms[i] < port->tx_free_ms[first])
			first = i;
	return first;
}

uint64_t lacp_tx_free(const struct lacp_port *port)
{
	return port->tx_free_ms[first_permit(port)];
}

bool lacp_tx_run(struct lacp_port *port, uint64_t now_ms, uint8_t frame[LACP_FRAME_SIZE])
{
	size_t permit = first_permit(port);

	if (!port->ntt)
		return false;
	if (port->periodic == LACP_NO_PERIODIC) {
		port->ntt = false; /* 6.4.16: no transmission */
		return false;
	}
	if (port->tx_free_ms[permit] > now_ms)
		return false;
	port->tx_free_ms[permit] = now_ms + LACP_FAST_PERIODIC_MS;
	port->ntt = false;
	port->counters.lacpdu_tx++;
	lacp_pdu_encode(frame, port->mac, &port->actor, &port->partner);
	return true;
}

bool lacp_tx_farewell(const struct lacp_port *port, uint8_t frame[LACP_FRAME_SIZE])
{
	struct lacp_info actor = port->actor;

	if (port->periodic == LACP_NO_PERIODIC)
		return false;
	actor.state &= (uint8_t) ~(LACP_STATE_SYNCHRONIZATION | LACP_STATE_COLLECTING |
				   LACP_STATE_DISTRIBUTING | LACP_STATE_AGGREGATION);
	lacp_pdu_encode(frame, port->mac, &actor, &port->partner);
	return true;
}
