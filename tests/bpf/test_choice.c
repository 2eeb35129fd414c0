// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which port a frame takes: golden hashes, round robin, the modes without a
 * hash. The packet path's own code chooses (choice.bpf.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sched.h>

#include <cmocka.h>

#include "tests/bpf/choose.h"
#include "tests/bpf/golden.h"

/* UDP to port 9 and an IGMP report, both over IPv4. */
/* clang-format off */
static const unsigned char udp[] = {
	2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0,
	0x45, 0, 0, 28, 0, 1, 0x40, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
	0x9c, 0x40, 0, 9, 0, 8, 0, 0,
};
/* clang-format on */
/* clang-format off */
static const unsigned char igmp[] = {
	1, 0, 0x5e, 0, 0, 0x16, 2, 0, 0, 0, 0, 1, 8, 0,
	0x46, 0, 0, 40, 0, 1, 0, 0, 1, 2, 0, 0, 10, 0, 0, 1, 224, 0, 0, 22, 0x94, 4, 0, 0,
	0x22, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0, 224, 1, 1, 1,
};
/* clang-format on */

static struct chooser *chooser_of(enum ebond_mode mode, enum ebond_policy policy,
				  uint32_t packets_per_slave)
{
	struct ebond_config config = {
		.mode = mode,
		.policy = policy,
		.packets_per_slave = packets_per_slave,
		.hidden_ifindex = 1,
	};
	struct chooser *chooser = chooser_new(&config);

	if (!chooser)
		fail_msg("cannot load the BPF program: see above; are you root?");
	return chooser;
}

static void publish_ports(struct chooser *chooser, uint32_t count)
{
	struct ebond_table table = numbered_ports(count);

	chooser_publish(chooser, &table);
}

static int choose_plain(struct chooser *chooser, const void *frame, size_t size)
{
	return choose_port(chooser, frame, size, NULL, 0);
}

static void golden_hashes(void **state)
{
	size_t count;
	const struct golden *golden = golden_frames(&count);

	(void)state;
	for (size_t i = 0; i < count; i++, golden++) {
		struct chooser *chooser = chooser_of(EBOND_MODE_XOR, golden->policy, 1);
		unsigned char frame[256];
		size_t size = golden_bytes(golden, frame, sizeof(frame));

		for (uint32_t ports = 1; ports <= EBOND_PORTS_MAX; ports++) {
			int port;

			publish_ports(chooser, ports);
			port = choose_port(chooser, frame, size, &golden->tag, golden->tag_count);
			if (port != (int)(golden->hash % ports) + 1)
				fail_msg("%s: %u ports: port %d, expected %u", golden->name, ports,
					 port, golden->hash % ports + 1);
		}
		chooser_free(chooser);
	}
}

/* One counter per CPU: the test stays on one. */
static void stay_on_one_cpu(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(sched_getcpu(), &cpus);
	assert_int_equal(sched_setaffinity(0, sizeof(cpus), &cpus), 0);
}

static void check_sequence(struct chooser *chooser, const int *expected, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int port = choose_plain(chooser, udp, sizeof(udp));

		if (port != expected[i])
			fail_msg("frame %zu: port %d, expected %d", i + 1, port, expected[i]);
	}
}

static void roundrobin_each_packet(void **state)
{
	struct chooser *chooser = chooser_of(EBOND_MODE_ROUNDROBIN, 0, 1);

	(void)state;
	publish_ports(chooser, 3);
	/* The counter is advanced before it is used: the first frame takes the second port. */
	check_sequence(chooser, (const int[]){2, 3, 1, 2, 3, 1, 2}, 7);
	/* It keeps counting when ports come and go: 8 % 2. */
	publish_ports(chooser, 2);
	check_sequence(chooser, (const int[]){1, 2, 1, 2}, 4);
	chooser_free(chooser);
}

static void roundrobin_several_packets(void **state)
{
	struct chooser *chooser = chooser_of(EBOND_MODE_ROUNDROBIN, 0, 3);

	(void)state;
	publish_ports(chooser, 2);
	check_sequence(chooser, (const int[]){1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 1}, 12);
	chooser_free(chooser);
}

