/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The carrier sweep and the slow inspection; called in each of main.c's turns. */
#include "sweep.h"

#include "effects.h"
#include "world.h"

/* A carrier lost without an event is found within this, on a bond of few ports ... */
#define SWEEP_MS 10
/* ... and at most this many carriers are read per second when nothing goes on. */
#define READS_PER_SECOND 1000
#define INSPECT_MS 5000

static size_t count_ports(const struct ebondd *daemon)
{
	size_t count = 0;

	for (size_t i = 0; i < daemon->bond_count; i++)
		count += daemon->bonds[i]->port_count;
	return count;
}

static uint64_t sweep_interval_ms(const struct ebondd *daemon, size_t ports, uint64_t now_ms)
{
	uint64_t calm_ms = ports * 1000 / READS_PER_SECOND;

	return now_ms < daemon->hurry_until_ms || calm_ms < SWEEP_MS ? SWEEP_MS : calm_ms;
}

uint64_t sweep_turn(struct ebondd *daemon, uint64_t now_ms)
{
	size_t ports = count_ports(daemon);

	if (!daemon->bond_count)
		return UINT64_MAX;
	if (now_ms >= daemon->inspect_due_ms) {
		daemon->inspect_due_ms = now_ms + INSPECT_MS;
		world_inspect(daemon);
	}
	if (ports && now_ms >= daemon->sweep_due_ms) {
		daemon->sweep_due_ms = now_ms + sweep_interval_ms(daemon, ports, now_ms);
		for (size_t i = 0; i < daemon->bond_count; i++)
			if (effects_poll(daemon, daemon->bonds[i], now_ms))
				daemon->bonds[i]->touched = true;
	}
	return ports && daemon->sweep_due_ms < daemon->inspect_due_ms ? daemon->sweep_due_ms
								      : daemon->inspect_due_ms;
}
