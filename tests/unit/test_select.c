/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which port is active, and which events trigger a selection: primary, prio,
 * primary_reselect, the active_slave command, attach, detach, rename.
 */
#include "tests/unit/rig.h"

#include <errno.h>

static void expect_active(const struct rig *rig, uint32_t id)
{
	assert_int_equal(bond_get_active(rig->bond), id);
}

static struct rig *rig_with(const char *options, uint32_t ports)
{
	struct rig *rig = rig_new(options);

	for (uint32_t id = 1; id <= ports; id++)
		rig_attach(rig, id, true);
	return rig;
}

static void test_first_in_order(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100", 3);

	(void)state;
	expect_active(rig, 1);
	rig_clear(rig);
	rig_carrier(rig, 1, false);
	expect_active(rig, 2);
	assert_int_equal(rig_nth(rig, FX_ACTIVE, 0)->fx.old_port, 1);
	assert_int_equal(rig_nth(rig, FX_ACTIVE, 0)->fx.port, 2);
	assert_string_equal(cause_word(rig_nth(rig, FX_ACTIVE, 0)->fx.cause), "carrier");
	rig_carrier(rig, 1, true);
	expect_active(rig, 2); /* neither primary nor higher prio: no selection */
	rig_attach(rig, 4, true);
	expect_active(rig, 1); /* attaching triggers one, and the first of equals is preferred */
	rig_free(rig);
}

/* A previous active port that still works receives unicast until the network has learnt. */
static void test_the_last_active_port_receives_a_while(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100", 3);

	(void)state;
	assert_int_equal(bond_in_active(rig->bond, 2, rig->now_ms), 0);
	rig_step(rig);
	assert_int_equal(bond_get_table(rig->bond)->rx_late, 1);
	rig_wait(rig, 99);
	assert_int_equal(bond_get_table(rig->bond)->rx_late, 1);
	rig_wait(rig, 1);
	assert_int_equal(bond_get_table(rig->bond)->rx_late, 0);
	rig_detach(rig, 2);
	assert_int_equal(bond_get_table(rig->bond)->rx_late, 2);
	rig_wait(rig, 100);
	/* one without link receives nothing anyway */
	rig_carrier(rig, bond_get_active(rig->bond), false);
	assert_int_equal(bond_get_table(rig->bond)->rx_late, 0);
	rig_free(rig);
}

static void test_all_down_and_back(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100", 2);

	(void)state;
	rig_carrier(rig, 2, false);
	rig_carrier(rig, 1, false);
	expect_active(rig, 0);
	rig_expect_tx(rig, 0);
	rig_clear(rig);
	rig_carrier(rig, 2, true);
	expect_active(rig, 2);
	assert_int_equal(rig_nth(rig, FX_ACTIVE, 0)->fx.old_port, 0);
	rig_carrier(rig, 1, true);
	expect_active(rig, 2);
	rig_free(rig);
}

static void test_detach_of_active(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100", 3);

	(void)state;
	rig_clear(rig);
	rig_detach(rig, 1);
	expect_active(rig, 2);
	assert_int_equal(rig_nth(rig, FX_ACTIVE, 0)->fx.old_port, 1);
	assert_int_equal(rig_nth(rig, FX_ACTIVE, 0)->fx.cause, CAUSE_DETACH);
	assert_true(bond_get_carrier(rig->bond));
	assert_int_equal(rig_count(rig, FX_CARRIER), 0);
	rig_detach(rig, 3);
	expect_active(rig, 2);
	rig_detach(rig, 2);
	expect_active(rig, 0);
	assert_false(bond_get_carrier(rig->bond));
	assert_int_equal(bond_port_count(rig->bond), 0);
	rig_free(rig);
}

static void test_primary_always(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100 primary eth2", 3);

	(void)state;
	expect_active(rig, 2); /* recorded before it was attached */
	rig_carrier(rig, 2, false);
	expect_active(rig, 1);
	rig_clear(rig);
	rig_carrier(rig, 2, true);
	expect_active(rig, 2);
	assert_int_equal(rig_nth(rig, FX_ACTIVE, 0)->fx.cause, CAUSE_RESELECT);
	rig_free(rig);
}

