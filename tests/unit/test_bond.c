/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What surrounds the decisions: the first step, polling on a grid, refusals,
 * taking over from an earlier daemon, changes of options.
 */
#include "tests/unit/rig.h"

#include <errno.h>
#include <string.h>

static void test_first_step_states_all(void **state)
{
	struct bond_options options = rig_options("mode active-backup miimon 100");
	struct bond *bond = bond_new(&options, 5000);
	struct bond_effects fx;

	(void)state;
	assert_int_equal(bond_next_deadline(bond), 5000);
	bond_step(bond, 5000, &fx);
	assert_int_equal(fx.count, 2);
	assert_int_equal(fx.list[0].kind, FX_TABLE);
	assert_int_equal(fx.list[1].kind, FX_CARRIER);
	assert_false(fx.list[1].on);
	assert_true(bond_next_deadline(bond) == BOND_NEVER);
	bond_free(bond);
	bond_free(NULL);
}

static void test_refused(void **state)
{
	struct rig *rig = rig_new("mode balance-xor miimon 100");
	struct bond_port_facts facts = rig_facts(1, true);
	struct bond_port_view view;

	(void)state;
	assert_int_equal(bond_in_attach(rig->bond, 0, &facts, rig->now_ms), -EINVAL);
	for (uint32_t id = 1; id <= BOND_PORTS_MAX; id++)
		rig_attach(rig, id, true);
	assert_int_equal(bond_in_attach(rig->bond, 1, &facts, rig->now_ms), -EEXIST);
	assert_int_equal(bond_in_attach(rig->bond, 99, &facts, rig->now_ms), -ENOSPC);
	assert_int_equal(bond_in_restore(rig->bond, 99, &facts, LINK_UP, false, rig->now_ms),
			 -ENOSPC);
	assert_int_equal(bond_in_detach(rig->bond, 99, rig->now_ms), -ENOENT);
	assert_int_equal(bond_in_port_options(rig->bond, 99, &facts.options), -ENOENT);
	assert_false(bond_port_by_id(rig->bond, 99, &view));
	bond_in_carrier(rig->bond, 99, false, rig->now_ms);
	bond_in_name(rig->bond, 99, "eth99");
	rig_clear(rig);
	rig_step(rig);
	assert_int_equal(rig->count, 0);
	rig_free(rig);
}

static void test_ports_in_order(void **state)
{
	struct rig *rig = rig_new("mode balance-rr");

	(void)state;
	rig_attach(rig, 30, true);
	rig_attach(rig, 10, true);
	rig_attach(rig, 20, false);
	assert_int_equal(bond_port_count(rig->bond), 3);
	assert_int_equal(bond_port_at(rig->bond, 0).id, 30);
	assert_int_equal(bond_port_at(rig->bond, 1).id, 10);
	assert_int_equal(bond_port_at(rig->bond, 2).id, 20);
	rig_detach(rig, 10);
	assert_int_equal(bond_port_at(rig->bond, 1).id, 20);
	assert_string_equal(bond_port_at(rig->bond, 1).name, "eth20");
	assert_false(bond_port_at(rig->bond, 1).carrier);
	rig_free(rig);
}

static void test_polls_on_a_grid(void **state)
{
	struct rig *a = rig_new("mode active-backup miimon 100");
	struct rig *b = rig_new("mode balance-rr miimon 100");

	(void)state;
	a->now_ms = 1013;
	rig_attach(a, 1, true);
	b->now_ms = 1087;
	rig_attach(b, 1, true);
	assert_int_equal(bond_next_deadline(a->bond), 1100);
	assert_int_equal(bond_next_deadline(b->bond), 1100);
	rig_clear(a);
	rig_wait(a, 1000);
	assert_int_equal(rig_count(a, FX_POLL), 10);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(rig_nth(a, FX_POLL, i)->at_ms, 1100 + 100 * i);
	rig_free(a);
	rig_free(b);
}

static void test_no_polls(void **state)
{
	struct rig *rig = rig_new("mode active-backup");

	(void)state;
	rig_attach(rig, 1, true);
	assert_true(bond_next_deadline(rig->bond) == BOND_NEVER);
	rig_free(rig);

	rig = rig_new("mode active-backup miimon 100"); /* without ports nothing is read */
	assert_true(bond_next_deadline(rig->bond) == BOND_NEVER);
	rig_attach(rig, 1, true);
	assert_int_equal(bond_next_deadline(rig->bond), 1100);
	rig_detach(rig, 1);
	assert_true(bond_next_deadline(rig->bond) == BOND_NEVER);
	rig_free(rig);
}

