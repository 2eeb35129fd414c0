/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the programs of one bond share: its constants, the ring of snapshots
 * and how to read one, the counters. Included once per BPF object.
 */
#pragma once

#include <stdbool.h>

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "bpf/shared.h"

/* Set by the loader before load: the verifier then removes all other modes' code. */
const volatile struct ebond_config config = {};

/* The only thing in .bss, so that its layout is that of struct ebond_ring. */
struct ebond_ring ring = {};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EBOND_COUNTER_MAX);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

/* Counts one frame under @counter, on this CPU. */
static __always_inline void count(enum ebond_counter counter)
{
	__u32 key = counter;
	__u64 *value = bpf_map_lookup_elem(&counters, &key);

	if (value)
		(*value)++;
}

/*
 * The snapshot to use for this frame. Call it once per frame: what it returns
 * stays unchanged until the program ends, a second call may return a newer one.
 */
static __always_inline const struct ebond_table *newest_table(void)
{
	__u32 newest = *(volatile __u32 *)&ring.newest;

	return &ring.snapshot[newest & (EBOND_SNAPSHOTS - 1)];
}

/* Whether the port @port sends for bond0. */
static __always_inline bool may_send(const struct ebond_table *table, __u32 port)
{
	for (__u32 i = 0; i < EBOND_PORTS_MAX; i++) {
		if (i >= table->tx_count)
			break;
		if (table->tx_port[i] == port)
			return true;
	}
	return false;
}
