/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * balance-tlb: which port flows take, which buckets move and when, which port
 * has which address, and when switches are told. In virtual time.
 */
#include <string.h>

#include "core/alb/alb.h"
#include "core/alb/frames.h"
#include "tests/unit/rig.h"

/* What the packet path would have counted; passed to the core every second. */
struct traffic {
	struct rig *rig;
	struct bond_buckets buckets;
	uint64_t kbps[BOND_BUCKETS];
	uint32_t next;
};

static void give_bond_mac(struct rig *rig, uint8_t last)
{
	uint8_t mac[6] = {2, 0, 0, 0, 0, last};

	bond_in_mac(rig->bond, mac, rig->now_ms);
	rig_step(rig);
}

static struct rig *office(const char *mode, uint32_t ports)
{
	struct rig *rig = rig_new(mode);

	give_bond_mac(rig, 1);
	for (uint32_t id = 1; id <= ports; id++)
		rig_attach(rig, id, true);
	return rig;
}

/* A bucket without a port takes the next of `fresh`, as the packet path does. */
static void start(struct traffic *traffic, uint32_t bucket, uint64_t kbps)
{
	const struct bond_balance *balance = bond_get_balance(traffic->rig->bond);

	traffic->kbps[bucket] = kbps;
	if (!traffic->buckets.port[bucket])
		traffic->buckets.port[bucket] = balance->fresh[traffic->next++ % BOND_FRESH];
}

/* What FX_BALANCE asks for. */
static void obey(struct traffic *traffic)
{
	const struct bond_balance *balance = bond_get_balance(traffic->rig->bond);

	if (!rig_count(traffic->rig, FX_BALANCE))
		return;
	traffic->next = 0;
	for (uint32_t i = 0; i < balance->moved_count; i++)
		traffic->buckets.port[balance->moved[i].bucket] = balance->moved[i].port;
	rig_clear(traffic->rig);
}

static void run(struct traffic *traffic, uint32_t seconds)
{
	for (uint32_t i = 0; i < seconds; i++) {
		rig_wait(traffic->rig, 1000);
		for (size_t bucket = 0; bucket < BOND_BUCKETS; bucket++)
			traffic->buckets.bytes[bucket] += traffic->kbps[bucket] * 1000 / 8;
		bond_in_buckets(traffic->rig->bond, &traffic->buckets, traffic->rig->now_ms);
		rig_step(traffic->rig);
		obey(traffic);
	}
}

static uint32_t buckets_on(const struct traffic *traffic, uint32_t port)
{
	uint32_t count = 0;

	for (size_t i = 0; i < BOND_BUCKETS; i++)
		count += traffic->kbps[i] && traffic->buckets.port[i] == port;
	return count;
}

static uint64_t load_on(const struct traffic *traffic, uint32_t port)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < BOND_BUCKETS; i++)
		sum += traffic->buckets.port[i] == port ? traffic->kbps[i] : 0;
	return sum;
}

static void test_new_flows_are_counted_out(void **state)
{
	struct traffic traffic = {.rig = office("mode balance-tlb", 4)};

	(void)state;
	run(&traffic, 2);
	for (uint32_t i = 0; i < 8; i++)
		start(&traffic, i * 30, 100000);
	for (uint32_t port = 1; port <= 4; port++)
		assert_int_equal(buckets_on(&traffic, port), 2);
	run(&traffic, 40);
	for (uint32_t port = 1; port <= 4; port++)
		assert_int_equal(buckets_on(&traffic, port), 2);
	rig_free(traffic.rig);
}

static void test_speed_counts(void **state)
{
	struct traffic traffic = {.rig = office("mode balance-tlb", 2)};

	(void)state;
	bond_in_speed(traffic.rig->bond, 2, 10000, DUPLEX_IS_FULL);
	run(&traffic, 2);
	for (uint32_t i = 0; i < 11; i++)
		start(&traffic, i, 50000);
	assert_int_equal(buckets_on(&traffic, 1), 1);
	assert_int_equal(buckets_on(&traffic, 2), 10);
	rig_free(traffic.rig);
}

/* Virtual cards report no speed: 1 Gbit/s is assumed. */
static void test_unknown_speed(void **state)
{
	struct traffic traffic = {.rig = office("mode balance-tlb", 2)};

	(void)state;
	bond_in_speed(traffic.rig->bond, 1, SPEED_UNKNOWN_MBPS, DUPLEX_IS_UNKNOWN);
	bond_in_speed(traffic.rig->bond, 2, 1000, DUPLEX_IS_FULL);
	run(&traffic, 2);
	for (uint32_t i = 0; i < 10; i++)
		start(&traffic, i, 50000);
	assert_int_equal(buckets_on(&traffic, 1), 5);
	assert_int_equal(buckets_on(&traffic, 2), 5);
	rig_free(traffic.rig);
}

