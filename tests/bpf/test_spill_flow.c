// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * spill_threshold in the packet path: a flow keeps its port until it pauses or
 * the port is lost. The packet path's own code chooses (choice.bpf.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "tests/bpf/choose.h"

#define FLOWS 512

static struct chooser *chooser_of(enum ebond_mode mode)
{
	struct ebond_config config = {
		.mode = mode,
		.policy = EBOND_POLICY_LAYER34,
		.packets_per_slave = 1,
		.hidden_ifindex = 1,
		.spill = 1,
	};
	struct chooser *chooser = chooser_new(&config);

	if (!chooser)
		fail_msg("cannot load the BPF program: see above; are you root?");
	return chooser;
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

/* So long, or so far in the future, that the duration of the test does not matter. */
static void set_paused(struct chooser *chooser, bool paused)
{
	chooser_set_last_ns(chooser, paused ? 0 : INT64_MAX);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* The port of every flow, each having @paused before. */
static void choose_all(struct chooser *chooser, bool paused, int ret_ports[FLOWS])
{
	for (uint16_t i = 0; i < FLOWS; i++) {
		set_paused(chooser, paused);
		ret_ports[i] = choose_flow(chooser, i);
	}
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

/* The gap itself is 20 ms, and each frame of a busy flow starts the pause again. */
static void the_gap(void **state)
{
	struct chooser *chooser = chooser_of(EBOND_MODE_XOR);
	struct ebond_table table = {.tx_count = 2, .tx_awake = 1, .tx_port = {2, 1}};
	uint64_t before_ns = now_ns();
	int port = 0;

	(void)state;
	/* Repeat if this process was delayed for longer than the gap. */
	for (int tries = 0; tries < 100 && port != 1; tries++) {
		publish(chooser, 2, 1);
		set_paused(chooser, true);
		assert_int_equal(choose_flow(chooser, 7), 1);
		chooser_publish(chooser, &table);
		chooser_set_last_ns(chooser, now_ns() - 5000000);
		port = choose_flow(chooser, 7);
	}
	assert_int_equal(port, 1);
	assert_in_range(chooser_last_ns(chooser), before_ns, now_ns());
	chooser_set_last_ns(chooser, now_ns() - 20000000);
	assert_int_equal(choose_flow(chooser, 7), 2);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves_after_a_pause),
		cmocka_unit_test(leaves_a_lost_port_at_once),
		cmocka_unit_test(the_gap),
		cmocka_unit_test(odd_tables),
	};

	return cmocka_run_group_tests_name("spill_threshold", tests, NULL, NULL);
}
