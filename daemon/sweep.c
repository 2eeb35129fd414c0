/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The carrier sweep and the periodic inspection. */
#include "daemon/sweep.h"

#include "core/deadline.h"
#include "daemon/background.h"
#include "daemon/port_filters.h"
#include "daemon/run_effects.h"
#include "daemon/world.h"

/* A carrier lost without an event is detected within this, with few ports ... */
#define SWEEP_MS 10
/* ... and this many carriers at most are read per second while idle. */
#define READS_PER_SECOND 1000
#define SILENT_MS 1000
#define INSPECT_MS 10000

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

	return now_ms < daemon->sweep_fast_until_ms || calm_ms < SWEEP_MS ? SWEEP_MS : calm_ms;
}

static void sweep_carriers(struct ebondd *daemon, uint64_t now_ms)
{
	for (size_t i = 0; i < daemon->bond_count; i++)
		if (effects_poll(daemon, daemon->bonds[i], now_ms))
			daemon->bonds[i]->touched = true;
}

/* One wait serves all bonds, and none is urgent now. */
static void wait_grace_period(struct ebondd *daemon)
{
	bool needed = false;

	for (size_t i = 0; i < daemon->bond_count; i++)
		needed |= datapath_needs_grace_period(daemon->bonds[i]->path);
	if (!needed)
		return;
	datapath_wait_grace_period();
	for (size_t i = 0; i < daemon->bond_count; i++)
		datapath_grace_period_passed(daemon->bonds[i]->path);
}

/* Whether @due_ms has been reached; if so it is advanced by @interval_ms. */
static bool is_due(uint64_t *due_ms, uint64_t interval_ms, uint64_t now_ms)
{
	if (now_ms < *due_ms)
		return false;
	*due_ms = now_ms + interval_ms;
	return true;
}

uint64_t sweep_turn(struct ebondd *daemon, uint64_t now_ms)
{
	size_t ports = count_ports(daemon);
	uint64_t next_ms;

	if (!daemon->bond_count)
		return UINT64_MAX;
	if (is_due(&daemon->sweep_due_ms, sweep_interval_ms(daemon, ports, now_ms), now_ms))
		sweep_carriers(daemon, now_ms);
	if (is_due(&daemon->inspect_due_ms, INSPECT_MS, now_ms)) {
		world_inspect(daemon);
		background_rotate_log();
	}
	if (is_due(&daemon->silent_due_ms, SILENT_MS, now_ms)) {
		world_check_silent(daemon);
		port_filters_watch_tcx(daemon);
		if (now_ms >= daemon->sweep_fast_until_ms)
			wait_grace_period(daemon);
	}
	next_ms = port_filters_turn(daemon, now_ms);
	if (ports)
		earliest(&next_ms, daemon->sweep_due_ms);
	earliest(&next_ms, daemon->silent_due_ms);
	earliest(&next_ms, daemon->inspect_due_ms);
	return next_ms;
}
