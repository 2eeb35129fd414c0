/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port's link state: every state with every event, both delays, what counts
 * as a failure, and when updelay is skipped.
 */
#include "tests/unit/rig.h"

#include "core/bond_state.h"

static void test_next(void **state)
{
	static const struct {
		enum link_state from;
		bool carrier, delay_over;
		enum link_state to;
	} rows[] = {
		{LINK_UP, true, false, LINK_UP},      {LINK_UP, true, true, LINK_UP},
		{LINK_UP, false, false, LINK_FAIL},   {LINK_UP, false, true, LINK_FAIL},
		{LINK_FAIL, true, false, LINK_UP},    {LINK_FAIL, true, true, LINK_UP},
		{LINK_FAIL, false, false, LINK_FAIL}, {LINK_FAIL, false, true, LINK_DOWN},
		{LINK_DOWN, true, false, LINK_BACK},  {LINK_DOWN, true, true, LINK_BACK},
		{LINK_DOWN, false, false, LINK_DOWN}, {LINK_DOWN, false, true, LINK_DOWN},
		{LINK_BACK, true, false, LINK_BACK},  {LINK_BACK, true, true, LINK_UP},
		{LINK_BACK, false, false, LINK_DOWN}, {LINK_BACK, false, true, LINK_DOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(link_next(rows[i].from, rows[i].carrier, rows[i].delay_over),
				 rows[i].to);
}

static void test_no_delays(void **state)
{
	struct rig *rig = rig_new("mode balance-xor miimon 100");

	(void)state;
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, true);
	rig_clear(rig);
	rig->now_ms += 7;
	rig_carrier(rig, 1, false);
	assert_int_equal(rig_link(rig, 1), LINK_DOWN);
	assert_int_equal(rig_port(rig, 1).link_failures, 1);
	assert_int_equal(rig_port(rig, 1).link_since_ms, rig->now_ms);
	assert_int_equal(rig_count(rig, FX_LINK), 1);
	assert_int_equal(rig_nth(rig, FX_LINK, 0)->fx.from, LINK_UP);
	assert_int_equal(rig_nth(rig, FX_LINK, 0)->fx.to, LINK_DOWN);
	assert_string_equal(cause_word(rig_nth(rig, FX_LINK, 0)->fx.cause), "carrier");
	rig_carrier(rig, 1, true);
	assert_int_equal(rig_link(rig, 1), LINK_UP);
	assert_int_equal(rig_port(rig, 1).link_failures, 1);
	assert_int_equal(rig_nth(rig, FX_LINK, 1)->fx.from, LINK_DOWN);
	assert_int_equal(rig_nth(rig, FX_LINK, 1)->fx.to, LINK_UP);
	rig_free(rig);
}

static void test_downdelay(void **state)
{
	struct rig *rig = rig_new("mode balance-xor miimon 100 downdelay 300");
	uint64_t lost_ms;

	(void)state;
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, true);
	rig->now_ms += 33;
	rig_clear(rig);
	lost_ms = rig->now_ms;
	rig_carrier(rig, 1, false);
	assert_int_equal(rig_link(rig, 1), LINK_FAIL);
	assert_int_equal(rig_port(rig, 1).link_failures, 0);
	rig_wait(rig, 299);
	assert_int_equal(rig_link(rig, 1), LINK_FAIL);
	rig_wait(rig, 1); /* counted from the fact, not from a poll */
	assert_int_equal(rig_link(rig, 1), LINK_DOWN);
	assert_int_equal(rig_port(rig, 1).link_failures, 1);
	assert_int_equal(rig_nth(rig, FX_LINK, 1)->at_ms, lost_ms + 300);
	assert_int_equal(rig_nth(rig, FX_LINK, 1)->fx.from, LINK_FAIL);
	assert_int_equal(rig_nth(rig, FX_LINK, 1)->fx.cause, CAUSE_DELAY);
	rig_free(rig);
}

static void test_return_during_downdelay(void **state)
{
	struct rig *rig = rig_new("mode balance-xor miimon 100 downdelay 300 updelay 500");

	(void)state;
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, true);
	rig_wait(rig, 600);
	rig_carrier(rig, 1, false);
	rig_wait(rig, 299);
	rig_carrier(rig, 1, true);
	assert_int_equal(rig_link(rig, 1), LINK_UP); /* updelay does not apply */
	assert_int_equal(rig_port(rig, 1).link_failures, 0);
	rig_wait(rig, 1000);
	assert_int_equal(rig_link(rig, 1), LINK_UP);
	/* a new loss gets the full delay again */
	rig_carrier(rig, 1, false);
	rig_wait(rig, 299);
	assert_int_equal(rig_link(rig, 1), LINK_FAIL);
	rig_free(rig);
}

static void test_updelay(void **state)
{
	struct rig *rig = rig_new("mode balance-xor miimon 100 updelay 500");

	(void)state;
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, false);
	rig->now_ms += 41;
	rig_carrier(rig, 2, true);
	assert_int_equal(rig_link(rig, 2), LINK_BACK);
	rig_wait(rig, 499);
	assert_int_equal(rig_link(rig, 2), LINK_BACK);
	rig_expect_tx(rig, 1, 0);
	rig_wait(rig, 1);
	assert_int_equal(rig_link(rig, 2), LINK_UP);
	rig_expect_tx(rig, 1, 2, 0);
	rig_free(rig);
}

