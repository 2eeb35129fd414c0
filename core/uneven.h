/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a port is full that no move of a flow can relieve, as with one flow that
 * takes all it can get. Pure: what was measured in, a verdict out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lang/options.h"

/* A port that flows may be moved from and to. */
struct load_port {
	uint32_t id;
	bool speed_assumed; /* nobody knows it: the port is never called full */
	uint64_t speed_bps; /* not 0 */
	uint64_t load_bps;  /* on the wire; also of what is in no bucket */
};

/* Flows that have their hash in common, and so can only be moved together. */
struct load_bucket {
	uint32_t port; /* id; 0, or one that is not in the list: counts for none */
	uint64_t load_bps;
};

/* Moments of a bond's load; @buckets is the caller's. */
struct load_snapshot {
	size_t port_count;
	struct load_port ports[BOND_PORTS_MAX];
	size_t bucket_count;
	const struct load_bucket *buckets;
	bool paused_only; /* a bucket that does not pause is not moved */
};

/* What fills which port, and the port that has most to spare. */
struct uneven {
	uint32_t port;	/* id */
	uint32_t flows; /* that make up its load, by bucket; at least 1 */
	bool movable;	/* a move would help, but for paused_only */
	uint64_t load_bps, speed_bps;
	uint32_t idle; /* id */
	uint64_t idle_load_bps, idle_speed_bps;
};

/*
 * Whether the port with the highest load for its speed is full, another has much room, and
 * no move of one bucket would take an eighth off the higher load of the two: the condition
 * under which the packet path does not move a busy flow (bpf/placement.h). With paused_only it
 * does not move one at all. *@ret_uneven is filled only then.
 */
bool uneven_judge(const struct load_snapshot *snapshot, struct uneven *ret_uneven);

/* When an operator was told; all zero at first. */
struct uneven_watch {
	uint32_t port; /* the full one, 0: none */
	uint64_t since_ms, seen_ms;
	bool told;
};

/*
 * Whether to tell the operator now of @uneven, the present verdict (NULL: all is well): once
 * it has lasted for three seconds, and again only after ten seconds without it.
 */
bool uneven_is_news(struct uneven_watch *watch, const struct uneven *uneven, uint64_t now_ms);