static void test_a_loaded_port_is_left_alone(void **state)
{
	struct traffic traffic = {.rig = office("mode balance-tlb", 2)};

	(void)state;
	run(&traffic, 2);
	start(&traffic, 0, 600000);
	run(&traffic, 2);
	for (uint32_t i = 1; i <= 3; i++)
		start(&traffic, i, 1000);
	assert_int_equal(buckets_on(&traffic, 1), 1);
	assert_int_equal(buckets_on(&traffic, 2), 3);
	rig_free(traffic.rig);
}

/* Only after 10 s, and only as many as necessary. */
static void test_buckets_move_every_ten_seconds(void **state)
{
	struct traffic traffic = {.rig = office("mode balance-tlb", 2)};
	uint32_t before[BOND_BUCKETS], moved = 0;

	(void)state;
	run(&traffic, 2);
	for (uint32_t i = 0; i < 8; i++)
		start(&traffic, i, i % 2 ? 10000 : 100000); /* the heavy ones on one port */
	memcpy(before, traffic.buckets.port, sizeof(before));
	assert_int_equal(load_on(&traffic, 1), 400000);
	run(&traffic, 9);
	assert_memory_equal(before, traffic.buckets.port, sizeof(before));
	run(&traffic, 2);
	for (size_t i = 0; i < BOND_BUCKETS; i++)
		moved += before[i] != traffic.buckets.port[i];
	assert_in_range(moved, 1, 4);
	assert_in_range(load_on(&traffic, 1), 200000, 240000);
	memcpy(before, traffic.buckets.port, sizeof(before));
	run(&traffic, 60); /* and then they stay */
	assert_memory_equal(before, traffic.buckets.port, sizeof(before));
	rig_free(traffic.rig);
}

/* Full ports look alike, however many flows share them. */
static void test_flow_counts_are_levelled(void **state)
{
	struct traffic traffic = {.rig = office("mode balance-tlb", 2)};

	(void)state;
	run(&traffic, 2);
	for (uint32_t i = 0; i < 4; i++) {
		traffic.buckets.port[i] = i ? 1 : 2;
		traffic.kbps[i] = i ? 320000 : 960000;
	}
	run(&traffic, 11);
	assert_int_equal(buckets_on(&traffic, 1), 2);
	assert_int_equal(buckets_on(&traffic, 2), 2);
	rig_free(traffic.rig);
}

static void test_idle_buckets_are_released(void **state)
{
	struct traffic traffic = {.rig = office("mode balance-tlb", 2)};

	(void)state;
	run(&traffic, 2);
	start(&traffic, 7, 1000);
	start(&traffic, 8, 1000);
	run(&traffic, 3);
	traffic.kbps[7] = 0;
	run(&traffic, 18);
	assert_int_equal(traffic.buckets.port[7], 0);
	assert_int_not_equal(traffic.buckets.port[8], 0);
	rig_free(traffic.rig);
}

static void test_a_new_port_is_used_at_once(void **state)
{
	struct traffic traffic = {.rig = office("mode balance-tlb", 3)};

	(void)state;
	rig_carrier(traffic.rig, 3, false);
	run(&traffic, 2);
	for (uint32_t i = 0; i < 6; i++)
		start(&traffic, i, 100000);
	run(&traffic, 3);
	assert_int_equal(buckets_on(&traffic, 3), 0);
	rig_carrier(traffic.rig, 3, true);
	run(&traffic, 2);
	for (uint32_t port = 1; port <= 3; port++)
		assert_int_equal(buckets_on(&traffic, port), 2);
	/* A port that is lost is in no list any more: the packet path takes others. */
	rig_carrier(traffic.rig, 3, false);
	for (uint32_t i = 0; i < BOND_FRESH; i++)
		assert_int_not_equal(bond_get_balance(traffic.rig->bond)->fresh[i], 3);
	rig_free(traffic.rig);
}

static void test_hash_only(void **state)
{
	struct rig *rig = office("mode balance-tlb tlb_dynamic_lb 0", 2);

	(void)state;
	assert_false(bond_wants_buckets(rig->bond));
	rig_wait(rig, 30000);
	assert_int_equal(rig_count(rig, FX_BALANCE), 0);
	rig_expect_tx(rig, 1, 2, 0);
	rig_free(rig);
}

static void expect_mac(const struct rig *rig, uint32_t port, uint8_t last)
{
	assert_int_equal(rig_port(rig, port).mac[5], last);
}

