// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Placing flows and frames in the packet path (bpf/place_frame.h): spill_threshold, tx_placement
 * adaptive, striping earliest. The decisions themselves are tested by tests/unit/test_placement.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/bpf/choose.h"

/* Of one byte of their source port: each has a bucket of its own. */
#define FLOWS 256

static struct chooser *chooser_with(struct ebond_config config)
{
	struct chooser *chooser;

	config.policy = EBOND_POLICY_LAYER34;
	config.packets_per_slave = 1;
	config.hidden_ifindex = 1;
	chooser = chooser_new(&config);
	if (!chooser)
		fail_msg("cannot load the BPF program: see above; are you root?");
	return chooser;
}

static struct chooser *chooser_of(enum ebond_mode mode)
{
	return chooser_with((struct ebond_config){.mode = mode, .spill = 1});
}

static void publish(struct chooser *chooser, uint32_t count, uint32_t awake)
{
	struct ebond_table table = numbered_ports(count);

	table.tx_awake = awake;
	chooser_publish(chooser, &table);
}

/* A UDP datagram of flow @number, identified by its source port. */
static int choose_flow(struct chooser *chooser, uint16_t number)
{
	/* clang-format off */
	unsigned char udp[] = {
		2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0,
		0x45, 0, 0, 28, 0, 1, 0x40, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
		0, 0, 0, 9, 0, 8, 0, 0,
	};
	/* clang-format on */

	udp[34] = (unsigned char)(number >> 8);
	udp[35] = (unsigned char)number;
	return choose_port(chooser, udp, sizeof(udp), NULL, 0);
}

/*
 * Every flow's last frame arrived long ago, or will arrive so far in the future that the duration
 * of the test does not matter. A bucket is asked once in a tick: this is another.
 */
static void set_paused(struct chooser *chooser, bool paused)
{
	struct ebond_placement *placement = chooser_placement(chooser);

	for (size_t i = 0; i < EBOND_BUCKETS; i++) {
		placement->buckets[i].arrives_ns = paused ? 0 : INT64_MAX;
		placement->buckets[i].tick--;
	}
}

/* The port of every flow, each having @paused before. */
static void choose_all(struct chooser *chooser, bool paused, int ret_ports[FLOWS])
{
	set_paused(chooser, paused);
	for (uint16_t i = 0; i < FLOWS; i++)
		ret_ports[i] = choose_flow(chooser, i);
}

static size_t count_on(const int ports[FLOWS], int port)
{
	size_t count = 0;

	for (size_t i = 0; i < FLOWS; i++)
		count += ports[i] == port;
	return count;
}

static const enum ebond_mode modes[] = {EBOND_MODE_ACTIVEBACKUP, EBOND_MODE_XOR};

static void moves_after_a_pause(void **state)
{
	int ports[FLOWS];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct chooser *chooser = chooser_of(modes[i]);

		publish(chooser, 3, 1);
		choose_all(chooser, true, ports);
		assert_int_equal(count_on(ports, 1), FLOWS);
		publish(chooser, 3, 2); /* one is added */
		choose_all(chooser, false, ports);
		assert_int_equal(count_on(ports, 1), FLOWS);
		choose_all(chooser, true, ports);
		assert_int_equal(count_on(ports, 1) + count_on(ports, 2), FLOWS);
		assert_in_range(count_on(ports, 2), FLOWS * 2 / 5, FLOWS * 3 / 5);
		publish(chooser, 3, 1); /* it rests, once its flows have paused */
		choose_all(chooser, false, ports);
		assert_in_range(count_on(ports, 2), FLOWS * 2 / 5, FLOWS * 3 / 5);
		choose_all(chooser, true, ports);
		assert_int_equal(count_on(ports, 1), FLOWS);
		chooser_free(chooser);
	}
}

static void leaves_a_lost_port_at_once(void **state)
{
	struct chooser *chooser = chooser_of(EBOND_MODE_XOR);
	struct ebond_table table = {.tx_count = 2, .tx_awake = 2, .tx_port = {2, 3}};
	int before[FLOWS], after[FLOWS];

	(void)state;
	publish(chooser, 3, 3);
	choose_all(chooser, true, before);
	for (int port = 1; port <= 3; port++)
		assert_in_range(count_on(before, port), FLOWS / 5, FLOWS / 2);
	chooser_publish(chooser, &table); /* port 1 is gone */
	choose_all(chooser, false, after);
	assert_int_equal(count_on(after, 1), 0);
	/* and the others stay where they are, although the list has changed */
	for (size_t i = 0; i < FLOWS; i++)
		if (before[i] != 1)
			assert_int_equal(after[i], before[i]);
	chooser_free(chooser);
}

/* No table, one without spill_threshold, or invalid: a port or none. */
static void odd_tables(void **state)
{
	struct chooser *chooser = chooser_of(EBOND_MODE_XOR);

	(void)state;
	assert_int_equal(choose_flow(chooser, 1), 0);
	publish(chooser, 2, 0);
	assert_int_equal(choose_flow(chooser, 1), 1);
	publish(chooser, EBOND_PORTS_MAX, UINT32_MAX);
	set_paused(chooser, true);
	assert_in_range(choose_flow(chooser, 1), 1, EBOND_PORTS_MAX);
	chooser_free(chooser);
}

