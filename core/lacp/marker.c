/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Marker responder, IEEE 802.1AX-2014 6.5.4.2: the next step answers every Marker
 * with its own contents. At most LACP_MARKERS_PER_SECOND per second (the limit of
 * IEEE 802.3 57A.2 for a slow protocol) and LACP_MARKERS_MAX per step; those in
 * excess are counted as unanswered.
 */
#include "core/lacp/lacp_private.h"

void lacp_marker_receive(struct lacp_port *port, const struct lacp_marker *marker, uint64_t now_ms)
{
	uint64_t *permit = &port->marker_free_ms[port->marker_next];

	/* a ring of permits, each available again a second after its use: as in tx.c */
	if (!port->link || *permit > now_ms || port->marker_count >= LACP_MARKERS_MAX) {
		port->counters.marker_unanswered++;
		return;
	}
	*permit = now_ms + LACP_FAST_PERIODIC_MS;
	port->marker_next = (port->marker_next + 1) % LACP_MARKERS_PER_SECOND;
	port->markers[port->marker_count++] = *marker;
}

bool lacp_marker_answer(struct lacp_port *port, uint8_t frame[LACP_FRAME_SIZE])
{
	if (!port->marker_count)
		return false;
	lacp_marker_encode(frame, port->mac, &port->markers[0], true);
	port->marker_count--;
	memmove(port->markers, port->markers + 1, port->marker_count * sizeof(port->markers[0]));
	port->counters.marker_response_tx++;
	return true;
}
