/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which port a flow takes, and which one a frame: bpf/placement.h in virtual time. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bpf/placement.h"

#define MS 1000000ULL
#define US 1000ULL
#define TICK (1ULL << TICK_SHIFT)
#define MARGIN MS
#define FRAME 1250 /* on the wire: 10 us at 1 Gbit/s */

/* Ports 1..count, whose hash is their number - 1, modulo count. */
struct rig {
	struct ebond_placement state;
	struct ebond_table table;
	struct placing how;
};

/* @mbps: a list that ends with 0. The time is the beginning of a step. */
static struct rig *rig_new(const uint32_t *mbps)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	assert_non_null(rig);
	for (uint32_t i = 0; mbps[i]; i++) {
		rig->table.tx_port[i] = i + 1;
		rig->table.tx_clock[i] = i;
		rig->table.tx_cost[i] = (8000U << 16) / mbps[i];
		rig->table.tx_margin_ns[i] = MARGIN;
		rig->table.tx_count = i + 1;
	}
	rig->how = (struct placing){
		.now_ns = 1000 * TICK, .candidates = rig->table.tx_count, .by_load = true};
	return rig;
}

static const uint32_t two[] = {1000, 1000, 0};
static const uint32_t three[] = {1000, 1000, 1000, 0};
static const uint32_t four[] = {1000, 1000, 1000, 1000, 0};

static uint32_t give(struct rig *rig, uint32_t hash, uint32_t bytes)
{
	rig->how.hash = hash;
	rig->how.bytes = bytes;
	return placement_port(&rig->state, &rig->table, &rig->how);
}

static uint32_t tick_of(const struct rig *rig)
{
	return clock_tick(rig->how.now_ns);
}

static uint64_t load_of(struct rig *rig, uint32_t port)
{
	return clock_load(&rig->state.clocks[port - 1], tick_of(rig));
}

/* What bucket @hash has is put on @port as if it had sent @bytes there lately. */
static void put(struct rig *rig, uint32_t hash, uint32_t port, uint64_t bytes)
{
	struct ebond_bucket *bucket = &rig->state.buckets[hash];
	struct ebond_clock *clock = &rig->state.clocks[port - 1];

	*bucket = (struct ebond_bucket){
		.bytes = bytes,
		.port = port,
		.place = port - 1,
		.tick = tick_of(rig),
		.moved_tick = tick_of(rig) - 1000,
		.arrives_ns = INT64_MAX / 2, /* not paused */
	};
	clock->load = clock_load(clock, tick_of(rig)) + bytes;
}

/* The port of bucket @hash, which has not paused, in the next step. */
static uint32_t ask(struct rig *rig, uint32_t hash)
{
	uint32_t port;

	rig->how.now_ns += TICK;
	port = give(rig, hash, 0);
	rig->state.buckets[hash].arrives_ns = INT64_MAX / 2;
	return port;
}

static void lose(struct rig *rig, uint32_t port)
{
	struct ebond_table *table = &rig->table;

	table->tx_count--;
	for (uint32_t i = port - 1; i < table->tx_count; i++) {
		table->tx_port[i] = table->tx_port[i + 1];
		table->tx_clock[i] = table->tx_clock[i + 1];
		table->tx_cost[i] = table->tx_cost[i + 1];
	}
	rig->how.candidates = table->tx_count;
}

static void decay_agrees(void **state)
{
	uint64_t bytes = 1000000000, at_once, kept = bytes;

	(void)state;
	for (uint32_t ticks = 1; ticks < TICKS_REMEMBERED; ticks++) {
		kept = clock_decay(kept, 1);
		at_once = clock_decay(bytes, ticks);
		assert_in_range(at_once, kept - kept / 256, kept + kept / 256);
	}
	/* 12 steps are a time constant: 1/e. */
	assert_in_range(clock_decay(bytes, 12), 367500000, 368200000);
	assert_int_equal(clock_decay(bytes, 0), bytes);
	assert_int_equal(clock_decay(bytes, TICKS_REMEMBERED), 0);
	assert_int_equal(clock_decay(bytes, UINT32_MAX), 0);
}

