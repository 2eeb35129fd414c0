/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which port a flow uses (tx_placement adaptive, spill_threshold), and which port a frame
 * (striping earliest). Pure, like port_clock.h.
 *
 * Flows are hashed into buckets, and a bucket keeps its port. At most once in a tick it is asked
 * whether another port would be better; then it moves if that cannot reorder its frames, or if
 * the move is worth a disorder that ends within a round trip.
 */
#pragma once

#include "bpf/port_clock.h"

/* A bucket that begins to send counts as this much, so that flows that begin together spread. */
#define NEW_FLOW_BYTES 2048

/*
 * A busy bucket moves only if it carries this part of its port's load, if the other port, with it,
 * is below that load by this part, and not soon after it, or any other, has moved.
 */
#define BUSY_DIVISOR 64
#define STAY_DIVISOR 16
#define GAIN_DIVISOR 8
#define BUCKET_RESTS_TICKS 36 /* 300 ms */
#define MOVES_APART_NS (20 * 1000 * 1000ULL)

/* A frame, and how it may be placed. */
struct placing {
	__u64 now_ns;
	__u32 hash;
	__u32 bytes;	  /* on the wire */
	__u32 candidates; /* the first of tx_port that take flows; 1..tx_count */
	bool by_load;	  /* else by hash */
	bool paused_only;
};

/* How long the port at @place needs for what it was given lately, and @more bytes. */
DECISION __u64 placement_fill(struct ebond_placement *state, const struct ebond_table *table,
			      __u32 place, __u32 tick, __u64 more)
{
	return clock_duration_ns(table, place,
				 clock_load(clock_of(state, table, place), tick) + more);
}

/*
 * A time and a place in one number, so that the least number has the least time, and of equal
 * times @preferred. (A place of its own would have the verifier follow every path to each.)
 */
DECISION __u64 placement_key(__u64 time_ns, __u32 place, __u32 preferred)
{
	return time_ns << 5 | ((place - preferred) & (EBOND_PORTS_MAX - 1));
}

#define PLACEMENT_NO_KEY (~0ULL >> 1)

DECISION __u32 placement_of_key(__u64 key, __u32 preferred)
{
	return ((__u32)key + preferred) & (EBOND_PORTS_MAX - 1);
}

/* The place of @port in the table; tx_count: it does not send. */
DECISION __u32 placement_find(const struct ebond_table *table, __u32 port)
{
	__u64 nearest = PLACEMENT_NO_KEY;

	for (__u32 i = 0; i < EBOND_PORTS_MAX; i++) {
		if (i >= REREAD(table->tx_count))
			break;
		nearest = clock_lesser(nearest, placement_key(table->tx_port[i] ^ port, i, 0));
	}
	return nearest < EBOND_PORTS_MAX ? (__u32)nearest : table->tx_count;
}

/*
 * The port with the least load for its speed, if @bytes of the bucket at @place came with it. Of
 * equals it is the bucket's own, or else the one that the hash would take.
 */
DECISION __u32 placement_least(struct ebond_placement *state, const struct ebond_table *table,
			       __u64 bytes, __u32 place, const struct placing *how)
{
	__u32 preferred = place < how->candidates ? place : how->hash % how->candidates;
	__u32 tick = clock_tick(how->now_ns);
	__u64 least = PLACEMENT_NO_KEY;

	for (__u32 i = 0; i < EBOND_PORTS_MAX; i++) {
		if (i >= REREAD(how->candidates))
			break;
		least = clock_lesser(
			least,
			placement_key(placement_fill(state, table, i, tick, bytes), i, preferred));
	}
	if (place < how->candidates) {
		place &= EBOND_PORTS_MAX - 1;
		/*
		 * Its bytes are part of that port's load already. That this counts a little less
		 * keeps flows from moving to and fro with what loads vary by.
		 */
		least = clock_lesser(least,
				     placement_key(placement_fill(state, table, place, tick, 0) *
							   (STAY_DIVISOR - 1) / STAY_DIVISOR,
						   place, preferred));
	}
	return placement_of_key(least, preferred);
}

/*
 * Whether the bucket's next frame cannot overtake its last one: on the port at @place it arrives
 * when that one has, at the earliest. Signed: another processor's time may be a little ahead.
 */
DECISION bool placement_keeps_order(const struct ebond_table *table,
				    const struct ebond_bucket *bucket, __u32 place, __u64 now_ns)
{
	return (__s64)(now_ns + table->tx_latency_ns[place] - bucket->arrives_ns) >= 0;
}

/* Whether it is worth it to move a busy bucket from @from to @to. */
DECISION bool placement_gains(struct ebond_placement *state, const struct ebond_table *table,
			      const struct ebond_bucket *bucket, __u32 from, __u32 to,
			      const struct placing *how)
{
	__u32 tick = clock_tick(how->now_ns);
	__u64 higher = placement_fill(state, table, from, tick, 0);

	if (bucket->bytes * BUSY_DIVISOR < clock_of(state, table, from)->load ||
	    tick - bucket->moved_tick < BUCKET_RESTS_TICKS ||
	    (__s64)(how->now_ns - state->moved_ns) < (__s64)MOVES_APART_NS)
		return false;
	return placement_fill(state, table, to, tick, bucket->bytes) <=
	       higher - higher / GAIN_DIVISOR;
}

/* Whether the bucket leaves @place, which can send, for @best; counts the move. */
DECISION bool placement_moves(struct ebond_placement *state, const struct ebond_table *table,
			      struct ebond_bucket *bucket, __u32 place, __u32 best,
			      const struct placing *how)
{
	if (placement_keeps_order(table, bucket, best, how->now_ns)) {
		state->moves_paused++;
		return true;
	}
	if (!how->by_load || how->paused_only ||
	    !placement_gains(state, table, bucket, place, best, how))
		return false;
	bucket->moved_tick = clock_tick(how->now_ns);
	state->moved_ns = how->now_ns;
	state->moves_busy++;
	return true;
}

