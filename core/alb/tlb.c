/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which port sends: balance-tlb, and the transmit side of balance-alb. As in the
 * kernel's driver a bucket of flows takes the port with the least load, and the
 * buckets are rebalanced every 10 s. Differences, all to preserve order within flows
 * and to start evenly:
 *   - least load is relative to the port's speed (the driver: the largest gap in Mbit/s)
 *   - among ports of similar load the one with fewer buckets, counted at once and
 *     not only after 10 s
 *   - only buckets whose move evens out the load are moved; the driver clears all
 *     assignments and makes new ones in the order in which buckets happen to send
 */
#include <string.h>

#include "core/bond_state.h"

#define REBALANCE_MS 10000 /* BOND_TLB_REBALANCE_INTERVAL */
#define READ_MIN_MS (BOND_BALANCE_SAMPLE_MS - BOND_BALANCE_SAMPLE_MS / 5)

/* A move must take this share off the fullest port to be worth the reordering. */
#define GAIN_DIVISOR 10

/*
 * Where all ports carry about the same load (within this percentage), flows may be limited by
 * the ports: then their number is evened out. If that was wrong, not again for this long.
 */
#define ALIKE_PERCENT 85
#define LEVEL_PAUSE_MS 600000

/* A usable port and its load. */
struct lane {
	uint32_t id;
	uint64_t speed_mbps;
	uint64_t kbps;
	uint32_t buckets; /* assigned to it */
	uint32_t busy;	  /* of these, the busy ones */
};

struct lanes {
	uint64_t busy_kbps; /* buckets with at least this load are busy */
	size_t count;
	struct lane list[BOND_PORTS_MAX];
};

/* A bucket is busy if it has at least this fraction of the fullest port's load, and 1 Mbit/s. */
#define BUSY_DIVISOR 16
#define BUSY_MIN_KBPS 1000

/* Load in ppm of the speed. */
static uint64_t fill_of(const struct lane *lane)
{
	return lane->kbps * 1000 / lane->speed_mbps;
}

static struct lane *lane_of(struct lanes *lanes, uint32_t id)
{
	for (size_t i = 0; id && i < lanes->count; i++)
		if (lanes->list[i].id == id)
			return &lanes->list[i];
	return NULL;
}

static void count_busy(const struct bond *bond, const uint64_t kbps[BOND_BUCKETS],
		       struct lanes *lanes)
{
	lanes->busy_kbps = BUSY_MIN_KBPS;
	for (size_t i = 0; i < lanes->count; i++)
		if (lanes->list[i].kbps / BUSY_DIVISOR > lanes->busy_kbps)
			lanes->busy_kbps = lanes->list[i].kbps / BUSY_DIVISOR;
	for (size_t i = 0; i < BOND_BUCKETS; i++) {
		struct lane *lane = lane_of(lanes, bond->alb.tlb.last.port[i]);

		if (lane && kbps[i] >= lanes->busy_kbps)
			lane->busy++;
	}
}

static void lanes_collect(const struct bond *bond, const uint64_t kbps[BOND_BUCKETS],
			  uint64_t unbalanced_kbps, struct lanes *lanes)
{
	lanes->count = 0;
	for (size_t i = 0; i < bond->count; i++) {
		const struct port *port = &bond->ports[i];

		if (!port_is_usable(port))
			continue;
		lanes->list[lanes->count++] = (struct lane){
			.id = port->id,
			.speed_mbps = port_load_mbps(port),
			.kbps = port->id == bond->active ? unbalanced_kbps : 0,
		};
	}
	for (size_t i = 0; i < BOND_BUCKETS; i++) {
		struct lane *lane = lane_of(lanes, bond->alb.tlb.last.port[i]);

		if (!lane)
			continue;
		lane->kbps += kbps[i];
		lane->buckets++;
	}
	count_busy(bond, kbps, lanes);
}

/* The best port for one more bucket. @step: loads this close count as equal. */
static struct lane *best_lane(struct lanes *lanes, uint64_t step)
{
	struct lane *best = &lanes->list[0];

	for (size_t i = 1; i < lanes->count; i++) {
		struct lane *lane = &lanes->list[i];
		uint64_t fill = fill_of(lane) / step, best_fill = fill_of(best) / step;

		if (fill < best_fill ||
		    (fill == best_fill && (lane->buckets + 1) * best->speed_mbps <
						  (best->buckets + 1) * lane->speed_mbps))
			best = lane;
	}
	return best;
}

