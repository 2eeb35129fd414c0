/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * State common to the programs of one bond: its constants, the ring of snapshots and
 * access to it, the counters. Included once per BPF object.
 */
#pragma once

#include <stdbool.h>

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "bpf/shared.h"

/* Set before loading: the verifier then removes the code of all other modes. */
const volatile struct ebond_config config = {};

/* The only thing in .bss, so that its layout is that of struct ebond_ring. */
struct ebond_ring ring = {};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EBOND_COUNTER_MAX);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

/* Increments @counter on this CPU. */
static __always_inline void count(enum ebond_counter counter)
{
	__u32 key = counter;
	__u64 *value = bpf_map_lookup_elem(&counters, &key);

	if (value)
		(*value)++;
}

/*
 * The snapshot to use for this frame. Call it once per frame: the snapshot stays
 * unchanged until the program ends, but a second call may return a newer one.
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
