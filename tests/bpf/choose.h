/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packet path's choice of a port, as a function of a frame: loads
 * choice.bpf.c and runs it with bpf_prog_test_run_opts(). Needs root.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tests/bpf/choice.h"
#include "bpf/shared.h"

/* A VLAN tag that is pushed onto a frame; the last one pushed travels in the metadata. */
struct vlan_tag {
	uint16_t tpid;
	uint16_t tci;
};

struct chooser;

/*
 * Loads the program for one mode and policy. Returns NULL when that fails,
 * with libbpf's reason on stderr. Freed with chooser_free(); NULL is fine.
 */
struct chooser *chooser_new(const struct ebond_config *config);
void chooser_free(struct chooser *chooser);

/* Publishes @table as the newest snapshot. */
void chooser_publish(struct chooser *chooser, const struct ebond_table *table);

/* Frames chosen for from now on are to be segmented into so many; 0: not at all. */
void chooser_set_segments(struct chooser *chooser, uint32_t segments);

/* The packet path's memory of flows and clocks; its times are CLOCK_MONOTONIC. Borrowed. */
struct ebond_placement *chooser_placement(struct chooser *chooser);

/* A snapshot of @count ports of 1 Gbit/s whose ifindexes are 1, 2 ... @count. */
struct ebond_table numbered_ports(uint32_t count);

/*
 * The port for a frame: what the snapshot has at the chosen index, 0 for none.
 * Frames of 14 bytes to about 3500 (a page, less the kernel's headroom).
 * Returns it, or a negative errno.
 */
int choose_port(struct chooser *chooser, const void *frame, size_t size,
		const struct vlan_tag *tags, size_t tag_count);
