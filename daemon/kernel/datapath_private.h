/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of the datapath: datapath.c (loading, publishing, attaching),
 * datapath_adopt.c (continuing where another copy stopped), datapath_balance.c (flows
 * and neighbours of balance-tlb and balance-alb), datapath_loads.c (virtual clocks),
 * datapath_state.c (what is kept with the programs).
 */
#pragma once

#include "daemon/kernel/datapath.h"

#define TX_PROGRAM "ebond_tx"
#define RX_PROGRAM "ebond_rx"

struct datapath {
	int tx_fd, rx_fd, port_fd, port_macs_fd, counters_fd, placement_fd, balance_fd,
		neighbours_fd;
	int port_vlans_fd, filtered_fd, state_fd, lldp_fd;
	uint32_t tx_id, rx_id, port_id, state_id;
	void *mapping; /* the .bss map, which contains the ring */
	size_t mapping_bytes;
	struct ebond_ring *ring;
	struct ebond_balance *balance;		 /* mapped, too */
	const struct ebond_placement *placement; /* mapped, too */
	uint32_t unclean; /* a bit per slot retired since the last grace period */
};

/* Adds each counter of the per-CPU array @counters_fd to @sums. */
void datapath_add_counters(int counters_fd, uint64_t sums[EBOND_COUNTER_MAX]);

/* The properties by which a map of another copy of the programs is found. */
struct map_looks {
	const char *name_end; /* libbpf prefixes a section's name with the object's */
	uint32_t type;
	uint32_t value_bytes; /* 0: any */
};

extern const struct map_looks datapath_counters_looks;

/* The program's map with these properties, as a new descriptor, or a negative errno. */
int datapath_open_map(int program_fd, const struct map_looks *looks);

/* The transmit or the receive program on an interface, of any copy: as above. */
int datapath_open_any(uint32_t ifindex);

/* Makes the map for datapath_keep_state(). Returns 0 or a negative errno. */
int datapath_make_state(struct datapath *path);