/* Bytes that flow evenly, divided by EBOND_LOAD_NS, are their rate, as is told to the operator. */
static void load_is_a_rate(void **state)
{
	struct rig *rig = rig_new(two);
	const uint64_t frames = 1000000000 / (100 * US);

	(void)state;
	rig->how.candidates = 1;
	for (uint64_t i = 0; i < frames; i++) {
		give(rig, 1, FRAME);
		rig->how.now_ns += 100 * US;
	}
	/* 1250 bytes in 100 us are 12.5 MB/s. Within a step, it is up to a step old. */
	assert_in_range(load_of(rig, 1) * 1000000000 / EBOND_LOAD_NS, 12500000 * 9 / 10,
			12500000 * 11 / 10);
	free(rig);
}

/* Many flows, some of which pause and move: each port has what its flows have. */
static void loads_add_up(void **state)
{
	struct rig *rig = rig_new(three);
	uint64_t sum[4] = {}, random = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		random = random * 6364136223846793005 + 1442695040888963407;
		give(rig, random >> 32 & 255, (random >> 40) % 60000);
		rig->how.now_ns += random >> 46;
	}
	assert_true(rig->state.moves_paused > 0);
	rig->how.now_ns += TICK;
	for (uint32_t i = 0; i < EBOND_BUCKETS; i++) {
		const struct ebond_bucket *bucket = &rig->state.buckets[i];

		sum[bucket->port] += clock_decay(bucket->bytes, tick_of(rig) - bucket->tick);
	}
	for (uint32_t port = 1; port <= 3; port++)
		assert_in_range(load_of(rig, port), sum[port] * 99 / 100, sum[port] * 101 / 100);
	free(rig);
}

/* A processor that read the time just before a step's end forgets nothing, nor goes back. */
static void earlier_time_keeps_loads(void **state)
{
	struct rig *rig = rig_new(two);
	uint32_t tick = tick_of(rig);

	(void)state;
	assert_int_equal(give(rig, 0, 100000), 1);
	rig->how.now_ns -= 1;
	give(rig, 0, 100000);
	assert_true(load_of(rig, 1) >= 200000);
	assert_int_equal(rig->state.clocks[0].tick, tick);
	assert_int_equal(rig->state.buckets[0].tick, tick);
	assert_true(rig->state.buckets[0].bytes >= 200000);
	/* What is 208 days old is not taken for a later time. */
	assert_int_equal(clock_ticks_since(tick, tick - (1U << 31)), 1U << 31);
	free(rig);
}

static void wire_bytes(void **state)
{
	(void)state;
	assert_int_equal(clock_wire_bytes(60, 0), 84);
	assert_int_equal(clock_wire_bytes(1514, 1), 1538);
	/* Two segments of 1448 bytes: one header of 66 is in the length, the other is not yet. */
	assert_int_equal(clock_wire_bytes(66 + 2 * 1448, 2), 2 * (66 + 1448 + 24));
	assert_int_equal(clock_wire_bytes(66 + 45 * 1448, 45), 45 * 1538);
}

/*
 * A port of @mbps is given more than it can send at once. The clock tells the arrival as if
 * nothing were dropped, until it is @queue_ns ahead.
 */
static void expect_queue(uint32_t mbps, uint64_t queue_ns)
{
	struct rig *rig = rig_new((uint32_t[]){mbps, 0});
	uint64_t now = rig->how.now_ns, wait = 0, arrives, frame_ns = 10 * US * 1000 / mbps;

	rig->table.tx_latency_ns[0] = 5000;
	while (wait < 300 * MS) {
		wait += frame_ns;
		arrives = clock_give(&rig->state, &rig->table, 0, FRAME, now);
		assert_int_equal(arrives - now - 5000 - MARGIN, wait < queue_ns ? wait : queue_ns);
	}
	/* Such a queue empties as fast as the port sends. */
	now += queue_ns - MS;
	arrives = clock_give(&rig->state, &rig->table, 0, FRAME, now);
	assert_int_equal(arrives, now + MS + frame_ns + 5000 + MARGIN);
	/* An idle clock does not save up. */
	now += 1000 * MS;
	arrives = clock_give(&rig->state, &rig->table, 0, FRAME, now);
	assert_int_equal(arrives, now + frame_ns + 5000 + MARGIN);
	free(rig);
}

