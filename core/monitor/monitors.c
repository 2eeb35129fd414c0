/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of monitors, and the functions that call all of them.
 */
#include "core/monitor/monitors.h"

#include "core/bond_state.h"

#define MONITOR_ADDRESS(name) &monitor_##name,
const struct monitor *const monitor_list[] = {MONITORS(MONITOR_ADDRESS) NULL};

/* Iterates over the monitors that have @function. */
#define for_each_monitor_with(row, function)                                                       \
	for (const struct monitor *const *row = monitor_list; *row; row++)                         \
		if ((*row)->function)

void monitors_start(const struct bond *bond, struct port *port, bool good, uint64_t now_ms)
{
	for_each_monitor_with(row, start)
		(*row)->start(bond, port, good, now_ms);
}

void monitors_stop(struct bond *bond, struct port *port)
{
	for_each_monitor_with(row, stop)
		(*row)->stop(bond, port);
}

void monitors_changed(struct bond *bond, const struct bond_options *old)
{
	for_each_monitor_with(row, changed)
		(*row)->changed(bond, old);
}

void monitors_run(struct bond *bond, uint64_t now_ms)
{
	for_each_monitor_with(row, run)
		(*row)->run(bond, now_ms);
}

void monitors_send(struct bond *bond, uint64_t now_ms, struct bond_effects *fx)
{
	for_each_monitor_with(row, send)
		(*row)->send(bond, now_ms, fx);
}

void monitors_frame(struct bond *bond, struct port *port, const uint8_t *bytes, size_t length,
		    uint64_t now_ms)
{
	for_each_monitor_with(row, frame)
		(*row)->frame(bond, port, bytes, length, now_ms);
}

void monitors_trouble(const struct bond *bond, struct port *port, uint64_t events, uint64_t now_ms)
{
	for_each_monitor_with(row, trouble)
		(*row)->trouble(bond, port, events, now_ms);
}

void monitors_lost(const struct bond *bond, struct port *port, uint64_t at_ms)
{
	for_each_monitor_with(row, lost)
		(*row)->lost(bond, port, at_ms);
}

void monitors_lift(struct port *port, uint64_t now_ms)
{
	for_each_monitor_with(row, lift)
		(*row)->lift(port, now_ms);
}

uint64_t monitors_deadline(const struct bond *bond)
{
	uint64_t deadline_ms = BOND_NEVER;

	for_each_monitor_with(row, deadline)
		for (size_t i = 0; i < bond->count; i++)
			earliest(&deadline_ms, (*row)->deadline(bond, &bond->ports[i]));
	return deadline_ms;
}

bool monitor_is_on(const struct monitor *monitor, const struct bond_options *options)
{
	return !monitor->is_on || monitor->is_on(options);
}

/* Whether the monitor objects to @port; the reason is in @text. */
static bool objects(const struct monitor *monitor, const struct bond *bond, const struct port *port,
		    uint64_t now_ms, char *text, size_t size)
{
	uint64_t since_ms;

	return monitor_is_on(monitor, &bond->options) &&
	       !monitor->good(port, bond->now_ms, &since_ms) &&
	       monitor->reason(bond, port, now_ms, text, size);
}

bool monitors_reason(const struct bond *bond, const struct port *port, uint64_t now_ms, char *text,
		     size_t size)
{
	for_each_monitor_with(row, is_veto)
		if (!port->good && objects(*row, bond, port, now_ms, text, size))
			return true;
	for_each_monitor_with(row, reason)
		if (!(*row)->is_veto && objects(*row, bond, port, now_ms, text, size))
			return true;
	return false;
}

uint64_t monitors_sample_ms(const struct bond_options *options)
{
	uint64_t shortest_ms = BOND_NEVER;

	for_each_monitor_with(row, sample_ms)
		earliest(&shortest_ms, (*row)->sample_ms(options));
	return shortest_ms;
}

enum cause monitor_cause(const struct monitor *monitor)
{
	unsigned int index = 0;

	while (monitor_list[index] != monitor)
		index++;
	return (enum cause)(CAUSE_MONITOR + index);
}

const char *monitor_word(enum cause cause)
{
	unsigned int count = sizeof(monitor_list) / sizeof(monitor_list[0]) - 1;

	if (cause < CAUSE_MONITOR || cause >= CAUSE_MONITOR + count)
		return NULL;
	return monitor_list[cause - CAUSE_MONITOR]->word;
}
