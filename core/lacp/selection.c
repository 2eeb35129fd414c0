/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Selection logic, IEEE 802.1AX-2014 6.4.14: which aggregator a port belongs
 * to, and whether it may attach.
 *
 * A port joins the aggregator whose ports have the same actor key, partner system
 * and partner key; if there is none, or if either side does not aggregate, it gets
 * an aggregator of its own. As in the kernel's driver, so does each port without
 * partner.
 *
 * A port leaves its aggregator only when the mux machine is DETACHED: an
 * UNSELECTED port stops collecting and distributing before it is selected again.
 * Ports of aggregators other than the active one (active.c) are STANDBY.
 */
#include "core/lacp/lacp_private.h"

struct lacp_agg lacp_agg_of(const struct lacp_port *port)
{
	return (struct lacp_agg){
		.count = 1,
		.key = port->actor.key,
		.individual = !port->lacp_enabled,
		.has_partner = !port->defaulted,
		.shared = port->lacp_enabled && !port->defaulted &&
			  lacp_partner_is(port, LACP_STATE_AGGREGATION),
		.partner = port->partner,
	};
}

static bool same_partner(const struct lacp_info *a, const struct lacp_info *b)
{
	return a->key == b->key && a->system_priority == b->system_priority &&
	       lacp_mac_equal(a->system, b->system);
}

bool lacp_agg_fits(const struct lacp_agg *agg, const struct lacp_port *port)
{
	struct lacp_agg own = lacp_agg_of(port);

	return agg->key == own.key && agg->individual == own.individual &&
	       agg->has_partner == own.has_partner && agg->shared == own.shared &&
	       same_partner(&agg->partner, &own.partner);
}

static void leave(struct lacp *lacp, struct lacp_port *port)
{
	struct lacp_agg *agg = lacp_agg(lacp, port->agg);

	assert(agg->count);
	agg->count--;
	if (!agg->count && lacp->active == port->agg)
		lacp->active = LACP_NO_AGG; /* the number may be reused for other ports */
	port->agg = LACP_NO_AGG;
}

/* Unselects a port that must leave; one that the mux machine has detached leaves. */
static bool run_leaving(struct lacp *lacp, struct lacp_port *port, uint64_t now_ms)
{
	bool moved = false;

	if (now_ms >= port->hold_ms) {
		port->hold_ms = LACP_NEVER;
		moved = true;
	}
	if (port->hold_ms != LACP_NEVER)
		lacp_unselect(port, LACP_WHY_TWO_PARTNERS);
	if (port->selected != LACP_UNSELECTED && !lacp_agg_fits(lacp_agg(lacp, port->agg), port))
		lacp_unselect(port, port->actor.key != lacp_agg(lacp, port->agg)->key
					    ? LACP_WHY_KEY
					    : LACP_WHY_PARTNER_CHANGED);
	if (port->selected == LACP_UNSELECTED && port->agg && port->mux == LACP_MUX_DETACHED) {
		leave(lacp, port);
		lacp_because(port, LACP_MACHINE_SELECTION, port->leave_why, 0);
		moved = true;
	}
	return moved;
}

/* The first other port in @number, or NULL. */
static const struct lacp_port *first_in(const struct lacp *lacp, uint16_t number,
					const struct lacp_port *except)
{
	for (size_t i = 0; i < lacp->count; i++)
		if (&lacp->ports[i] != except && lacp->ports[i].agg == number)
			return &lacp->ports[i];
	return NULL;
}

/* The port to compare with in a log line: of the active aggregator, or any with a partner. */
static const struct lacp_port *reference(const struct lacp *lacp, const struct lacp_port *port)
{
	if (lacp->active && lacp_agg_const(lacp, lacp->active)->has_partner)
		return first_in(lacp, lacp->active, port);
	for (uint16_t number = 1; number <= LACP_PORTS_MAX; number++) {
		const struct lacp_agg *agg = lacp_agg_const(lacp, number);

		if (number != port->agg && agg->count && agg->has_partner)
			return first_in(lacp, number, port);
	}
	return NULL;
}