static void test_miimon_changes(void **state)
{
	struct rig *rig = rig_new("mode active-backup miimon 100");

	(void)state;
	rig_attach(rig, 1, true);
	rig->now_ms = 1005;
	rig_set(rig, "miimon 30");
	assert_int_equal(bond_next_deadline(rig->bond), 1020);
	rig_set(rig, "miimon 0");
	assert_true(bond_next_deadline(rig->bond) == BOND_NEVER);
	rig_set(rig, "miimon 1000");
	assert_int_equal(bond_next_deadline(rig->bond), 2000);
	rig_free(rig);
}

static void test_late_poll_is_one_poll(void **state)
{
	struct rig *rig = rig_new("mode active-backup miimon 100");

	(void)state;
	rig_attach(rig, 1, true);
	rig_clear(rig);
	rig->now_ms = 5555;
	rig_step(rig);
	assert_int_equal(rig_count(rig, FX_POLL), 1);
	assert_int_equal(bond_next_deadline(rig->bond), 5600);
	rig_free(rig);
}

/* A poll usually finds nothing: then the step after it has nothing to do. */
static void test_poll_that_finds_nothing(void **state)
{
	struct rig *rig = rig_new("mode active-backup miimon 100");

	(void)state;
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, false);
	rig_wait(rig, 100);
	rig_clear(rig);
	bond_in_carrier(rig->bond, 1, true, rig->now_ms);
	bond_in_carrier(rig->bond, 2, false, rig->now_ms);
	assert_int_equal(bond_next_deadline(rig->bond), rig->now_ms + 100);
	rig_step(rig);
	assert_int_equal(rig->count, 0);
	rig_free(rig);
}

static void test_facts_are_due_at_once(void **state)
{
	struct rig *rig = rig_new("mode active-backup miimon 100");

	(void)state;
	rig_attach(rig, 1, true);
	rig->now_ms += 5;
	bond_in_carrier(rig->bond, 1, false, rig->now_ms);
	assert_true(bond_next_deadline(rig->bond) <= rig->now_ms);
	rig_free(rig);
}

static void restore(struct rig *rig, uint32_t id, bool carrier, enum link_state link, bool active,
		    uint32_t failures)
{
	struct bond_port_facts facts = rig_facts(id, carrier);

	facts.link_failures = failures;
	assert_int_equal(bond_in_restore(rig->bond, id, &facts, link, active, rig->now_ms), 0);
}

static void test_restore(void **state)
{
	struct rig *rig = rig_new("mode active-backup miimon 100 updelay 500");

	(void)state;
	restore(rig, 1, true, LINK_UP, false, 3);
	restore(rig, 2, true, LINK_UP, true, 0);
	restore(rig, 3, true, LINK_BACK, false, 1);
	rig_step(rig);
	assert_int_equal(bond_get_active(rig->bond), 2);
	assert_true(bond_get_carrier(rig->bond));
	rig_expect_tx(rig, 2, 0);
	assert_int_equal(rig_port(rig, 1).link_failures, 3);
	assert_int_equal(rig_port(rig, 3).link_failures, 1);
	assert_int_equal(rig_count(rig, FX_TABLE), 1);
	assert_int_equal(rig_nth(rig, FX_TABLE, 0)->fx.cause, CAUSE_RESTORE);
	assert_int_equal(rig_count(rig, FX_ACTIVE), 0);
	assert_int_equal(rig_count(rig, FX_LINK), 0);
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 0);
	assert_int_equal(rig_count(rig, FX_RESEND_IGMP), 0);
	rig_wait(rig, 499);
	assert_int_equal(rig_link(rig, 3), LINK_BACK);
	rig_wait(rig, 1);
	assert_int_equal(rig_link(rig, 3), LINK_UP);
	rig_carrier(rig, 2, false); /* and failover works */
	assert_int_equal(bond_get_active(rig->bond), 1);
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 1);
	rig_free(rig);
}

/* A primary that was not selected before the daemon died is not selected after. */
static void test_restore_does_not_select(void **state)
{
	struct rig *rig = rig_new("mode active-backup miimon 100 primary eth1");

	(void)state;
	restore(rig, 1, true, LINK_UP, false, 0);
	restore(rig, 2, true, LINK_UP, true, 0);
	rig_step(rig);
	assert_int_equal(bond_get_active(rig->bond), 2);
	rig_free(rig);
}

