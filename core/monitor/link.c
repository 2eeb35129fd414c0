/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port's link as the bond sees it: the monitors' result from watch.c (for most
 * bonds the carrier), delayed by updelay and downdelay. States and transitions are
 * those of bond_miimon_inspect() and bond_miimon_commit(), with absolute deadlines
 * instead of counted polls.
 *
 *              carrier lost             downdelay over
 *          UP ---------------> FAIL --------------------> DOWN
 *          ^ ^                  |                          | ^
 *          | +---- carrier back +                          | |
 *          |                          carrier back         | |
 *          +----------- BACK <-----------------------------+ |
 *          updelay over   |        carrier lost              |
 *                         +----------------------------------+
 */
#include "core/bond_state.h"

enum link_state link_next(enum link_state state, bool good, bool delay_over)
{
	switch (state) {
	case LINK_UP:
		return good ? LINK_UP : LINK_FAIL;
	case LINK_FAIL:
		if (good)
			return LINK_UP;
		return delay_over ? LINK_DOWN : LINK_FAIL;
	case LINK_DOWN:
		return good ? LINK_BACK : LINK_DOWN;
	case LINK_BACK:
		if (!good)
			return LINK_DOWN;
		return delay_over ? LINK_UP : LINK_BACK;
	}
	return state;
}

void link_enter(struct port *port, enum link_state state, const struct bond_options *options,
		uint64_t at_ms, enum cause cause)
{
	port->link = state;
	port->since_ms = at_ms;
	port->cause = cause;
	port->deadline_ms = BOND_NEVER;
	switch (state) {
	case LINK_UP:
		break;
	case LINK_FAIL:
		port->deadline_ms = at_ms + options->downdelay_ms;
		break;
	case LINK_DOWN:
		/* the kernel counts a loss during updelay, too */
		if (port->link_failures < UINT32_MAX)
			port->link_failures++;
		break;
	case LINK_BACK:
		port->deadline_ms = at_ms + options->updelay_ms;
		break;
	}
}

/* When and why the current state was left. */
static void link_change(struct bond *bond, struct port *port, enum link_state next)
{
	bool by_delay = port->link == LINK_FAIL && next == LINK_DOWN;
	enum cause cause = port->good_cause;
	uint64_t at_ms = port->good_ms;

	by_delay |= port->link == LINK_BACK && next == LINK_UP;
	if (by_delay) {
		at_ms = port->deadline_ms;
		/* a delay of 0 is not a delay */
		cause = at_ms > port->since_ms ? CAUSE_DELAY : port->cause;
	}
	link_enter(port, next, &bond->options, at_ms, cause);
	bond->cause = cause;
	if (next == LINK_DOWN)
		monitors_lost(bond, port, at_ms);
}

static void link_run(struct bond *bond, struct port *port, uint64_t now_ms)
{
	enum link_state before = port->link, next;

	watch_run(bond, port, now_ms);
	/* terminates: with constant input no state is entered twice */
	while ((next = link_next(port->link, port->good, now_ms >= port->deadline_ms)) !=
	       port->link)
		link_change(bond, port, next);
	assert(port->deadline_ms > now_ms);
	if (port->link != before)
		select_on_link(bond, port);
}

bool links_any_up(const struct bond *bond)
{
	for (size_t i = 0; i < bond->count; i++)
		if (bond->ports[i].link == LINK_UP)
			return true;
	return false;
}

/*
 * If there are several, active-backup takes the one whose updelay ends first
 * (bond_find_best_slave()), other modes the first (bond_miimon_inspect()).
 */
struct port *links_skip_updelay(struct bond *bond, uint64_t now_ms)
{
	struct port *best = NULL;

	for (size_t i = 0; i < bond->count; i++) {
		struct port *port = &bond->ports[i];

		if (port->link != LINK_BACK || !port->good)
			continue;
		if (!best || (bond_uses_active(bond) && port->deadline_ms < best->deadline_ms))
			best = port;
	}
	if (best) {
		link_enter(best, LINK_UP, &bond->options, now_ms, CAUSE_NO_OTHER);
		bond->cause = CAUSE_NO_OTHER;
	}
	return best;
}

void links_run(struct bond *bond, uint64_t now_ms)
{
	struct port *skipped;

	for (size_t i = 0; i < bond->count; i++)
		link_run(bond, &bond->ports[i], now_ms);
	/* again: ports vetoed while there was another usable port, which is lost now */
	for (size_t i = 0; i < bond->count && !links_any_up(bond); i++)
		link_run(bond, &bond->ports[i], now_ms);

	/* an active port still counts during downdelay, as in the kernel */
	if (links_any_up(bond) || (bond_uses_active(bond) && bond->active))
		return;
	skipped = links_skip_updelay(bond, now_ms);
	if (skipped)
		select_on_link(bond, skipped);
}
