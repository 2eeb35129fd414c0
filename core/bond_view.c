/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a bond: what stands, and the words for it.
 */
#include "core/bond_state.h"
#include "core/mode_rules.h"

#include <string.h>

const struct bond_options *bond_get_options(const struct bond *bond)
{
	return &bond->options;
}

const struct bond_table *bond_get_table(const struct bond *bond)
{
	return &bond->table;
}

uint32_t bond_get_active(const struct bond *bond)
{
	return bond_shown_active(bond);
}

bool bond_get_carrier(const struct bond *bond)
{
	return bond->carrier;
}

size_t bond_port_count(const struct bond *bond)
{
	return bond->count;
}

struct bond_port_view bond_port_at(const struct bond *bond, size_t index)
{
	const struct port *port = &bond->ports[index];
	struct bond_port_view view = {
		.id = port->id,
		.link = port->link,
		.carrier = port->carrier,
		.active = mode_rules(bond)->is_active(bond, port),
		.receives = bond_receives_all(bond) || mode_rules(bond)->receives(bond, port),
		.speed_mbps = port->speed_mbps,
		.duplex = port->duplex,
		.link_failures = port->link_failures,
		.link_since_ms = port->since_ms,
		.probe_ok = port->probe.ok,
		.number = port->number,
		.options = port->options,
	};

	for (uint32_t i = 0; bond->table.tx_awake && i < bond->table.tx_count; i++) {
		if (bond->table.tx_port[i] != port->id)
			continue;
		view.spills = i < bond->table.tx_awake;
		view.resting = !view.spills;
	}
	if (!port->good && port->good_cause == CAUSE_ERRORS)
		view.error_events = port->health.events;
	if (!port->good && port->good_cause != CAUSE_ERRORS &&
	    port->health.hold_until_ms > bond->now_ms)
		view.held_until_ms = port->health.hold_until_ms;
	memcpy(view.name, port->name, sizeof(view.name));
	mode_view(bond, port, &view);
	return view;
}

bool bond_port_by_id(const struct bond *bond, uint32_t id, struct bond_port_view *ret_view)
{
	for (size_t i = 0; i < bond->count; i++) {
		if (bond->ports[i].id != id)
			continue;
		*ret_view = bond_port_at(bond, i);
		return true;
	}
	return false;
}

const char *link_state_word(enum link_state state)
{
	switch (state) {
	case LINK_UP:
		return "up";
	case LINK_FAIL:
		return "going down";
	case LINK_DOWN:
		return "down";
	case LINK_BACK:
		return "going back";
	}
	return "unknown";
}

const char *cause_word(enum cause cause)
{
	switch (cause) {
	case CAUSE_CARRIER:
		return "carrier";
	case CAUSE_DELAY:
		return "delay over";
	case CAUSE_NO_OTHER:
		return "no other port is usable";
	case CAUSE_ATTACH:
		return "attached";
	case CAUSE_DETACH:
		return "detached";
	case CAUSE_OPTION:
		return "option changed";
	case CAUSE_COMMAND:
		return "set by hand";
	case CAUSE_RESELECT:
		return "preferred port";
	case CAUSE_PROBE:
		return "ARP/NS monitor";
	case CAUSE_ERRORS:
		return "error_threshold";
	case CAUSE_HOLD:
		return "held back until now";
	case CAUSE_LOAD:
		return "spill_threshold";
	case CAUSE_RESTORE:
		return "restored";
	}
	return "unknown";
}
