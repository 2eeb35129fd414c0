/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of the datapath: datapath.c (loading, publishing, attaching),
 * datapath_adopt.c (continuing where another copy stopped), datapath_balance.c (flows
 * and neighbours of balance-tlb and balance-alb).
 */
#pragma once

#include "daemon/kernel/datapath.h"

#define TX_PROGRAM "ebond_tx"
#define RX_PROGRAM "ebond_rx"

struct datapath {
	int tx_fd, rx_fd, port_fd, port_macs_fd, counters_fd, buckets_fd, balance_fd, neighbours_fd;
	uint32_t tx_id, rx_id, port_id;
	void *mapping; /* the .bss map, which contains the ring */
	size_t mapping_bytes;
	struct ebond_ring *ring;
	struct ebond_balance *balance; /* mapped, too */
	uint32_t unclean;	       /* a bit per slot retired since the last grace period */
};

/* Adds each counter of the per-CPU array @counters_fd to @sums. */
void datapath_add_counters(int counters_fd, uint64_t sums[EBOND_COUNTER_MAX]);