static void test_addresses_are_swapped(void **state)
{
	struct rig *rig = office("mode balance-tlb", 3);
	const struct bond_table *table = bond_get_table(rig->bond);

	(void)state;
	expect_mac(rig, 1, 1);
	rig_clear(rig);
	rig_carrier(rig, 1, false);
	assert_int_equal(rig_count(rig, FX_MAC), 1);
	assert_int_equal(rig_nth(rig, FX_MAC, 0)->fx.port, 2);
	expect_mac(rig, 1, 2);
	expect_mac(rig, 2, 1);
	expect_mac(rig, 3, 3);
	assert_int_equal(table->active, 2);
	assert_int_equal(table->rx_count, 1);
	assert_int_equal(table->rx_port[0], 2);
	assert_int_equal(table->tx_mac[0][5], 1);
	rig_carrier(rig, 2, false);
	expect_mac(rig, 3, 1);
	expect_mac(rig, 2, 3);
	expect_mac(rig, 1, 2);
	rig_free(rig);
}

static void test_addresses_that_collide(void **state)
{
	struct rig *rig = office("mode balance-tlb", 2);
	struct bond_port_facts facts = rig_facts(3, true);

	(void)state;
	facts.mac[5] = 2;
	rig_attach_facts(rig, 3, &facts); /* as port 2: one of them gets another */
	assert_memory_not_equal(rig_port(rig, 3).mac, rig_port(rig, 2).mac, 6);
	expect_mac(rig, 2, 2);
	rig_detach(rig, 1); /* bond0 has its address, and keeps it */
	expect_mac(rig, 2, 1);
	rig_attach(rig, 1, true);
	expect_mac(rig, 1, 2); /* the one that is not used */
	give_bond_mac(rig, 99);
	expect_mac(rig, 2, 99);
	rig_free(rig);
}

/* lp_interval, and at once when an address is somewhere else. */
static void test_learning(void **state)
{
	struct rig *rig = office("mode balance-tlb lp_interval 5", 2);

	(void)state;
	rig_wait(rig, 5000);
	rig_clear(rig);
	rig_wait(rig, 20000);
	assert_int_equal(rig_count(rig, FX_LEARN), 8);
	rig_clear(rig);
	rig_carrier(rig, 1, false);
	assert_int_equal(rig_count(rig, FX_LEARN), 1);
	assert_int_equal(rig_nth(rig, FX_LEARN, 0)->fx.port, 2);
	rig_free(rig);
}

static void test_learning_frame(void **state)
{
	const uint8_t mac[6] = {2, 0, 0, 0, 0, 9};
	uint8_t frame[ALB_LEARN_SIZE];

	(void)state;
	assert_int_equal(alb_learn(frame, sizeof(frame), mac, 0), 60);
	assert_memory_equal(frame, mac, 6);
	assert_memory_equal(frame + 6, mac, 6);
	assert_memory_equal(frame + 12, "\x90\x00\x00", 3);
	assert_int_equal(alb_learn(frame, sizeof(frame), mac, 0x8100002a), 64);
	assert_memory_equal(frame + 12, "\x81\x00\x00\x2a\x90\x00", 6);
	assert_int_equal(alb_learn(frame, 59, mac, 0), 0);
	assert_int_equal(alb_learn(frame, 63, mac, 0x8100002a), 0);
}

/* Entered with ports attached, all of which had bond0's address until then. */
static void test_mode_is_entered_and_left(void **state)
{
	struct rig *rig = office("mode active-backup", 3);

	(void)state;
	rig_clear(rig);
	rig_replace(rig, "mode balance-tlb");
	assert_int_equal(rig_count(rig, FX_MAC), 1);
	for (uint8_t id = 1; id <= 3; id++)
		expect_mac(rig, id, id);
	assert_int_equal(bond_get_options(rig->bond)->miimon_ms, 100);
	rig_replace(rig, "mode balance-xor");
	assert_int_equal(bond_get_table(rig->bond)->active, 0);
	rig_wait(rig, 20000);
	assert_int_equal(rig_count(rig, FX_LEARN), 3);
	rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new_flows_are_counted_out),
		cmocka_unit_test(test_speed_counts),
		cmocka_unit_test(test_unknown_speed),
		cmocka_unit_test(test_a_loaded_port_is_left_alone),
		cmocka_unit_test(test_buckets_move_every_ten_seconds),
		cmocka_unit_test(test_flow_counts_are_levelled),
		cmocka_unit_test(test_idle_buckets_are_released),
		cmocka_unit_test(test_a_new_port_is_used_at_once),
		cmocka_unit_test(test_hash_only),
		cmocka_unit_test(test_addresses_are_swapped),
		cmocka_unit_test(test_addresses_that_collide),
		cmocka_unit_test(test_learning),
		cmocka_unit_test(test_learning_frame),
		cmocka_unit_test(test_mode_is_entered_and_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