/* The active port lost carrier while no daemon ran: a failover, announced. */
static void test_restore_contradicted(void **state)
{
	struct rig *rig = rig_new("mode active-backup miimon 100");

	(void)state;
	restore(rig, 1, false, LINK_UP, true, 0);
	restore(rig, 2, true, LINK_UP, false, 0);
	rig_step(rig);
	assert_int_equal(bond_get_active(rig->bond), 2);
	assert_int_equal(rig_nth(rig, FX_ACTIVE, 0)->fx.old_port, 1);
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 1);
	assert_int_equal(rig_port(rig, 1).link_failures, 1);
	rig_free(rig);

	/* invalid state from outside: a DOWN port cannot be active */
	rig = rig_new("mode active-backup miimon 100");
	restore(rig, 1, false, LINK_DOWN, true, 0);
	restore(rig, 2, true, LINK_UP, false, 0);
	rig_step(rig);
	assert_int_equal(bond_get_active(rig->bond), 2);
	rig_free(rig);
}

static void test_restore_roundrobin(void **state)
{
	struct rig *rig = rig_new("mode balance-rr miimon 100 downdelay 300");

	(void)state;
	restore(rig, 1, true, LINK_UP, true, 0);
	restore(rig, 2, true, LINK_UP, true, 0);
	restore(rig, 3, false, LINK_FAIL, true, 0);
	rig_step(rig);
	rig_expect_tx(rig, 1, 2, 1, 0);
	assert_int_equal(bond_get_table(rig->bond)->igmp_port, 1);
	assert_int_equal(rig_count(rig, FX_RESEND_IGMP), 0);
	rig_wait(rig, 300);
	assert_int_equal(rig_link(rig, 3), LINK_DOWN);
	assert_int_equal(rig_port(rig, 3).link_failures, 1);
	rig_free(rig);
}

static void test_mode_changes_without_ports(void **state)
{
	struct rig *rig = rig_new("mode active-backup miimon 100 primary eth1");

	(void)state;
	rig_attach(rig, 1, true);
	rig_detach(rig, 1);
	rig_set(rig, "mode balance-rr");
	assert_int_equal(bond_get_options(rig->bond)->mode, BOND_MODE_ROUNDROBIN);
	assert_true(bond_get_table(rig->bond)->rx_any);
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, true);
	rig_expect_tx(rig, 1, 2, 0);
	rig_free(rig);
}

static void test_port_options_are_kept(void **state)
{
	struct rig *rig = rig_new("mode balance-rr");
	struct bond_port_facts facts = rig_facts(1, true);

	(void)state;
	facts.options.prio = -7;
	facts.options.queue_id = 9;
	rig_attach_facts(rig, 1, &facts);
	assert_int_equal(rig_port(rig, 1).options.prio, -7);
	assert_int_equal(rig_port(rig, 1).options.queue_id, 9);
	facts.options.queue_id = 10;
	assert_int_equal(bond_in_port_options(rig->bond, 1, &facts.options), 0);
	assert_int_equal(rig_port(rig, 1).options.queue_id, 10);
	rig_free(rig);
}

/* Detached and attached again in one batch: only its place in the order changes. */
static void test_detach_and_attach_in_one_batch(void **state)
{
	struct rig *rig = rig_new("mode active-backup miimon 100");
	struct bond_port_facts facts = rig_facts(1, true);

	(void)state;
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, true);
	assert_int_equal(bond_in_detach(rig->bond, 1, rig->now_ms), 0);
	assert_int_equal(bond_in_attach(rig->bond, 1, &facts, rig->now_ms), 0);
	rig_clear(rig);
	rig_step(rig);
	assert_int_equal(bond_get_active(rig->bond), 2);
	assert_int_equal(rig_nth(rig, FX_ACTIVE, 0)->fx.old_port, 1);
	assert_int_equal(rig_count(rig, FX_CARRIER), 0);
	rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_step_states_all),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_ports_in_order),
		cmocka_unit_test(test_polls_on_a_grid),
		cmocka_unit_test(test_no_polls),
		cmocka_unit_test(test_miimon_changes),
		cmocka_unit_test(test_late_poll_is_one_poll),
		cmocka_unit_test(test_poll_that_finds_nothing),
		cmocka_unit_test(test_facts_are_due_at_once),
		cmocka_unit_test(test_restore),
		cmocka_unit_test(test_restore_does_not_select),
		cmocka_unit_test(test_restore_contradicted),
		cmocka_unit_test(test_restore_roundrobin),
		cmocka_unit_test(test_mode_changes_without_ports),
		cmocka_unit_test(test_port_options_are_kept),
		cmocka_unit_test(test_detach_and_attach_in_one_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