static void fill_fresh(const struct bond *bond, struct bond_balance *out)
{
	const struct tlb *tlb = &bond->alb.tlb;
	uint64_t sum_kbps = 0, buckets = 0, most = 0, guess_kbps;
	struct lanes lanes;

	memset(out, 0, sizeof(*out));
	lanes_collect(bond, tlb->kbps, tlb->unbalanced_kbps, &lanes);
	if (!lanes.count)
		return;
	for (size_t i = 0; i < lanes.count; i++) {
		sum_kbps += lanes.list[i].kbps;
		buckets += lanes.list[i].buckets;
		if (fill_of(&lanes.list[i]) > most)
			most = fill_of(&lanes.list[i]);
	}
	/* A new flow may be like the others, but most are small. */
	guess_kbps = buckets ? sum_kbps / buckets / 4 : 0;
	out->fresh_count = BOND_FRESH;
	for (size_t i = 0; i < BOND_FRESH; i++) {
		struct lane *lane = best_lane(&lanes, most / 8 + 1);

		out->fresh[i] = lane->id;
		lane->kbps += guess_kbps;
		lane->buckets++;
	}
}

static void move(struct bond *bond, uint32_t bucket, uint32_t port)
{
	struct bond_balance *out = &bond->alb.tlb.out;

	assert(bucket < BOND_BUCKETS);
	bond->alb.tlb.last.port[bucket] = port;
	for (uint32_t i = 0; i < out->moved_count; i++)
		if (out->moved[i].bucket == bucket) {
			out->moved[i].port = port;
			return;
		}
	assert(out->moved_count < BOND_BUCKETS);
	out->moved[out->moved_count].bucket = bucket;
	out->moved[out->moved_count++].port = port;
}

/* The bucket on @from whose move to @to lowers the load of the fuller one most; -1: none does. */
static int best_bucket(const struct bond *bond, const uint64_t kbps[BOND_BUCKETS],
		       const struct lane *from, const struct lane *to)
{
	uint64_t best_fill = fill_of(from) - fill_of(from) / GAIN_DIVISOR;
	int best = -1;

	for (int i = 0; i < BOND_BUCKETS; i++) {
		uint64_t left, there;

		if (bond->alb.tlb.last.port[i] != from->id || !kbps[i])
			continue;
		left = (from->kbps - kbps[i]) * 1000 / from->speed_mbps;
		there = (to->kbps + kbps[i]) * 1000 / to->speed_mbps;
		if ((left > there ? left : there) >= best_fill)
			continue;
		best_fill = left > there ? left : there;
		best = i;
	}
	return best;
}

/*
 * The load of flows that fill a link does not show their demand: three on one port
 * look the same as one on another. Then their number is evened out. The smallest is
 * moved, as it is limited most. (A port's utilization does not help: the bottleneck
 * may be behind the switch.)
 */
static int bucket_to_move(const struct bond *bond, const uint64_t kbps[BOND_BUCKETS],
			  uint64_t busy_kbps, const struct lane *from, const struct lane *to)
{
	int best = -1;

	if (fill_of(to) * 100 < fill_of(from) * ALIKE_PERCENT ||
	    fill_of(from) * 100 < fill_of(to) * ALIKE_PERCENT || !from->busy ||
	    (from->busy - 1) * to->speed_mbps < (to->busy + 1) * from->speed_mbps)
		return -1;
	for (int i = 0; i < BOND_BUCKETS; i++)
		if (bond->alb.tlb.last.port[i] == from->id && kbps[i] >= busy_kbps &&
		    (best < 0 || kbps[i] < kbps[best]))
			best = i;
	return best;
}

/* Moves a bucket from the fullest port to the emptiest; false: no further move helps. */
static bool move_one(struct bond *bond, const uint64_t kbps[BOND_BUCKETS], struct lanes *lanes)
{
	struct lane *most = &lanes->list[0], *least = most;
	int bucket;

	for (size_t i = 1; i < lanes->count; i++) {
		struct lane *lane = &lanes->list[i];

		if (fill_of(lane) > fill_of(most))
			most = lane;
		if (fill_of(lane) < fill_of(least))
			least = lane;
	}
	bucket = most == least ? -1 : best_bucket(bond, kbps, most, least);
	if (bucket < 0)
		return false;
	most->kbps -= kbps[bucket];
	most->busy -= most->busy > 0;
	least->kbps += kbps[bucket];
	least->busy++;
	move(bond, (uint32_t)bucket, least->id);
	return true;
}

/* The same for the number of flows; their load after the move is unknown. */
static bool level_one(struct bond *bond, const uint64_t kbps[BOND_BUCKETS], struct lanes *lanes)
{
	struct lane *busiest = &lanes->list[0], *idlest = busiest;
	int bucket;

	for (size_t i = 1; i < lanes->count; i++) {
		struct lane *lane = &lanes->list[i];

		if (lane->busy * busiest->speed_mbps > busiest->busy * lane->speed_mbps)
			busiest = lane;
		if (lane->busy * idlest->speed_mbps < idlest->busy * lane->speed_mbps)
			idlest = lane;
	}
	bucket = busiest == idlest ? -1
				   : bucket_to_move(bond, kbps, lanes->busy_kbps, busiest, idlest);
	if (bucket < 0)
		return false;
	busiest->busy--;
	idlest->busy++;
	move(bond, (uint32_t)bucket, idlest->id);
	return true;
}

