/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mux machine, IEEE 802.1AX-2014 6.4.15. Coupled and independent control share
 * one machine: they differ in the states after ATTACHED.
 *
 *   DETACHED ---- SELECTED or STANDBY -----------------> WAITING
 *   WAITING ----- SELECTED, Ready ---------------------> ATTACHED
 *   WAITING ----- UNSELECTED --------------------------> DETACHED
 *   ATTACHED ---- UNSELECTED or STANDBY ---------------> DETACHED
 *
 *   coupled:      ATTACHED --- partner in sync --------> COLLECTING_DISTRIBUTING
 *                 COLLECTING_DISTRIBUTING --- not -----> ATTACHED
 *
 *   independent:  ATTACHED --- partner in sync --------> COLLECTING
 *                 COLLECTING --- not ------------------> ATTACHED
 *                 COLLECTING --- partner collects -----> DISTRIBUTING
 *                 DISTRIBUTING --- not either ---------> COLLECTING
 *
 * "Not": not SELECTED, or the partner is not in sync. When the option changes,
 * a port continues in the equivalent state of the other kind of control.
 */
#include "core/lacp/lacp_private.h"

/* The condition for every state after ATTACHED. */
static bool may_collect(const struct lacp_port *port)
{
	return port->selected == LACP_SELECTED && lacp_partner_is(port, LACP_STATE_SYNCHRONIZATION);
}

static bool may_distribute(const struct lacp_port *port)
{
	return may_collect(port) && lacp_partner_is(port, LACP_STATE_COLLECTING);
}

enum lacp_mux lacp_mux_next(const struct lacp_port *port, bool coupled)
{
	switch (port->mux) {
	case LACP_MUX_DETACHED:
		return port->selected == LACP_UNSELECTED ? LACP_MUX_DETACHED : LACP_MUX_WAITING;
	case LACP_MUX_WAITING:
		if (port->selected == LACP_UNSELECTED)
			return LACP_MUX_DETACHED;
		return port->selected == LACP_SELECTED && port->ready ? LACP_MUX_ATTACHED
								      : LACP_MUX_WAITING;
	case LACP_MUX_ATTACHED:
		if (port->selected != LACP_SELECTED)
			return LACP_MUX_DETACHED;
		if (!may_collect(port))
			return LACP_MUX_ATTACHED;
		return coupled ? LACP_MUX_COLLECTING_DISTRIBUTING : LACP_MUX_COLLECTING;
	case LACP_MUX_COLLECTING:
		if (!may_collect(port))
			return LACP_MUX_ATTACHED;
		if (coupled)
			return LACP_MUX_COLLECTING_DISTRIBUTING;
		return may_distribute(port) ? LACP_MUX_DISTRIBUTING : LACP_MUX_COLLECTING;
	case LACP_MUX_DISTRIBUTING:
		if (coupled && may_collect(port))
			return LACP_MUX_COLLECTING_DISTRIBUTING;
		return may_distribute(port) ? LACP_MUX_DISTRIBUTING : LACP_MUX_COLLECTING;
	case LACP_MUX_COLLECTING_DISTRIBUTING:
		if (!may_collect(port))
			return LACP_MUX_ATTACHED;
		return coupled ? LACP_MUX_COLLECTING_DISTRIBUTING : LACP_MUX_COLLECTING;
	}
	return port->mux;
}

/* Why the machine goes backwards. */
static enum lacp_why why_back(const struct lacp_port *port)
{
	if (port->selected == LACP_UNSELECTED)
		return port->leave_why;
	if (port->selected == LACP_STANDBY)
		return LACP_WHY_STANDBY;
	if (!port->link)
		return LACP_WHY_LINK_DOWN;
	if (port->rx == LACP_RX_EXPIRED)
		return LACP_WHY_EXPIRED;
	if (lacp_partner_is(port, LACP_STATE_SYNCHRONIZATION))
		return LACP_WHY_STOPS_COLLECTING;
	return LACP_WHY_OUT_OF_SYNC;
}

static enum lacp_why why_forward(const struct lacp_port *port, enum lacp_mux state)
{
	switch (state) {
	case LACP_MUX_DETACHED:
	case LACP_MUX_WAITING:
		return port->told[LACP_MACHINE_SELECTION].why;
	case LACP_MUX_ATTACHED:
		return LACP_WHY_WAITED;
	case LACP_MUX_COLLECTING:
	case LACP_MUX_COLLECTING_DISTRIBUTING:
		return LACP_WHY_IN_SYNC;
	case LACP_MUX_DISTRIBUTING:
		return LACP_WHY_COLLECTS;
	}
	return LACP_WHY_NONE;
}

static void enter(struct lacp_port *port, enum lacp_mux state, uint64_t now_ms)
{
	bool back = state < port->mux;
	enum lacp_why why = back ? why_back(port) : why_forward(port, state);

	/* when it goes back and forth in one step, the reason for going back is logged */
	if (back || port->told[LACP_MACHINE_MUX].state <= (int)port->mux)
		lacp_because(port, LACP_MACHINE_MUX, why, 0);
	port->wait_while_ms = LACP_NEVER;
	port->ready_n = false;
	port->ready = false;
	switch (state) {
	case LACP_MUX_DETACHED:
	case LACP_MUX_ATTACHED:
	case LACP_MUX_COLLECTING:
	case LACP_MUX_COLLECTING_DISTRIBUTING:
		port->ntt = true;
		break;
	case LACP_MUX_WAITING:
		port->wait_while_ms = now_ms + LACP_AGGREGATE_WAIT_MS;
		break;
	case LACP_MUX_DISTRIBUTING:
		break;
	}
	port->mux = state;
}

/* The timer of WAITING: sets Ready_N when it expires. */
static bool run_timer(struct lacp_port *port, uint64_t now_ms)
{
	if (now_ms < port->wait_while_ms)
		return false;
	port->wait_while_ms = LACP_NEVER;
	port->ready_n = true;
	return true;
}

bool lacp_mux_run(const struct lacp *lacp, struct lacp_port *port, uint64_t now_ms)
{
	bool coupled = lacp->options.coupled;
	bool moved = run_timer(port, now_ms);
	enum lacp_mux next;

	/* terminates: with constant variables no state is entered twice */
	while ((next = lacp_mux_next(port, coupled)) != port->mux) {
		enter(port, next, now_ms);
		moved = true;
	}
	assert(port->mux == LACP_MUX_DETACHED || port->agg != LACP_NO_AGG);
	assert(!lacp_mux_collects(port->mux) || port->selected == LACP_SELECTED);
	return moved;
}
