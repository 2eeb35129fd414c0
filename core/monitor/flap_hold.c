/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flap_hold: a port whose link was lost stays out of use for a while, twice as long
 * each time it is lost again soon. Not in the kernel's driver.
 */
#include "core/bond_state.h"

#include <stdio.h>

/* A hold is doubled at most this many times. */
#define HOLD_LEVEL_MAX 6

static bool hold_good(const struct port *port, uint64_t now_ms, uint64_t *ret_since_ms)
{
	*ret_since_ms = now_ms;
	return now_ms >= port->monitors.flap_hold.until_ms;
}

static void hold_lost(const struct bond *bond, struct port *port, uint64_t at_ms)
{
	struct flap_hold *hold = &port->monitors.flap_hold;
	uint64_t hold_ms = bond->options.flap_hold_ms;

	if (!hold_ms)
		return;
	/* soon: within the length of the last hold after its end */
	if (hold->hold_ms && at_ms <= hold->until_ms + hold->hold_ms)
		hold_ms = hold->hold_ms < hold_ms << HOLD_LEVEL_MAX ? hold->hold_ms * 2
								    : hold->hold_ms;
	hold->hold_ms = hold_ms;
	hold->until_ms = at_ms + hold_ms;
}

static void hold_lift(struct port *port, uint64_t now_ms)
{
	if (port->monitors.flap_hold.until_ms > now_ms)
		port->monitors.flap_hold.until_ms = now_ms;
}

static uint64_t hold_deadline(const struct bond *bond, const struct port *port)
{
	uint64_t until_ms = port->monitors.flap_hold.until_ms;

	return until_ms > bond->now_ms ? until_ms : BOND_NEVER;
}

static bool hold_reason(const struct bond *bond, const struct port *port, uint64_t now_ms,
			char *text, size_t size)
{
	uint64_t until_ms = port->monitors.flap_hold.until_ms;

	(void)bond;
	snprintf(text, size, "link lost, flap_hold for another %llu ms",
		 (unsigned long long)(until_ms > now_ms ? until_ms - now_ms : 0));
	return true;
}

const struct monitor monitor_flap_hold = {
	.word = "flap_hold",
	.is_veto = true,
	.good = hold_good,
	.lost = hold_lost,
	.lift = hold_lift,
	.deadline = hold_deadline,
	.reason = hold_reason,
};
