/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See uneven.h. */
#include "core/uneven.h"

#include <assert.h>

/* Full, and with room to spare: in eighths of a port's speed. A full port's load varies. */
#define FULL_EIGHTHS 7
#define IDLE_EIGHTHS 5

/* A flow counts as one of those that fill a port from this part of its load on. */
#define FLOW_DIVISOR 16

/* A busy bucket moves from this part of its port's load on. */
#define MOVE_DIVISOR 64

#define NEWS_AFTER_MS 3000
#define OVER_AFTER_MS 10000

/* A load in parts per million of the port's speed; 0 for what is below. */
static uint64_t fill(uint64_t load_bps, const struct load_port *port)
{
	assert(port->speed_bps);
	return load_bps * 1000 / (port->speed_bps / 1000 ?: 1);
}

static uint64_t fill_of(const struct load_port *port)
{
	return fill(port->load_bps, port);
}

/* The ports with the highest and the lowest load for their speed. */
static void find_ends(const struct load_snapshot *snapshot, const struct load_port **ret_full,
		      const struct load_port **ret_idle)
{
	*ret_full = *ret_idle = snapshot->ports;
	for (size_t i = 1; i < snapshot->port_count; i++) {
		const struct load_port *port = &snapshot->ports[i];

		if (fill_of(port) > fill_of(*ret_full))
			*ret_full = port;
		if (fill_of(port) < fill_of(*ret_idle))
			*ret_idle = port;
	}
}

/*
 * Whether the packet path may move @bucket from @full, as placement_gains() in bpf/placement.h:
 * with it, some other port's load is an eighth below.
 */
static bool helps(const struct load_snapshot *snapshot, const struct load_port *full,
		  const struct load_bucket *bucket)
{
	uint64_t wanted = fill_of(full) - fill_of(full) / 8;

	if (bucket->load_bps < full->load_bps / MOVE_DIVISOR)
		return false;
	for (size_t i = 0; i < snapshot->port_count; i++) {
		const struct load_port *port = &snapshot->ports[i];

		if (port != full && fill(port->load_bps + bucket->load_bps, port) <= wanted)
			return true;
	}
	return false;
}

bool uneven_judge(const struct load_snapshot *snapshot, struct uneven *ret_uneven)
{
	const struct load_port *full, *idle;
	uint32_t flows = 0;
	bool movable = false;

	if (snapshot->port_count < 2)
		return false;
	find_ends(snapshot, &full, &idle);
	if (full->speed_assumed || full->load_bps < full->speed_bps / 8 * FULL_EIGHTHS ||
	    idle->load_bps > idle->speed_bps / 8 * IDLE_EIGHTHS)
		return false;
	for (size_t i = 0; i < snapshot->bucket_count; i++) {
		const struct load_bucket *bucket = &snapshot->buckets[i];

		if (bucket->port != full->id)
			continue;
		movable |= helps(snapshot, full, bucket);
		flows += bucket->load_bps >= full->load_bps / FLOW_DIVISOR;
	}
	if (!flows || (movable && !snapshot->paused_only))
		return false;
	*ret_uneven = (struct uneven){
		.port = full->id,
		.flows = flows,
		.movable = movable,
		.load_bps = full->load_bps,
		.speed_bps = full->speed_bps,
		.idle = idle->id,
		.idle_load_bps = idle->load_bps,
		.idle_speed_bps = idle->speed_bps,
	};
	return true;
}

bool uneven_is_news(struct uneven_watch *watch, const struct uneven *uneven, uint64_t now_ms)
{
	if (!uneven) {
		if (watch->told && now_ms - watch->seen_ms < OVER_AFTER_MS)
			return false;
		*watch = (struct uneven_watch){};
		return false;
	}
	if (watch->port != uneven->port)
		*watch = (struct uneven_watch){.port = uneven->port, .since_ms = now_ms};
	watch->seen_ms = now_ms;
	if (watch->told || now_ms - watch->since_ms < NEWS_AFTER_MS)
		return false;
	watch->told = true;
	return true;
}
