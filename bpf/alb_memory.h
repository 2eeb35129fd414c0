/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Common parts of alb_balance.h and alb_neighbours.h: the memory that the daemon maps, and finding
 * a port in the table.
 */
#pragma once

#include "bpf/maps.h"

/* <linux/icmpv6.h> needs headers that are not available here. */
#define EBOND_ND_SOLICIT 135
#define EBOND_ND_ADVERT 136

/* Outside .bss, as rr_counters; the daemon finds it by its section's name. */
struct ebond_balance balance SEC(".data.balance");

/* The index of @port in tx_port, or -1. */
static __always_inline int place_of(const struct ebond_table *table, __u32 port)
{
	for (__u32 i = 0; i < EBOND_PORTS_MAX; i++) {
		if (i >= table->tx_count)
			break;
		if (table->tx_port[i] == port)
			return i;
	}
	return -1;
}