/* Why @port has an aggregator of its own. */
static void explain_own(const struct lacp *lacp, struct lacp_port *port)
{
	const struct lacp_port *other = reference(lacp, port);
	enum lacp_why why;

	if (!port->lacp_enabled)
		why = port->link ? LACP_WHY_DUPLEX : LACP_WHY_LINK_DOWN;
	else if (port->defaulted)
		why = LACP_WHY_NO_PARTNER;
	else if (!lacp_partner_is(port, LACP_STATE_AGGREGATION))
		why = LACP_WHY_INDIVIDUAL;
	else if (!other)
		why = LACP_WHY_FIRST;
	else if (!lacp_mac_equal(other->partner.system, port->partner.system))
		why = LACP_WHY_OTHER_SYSTEM;
	else if (other->partner.key != port->partner.key ||
		 other->partner.system_priority != port->partner.system_priority)
		why = LACP_WHY_OTHER_KEY;
	else
		why = LACP_WHY_OTHER_SPEED;
	lacp_because(port, LACP_MACHINE_SELECTION, why, other ? other->id : 0);
}

static uint16_t find_agg(const struct lacp *lacp, const struct lacp_port *port)
{
	uint16_t free = LACP_NO_AGG;

	for (uint16_t number = LACP_PORTS_MAX; number > 0; number--) {
		const struct lacp_agg *agg = lacp_agg_const(lacp, number);

		if (!agg->count)
			free = number;
		else if (agg->shared && lacp_agg_fits(agg, port))
			return number;
	}
	assert(free != LACP_NO_AGG); /* there are as many aggregators as ports */
	return free;
}

static bool run_joining(struct lacp *lacp, struct lacp_port *port)
{
	struct lacp_agg *agg;

	if (port->agg || port->hold_ms != LACP_NEVER)
		return false;
	port->agg = find_agg(lacp, port);
	agg = lacp_agg(lacp, port->agg);
	if (agg->count) {
		agg->count++;
		lacp_because(port, LACP_MACHINE_SELECTION, LACP_WHY_SAME_PARTNER,
			     first_in(lacp, port->agg, port)->id);
	} else {
		*agg = lacp_agg_of(port);
		explain_own(lacp, port);
	}
	port->selected = LACP_STANDBY; /* until the active one is determined */
	return true;
}

/*
 * UNSELECTED ports that are detaching stay so; the others follow the active
 * aggregator. While there is none, because no port has a link, none changes: after
 * a short loss ports must not have to wait until ready again (6.4.12).
 */
static bool run_standby(struct lacp *lacp, struct lacp_port *port)
{
	enum lacp_selected selected = port->agg == lacp->active ? LACP_SELECTED : LACP_STANDBY;

	if (!lacp->active || port->selected == LACP_UNSELECTED || port->selected == selected)
		return false;
	port->selected = selected;
	return true;
}

/*
 * Ready: all ports WAITING to attach to the aggregator are Ready_N. A port whose
 * partner keeps changing does not block the others: it becomes UNSELECTED each
 * time before it is WAITING again, and does not count meanwhile.
 */
static bool all_ready(const struct lacp *lacp, uint16_t number)
{
	for (size_t i = 0; i < lacp->count; i++) {
		const struct lacp_port *port = &lacp->ports[i];

		if (port->agg == number && port->selected == LACP_SELECTED &&
		    port->mux == LACP_MUX_WAITING && !port->ready_n)
			return false;
	}
	return true;
}

static bool run_ready(const struct lacp *lacp, struct lacp_port *port)
{
	bool waits = port->selected == LACP_SELECTED && port->mux == LACP_MUX_WAITING;
	bool ready = waits && all_ready(lacp, port->agg);

	if (ready == port->ready)
		return false;
	port->ready = ready;
	return true;
}

bool lacp_selection_run(struct lacp *lacp, uint64_t now_ms)
{
	bool moved = false;
	uint16_t active;

	/* all leave before any joins, so that ports that move together stay together */
	for (size_t i = 0; i < lacp->count; i++)
		moved |= run_leaving(lacp, &lacp->ports[i], now_ms);
	for (size_t i = 0; i < lacp->count; i++)
		moved |= run_joining(lacp, &lacp->ports[i]);
	active = lacp_active_next(lacp);
	moved |= active != lacp->active;
	lacp->active = active;
	for (size_t i = 0; i < lacp->count; i++)
		moved |= run_standby(lacp, &lacp->ports[i]);
	for (size_t i = 0; i < lacp->count; i++)
		moved |= run_ready(lacp, &lacp->ports[i]);
	return moved;
}
