/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Periodic transmission machine, IEEE 802.1AX-2014 6.4.13.
 *
 *   any state ------ no link, no LACP, or both passive ---> NO_PERIODIC
 *   NO_PERIODIC -----------------------------------------> FAST_PERIODIC
 *   FAST_PERIODIC -- partner's timeout is long -----------> SLOW_PERIODIC
 *   FAST_PERIODIC -- timer over --------------------------> PERIODIC_TX
 *   SLOW_PERIODIC -- timer over, partner's timeout short -> PERIODIC_TX
 *   PERIODIC_TX ------------------------------------------> FAST_ or SLOW_PERIODIC
 */
#include "core/lacp/lacp_private.h"

static bool is_silent(const struct lacp_port *port)
{
	bool passive = !(port->actor.state & LACP_STATE_ACTIVITY) &&
		       !lacp_partner_is(port, LACP_STATE_ACTIVITY);

	return !port->link || !port->lacp_enabled || passive;
}

enum lacp_periodic lacp_periodic_next(const struct lacp_port *port, uint64_t now_ms)
{
	bool fast = lacp_partner_is(port, LACP_STATE_TIMEOUT);
	bool over = now_ms >= port->periodic_ms;

	if (is_silent(port))
		return LACP_NO_PERIODIC;
	switch (port->periodic) {
	case LACP_NO_PERIODIC:
		return LACP_FAST_PERIODIC;
	case LACP_FAST_PERIODIC:
		if (over)
			return LACP_PERIODIC_TX;
		return fast ? LACP_FAST_PERIODIC : LACP_SLOW_PERIODIC;
	case LACP_SLOW_PERIODIC:
		return over || fast ? LACP_PERIODIC_TX : LACP_SLOW_PERIODIC;
	case LACP_PERIODIC_TX:
		return fast ? LACP_FAST_PERIODIC : LACP_SLOW_PERIODIC;
	}
	return port->periodic;
}

/* Starts at the end of the last period if that was recent, so that a late step causes no drift. */
static void start_timer(struct lacp_port *port, uint64_t period_ms, uint64_t now_ms)
{
	uint64_t from_ms = port->periodic_ms;

	if (from_ms > now_ms || now_ms - from_ms >= period_ms)
		from_ms = now_ms;
	port->periodic_ms = from_ms + period_ms;
}

static void enter(struct lacp_port *port, enum lacp_periodic state, uint64_t now_ms)
{
	switch (state) {
	case LACP_NO_PERIODIC:
		port->periodic_ms = LACP_NEVER;
		break;
	case LACP_FAST_PERIODIC:
		/* the first LACPDU is sent at once (the standard: after a period) */
		if (port->periodic == LACP_NO_PERIODIC)
			port->ntt = true;
		start_timer(port, LACP_FAST_PERIODIC_MS, now_ms);
		break;
	case LACP_SLOW_PERIODIC:
		start_timer(port, LACP_SLOW_PERIODIC_MS, now_ms);
		break;
	case LACP_PERIODIC_TX:
		port->ntt = true;
		break;
	}
	port->periodic = state;
}

bool lacp_periodic_run(struct lacp_port *port, uint64_t now_ms)
{
	enum lacp_periodic next;
	bool moved = false;

	/* terminates: a newly started timer has not expired */
	while ((next = lacp_periodic_next(port, now_ms)) != port->periodic) {
		enter(port, next, now_ms);
		moved = true;
	}
	assert(port->periodic != LACP_PERIODIC_TX);
	return moved;
}
