/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtual clocks of ports: whose they are, how fast they run, and when the table has them. */
#include "tests/unit/rig.h"

#include <string.h>

#define ADAPTIVE "mode balance-xor miimon 100 tx_placement adaptive"

static const struct bond_table *table_of(const struct rig *rig)
{
	return bond_get_table(rig->bond);
}

static void attach(struct rig *rig, uint32_t id, int32_t speed_mbps, uint32_t own_mbps)
{
	struct bond_port_facts facts = rig_facts(id, true);

	facts.speed_mbps = speed_mbps;
	facts.options.speed_mbps = own_mbps;
	rig_attach_facts(rig, id, &facts);
}

/* A port keeps its clock whatever its place; what is free is given to the next one. */
static void test_clock_stays(void **state)
{
	struct rig *rig = rig_new(ADAPTIVE);

	(void)state;
	for (uint32_t id = 1; id <= 4; id++)
		rig_attach(rig, id, true);
	rig_carrier(rig, 1, false);
	rig_expect_tx(rig, 2, 3, 4, 0);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(table_of(rig)->tx_clock[i], i + 1);
	rig_detach(rig, 3);
	rig_expect_tx(rig, 2, 4, 0);
	assert_int_equal(table_of(rig)->tx_clock[1], 3);
	rig_attach(rig, 5, true);
	rig_expect_tx(rig, 2, 4, 5, 0);
	assert_int_equal(table_of(rig)->tx_clock[2], 2);
	assert_int_equal(rig_port(rig, 5).clock, 3);
	rig_free(rig);
}

/* A daemon that takes over gives each port the clock that it had, or any where that is not known.
 */
static void test_clock_is_restored(void **state)
{
	static const uint32_t saved[] = {3, 0, 3, 33};
	static const uint32_t given[] = {3, 1, 2, 4};
	struct rig *rig = rig_new(ADAPTIVE);

	(void)state;
	for (uint32_t i = 0; i < 4; i++) {
		struct bond_port_facts facts = rig_facts(i + 1, true);

		facts.clock = saved[i];
		assert_int_equal(
			bond_in_restore(rig->bond, i + 1, &facts, LINK_UP, false, rig->now_ms), 0);
		assert_int_equal(rig_port(rig, i + 1).clock, given[i]);
	}
	rig_free(rig);
}

/* As many ports as a bond can have, one of them replaced. */
static void test_clocks_suffice(void **state)
{
	struct rig *rig = rig_new(ADAPTIVE);
	uint64_t used = 0;

	(void)state;
	for (uint32_t id = 1; id <= BOND_PORTS_MAX; id++)
		rig_attach(rig, id, true);
	rig_detach(rig, 17);
	rig_attach(rig, 100, true);
	for (uint32_t i = 0; i < table_of(rig)->tx_count; i++)
		used |= 1ULL << table_of(rig)->tx_clock[i];
	assert_true(used == (1ULL << BOND_PORTS_MAX) - 1);
	rig_free(rig);
}

/* 8 ns per byte at 1 Gbit/s; the operator's word counts more than the driver's. */
static void test_cost(void **state)
{
	struct rig *rig = rig_new(ADAPTIVE);

	(void)state;
	attach(rig, 1, 1000, 0);
	attach(rig, 2, 100, 0);
	attach(rig, 3, 1000, 50);
	attach(rig, 4, SPEED_UNKNOWN_MBPS, 10);
	assert_int_equal(table_of(rig)->tx_cost[0], 8 << 16);
	assert_int_equal(table_of(rig)->tx_cost[1], 80 << 16);
	assert_int_equal(table_of(rig)->tx_cost[2], 160 << 16);
	assert_int_equal(table_of(rig)->tx_cost[3], 800 << 16);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(table_of(rig)->tx_margin_ns[i], 1000000);
	assert_false(rig_port(rig, 4).speed_assumed);
	rig_free(rig);
}

/* Never 0, and it fits: from the slowest to faster than any option says. */
static void test_cost_ends(void **state)
{
	struct rig *rig = rig_new(ADAPTIVE);

	(void)state;
	attach(rig, 1, 1, 0);
	attach(rig, 2, INT32_MAX, 0);
	assert_int_equal(table_of(rig)->tx_cost[0], 8000 << 16);
	assert_int_equal(table_of(rig)->tx_cost[1], 1);
	rig_free(rig);
}