static void test_primary_waits_for_updelay(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100 updelay 400 primary eth2", 2);

	(void)state;
	expect_active(rig, 1);
	rig_wait(rig, 400);
	expect_active(rig, 2);
	rig_carrier(rig, 2, false);
	rig_carrier(rig, 2, true);
	rig_wait(rig, 399);
	expect_active(rig, 1);
	rig_wait(rig, 1);
	expect_active(rig, 2);
	rig_free(rig);
}

static void test_primary_failure(void **state)
{
	struct rig *rig = rig_new("mode active-backup miimon 100 primary eth2 "
				  "primary_reselect failure");

	(void)state;
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, true);
	expect_active(rig, 2); /* being attached is not "returning" */
	rig_carrier(rig, 2, false);
	rig_carrier(rig, 2, true);
	expect_active(rig, 1);
	rig_carrier(rig, 1, false);
	expect_active(rig, 2);
	rig_free(rig);
}

/* The primary was attached without carrier: the first selection that finds it UP takes it. */
static void test_force_waits_for_link(void **state)
{
	struct rig *rig = rig_new("mode active-backup miimon 100 primary eth2 "
				  "primary_reselect failure");

	(void)state;
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, false);
	expect_active(rig, 1);
	rig_carrier(rig, 2, true);
	expect_active(rig, 2);
	rig_carrier(rig, 2, false);
	rig_carrier(rig, 2, true);
	expect_active(rig, 1); /* once only */
	rig_free(rig);
}

static void test_primary_better(void **state)
{
	static const struct {
		int32_t primary_mbps;
		enum duplex primary_duplex;
		int32_t other_mbps;
		enum duplex other_duplex;
		uint32_t active;
	} rows[] = {
		{1000, DUPLEX_IS_FULL, 1000, DUPLEX_IS_FULL, 1},
		{10000, DUPLEX_IS_FULL, 1000, DUPLEX_IS_FULL, 2},
		{100, DUPLEX_IS_FULL, 1000, DUPLEX_IS_FULL, 1},
		{1000, DUPLEX_IS_FULL, 1000, DUPLEX_IS_HALF, 2},
		{1000, DUPLEX_IS_HALF, 1000, DUPLEX_IS_FULL, 1},
		{10000, DUPLEX_IS_HALF, 1000, DUPLEX_IS_FULL, 2},
		/* as in the kernel, where unknown is the largest number */
		{SPEED_UNKNOWN_MBPS, DUPLEX_IS_UNKNOWN, 1000, DUPLEX_IS_FULL, 2},
		{1000, DUPLEX_IS_FULL, SPEED_UNKNOWN_MBPS, DUPLEX_IS_UNKNOWN, 1},
		{SPEED_UNKNOWN_MBPS, DUPLEX_IS_UNKNOWN, SPEED_UNKNOWN_MBPS, DUPLEX_IS_UNKNOWN, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rig *rig = rig_with("mode active-backup miimon 100 primary eth2 "
					   "primary_reselect better",
					   2);

		expect_active(rig, 2);
		rig_carrier(rig, 2, false);
		bond_in_speed(rig->bond, 1, rows[i].other_mbps, rows[i].other_duplex);
		bond_in_speed(rig->bond, 2, rows[i].primary_mbps, rows[i].primary_duplex);
		bond_in_speed(rig->bond, 9, 1, DUPLEX_IS_HALF); /* unknown: ignored */
		rig_carrier(rig, 2, true);
		expect_active(rig, rows[i].active);
		assert_int_equal(rig_port(rig, 1).speed_mbps, rows[i].other_mbps);
		assert_int_equal(rig_port(rig, 2).duplex, rows[i].primary_duplex);
		rig_free(rig);
	}
}

static void test_set_primary_forces_once(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100 primary_reselect failure", 3);

	(void)state;
	expect_active(rig, 1);
	rig_clear(rig);
	rig_set(rig, "primary eth3");
	expect_active(rig, 3);
	assert_int_equal(rig_nth(rig, FX_ACTIVE, 0)->fx.cause, CAUSE_OPTION);
	rig_carrier(rig, 3, false);
	rig_carrier(rig, 3, true);
	expect_active(rig, 1);
	rig_set(rig, "primary eth3"); /* the same again: nothing */
	expect_active(rig, 1);
	rig_free(rig);
}

static void test_clear_primary_selects(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100 primary eth2", 2);

	(void)state;
	expect_active(rig, 2);
	rig_set(rig, "primary none");
	expect_active(rig, 1); /* policy always: the first of equals */
	rig_free(rig);

	rig = rig_with("mode active-backup miimon 100 primary eth2", 2);
	rig_set(rig, "primary eth9"); /* not attached: the old one is none any more */
	expect_active(rig, 1);
	rig_set(rig, "primary eth8"); /* recorded only */
	expect_active(rig, 1);
	rig_attach(rig, 8, true);
	expect_active(rig, 8);
	rig_free(rig);
}

static void test_reselect_change_selects(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100 primary eth2 "
				   "primary_reselect failure",
				   2);

	(void)state;
	rig_carrier(rig, 2, false);
	rig_carrier(rig, 2, true);
	expect_active(rig, 1);
	rig_set(rig, "primary_reselect always");
	expect_active(rig, 2);
	rig_free(rig);
}