static void test_loss_during_updelay_counts(void **state)
{
	struct rig *rig = rig_new("mode balance-xor miimon 100 updelay 500 downdelay 300");

	(void)state;
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, false);
	rig_carrier(rig, 2, true);
	rig_wait(rig, 100);
	rig_carrier(rig, 2, false);
	assert_int_equal(rig_link(rig, 2), LINK_DOWN); /* downdelay does not apply */
	assert_int_equal(rig_port(rig, 2).link_failures, 1);
	rig_free(rig);
}

static void test_late_step(void **state)
{
	struct rig *rig = rig_new("mode balance-xor miimon 100 downdelay 300");
	uint64_t lost_ms;

	(void)state;
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, true);
	lost_ms = rig->now_ms;
	bond_in_carrier(rig->bond, 1, false, lost_ms);
	rig->now_ms += 10000; /* the daemon was stopped meanwhile */
	rig_clear(rig);
	rig_step(rig);
	assert_int_equal(rig_count(rig, FX_LINK), 1);
	assert_int_equal(rig_nth(rig, FX_LINK, 0)->fx.from, LINK_UP);
	assert_int_equal(rig_nth(rig, FX_LINK, 0)->fx.to, LINK_DOWN);
	assert_int_equal(rig_nth(rig, FX_LINK, 0)->fx.cause, CAUSE_DELAY);
	assert_int_equal(rig_port(rig, 1).link_since_ms, lost_ms + 300);
	assert_int_equal(rig_port(rig, 1).link_failures, 1);
	rig_free(rig);
}

/* A flap between two steps is not seen: the state follows the current facts. */
static void test_flicker_between_steps(void **state)
{
	struct rig *rig = rig_new("mode active-backup miimon 100");

	(void)state;
	rig_attach(rig, 1, true);
	rig_clear(rig);
	bond_in_carrier(rig->bond, 1, false, rig->now_ms);
	bond_in_carrier(rig->bond, 1, true, rig->now_ms);
	rig_step(rig);
	assert_int_equal(rig->count, 0);
	assert_int_equal(rig_port(rig, 1).link_failures, 0);
	rig_free(rig);
}

static void test_running_delay_keeps_its_end(void **state)
{
	struct rig *rig = rig_new("mode balance-xor miimon 100 updelay 500");

	(void)state;
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, false);
	rig_carrier(rig, 2, true);
	rig_wait(rig, 200);
	rig_set(rig, "updelay 5000");
	rig_wait(rig, 299);
	assert_int_equal(rig_link(rig, 2), LINK_BACK);
	rig_wait(rig, 1);
	assert_int_equal(rig_link(rig, 2), LINK_UP);
	rig_free(rig);
}

static void test_attach(void **state)
{
	struct rig *rig = rig_new("mode active-backup miimon 100 updelay 500");

	(void)state;
	rig_attach(rig, 1, false);
	assert_int_equal(rig_link(rig, 1), LINK_DOWN);
	assert_int_equal(rig_port(rig, 1).link_failures, 0);
	rig_attach(rig, 2, true); /* nothing usable: no updelay */
	assert_int_equal(rig_link(rig, 2), LINK_UP);
	rig_attach(rig, 3, true);
	assert_int_equal(rig_link(rig, 3), LINK_BACK);
	rig_wait(rig, 499);
	assert_int_equal(rig_link(rig, 3), LINK_BACK);
	rig_wait(rig, 1);
	assert_int_equal(rig_link(rig, 3), LINK_UP);
	rig_free(rig);
}

/* Two ports attached in one batch: the first is usable, so the second waits. */
static void test_attach_batch(void **state)
{
	static const char *const modes[] = {"mode active-backup miimon 100 updelay 500",
					    "mode balance-rr miimon 100 updelay 500"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct rig *rig = rig_new(modes[i]);
		struct bond_port_facts a = rig_facts(1, true), b = rig_facts(2, true);

		assert_int_equal(bond_in_attach(rig->bond, 1, &a, rig->now_ms), 0);
		assert_int_equal(bond_in_attach(rig->bond, 2, &b, rig->now_ms), 0);
		rig_step(rig);
		assert_int_equal(rig_link(rig, 1), LINK_UP);
		assert_int_equal(rig_link(rig, 2), LINK_BACK);
		rig_free(rig);
	}
}

static void skip_updelay_in(const char *options)
{
	struct rig *rig = rig_new(options);

	rig_attach(rig, 1, true);
	rig_attach(rig, 2, true);
	rig_wait(rig, 1000);
	rig_carrier(rig, 1, false);
	rig_carrier(rig, 2, false);
	assert_false(bond_get_carrier(rig->bond));
	rig_wait(rig, 1000);
	rig_clear(rig);
	rig_carrier(rig, 2, true);
	assert_int_equal(rig_link(rig, 2), LINK_UP);
	assert_int_equal(rig_nth(rig, FX_LINK, 0)->fx.cause, CAUSE_NO_OTHER);
	assert_true(bond_get_carrier(rig->bond));
	rig_carrier(rig, 1, true); /* only the first to return skips updelay */
	assert_int_equal(rig_link(rig, 1), LINK_BACK);
	rig_wait(rig, 500);
	assert_int_equal(rig_link(rig, 1), LINK_UP);
	rig_free(rig);
}

