/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Placing frames by load and by time in the packet path: what placement.h decides, of an skb. */
#pragma once

#include "bpf/maps.h"
#include "bpf/placement.h"
#include "bpf/policy.h"

/* Outside .bss, as rr_counters. */
struct ebond_placement placement SEC(".data.place");

static __always_inline __u32 wire_bytes(const struct __sk_buff *skb)
{
	return clock_wire_bytes(skb->len, skb->gso_segs);
}

/* The number of ports that take flows. */
static __always_inline __u32 candidates(const struct ebond_table *table)
{
	if (!config.spill)
		return table->tx_count;
	return table->tx_awake ? table->tx_awake : 1;
}

/* The port of the frame's flow. @table must have one. */
static __always_inline __u32 placed_port(struct __sk_buff *skb, const struct ebond_table *table)
{
	const struct placing how = {
		.now_ns = bpf_ktime_get_ns(),
		.hash = hash_frame(skb) & (EBOND_BUCKETS - 1),
		.bytes = wire_bytes(skb),
		.candidates = candidates(table),
		.by_load = config.adaptive,
		.paused_only = config.moves_paused_only,
	};

	return placement_port(&placement, table, &how);
}

/* The port on which the frame arrives first. @table must have one. */
static __always_inline __u32 earliest_port(struct __sk_buff *skb, const struct ebond_table *table)
{
	return placement_earliest(&placement, table, wire_bytes(skb), bpf_ktime_get_ns());
}