/* A queue holds 1000 frames of 1538 bytes, 20 to 250 ms. */
static void clock_is_capped(void **state)
{
	(void)state;
	expect_queue(2000, 20 * MS);
	expect_queue(1000, 20 * MS);
	expect_queue(100, 1000 * 1538 * 80ULL);
	expect_queue(10, 250 * MS);
}

/* Flows that begin together go to ports with nothing first, whatever their hash. */
static void new_flows_take_turns(void **state)
{
	struct rig *rig = rig_new(four);
	uint32_t on[5] = {};

	(void)state;
	for (uint32_t i = 0; i < 64; i++)
		on[give(rig, i * 4, 64)]++;
	for (uint32_t port = 1; port <= 4; port++)
		assert_int_equal(on[port], 16);
	free(rig);
}

/* Whatever their first frames are: how much a flow will send is not known by that. */
static void new_flows_count_alike(void **state)
{
	struct rig *rig = rig_new(two);
	uint32_t on[3] = {};

	(void)state;
	on[give(rig, 0, FRAME)]++;
	for (uint32_t i = 1; i < 16; i++)
		on[give(rig, i * 2, 64)]++;
	assert_in_range(on[1], 7, 9);
	free(rig);
}

/* So do those that begin again after all have been on one port. */
static void flows_begin_again(void **state)
{
	struct rig *rig = rig_new(four);
	uint32_t on[5] = {};

	(void)state;
	for (uint32_t hash = 0; hash < 16; hash++) {
		put(rig, hash, 1, 0);
		rig->state.buckets[hash].arrives_ns = 0;
	}
	rig->how.now_ns += 1000 * MS;
	for (uint32_t hash = 0; hash < 16; hash++)
		on[give(rig, hash, 64)]++;
	for (uint32_t port = 1; port <= 4; port++)
		assert_int_equal(on[port], 4);
	free(rig);
}

/* Of equals: the port of the hash for a flow that is new, and its own for another. */
static void ties(void **state)
{
	struct rig *rig;

	(void)state;
	for (uint32_t hash = 0; hash < 8; hash++) {
		rig = rig_new(four);
		assert_int_equal(give(rig, hash, FRAME), hash % 4 + 1);
		free(rig);
	}
	rig = rig_new(two);
	put(rig, 0, 2, 0);
	rig->state.buckets[0].arrives_ns = 0;
	assert_int_equal(ask(rig, 0), 2);
	assert_int_equal(rig->state.moves_paused, 0);
	free(rig);
}

/* Within a step a bucket is not asked. */
static void asked_once_in_a_step(void **state)
{
	struct rig *rig = rig_new(two);

	(void)state;
	put(rig, 0, 1, 1000);
	put(rig, 1, 1, 1000000);
	rig->state.buckets[0].arrives_ns = 0;
	rig->how.now_ns += TICK - 1;
	assert_int_equal(give(rig, 0, 0), 1);
	rig->state.buckets[0].arrives_ns = 0;
	rig->how.now_ns += 1;
	assert_int_equal(give(rig, 0, 0), 2);
	free(rig);
}

/*
 * A bucket's last frame was sent on port 1 with @latency_ns, and port 2 has nothing: @early_ns
 * before it may, it stays.
 */
static void expect_move_at(uint32_t latency_ns, uint32_t other_ns, uint32_t margin_ns,
			   uint64_t early_ns, bool moves)
{
	struct rig *rig = rig_new(two);
	uint64_t arrives;

	rig->table.tx_latency_ns[0] = latency_ns;
	rig->table.tx_latency_ns[1] = other_ns;
	rig->table.tx_margin_ns[0] = margin_ns;
	rig->how.now_ns += TICK - 1;
	put(rig, 0, 1, 1000);
	assert_int_equal(give(rig, 0, FRAME), 1);
	arrives = rig->how.now_ns + 10 * US + latency_ns + margin_ns;
	rig->how.now_ns = arrives - other_ns - early_ns;
	put(rig, 1, 1, 1000000);
	assert_int_equal(give(rig, 0, 0), moves ? 2 : 1);
	assert_int_equal(rig->state.moves_paused, moves);
	assert_int_equal(rig->state.moves_busy, 0);
	free(rig);
}