static void test_updelay_skipped_when_nothing_usable(void **state)
{
	(void)state;
	skip_updelay_in("mode balance-rr miimon 100 updelay 500");
	skip_updelay_in("mode active-backup miimon 100 updelay 500");
	skip_updelay_in("mode balance-xor miimon 100 updelay 500");
	skip_updelay_in("mode broadcast miimon 100 updelay 500");
}

/* The last usable port fails while others wait for their updelay to end. */
static void test_updelay_cut_short(void **state)
{
	struct rig *rig = rig_new("mode active-backup miimon 100 updelay 500");

	(void)state;
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, false);
	rig_attach(rig, 3, false);
	rig_carrier(rig, 3, true); /* 3 is back first: its updelay ends first */
	rig_wait(rig, 100);
	rig_carrier(rig, 2, true);
	rig_carrier(rig, 1, false);
	assert_int_equal(rig_link(rig, 3), LINK_UP);
	assert_int_equal(rig_link(rig, 2), LINK_BACK);
	assert_int_equal(bond_get_active(rig->bond), 3);
	rig_free(rig);

	rig = rig_new("mode balance-xor miimon 100 updelay 500");
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, false);
	rig_attach(rig, 3, false);
	rig_carrier(rig, 3, true);
	rig_wait(rig, 100);
	rig_carrier(rig, 2, true);
	rig_carrier(rig, 1, false);
	assert_int_equal(rig_link(rig, 2), LINK_UP); /* the first in order */
	assert_int_equal(rig_link(rig, 3), LINK_BACK);
	rig_expect_tx(rig, 2, 0);
	rig_free(rig);
}

/* Active-backup: a failing active port is still active, so updelay is not skipped yet. */
static void test_updelay_not_skipped_during_downdelay(void **state)
{
	struct rig *rig = rig_new("mode active-backup miimon 100 updelay 500 downdelay 200");

	(void)state;
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, false);
	rig_carrier(rig, 1, false);
	rig_carrier(rig, 2, true);
	assert_int_equal(rig_link(rig, 2), LINK_BACK);
	assert_int_equal(bond_get_active(rig->bond), 1);
	assert_false(bond_get_carrier(rig->bond)); /* no link is UP */
	rig_wait(rig, 200);
	assert_int_equal(rig_link(rig, 2), LINK_UP);
	assert_int_equal(bond_get_active(rig->bond), 2);
	assert_true(bond_get_carrier(rig->bond));
	rig_free(rig);
}

static void test_without_miimon_facts_still_act(void **state)
{
	struct rig *rig = rig_new("mode active-backup");

	(void)state;
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, true);
	rig_carrier(rig, 1, false);
	assert_int_equal(rig_link(rig, 1), LINK_DOWN);
	assert_int_equal(bond_get_active(rig->bond), 2);
	rig_free(rig);
}

static void test_words(void **state)
{
	(void)state;
	assert_string_equal(link_state_word(LINK_UP), "up");
	assert_string_equal(link_state_word(LINK_FAIL), "going down");
	assert_string_equal(link_state_word(LINK_DOWN), "down");
	assert_string_equal(link_state_word(LINK_BACK), "going back");
	for (int cause = 0; cause < CAUSE_MONITOR; cause++)
		assert_string_not_equal(cause_word((enum cause)cause), "unknown");
}

/* What monitors.h asks of every row. */
static void test_monitors(void **state)
{
	size_t count = 0;

	(void)state;
	assert_ptr_equal(monitor_list[0], &monitor_carrier);
	for (; monitor_list[count]; count++) {
		const struct monitor *row = monitor_list[count];

		assert_non_null(row->good);
		assert_non_null(row->reason);
		assert_true(!row->is_veto || row->lift);
		assert_true(!row->is_veto || !row->is_on);
		assert_ptr_equal(cause_word(monitor_cause(row)), row->word);
	}
	assert_string_equal(cause_word((enum cause)(CAUSE_MONITOR + count)), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_no_delays),
		cmocka_unit_test(test_downdelay),
		cmocka_unit_test(test_return_during_downdelay),
		cmocka_unit_test(test_updelay),
		cmocka_unit_test(test_loss_during_updelay_counts),
		cmocka_unit_test(test_late_step),
		cmocka_unit_test(test_flicker_between_steps),
		cmocka_unit_test(test_running_delay_keeps_its_end),
		cmocka_unit_test(test_attach),
		cmocka_unit_test(test_attach_batch),
		cmocka_unit_test(test_updelay_skipped_when_nothing_usable),
		cmocka_unit_test(test_updelay_cut_short),
		cmocka_unit_test(test_updelay_not_skipped_during_downdelay),
		cmocka_unit_test(test_without_miimon_facts_still_act),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_monitors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