/* A port of unknown speed is taken to be as slow as the slowest, and trusted less. */
static void test_assumed(void **state)
{
	struct rig *rig = rig_new(ADAPTIVE);

	(void)state;
	attach(rig, 1, SPEED_UNKNOWN_MBPS, 0);
	assert_int_equal(table_of(rig)->tx_cost[0], 8 << 16);
	assert_int_equal(table_of(rig)->tx_margin_ns[0], 20000000);
	attach(rig, 2, 100, 0);
	attach(rig, 3, 10000, 0);
	assert_int_equal(table_of(rig)->tx_cost[0], 80 << 16);
	assert_true(rig_port(rig, 1).speed_assumed);
	assert_int_equal(table_of(rig)->tx_margin_ns[1], 1000000);
	rig_free(rig);
}

/* The table is published again when a speed or a port's option changes, and only then. */
static void test_changes(void **state)
{
	struct rig *rig = rig_new(ADAPTIVE);
	struct bond_port_options options;

	(void)state;
	rig_attach(rig, 1, true);
	rig_clear(rig);
	bond_in_speed(rig->bond, 1, 1000, DUPLEX_IS_FULL);
	rig_step(rig);
	assert_int_equal(rig_count(rig, FX_TABLE), 0);
	bond_in_speed(rig->bond, 1, 100, DUPLEX_IS_FULL);
	rig_step(rig);
	assert_int_equal(rig_count(rig, FX_TABLE), 1);
	options = rig_port(rig, 1).options;
	options.latency_us = 1000000;
	assert_int_equal(bond_in_port_options(rig->bond, 1, &options), 0);
	rig_step(rig);
	assert_int_equal(rig_count(rig, FX_TABLE), 2);
	assert_int_equal(table_of(rig)->tx_latency_ns[0], 1000000000);
	rig_free(rig);
}

/* Which bonds use clocks. In balance-rr a lost port's turns are another's, with its clock. */
static void test_where(void **state)
{
	static const struct {
		const char *options;
		bool clocks;
	} rows[] = {
		{"mode balance-rr striping earliest", true},
		{"mode balance-rr", false},
		{"mode balance-xor", false},
		{"mode balance-xor tx_placement adaptive", true},
		{"mode balance-xor spill_threshold 50", true},
		{"mode active-backup spill_threshold 50", true},
		{"mode active-backup", false},
		{"mode broadcast", false},
		{"mode balance-tlb", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rig *rig = rig_new(rows[i].options);

		rig_attach(rig, 1, true);
		assert_true(table_of(rig)->tx_count > 0);
		assert_int_equal(table_of(rig)->tx_cost[0] != 0, rows[i].clocks);
		rig_free(rig);
	}
}

static void test_lost_turns(void **state)
{
	struct rig *rig = rig_new("mode balance-rr miimon 100 striping earliest");

	(void)state;
	for (uint32_t id = 1; id <= 3; id++)
		attach(rig, id, (int32_t)id * 100, 0);
	rig_carrier(rig, 2, false);
	rig_expect_tx(rig, 1, 3, 3, 0);
	assert_int_equal(table_of(rig)->tx_clock[1], 2);
	assert_int_equal(table_of(rig)->tx_clock[2], 2);
	assert_int_equal(table_of(rig)->tx_cost[1], table_of(rig)->tx_cost[2]);
	rig_free(rig);
}

/* speed_mbps also counts for spill_threshold. */
static void test_spill_speed(void **state)
{
	struct rig *rig = rig_new("mode balance-xor miimon 100 spill_threshold 80");
	struct bond_spill_view view;

	(void)state;
	attach(rig, 1, SPEED_UNKNOWN_MBPS, 30);
	assert_true(bond_get_spill(rig->bond, &view));
	assert_int_equal(view.speed_mbps, 30);
	rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock_stays),    cmocka_unit_test(test_clock_is_restored),
		cmocka_unit_test(test_clocks_suffice), cmocka_unit_test(test_cost),
		cmocka_unit_test(test_cost_ends),      cmocka_unit_test(test_assumed),
		cmocka_unit_test(test_changes),	       cmocka_unit_test(test_where),
		cmocka_unit_test(test_lost_turns),     cmocka_unit_test(test_spill_speed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
