/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Selection of the active port, and the events that trigger it. As in the kernel
 * (bond_choose_primary_or_current(), bond_find_best_slave(), and the callers of
 * bond_select_active_slave()) selection is not continuous: a port that returns
 * takes over only if it is the primary or has the higher prio, until another
 * event triggers a selection.
 */
#include "core/bond_state.h"

#include <string.h>

struct port *select_primary(struct bond *bond)
{
	if (!bond_uses_active(bond) || !bond->options.primary[0])
		return NULL;
	for (size_t i = 0; i < bond->count; i++)
		if (strcmp(bond->ports[i].name, bond->options.primary) == 0)
			return &bond->ports[i];
	return NULL;
}

int32_t port_prio(const struct bond *bond, const struct port *port)
{
	return bond_uses_active(bond) ? port->options.prio : 0;
}

void select_request(struct bond *bond, enum cause cause)
{
	if (bond->want_select)
		return;
	bond->want_select = true;
	bond->select_cause = cause;
}

void select_on_link(struct bond *bond, const struct port *port)
{
	const struct port *active = port_find(bond, bond->active);

	if (port->link == LINK_DOWN && port == active)
		select_request(bond, port->cause);
	if (port->link != LINK_UP)
		return;
	if (!active)
		select_request(bond, port->cause);
	else if (port == select_primary(bond) || port_prio(bond, port) > port_prio(bond, active))
		select_request(bond, CAUSE_RESELECT);
}

/* The UP port with the highest prio; the first of equals. */
static struct port *best_up(struct bond *bond)
{
	struct port *best = NULL;

	for (size_t i = 0; i < bond->count; i++) {
		struct port *port = &bond->ports[i];

		if (port->link != LINK_UP)
			continue;
		if (!best || port_prio(bond, port) > port_prio(bond, best))
			best = port;
	}
	return best;
}

/* Whether @candidate takes over from @current, which is UP (primary_reselect). */
static bool takes_over(const struct bond *bond, const struct port *candidate,
		       const struct port *current)
{
	/* unsigned as in the kernel: an unknown speed is higher than any other */
	uint32_t candidate_mbps = (uint32_t)candidate->speed_mbps;
	uint32_t current_mbps = (uint32_t)current->speed_mbps;

	switch (bond->options.primary_reselect) {
	case BOND_RESELECT_ALWAYS:
		return true;
	case BOND_RESELECT_BETTER:
		if (candidate_mbps != current_mbps)
			return candidate_mbps > current_mbps;
		return candidate->duplex > current->duplex;
	case BOND_RESELECT_FAILURE:
	case BOND_RESELECT_MAX:
		return false;
	}
	return false;
}

/* Selects among the UP ports; NULL: there is none. */
static struct port *select_up(struct bond *bond)
{
	struct port *current = port_find(bond, bond->active);
	struct port *candidate = select_primary(bond);

	if (candidate && candidate->link == LINK_UP) {
		if (bond->force_primary) {
			bond->force_primary = false;
			return candidate;
		}
	} else {
		candidate = best_up(bond);
	}
	if (!candidate || !current || current->link != LINK_UP || candidate == current)
		return candidate;
	return takes_over(bond, candidate, current) ? candidate : current;
}

void select_leave(struct bond *bond, const struct port *port, uint64_t now_ms)
{
	if (!bond_uses_active(bond) || bond_receives_all(bond) || !port || !port_is_usable(port))
		return;
	bond->late_port = port->id;
	bond->late_ms = now_ms + BOND_LINGER_MS;
}

static void set_active(struct bond *bond, uint32_t id, enum cause cause)
{
	if (id == bond->active)
		return;
	select_leave(bond, port_find(bond, bond->active), bond->now_ms);
	bond->active = id;
	assert(!id || port_find(bond, id));
	if (id)
		port_find(bond, id)->active_ms = bond->now_ms;
	bond->active_cause = cause;
	bond->cause = cause;
}

void select_run(struct bond *bond, uint64_t now_ms)
{
	struct port *port;

	/* regardless of events: there is no active port though one is UP */
	if (!bond->active && links_any_up(bond))
		select_request(bond, bond->cause);
	if (bond->want_select) {
		bond->want_select = false;
		port = select_up(bond);
		if (!port)
			port = links_skip_updelay(bond, now_ms);
		set_active(bond, port ? port->id : 0, bond->select_cause);
	}
	port = port_find(bond, bond->command);
	if (port && port_is_usable(port))
		set_active(bond, port->id, CAUSE_COMMAND);
	bond->command = 0;
	if (!bond->active)
		bond->late_port = 0; /* no other port took its place */
}

bool active_is(const struct bond *bond, const struct port *port)
{
	return port->id == bond->active;
}

void active_table(const struct bond *bond, struct bond_table *table)
{
	table_add_queues(bond, table);
	table_add_receivers(bond, table);
	if (spill_runs(bond) && bond->active)
		spill_add(bond, table);
	else if (bond->active)
		table->tx_port[table->tx_count++] = bond->active;
}