static void roundrobin_at_random(void **state)
{
	struct chooser *chooser = chooser_of(EBOND_MODE_ROUNDROBIN, 0, 0);
	int hits[5] = {0};

	(void)state;
	publish_ports(chooser, 4);
	for (int i = 0; i < 4000; i++) {
		int port = choose_plain(chooser, udp, sizeof(udp));

		assert_in_range(port, 1, 4);
		hits[port]++;
	}
	/* 1000 expected, standard deviation 27: ten of them either way. */
	for (int port = 1; port <= 4; port++)
		assert_in_range(hits[port], 730, 1270);
	chooser_free(chooser);
}

static void roundrobin_igmp(void **state)
{
	struct chooser *chooser = chooser_of(EBOND_MODE_ROUNDROBIN, 0, 1);
	struct ebond_table table = numbered_ports(3);

	(void)state;
	chooser_publish(chooser, &table);
	check_sequence(chooser, (const int[]){2}, 1);
	for (int i = 0; i < 3; i++)
		assert_int_equal(choose_plain(chooser, igmp, sizeof(igmp)), 1);
	table.igmp_port = 3;
	chooser_publish(chooser, &table);
	for (int i = 0; i < 3; i++)
		assert_int_equal(choose_plain(chooser, igmp, sizeof(igmp)), 3);
	/* Truncated inside the IP header it is an ordinary frame. */
	assert_int_equal(choose_plain(chooser, igmp, 14 + 19), 3);
	/* A report does not take a turn: round robin continues where it was. */
	check_sequence(chooser, (const int[]){1, 2}, 2);
	chooser_free(chooser);
}

static void active_backup(void **state)
{
	struct chooser *chooser = chooser_of(EBOND_MODE_ACTIVEBACKUP, 0, 1);
	struct ebond_table table = {.tx_count = 1, .tx_port = {7, 8}};

	(void)state;
	for (uint32_t active = 7; active < 9; active++) {
		table.tx_port[0] = active;
		chooser_publish(chooser, &table);
		assert_int_equal(choose_plain(chooser, udp, sizeof(udp)), active);
		assert_int_equal(choose_plain(chooser, igmp, sizeof(igmp)), active);
	}
	chooser_free(chooser);
}

static void no_port(void **state)
{
	static const enum ebond_mode modes[] = {EBOND_MODE_ROUNDROBIN, EBOND_MODE_ACTIVEBACKUP,
						EBOND_MODE_XOR};

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		struct chooser *chooser = chooser_of(modes[i], EBOND_POLICY_LAYER34, 1);
		struct ebond_table table = {.igmp_port = 3, .tx_port = {1, 2}};

		assert_int_equal(choose_plain(chooser, udp, sizeof(udp)), 0);
		chooser_publish(chooser, &table);
		assert_int_equal(choose_plain(chooser, udp, sizeof(udp)), 0);
		assert_int_equal(choose_plain(chooser, igmp, sizeof(igmp)), 0);
		chooser_free(chooser);
	}
}

/* A count larger than the table must not cause reads beyond it. */
static void impossible_count(void **state)
{
	struct chooser *chooser = chooser_of(EBOND_MODE_XOR, EBOND_POLICY_LAYER34, 1);
	struct ebond_table table = numbered_ports(EBOND_PORTS_MAX);

	(void)state;
	table.tx_count = UINT32_MAX;
	chooser_publish(chooser, &table);
	assert_in_range(choose_plain(chooser, udp, sizeof(udp)), 1, EBOND_PORTS_MAX);
	chooser_free(chooser);
}

/* The ring wraps: every slot is used, and only the newest counts. */
static void newest_snapshot(void **state)
{
	struct chooser *chooser = chooser_of(EBOND_MODE_ACTIVEBACKUP, 0, 1);

	(void)state;
	for (uint32_t i = 1; i < 3 * EBOND_SNAPSHOTS; i++) {
		struct ebond_table table = {.tx_count = 1, .tx_port = {i}};

		chooser_publish(chooser, &table);
		assert_int_equal(choose_plain(chooser, udp, sizeof(udp)), i);
	}
	chooser_free(chooser);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_hashes),
		cmocka_unit_test(roundrobin_each_packet),
		cmocka_unit_test(roundrobin_several_packets),
		cmocka_unit_test(roundrobin_at_random),
		cmocka_unit_test(roundrobin_igmp),
		cmocka_unit_test(active_backup),
		cmocka_unit_test(no_port),
		cmocka_unit_test(impossible_count),
		cmocka_unit_test(newest_snapshot),
	};

	stay_on_one_cpu();
	return cmocka_run_group_tests_name("choice of a port", tests, NULL, NULL);
}
