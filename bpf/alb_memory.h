/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What alb_balance.h and alb_neighbours.h share: the memory that the daemon maps, and how a
 * port is found in the table.
 */
#pragma once

#include "bpf/maps.h"

/* <linux/icmpv6.h> needs more than there is here. */
#define EBOND_ND_SOLICIT 135
#define EBOND_ND_ADVERT 136

/* Outside .bss, as rr_counters; the daemon finds it by the name of its section. */
struct ebond_balance balance SEC(".data.balance");

/* The place of @port among those that may send, or -1. */
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
