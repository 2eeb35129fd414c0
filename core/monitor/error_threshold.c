/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ports that work, but badly. error_threshold: errors, lost carriers and
 * unanswered probes are counted over a sliding window, and too many take the
 * port out for another window's length. flap_hold: a port that was lost stays
 * out for a while, twice as long each time it is lost again soon.
 *
 * Neither takes out the last port: a bad one is better than none. Not in the
 * kernel's driver.
 */
#include "core/bond_state.h"

#include <string.h>

/* A hold is at most this many times flap_hold. */
#define HOLD_LEVEL_MAX 6

static void window_forget(struct health *health)
{
	memset(health->window, 0, sizeof(health->window));
}

/* Moves the window to @now_ms; what is older than it is forgotten. */
static void window_move(const struct bond *bond, struct health *health, uint64_t now_ms)
{
	uint64_t slot_ms = bond->options.error_threshold.period_ms / HEALTH_SLOTS + 1;
	uint64_t slot = now_ms / slot_ms;

	if (slot - health->slot >= HEALTH_SLOTS)
		window_forget(health);
	else
		for (uint64_t i = health->slot + 1; i <= slot; i++)
			health->window[i % HEALTH_SLOTS] = 0;
	health->slot = slot;
}

void health_count(struct bond *bond, struct port *port, uint64_t events, uint64_t now_ms)
{
	struct health *health = &port->health;
	uint32_t limit = bond->options.error_threshold.count;
	uint64_t sum = 0;

	if (!limit || !events)
		return;
	window_move(bond, health, now_ms);
	health->window[health->slot % HEALTH_SLOTS] += events;
	for (size_t i = 0; i < HEALTH_SLOTS; i++)
		sum += health->window[i];
	if (sum < limit)
		return;
	health->events = sum;
	health->out_until_ms = now_ms + bond->options.error_threshold.period_ms;
}

void health_lost(struct bond *bond, struct port *port, uint64_t now_ms)
{
	struct health *health = &port->health;
	uint64_t hold_ms = bond->options.flap_hold_ms;

	if (!hold_ms)
		return;
	/* soon: not longer after the last hold than that one lasted */
	if (health->hold_ms && now_ms <= health->hold_until_ms + health->hold_ms)
		hold_ms = health->hold_ms < hold_ms << HOLD_LEVEL_MAX ? health->hold_ms * 2
								      : health->hold_ms;
	health->hold_ms = hold_ms;
	health->hold_until_ms = now_ms + hold_ms;
}

static bool other_is_up(const struct bond *bond, const struct port *port)
{
	for (size_t i = 0; i < bond->count; i++)
		if (&bond->ports[i] != port && port_is_usable(&bond->ports[i]))
			return true;
	return false;
}

bool health_allows(const struct bond *bond, struct port *port, uint64_t now_ms,
		   enum cause *ret_cause)
{
	struct health *health = &port->health;
	bool held = now_ms < health->hold_until_ms, out = now_ms < health->out_until_ms;

	if (!held && !out)
		return true;
	if (other_is_up(bond, port)) {
		*ret_cause = out ? CAUSE_ERRORS : CAUSE_HOLD;
		return false;
	}
	health->hold_until_ms = health->hold_until_ms < now_ms ? health->hold_until_ms : now_ms;
	health->out_until_ms = 0;
	window_forget(health);
	return true;
}

uint64_t health_deadline(const struct bond *bond)
{
	uint64_t deadline_ms = BOND_NEVER;

	for (size_t i = 0; i < bond->count; i++) {
		const struct health *health = &bond->ports[i].health;

		if (health->hold_until_ms > bond->now_ms && health->hold_until_ms < deadline_ms)
			deadline_ms = health->hold_until_ms;
		if (health->out_until_ms > bond->now_ms && health->out_until_ms < deadline_ms)
			deadline_ms = health->out_until_ms;
	}
	return deadline_ms;
}

void bond_in_errors(struct bond *bond, uint32_t id, uint64_t total, uint64_t now_ms)
{
	struct port *port = port_find(bond, id);

	if (!port)
		return;
	/* the first reading, and a counter that was reset, say nothing of how many are new */
	if (port->health.is_read && total > port->health.total) {
		health_count(bond, port, total - port->health.total, now_ms);
		bond_touch(bond, now_ms);
	}
	port->health.is_read = true;
	port->health.total = total;
}