static void test_prio(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100", 3);

	(void)state;
	rig_clear(rig);
	rig_prio(rig, 3, 5);
	expect_active(rig, 3);
	assert_int_equal(rig_nth(rig, FX_ACTIVE, 0)->fx.cause, CAUSE_OPTION);
	rig_prio(rig, 1, -1);
	rig_carrier(rig, 3, false);
	expect_active(rig, 2); /* 0 is above -1 */
	rig_carrier(rig, 3, true);
	expect_active(rig, 3); /* higher prio: triggers one */
	rig_carrier(rig, 2, false);
	rig_carrier(rig, 3, false);
	expect_active(rig, 1);
	rig_carrier(rig, 2, true);
	expect_active(rig, 2);
	rig_free(rig);
}

static void test_prio_follows_reselect(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100 primary_reselect failure", 2);

	(void)state;
	rig_prio(rig, 2, 10);
	expect_active(rig, 1);
	rig_carrier(rig, 1, false);
	expect_active(rig, 2);
	rig_free(rig);

	rig = rig_with("mode active-backup miimon 100 primary_reselect better", 2);
	bond_in_speed(rig->bond, 2, 10000, DUPLEX_IS_FULL);
	rig_prio(rig, 2, 10);
	expect_active(rig, 2);
	rig_free(rig);
}

static void test_primary_outranks_prio(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100 primary eth1", 3);

	(void)state;
	rig_prio(rig, 3, 10);
	expect_active(rig, 1);
	rig_carrier(rig, 1, false);
	expect_active(rig, 3); /* with the primary down, prio decides */
	rig_carrier(rig, 1, true);
	expect_active(rig, 1);
	rig_free(rig);
}

static void test_prio_does_not_ask_beside_a_primary(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100 primary eth1", 3);

	(void)state;
	assert_int_equal(bond_in_active(rig->bond, 2, rig->now_ms), 0);
	rig_step(rig);
	rig_prio(rig, 3, 10);
	expect_active(rig, 2);
	rig_free(rig);
}

static void test_prio_means_nothing_elsewhere(void **state)
{
	struct rig *rig = rig_with("mode balance-rr miimon 100", 2);

	(void)state;
	rig_prio(rig, 2, 10);
	assert_int_equal(bond_get_table(rig->bond)->igmp_port, 1);
	rig_attach(rig, 3, true);
	assert_int_equal(bond_get_table(rig->bond)->igmp_port, 1);
	rig_free(rig);
}

static void test_command(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100", 3);

	(void)state;
	rig_clear(rig);
	assert_int_equal(bond_in_active(rig->bond, 3, rig->now_ms), 0);
	rig_step(rig);
	expect_active(rig, 3);
	assert_int_equal(rig_nth(rig, FX_ACTIVE, 0)->fx.cause, CAUSE_COMMAND);
	rig_clear(rig);
	assert_int_equal(bond_in_active(rig->bond, 3, rig->now_ms), 0);
	rig_step(rig);
	assert_int_equal(rig->count, 0);
	assert_int_equal(bond_in_active(rig->bond, 0, rig->now_ms), 0);
	rig_step(rig);
	expect_active(rig, 1);
	rig_free(rig);
}