static void rebalance(struct bond *bond, const uint64_t kbps[BOND_BUCKETS],
		      uint64_t unbalanced_kbps)
{
	struct tlb *tlb = &bond->alb.tlb;
	struct lanes lanes;
	int left = BOND_BUCKETS; /* terminates anyway: each move reduces the difference */

	lanes_collect(bond, kbps, unbalanced_kbps, &lanes);
	while (left > 0 && lanes.count && move_one(bond, kbps, &lanes))
		left--;
	if (tlb->has_levelled && left < BOND_BUCKETS)
		tlb->level_after_ms = bond->now_ms + LEVEL_PAUSE_MS;
	tlb->has_levelled = false;
	while (left > 0 && lanes.count && bond->now_ms >= tlb->level_after_ms &&
	       level_one(bond, kbps, &lanes)) {
		tlb->has_levelled = true;
		left--;
	}
	/* Idle buckets are free to choose again. */
	for (uint32_t i = 0; i < BOND_BUCKETS; i++)
		if (!kbps[i] && tlb->last.port[i] && tlb->last.bytes[i] == tlb->moved_bytes[i])
			move(bond, i, 0);
}

static void rebalance_due(struct bond *bond, uint64_t now_ms)
{
	struct tlb *tlb = &bond->alb.tlb;

	if (!tlb->wants_move && now_ms < tlb->moved_ms + REBALANCE_MS)
		return;
	rebalance(bond, tlb->kbps, tlb->unbalanced_kbps);
	tlb->wants_move = false;
	memcpy(tlb->moved_bytes, tlb->last.bytes, sizeof(tlb->moved_bytes));
	tlb->moved_ms = now_ms;
}

bool bond_wants_buckets(const struct bond *bond)
{
	return mode_has(bond->options.mode, MODE_BALANCE) && bond->options.tlb_dynamic_lb;
}

/* A moving average: half of it is the previous value, so that a pause of a second is smoothed. */
static uint64_t rate_kbps(uint64_t kbps, uint64_t now, uint64_t before, uint64_t span_ms)
{
	uint64_t new_kbps = now >= before ? (now - before) * 8 / span_ms : 0;

	return (kbps + new_kbps) / 2;
}

void bond_in_buckets(struct bond *bond, const struct bond_buckets *buckets, uint64_t now_ms)
{
	struct tlb *tlb = &bond->alb.tlb;
	uint64_t span_ms = now_ms - tlb->read_ms;

	if (!bond_wants_buckets(bond) || (tlb->is_read && span_ms < READ_MIN_MS))
		return;
	tlb->has_taken = memcmp(tlb->last.port, buckets->port, sizeof(buckets->port)) != 0;
	if (tlb->is_read) {
		for (size_t i = 0; i < BOND_BUCKETS; i++)
			tlb->kbps[i] = rate_kbps(tlb->kbps[i], buckets->bytes[i],
						 tlb->last.bytes[i], span_ms);
		tlb->unbalanced_kbps = rate_kbps(tlb->unbalanced_kbps, buckets->unbalanced,
						 tlb->last.unbalanced, span_ms);
	} else {
		memcpy(tlb->moved_bytes, buckets->bytes, sizeof(tlb->moved_bytes));
		tlb->moved_ms = now_ms;
	}
	tlb->last = *buckets;
	tlb->read_ms = now_ms;
	tlb->was_read = tlb->is_read; /* a single reading does not give a rate */
	tlb->is_read = true;
	tlb->is_fresh = true;
	bond_touch(bond, now_ms);
}

void tlb_ports_changed(struct bond *bond, bool more)
{
	bond->alb.tlb.is_fresh = true;
	bond->alb.tlb.wants_move |= more;
}

void tlb_run(struct bond *bond, uint64_t now_ms, struct bond_effects *fx)
{
	struct tlb *tlb = &bond->alb.tlb;
	struct bond_balance before;
	bool has_taken = tlb->has_taken;

	tlb->has_taken = false;
	if (!bond_wants_buckets(bond)) {
		tlb_reset(bond);
		return;
	}
	if (!tlb->is_fresh)
		return;
	tlb->is_fresh = false;
	before = tlb->out;
	fill_fresh(bond, &tlb->out);
	if (tlb->was_read)
		rebalance_due(bond, now_ms);
	tlb->was_read = false;
	/* Assignments from `fresh` are accounted for by now: publish it even if unchanged. */
	if (has_taken || tlb->out.moved_count || memcmp(&before, &tlb->out, sizeof(before)) != 0)
		effect_add(fx, FX_BALANCE, CAUSE_LOAD);
}

void tlb_reset(struct bond *bond)
{
	memset(&bond->alb.tlb, 0, sizeof(bond->alb.tlb));
}

const struct bond_balance *bond_get_balance(const struct bond *bond)
{
	return &bond->alb.tlb.out;
}