/* Flows that are new take turns; those of a lost port go where there is least; others stay. */
static void flows_go_by_load(void **state)
{
	static const enum ebond_mode by_hash[] = {EBOND_MODE_XOR, EBOND_MODE_8023AD};
	int before[FLOWS], after[FLOWS];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct chooser *chooser =
			chooser_with((struct ebond_config){.mode = by_hash[i], .adaptive = 1});
		struct ebond_table table = numbered_ports(4);

		chooser_publish(chooser, &table);
		choose_all(chooser, false, before);
		for (int port = 1; port <= 4; port++)
			assert_in_range(count_on(before, port), FLOWS / 4 - 8, FLOWS / 4 + 8);
		table = numbered_ports(3);
		chooser_publish(chooser, &table);
		choose_all(chooser, false, after);
		for (size_t flow = 0; flow < FLOWS; flow++)
			if (before[flow] != 4)
				assert_int_equal(after[flow], before[flow]);
		for (int port = 1; port <= 3; port++)
			assert_in_range(count_on(after, port), FLOWS / 3 - 16, FLOWS / 3 + 16);
		chooser_free(chooser);
	}
}

/* However many flows appear, as in a flood of SYNs: every port has its part. */
static void a_flood_is_spread(void **state)
{
	struct chooser *chooser =
		chooser_with((struct ebond_config){.mode = EBOND_MODE_XOR, .adaptive = 1});
	size_t on[5] = {};

	(void)state;
	publish(chooser, 4, 0);
	for (uint32_t i = 0; i < 20000; i++) {
		int port = choose_flow(chooser, (uint16_t)(i * 7919));

		assert_in_range(port, 1, 4);
		on[port]++;
	}
	for (int port = 1; port <= 4; port++)
		assert_in_range(on[port], 20000 / 4 * 9 / 10, 20000 / 4 * 11 / 10);
	chooser_free(chooser);
}

/* Whether a busy flow leaves its port, which carries twice as much, for an idle one. */
static bool busy_flow_moves(bool paused_only)
{
	struct chooser *chooser = chooser_with((struct ebond_config){
		.mode = EBOND_MODE_XOR, .adaptive = 1, .moves_paused_only = paused_only});
	struct ebond_placement *placement = chooser_placement(chooser);
	int port, then;

	publish(chooser, 2, 0);
	port = choose_flow(chooser, 1);
	assert_in_range(port, 1, 2);
	for (size_t i = 0; i < EBOND_BUCKETS; i++) {
		if (!placement->buckets[i].port)
			continue;
		placement->buckets[i].bytes = 10000000;
		placement->buckets[i].moved_tick = placement->buckets[i].tick - 1000;
		placement->clocks[port - 1].load = 20000000;
	}
	set_paused(chooser, false);
	then = choose_flow(chooser, 1);
	assert_int_equal(placement->moves_busy, then != port);
	chooser_free(chooser);
	return then != port;
}

static void busy_flows_move_unless_forbidden(void **state)
{
	(void)state;
	assert_true(busy_flow_moves(false));
	assert_false(busy_flow_moves(true));
}

/* A packet that the card will segment counts as what will be on the wire. */
static void segments_have_headers(void **state)
{
	struct chooser *chooser =
		chooser_with((struct ebond_config){.mode = EBOND_MODE_XOR, .adaptive = 1});
	uint64_t bytes = 0;

	(void)state;
	publish(chooser, 1, 0);
	chooser_set_segments(chooser, 10);
	assert_int_equal(choose_flow(chooser, 1), 1);
	for (size_t i = 0; i < EBOND_BUCKETS; i++)
		bytes += chooser_placement(chooser)->buckets[i].bytes;
	assert_int_equal(bytes, 42 + 9 * 66 + 10 * 24);
	chooser_free(chooser);
}

/* A port ten times as fast gets ten times as much. */
static void frames_go_by_time(void **state)
{
	struct chooser *chooser =
		chooser_with((struct ebond_config){.mode = EBOND_MODE_ROUNDROBIN, .earliest = 1});
	struct ebond_table table = numbered_ports(2);
	size_t on[3] = {};

	(void)state;
	/* No port can keep up, 0.4 ms a frame: the time that the test takes plays no part. */
	table.tx_cost[0] = 400U << 20;
	table.tx_cost[1] = 4000U << 20;
	chooser_publish(chooser, &table);
	for (int i = 0; i < 1100; i++)
		on[choose_flow(chooser, 1)]++;
	assert_in_range(on[2], 95, 105);
	chooser_free(chooser);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves_after_a_pause),
		cmocka_unit_test(leaves_a_lost_port_at_once),
		cmocka_unit_test(odd_tables),
		cmocka_unit_test(flows_go_by_load),
		cmocka_unit_test(a_flood_is_spread),
		cmocka_unit_test(busy_flows_move_unless_forbidden),
		cmocka_unit_test(segments_have_headers),
		cmocka_unit_test(frames_go_by_time),
	};

	return cmocka_run_group_tests_name("placing frames", tests, NULL, NULL);
}
