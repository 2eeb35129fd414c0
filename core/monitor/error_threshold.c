/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * error_threshold: errors, lost carriers and unanswered probes are counted over a
 * sliding window; too many take the port out of use for the length of a window. Not
 * in the kernel's driver.
 */
#include "core/bond_state.h"

#include <stdio.h>
#include <string.h>

static void window_clear(struct error_threshold *errors)
{
	memset(errors->window, 0, sizeof(errors->window));
}

/* Advances the window to @now_ms; older events are dropped. */
static void window_move(const struct bond *bond, struct error_threshold *errors, uint64_t now_ms)
{
	uint64_t slot_ms = bond->options.error_threshold.period_ms / ERROR_SLOTS + 1;
	uint64_t slot = now_ms / slot_ms;

	if (slot - errors->slot >= ERROR_SLOTS)
		window_clear(errors);
	else
		for (uint64_t i = errors->slot + 1; i <= slot; i++)
			errors->window[i % ERROR_SLOTS] = 0;
	errors->slot = slot;
}

static bool errors_good(const struct port *port, uint64_t now_ms, uint64_t *ret_since_ms)
{
	*ret_since_ms = now_ms;
	return now_ms >= port->monitors.error_threshold.out_until_ms;
}

static void errors_trouble(const struct bond *bond, struct port *port, uint64_t events,
			   uint64_t now_ms)
{
	struct error_threshold *errors = &port->monitors.error_threshold;
	uint32_t limit = bond->options.error_threshold.count;
	uint64_t sum = 0;

	if (!limit || !events)
		return;
	window_move(bond, errors, now_ms);
	errors->window[errors->slot % ERROR_SLOTS] += events;
	for (size_t i = 0; i < ERROR_SLOTS; i++)
		sum += errors->window[i];
	if (sum < limit)
		return;
	errors->events = sum;
	errors->out_until_ms = now_ms + bond->options.error_threshold.period_ms;
}

static void errors_lift(struct port *port, uint64_t now_ms)
{
	(void)now_ms;
	port->monitors.error_threshold.out_until_ms = 0;
	window_clear(&port->monitors.error_threshold);
}

static uint64_t errors_deadline(const struct bond *bond, const struct port *port)
{
	uint64_t until_ms = port->monitors.error_threshold.out_until_ms;

	return until_ms > bond->now_ms ? until_ms : BOND_NEVER;
}

/* Only for a port taken out by this monitor: one that was down before has a better reason. */
static bool errors_reason(const struct bond *bond, const struct port *port, uint64_t now_ms,
			  char *text, size_t size)
{
	const struct bond_rate *rate = &bond->options.error_threshold;

	(void)now_ms;
	if (port->good_cause != monitor_cause(&monitor_error_threshold))
		return false;
	snprintf(text, size, "%llu errors in %u ms, error_threshold %u/%u",
		 (unsigned long long)port->monitors.error_threshold.events, rate->period_ms,
		 rate->count, rate->period_ms);
	return true;
}

static uint64_t errors_sample_ms(const struct bond_options *options)
{
	const struct bond_rate *rate = &options->error_threshold;

	return rate->count ? rate->period_ms / ERROR_SLOTS : BOND_NEVER;
}

/* Errors from before the option was set do not count. */
static void errors_changed(struct bond *bond, const struct bond_options *old)
{
	for (size_t i = 0; !old->error_threshold.count && i < bond->count; i++)
		bond->ports[i].monitors.error_threshold.is_read = false;
}

const struct monitor monitor_error_threshold = {
	.word = "error_threshold",
	.is_veto = true,
	.good = errors_good,
	.changed = errors_changed,
	.trouble = errors_trouble,
	.lift = errors_lift,
	.deadline = errors_deadline,
	.reason = errors_reason,
	.sample_ms = errors_sample_ms,
};

void bond_in_errors(struct bond *bond, uint32_t id, uint64_t total, uint64_t now_ms)
{
	struct port *port = port_find(bond, id);
	struct error_threshold *errors;

	if (!port || !bond->options.error_threshold.count)
		return;
	errors = &port->monitors.error_threshold;
	/* the first reading and a reset counter do not show how many errors are new */
	if (errors->is_read && total > errors->total) {
		monitors_trouble(bond, port, total - errors->total, now_ms);
		bond_touch(bond, now_ms);
	}
	errors->is_read = true;
	errors->total = total;
}
