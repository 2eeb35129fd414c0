/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a bond's state, and its text for logs.
 */
#include "core/bond_state.h"
#include "core/mode_rules.h"

#include <stdio.h>
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
		.number = port->number,
		.clock = port->clock,
		.speed_assumed = port_speed_is_assumed(port),
		.clock_mbps = clocks_mbps(bond, port),
		.options = port->options,
	};

	for (uint32_t i = 0; bond->table.tx_awake && i < bond->table.tx_count; i++) {
		if (bond->table.tx_port[i] != port->id)
			continue;
		view.spills = i < bond->table.tx_awake;
		view.resting = !view.spills;
	}
	memcpy(view.name, port->name, sizeof(view.name));
	mode_view(bond, port, &view);
	return view;
}

bool bond_port_by_id(const struct bond *bond, uint32_t id, struct bond_port_view *ret_view)
{
	size_t i = port_index(bond, id);

	if (i < bond->count)
		*ret_view = bond_port_at(bond, i);
	return i < bond->count;
}

void bond_port_reason(const struct bond *bond, uint32_t id, uint64_t now_ms, char *text,
		      size_t size)
{
	size_t i = port_index(bond, id);

	snprintf(text, size, "%s", "");
	if (i < bond->count && !monitors_reason(bond, &bond->ports[i], now_ms, text, size))
		snprintf(text, size, "waiting for the next poll");
}

uint64_t bond_sample_ms(const struct bond *bond)
{
	uint64_t monitors_ms = monitors_sample_ms(&bond->options);

	return spill_runs(bond) && BOND_SPILL_SAMPLE_MS < monitors_ms ? BOND_SPILL_SAMPLE_MS
								      : monitors_ms;
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
	const char *word = monitor_word(cause);

	if (word)
		return word;
	switch (cause) {
	case CAUSE_DELAY:
		return "delay over";
	case CAUSE_NO_OTHER:
		return "no other usable port";
	case CAUSE_ATTACH:
		return "attached";
	case CAUSE_DETACH:
		return "detached";
	case CAUSE_OPTION:
		return "option changed";
	case CAUSE_COMMAND:
		return "set by the operator";
	case CAUSE_RESELECT:
		return "preferred port";
	case CAUSE_HOLD:
		return "hold ended";
	case CAUSE_LOAD:
		return "spill_threshold";
	case CAUSE_RESTORE:
		return "restored";
	case CAUSE_MONITOR:
		break;
	}
	return "unknown";
}