static void test_command_refused(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100 updelay 100", 1);

	(void)state;
	rig_attach(rig, 2, false);
	assert_int_equal(bond_in_active(rig->bond, 2, rig->now_ms), -ENETDOWN);
	assert_int_equal(bond_in_active(rig->bond, 7, rig->now_ms), -ENOENT);
	rig_carrier(rig, 2, true);
	assert_int_equal(bond_in_active(rig->bond, 2, rig->now_ms), -ENETDOWN); /* BACK */
	rig_wait(rig, 100);
	assert_int_equal(bond_in_active(rig->bond, 2, rig->now_ms), 0);
	rig_step(rig);
	expect_active(rig, 2);
	rig_free(rig);

	rig = rig_with("mode balance-rr miimon 100", 1);
	assert_int_equal(bond_in_active(rig->bond, 1, rig->now_ms), -EACCES);
	rig_free(rig);
}

/* The port fails, or is detached, between the command and the step. */
static void test_command_overtaken(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100", 3);

	(void)state;
	assert_int_equal(bond_in_active(rig->bond, 2, rig->now_ms), 0);
	bond_in_carrier(rig->bond, 2, false, rig->now_ms);
	rig_step(rig);
	expect_active(rig, 1);
	assert_int_equal(bond_in_active(rig->bond, 3, rig->now_ms), 0);
	rig_detach(rig, 3);
	expect_active(rig, 1);
	/* a port that is attached again is another port, whatever its number */
	assert_int_equal(bond_in_active(rig->bond, 2, rig->now_ms), -ENETDOWN);
	rig_carrier(rig, 2, true);
	assert_int_equal(bond_in_active(rig->bond, 2, rig->now_ms), 0);
	assert_int_equal(bond_in_detach(rig->bond, 2, rig->now_ms), 0);
	rig_attach(rig, 2, true);
	expect_active(rig, 1);
	rig_free(rig);
}

static void test_rename(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100 primary wan0", 2);

	(void)state;
	expect_active(rig, 1);
	bond_in_name(rig->bond, 2, "wan0");
	rig_step(rig);
	expect_active(rig, 2);
	assert_string_equal(rig_port(rig, 2).name, "wan0");
	bond_in_name(rig->bond, 2, "lan0");
	rig_step(rig);
	expect_active(rig, 1);
	bond_in_name(rig->bond, 1, "a-name-that-is-too-long");
	assert_string_equal(rig_port(rig, 1).name, "a-name-that-is-");
	rig_free(rig);
}

/* The policy does not apply while the active port fails: any port that is UP may take over. */
static void test_selection_during_downdelay(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100 downdelay 500 "
				   "primary_reselect failure",
				   2);

	(void)state;
	rig_carrier(rig, 1, false);
	expect_active(rig, 1);
	assert_true(bond_get_carrier(rig->bond));
	rig_attach(rig, 3, true);
	expect_active(rig, 2);
	rig_free(rig);
}

static void test_downdelay_holds_the_active_port(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100 downdelay 500", 2);

	(void)state;
	rig_carrier(rig, 1, false);
	rig_wait(rig, 499);
	expect_active(rig, 1);
	rig_expect_tx(rig, 1, 0);
	rig_wait(rig, 1);
	expect_active(rig, 2);
	rig_expect_tx(rig, 2, 0);
	rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_in_order),
		cmocka_unit_test(test_the_last_active_port_receives_a_while),
		cmocka_unit_test(test_all_down_and_back),
		cmocka_unit_test(test_detach_of_active),
		cmocka_unit_test(test_primary_always),
		cmocka_unit_test(test_primary_waits_for_updelay),
		cmocka_unit_test(test_primary_failure),
		cmocka_unit_test(test_force_waits_for_link),
		cmocka_unit_test(test_primary_better),
		cmocka_unit_test(test_set_primary_forces_once),
		cmocka_unit_test(test_clear_primary_selects),
		cmocka_unit_test(test_reselect_change_selects),
		cmocka_unit_test(test_prio),
		cmocka_unit_test(test_prio_follows_reselect),
		cmocka_unit_test(test_primary_outranks_prio),
		cmocka_unit_test(test_prio_does_not_ask_beside_a_primary),
		cmocka_unit_test(test_prio_means_nothing_elsewhere),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_command_refused),
		cmocka_unit_test(test_command_overtaken),
		cmocka_unit_test(test_rename),
		cmocka_unit_test(test_selection_during_downdelay),
		cmocka_unit_test(test_downdelay_holds_the_active_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