/*
 * What a bucket sent lately counts where it is now: the next one to be placed sees it there. A
 * port that no longer sends, at no place, needs none.
 */
DECISION void placement_take_along(struct ebond_placement *state, const struct ebond_table *table,
				   const struct ebond_bucket *bucket, __u32 from, __u32 to)
{
	struct ebond_clock *old = clock_of(state, table, from & (EBOND_PORTS_MAX - 1));
	struct ebond_clock *new = clock_of(state, table, to);
	__u32 tick = bucket->tick;
	__u64 load;

	if (from < table->tx_count) {
		load = clock_load(old, tick);
		old->load = load - clock_lesser(load, bucket->bytes);
	}
	new->load = clock_load(new, tick) + (bucket->bytes ? bucket->bytes : NEW_FLOW_BYTES);
}

/*
 * The place of a bucket's next frame, of which nothing is known but the bucket's past. Pointers are
 * not NULL; only the verifier, which sees no caller, has to be told.
 */
DECISION_APART __u32 placement_choose(struct ebond_placement *state,
				      const struct ebond_table *table, struct ebond_bucket *bucket,
				      const struct placing *how)
{
	__u32 tick, ticks, place, best;

	if (!state || !table || !bucket || !how || !how->candidates)
		return 0;
	tick = clock_tick(how->now_ns);
	bucket->place = placement_find(table, bucket->port);
	place = REREAD(bucket->place);
	ticks = clock_ticks_since(bucket->tick, tick);
	bucket->bytes = clock_decay(bucket->bytes, ticks);
	bucket->tick += ticks;
	bucket->place = how->by_load ? placement_least(state, table, bucket->bytes, place, how)
				     : how->hash % how->candidates;
	best = REREAD(bucket->place) & (EBOND_PORTS_MAX - 1);
	if (place < table->tx_count && place != best &&
	    !placement_moves(state, table, bucket, place & (EBOND_PORTS_MAX - 1), best, how))
		best = place & (EBOND_PORTS_MAX - 1);
	if (place != best || !bucket->bytes)
		placement_take_along(state, table, bucket, place, best);
	bucket->port = table->tx_port[best];
	bucket->place = best;
	return best;
}

/* The ifindex of the port for a frame. @table must have a port that sends. */
DECISION __u32 placement_port(struct ebond_placement *state, const struct ebond_table *table,
			      const struct placing *how)
{
	struct ebond_bucket *bucket = &state->buckets[how->hash & (EBOND_BUCKETS - 1)];
	__u32 place = bucket->place & (EBOND_PORTS_MAX - 1);

	/* A port that cannot send is in the table's list no longer, or at another place. */
	if (bucket->tick != clock_tick(how->now_ns) || table->tx_port[place] != bucket->port) {
		/* A copy: what another function gets a pointer to is written for every frame. */
		const struct placing copy = *how;

		place = placement_choose(state, table, bucket, &copy) & (EBOND_PORTS_MAX - 1);
	}
	bucket->bytes += how->bytes;
	bucket->arrives_ns = clock_give(state, table, place, how->bytes, how->now_ns);
	return table->tx_port[place];
}

/*
 * How much of @over_ns, by which the port at @place is too far ahead, all ports are: one that is
 * behind a path of less latency is ahead of the others by the difference.
 */
DECISION __u64 placement_excess_ns(const struct ebond_table *table, __u32 place, __u64 over_ns)
{
	__u64 longest_ns = 0;

	for (__u32 i = 0; i < EBOND_PORTS_MAX; i++) {
		if (i >= REREAD(table->tx_count))
			break;
		if (table->tx_latency_ns[i] > longest_ns)
			longest_ns = table->tx_latency_ns[i];
	}
	longest_ns -= table->tx_latency_ns[place];
	return over_ns - clock_lesser(over_ns, longest_ns);
}

/*
 * Earliest delivery path first (Chebrolu, Raman, Rao: A Network Layer Approach to Enable TCP over
 * Multiple Interfaces, 2005): the ifindex of the port on which a frame of @bytes arrives first, so
 * that frames arrive nearly in order whatever the ports' speeds. @table must have a port.
 *
 * When all ports are given more than they can send, the clocks' own time runs ahead of the real
 * one, so that their differences stay what they are.
 */
DECISION __u32 placement_earliest(struct ebond_placement *state, const struct ebond_table *table,
				  __u32 bytes, __u64 now_ns)
{
	__u64 time_ns = now_ns + state->ahead_ns, earliest = PLACEMENT_NO_KEY, wait_ns;
	struct ebond_clock *clock;
	__u32 best;

	for (__u32 i = 0; i < EBOND_PORTS_MAX; i++) {
		__u64 arrives_ns;

		if (i >= table->tx_count)
			break;
		arrives_ns = clock_wait_ns(clock_of(state, table, i), time_ns) +
			     clock_duration_ns(table, i, bytes) + table->tx_latency_ns[i];
		earliest = clock_lesser(earliest, placement_key(arrives_ns, i, 0));
	}
	best = placement_of_key(earliest, 0);
	clock = clock_of(state, table, best);
	wait_ns = clock_wait_ns(clock, time_ns) + clock_duration_ns(table, best, bytes);
	clock->free_ns = time_ns + wait_ns;
	clock_add(clock, bytes, now_ns);
	if (wait_ns > CLOCK_AHEAD_NS)
		state->ahead_ns += placement_excess_ns(table, best, wait_ns - CLOCK_AHEAD_NS);
	return table->tx_port[best];
}
