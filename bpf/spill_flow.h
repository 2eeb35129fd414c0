/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spill_threshold in the packet path: which of the awake ports a flow uses, and
 * when it may move to another.
 *
 * Flows are hashed into 256 buckets. A bucket records its port and the time of its
 * last frame, and changes its port only when that cannot reorder: after a pause,
 * or when its port is no longer usable.
 */
#pragma once

#include "bpf/maps.h"
#include "bpf/policy.h"

/*
 * How long a bucket must have paused. Its last frame on the old port must leave
 * before its next one on another: the gap must be longer than the difference in
 * delay of the ports (flowlets: Kandula et al., CCR 37(2) 2007), which in a host is
 * the old port's queue: 12 ms for a full pfifo_fast of 1000 frames at 1 Gbit/s, a
 * standing 5 ms with fq_codel.
 */
#define SPILL_GAP_NS (20 * 1000 * 1000LL)

/*
 * Outside .bss, as rr_counters. Steering keeps a flow on one CPU, so two CPUs share
 * a bucket only for different flows: one may miss the other's write, but neither
 * flow is reordered.
 */
struct ebond_bucket spill_buckets[EBOND_BUCKETS] SEC(".data.spill");

/* The port of the frame's bucket. @table must have one that is awake. */
static __noinline __u32 spill_port(struct __sk_buff *skb, const struct ebond_table *table)
{
	__u32 number = hash_frame(skb) & (EBOND_BUCKETS - 1);
	__u32 awake = table->tx_awake ? table->tx_awake : 1;
	__u32 target = table->tx_port[number % awake & (EBOND_PORTS_MAX - 1)];
	struct ebond_bucket *bucket = &spill_buckets[number];
	__u64 now_ns = bpf_ktime_get_ns();
	__u32 port = bucket->port;

	/* Signed: another CPU may have written a time slightly after this one's `now`. */
	if (port != target &&
	    ((__s64)(now_ns - bucket->last_ns) >= SPILL_GAP_NS || !may_send(table, port))) {
		port = target;
		bucket->port = target;
	}
	bucket->last_ns = now_ns;
	return port;
}