static void paused_moves_in_order(void **state)
{
	static const struct {
		uint32_t latency_ns, other_ns, margin_ns;
	} paths[] = {
		{0, 0, MS},
		{0, 0, 20 * MS},
		{30 * MS, 0, MS},
		{30 * MS, 10 * MS, MS},
		{10 * MS, 10 * MS, MS},
		{999 * MS, MS, 20 * MS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		expect_move_at(paths[i].latency_ns, paths[i].other_ns, paths[i].margin_ns, 0, true);
		expect_move_at(paths[i].latency_ns, paths[i].other_ns, paths[i].margin_ns, 1,
			       false);
	}
	/* On a path that is as much longer it cannot overtake even if it follows at once. */
	expect_move_at(10 * MS, 11 * MS + 9 * US, MS, 0, true);
}

/* Three busy flows on one port of two, of which the first to be asked may move. */
static struct rig *crowded(void)
{
	struct rig *rig = rig_new(two);

	for (uint32_t hash = 0; hash < 3; hash++)
		put(rig, hash, 1, 1000000);
	return rig;
}

static void busy_moves(void **state)
{
	struct rig *rig = crowded();

	(void)state;
	assert_int_equal(ask(rig, 0), 2);
	assert_int_equal(rig->state.moves_busy, 1);
	assert_int_equal(rig->state.moves_paused, 0);
	assert_int_equal(rig->state.buckets[0].moved_tick, tick_of(rig));
	/* It took its bytes along. */
	assert_in_range(load_of(rig, 2), 910000, 930000);
	assert_in_range(load_of(rig, 1), 1820000, 1860000);
	/* Nothing is gained by another. */
	for (int i = 0; i < 10; i++) {
		assert_int_equal(ask(rig, 1), 1);
		assert_int_equal(ask(rig, 2), 1);
	}
	free(rig);
}

static void busy_stays_if_forbidden(void **state)
{
	struct rig *rig = crowded();

	(void)state;
	rig->how.paused_only = true;
	assert_int_equal(ask(rig, 0), 1);
	rig->how.paused_only = false;
	assert_int_equal(ask(rig, 0), 2);
	free(rig);
}

static void busy_stays_if_it_is_little(void **state)
{
	struct rig *rig = rig_new(two);
	uint64_t rest = 1000000 * (BUSY_DIVISOR - 1);

	(void)state;
	put(rig, 1, 1, rest + 20000);
	put(rig, 0, 1, 1000000);
	assert_int_equal(ask(rig, 0), 1);
	free(rig);
	rig = rig_new(two);
	put(rig, 1, 1, rest - 20000);
	put(rig, 0, 1, 1000000);
	assert_int_equal(ask(rig, 0), 2);
	free(rig);
}

/* The other port would have 7/8 of what the first has now, and a little more or less. */
static void busy_stays_if_it_gains_little(void **state)
{
	struct rig *rig = rig_new(two);

	(void)state;
	put(rig, 0, 1, 2000000);
	put(rig, 1, 1, 6000000);
	put(rig, 2, 2, 5010000);
	assert_int_equal(ask(rig, 0), 1);
	free(rig);
	rig = rig_new(two);
	put(rig, 0, 1, 2000000);
	put(rig, 1, 1, 6000000);
	put(rig, 2, 2, 4990000);
	assert_int_equal(ask(rig, 0), 2);
	free(rig);
}

static void busy_rests_after_a_move(void **state)
{
	struct rig *rig = crowded();

	(void)state;
	assert_in_range(BUCKET_RESTS_TICKS * TICK, 300 * MS, 310 * MS); /* as documented */
	rig->how.now_ns += TICK;
	rig->state.buckets[0].moved_tick = tick_of(rig) + 1 - BUCKET_RESTS_TICKS + 1;
	rig->state.buckets[0].tick = tick_of(rig) + 1;
	assert_int_equal(ask(rig, 0), 1);
	rig->state.buckets[0].bytes = 1000000;
	assert_int_equal(ask(rig, 0), 2);
	free(rig);
}

static void busy_moves_are_apart(void **state)
{
	struct rig *rig = crowded();

	(void)state;
	assert_int_equal(MOVES_APART_NS, 20 * MS); /* as documented */
	rig->state.moved_ns = rig->how.now_ns + TICK - MOVES_APART_NS + 1;
	assert_int_equal(ask(rig, 0), 1);
	free(rig);
	rig = crowded();
	rig->state.moved_ns = rig->how.now_ns + TICK - MOVES_APART_NS;
	assert_int_equal(ask(rig, 0), 2);
	/* Another processor's time may be a little ahead. */
	assert_int_equal(rig->state.moves_busy, 1);
	rig->state.moved_ns = rig->how.now_ns + 2 * TICK;
	put(rig, 3, 1, 4000000);
	put(rig, 4, 1, 4000000);
	assert_int_equal(ask(rig, 3), 1);
	free(rig);
}

/* Port 2 of 4 fails: its flows spread by load at once, busy or not; the others stay. */
static void lost_port(void **state)
{
	struct rig *rig = rig_new(four);
	uint32_t before[64], on[5] = {};

	(void)state;
	for (uint32_t i = 0; i < 64; i++)
		before[i] = give(rig, i, 60000);
	lose(rig, 2);
	for (uint32_t i = 0; i < 64; i++) {
		uint32_t after = give(rig, i, 64);

		on[after]++;
		assert_int_not_equal(after, 2);
		assert_true(before[i] == 2 || after == before[i]);
	}
	for (uint32_t port = 1; port <= 4; port++)
		assert_in_range(on[port], port == 2 ? 0 : 21, port == 2 ? 0 : 22);
	free(rig);
}

/* A port returns when another has 48 flows, which send every @gap_ms: half are on it within 2 s. */
static void expect_share(uint32_t gap_ms, bool paused_only)
{
	struct rig *rig = rig_new(two);
	uint32_t on[3] = {};

	rig->how.paused_only = paused_only;
	lose(rig, 2);
	for (uint32_t ms = 0; ms < 2500; ms += gap_ms) {
		for (uint32_t hash = 0; hash < 48; hash++)
			give(rig, hash, gap_ms * 1300);
		rig->how.now_ns += gap_ms * MS;
		if (ms == 500) {
			rig->table.tx_port[1] = 2;
			rig->table.tx_clock[1] = 1;
			rig->how.candidates = rig->table.tx_count = 2;
		}
	}
	for (uint32_t hash = 0; hash < 48; hash++)
		on[rig->state.buckets[hash].port]++;
	assert_in_range(on[2], 21, 26);
	assert_true(paused_only ? !rig->state.moves_busy : rig->state.moves_busy > 0);
	free(rig);
}

static void returned_port(void **state)
{
	(void)state;
	expect_share(1, false);
	expect_share(20, true);
}

/* spill_threshold: the hash chooses among the ports awake; those that rest keep what is busy. */
static void spill(void **state)
{
	struct rig *rig = rig_new(four);

	(void)state;
	rig->how.by_load = false;
	rig->how.candidates = 2;
	put(rig, 1, 1, 50000000);
	put(rig, 6, 4, 1000);
	for (uint32_t hash = 10; hash < 20; hash++)
		assert_int_equal(give(rig, hash, FRAME), hash % 2 + 1);
	assert_int_equal(ask(rig, 1), 1); /* however busy, it gains nothing */
	assert_int_equal(ask(rig, 6), 4);
	rig->state.buckets[6].arrives_ns = rig->how.now_ns + TICK;
	assert_int_equal(ask(rig, 6), 1);
	assert_int_equal(rig->state.moves_paused, 1);
	assert_int_equal(rig->state.moves_busy, 0);
	free(rig);
}

static uint32_t stripe(struct rig *rig, uint32_t bytes)
{
	return placement_earliest(&rig->state, &rig->table, bytes, rig->how.now_ns);
}

/*
 * Offers @load percent of what two ports can carry for 2 s. Returns the share of the first in
 * thousandths of all.
 */
static uint64_t share(const uint32_t *mbps, uint32_t load, uint32_t latency_us)
{
	struct rig *rig = rig_new(mbps);
	uint64_t sent = 0, first = 0;
	uint64_t gap_ns = FRAME * 8000ULL * 100 / load / (mbps[0] + mbps[1]);

	rig->table.tx_latency_ns[1] = latency_us * 1000;
	for (uint64_t t = 0; t < 2000 * MS; t += gap_ns) {
		first += stripe(rig, FRAME) == 1;
		sent++;
		rig->how.now_ns += gap_ns;
	}
	free(rig);
	return first * 1000 / sent;
}

/* Each has its share, if more is offered than the links carry; if less, the fast one a little more.
 */
static void shares_by_speed(void **state)
{
	(void)state;
	for (uint32_t load = 120; load <= 300; load += 60) {
		assert_in_range(share(two, load, 0), 498, 502);
		assert_in_range(share((uint32_t[]){1000, 300, 0}, load, 0), 767, 772);
		assert_in_range(share((uint32_t[]){1000, 25, 0}, load, 0), 974, 978);
		assert_in_range(share((uint32_t[]){25, 1000, 0}, load, 0), 22, 26);
	}
	assert_in_range(share(two, 99, 0), 498, 502);
	assert_in_range(share((uint32_t[]){1000, 300, 0}, 99, 0), 767, 780);
	assert_in_range(share((uint32_t[]){1000, 25, 0}, 99, 0), 974, 990);
}

/* The longer path is used when the queue of the other is as long, and then by its speed. */
static void shares_by_latency(void **state)
{
	(void)state;
	assert_int_equal(share(two, 40, 5000), 1000);
	assert_in_range(share(two, 300, 5000), 495, 510);
	assert_in_range(share((uint32_t[]){1000, 300, 0}, 300, 5000), 764, 785);
	/* A difference that is longer than a clock runs ahead otherwise. */
	assert_in_range(share(two, 300, 50000), 498, 515);
	assert_in_range(share(two, 90, 50000), 555, 580);
}

/* Frames of all lengths arrive in order, but for what one of the longest takes. */
static void stripes_in_order(void **state)
{
	struct rig *rig = rig_new((uint32_t[]){1000, 300, 100, 0});
	uint64_t random = 1, free_ns[4] = {}, latest = 0;

	(void)state;
	rig->table.tx_latency_ns[2] = 3 * MS;
	for (int i = 0; i < 100000; i++) {
		uint32_t bytes = 84 + (random >> 33) % 1455, port = stripe(rig, bytes);
		uint32_t place = port - 1;
		uint64_t at = free_ns[port] > rig->how.now_ns ? free_ns[port] : rig->how.now_ns;

		random = random * 6364136223846793005 + 1442695040888963407;
		free_ns[port] = at + clock_duration_ns(&rig->table, place, bytes);
		at = free_ns[port] + rig->table.tx_latency_ns[place];
		assert_true(at + 1538 * 80 >= latest);
		latest = at > latest ? at : latest;
		rig->how.now_ns += (random >> 34) % (9 * US);
	}
	free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decay_agrees),
		cmocka_unit_test(load_is_a_rate),
		cmocka_unit_test(loads_add_up),
		cmocka_unit_test(earlier_time_keeps_loads),
		cmocka_unit_test(wire_bytes),
		cmocka_unit_test(clock_is_capped),
		cmocka_unit_test(new_flows_take_turns),
		cmocka_unit_test(new_flows_count_alike),
		cmocka_unit_test(flows_begin_again),
		cmocka_unit_test(ties),
		cmocka_unit_test(asked_once_in_a_step),
		cmocka_unit_test(paused_moves_in_order),
		cmocka_unit_test(busy_moves),
		cmocka_unit_test(busy_stays_if_forbidden),
		cmocka_unit_test(busy_stays_if_it_is_little),
		cmocka_unit_test(busy_stays_if_it_gains_little),
		cmocka_unit_test(busy_rests_after_a_move),
		cmocka_unit_test(busy_moves_are_apart),
		cmocka_unit_test(lost_port),
		cmocka_unit_test(returned_port),
		cmocka_unit_test(spill),
		cmocka_unit_test(shares_by_speed),
		cmocka_unit_test(shares_by_latency),
		cmocka_unit_test(stripes_in_order),
	};

	return cmocka_run_group_tests_name("placement", tests, NULL, NULL);
}
