/* SPDX-License-Identifier: GPL-2.0-or-later */
/* spill_threshold: when a port is added, when it rests, and in which order. */
#include "tests/unit/rig.h"

#include <errno.h>
#include <string.h>

#define XOR "mode balance-xor miimon 100 spill_threshold 80 "
#define AB "mode active-backup miimon 100 spill_threshold 80 "
#define SAMPLE_MS 250

/* Bytes sent by each port so far, indexed by id. */
static uint64_t sent_bytes[5];

static struct rig *ports(const char *options, uint32_t count)
{
	struct rig *rig = rig_new(options);

	for (uint32_t id = 1; id <= count; id++)
		rig_attach(rig, id, true);
	for (uint32_t id = 1; id <= count; id++)
		bond_in_sent(rig->bond, id, sent_bytes[id], rig->now_ms);
	rig_step(rig);
	rig_clear(rig);
	return rig;
}

/* The ports send at these rates in Mbit/s for @ms; counters are read every SAMPLE_MS. */
static void load(struct rig *rig, uint64_t ms, uint64_t first, uint64_t second, uint64_t third)
{
	const uint64_t mbps[] = {0, first, second, third};

	for (; ms >= SAMPLE_MS; ms -= SAMPLE_MS) {
		rig_wait(rig, SAMPLE_MS);
		for (uint32_t id = 1; id <= 3; id++) {
			sent_bytes[id] += mbps[id] * 1000 / 8 * SAMPLE_MS;
			bond_in_sent(rig->bond, id, sent_bytes[id], rig->now_ms);
		}
		rig_step(rig);
	}
}

static uint32_t awake(const struct rig *rig)
{
	return bond_get_table(rig->bond)->tx_awake;
}

static void test_light_load(void **state)
{
	struct rig *rig = ports(XOR, 3);

	(void)state;
	load(rig, 10000, 799, 0, 0);
	rig_expect_tx(rig, 1, 2, 3, 0);
	assert_int_equal(awake(rig), 1);
	assert_int_equal(rig->count - rig_count(rig, FX_POLL), 0);
	assert_true(rig_port(rig, 1).spills && !rig_port(rig, 1).resting);
	assert_true(rig_port(rig, 2).resting && !rig_port(rig, 2).spills);
	rig_free(rig);
}

static void test_join(void **state)
{
	struct rig *rig = ports(XOR, 3);
	struct bond_spill_view view;

	(void)state;
	load(rig, SAMPLE_MS, 870, 0, 0);
	assert_int_equal(awake(rig), 2);
	assert_int_equal(rig_nth(rig, FX_TABLE, 0)->fx.cause, CAUSE_LOAD);
	assert_int_equal(rig_nth(rig, FX_SPILL, 0)->fx.port, 2);
	assert_true(rig_nth(rig, FX_SPILL, 0)->fx.on);
	assert_true(bond_get_spill(rig->bond, &view));
	assert_int_equal(view.was_load_mbps, 870);
	assert_int_equal(view.was_speed_mbps, 1000);
	assert_int_equal(view.mark_percent, 80);
	assert_int_equal(view.speed_mbps, 2000);
	load(rig, 5000, 800, 799, 0);
	assert_int_equal(awake(rig), 2);
	load(rig, SAMPLE_MS, 800, 800, 0);
	assert_int_equal(awake(rig), 3);
	load(rig, 5000, 1000, 1000, 1000); /* there is no fourth */
	assert_int_equal(rig_count(rig, FX_SPILL), 2);
	rig_free(rig);
}

/* A port that was just added is given time to take its share. */
static void test_pause_between_joins(void **state)
{
	struct rig *rig = ports(XOR, 3);

	(void)state;
	load(rig, 2000, 1000, 1000, 0);
	assert_int_equal(rig_count(rig, FX_SPILL), 2);
	assert_true(rig_nth(rig, FX_SPILL, 1)->at_ms - rig_nth(rig, FX_SPILL, 0)->at_ms >= 500);
	rig_free(rig);
}

static void test_rest(void **state)
{
	struct rig *rig = ports(XOR, 2);
	struct bond_spill_view view;

	(void)state;
	load(rig, SAMPLE_MS, 900, 0, 0);
	assert_int_equal(awake(rig), 2);
	load(rig, 60000, 250, 160, 0); /* between the thresholds: unchanged */
	assert_int_equal(awake(rig), 2);
	load(rig, 2000, 200, 190, 0);
	assert_int_equal(awake(rig), 2);
	load(rig, SAMPLE_MS, 200, 210, 0); /* not low for long enough */
	load(rig, 2000, 200, 190, 0);
	assert_int_equal(awake(rig), 2);
	load(rig, SAMPLE_MS, 200, 190, 0);
	assert_int_equal(awake(rig), 1);
	assert_int_equal(rig_nth(rig, FX_SPILL, 1)->fx.port, 2);
	assert_false(rig_nth(rig, FX_SPILL, 1)->fx.on);
	assert_true(bond_get_spill(rig->bond, &view));
	assert_int_equal(view.was_load_mbps, 390);
	assert_int_equal(view.mark_percent, 40);
	/* its remaining flows are no reason to wake it again */
	load(rig, 10000, 200, 190, 0);
	assert_int_equal(rig_count(rig, FX_SPILL), 2);
	rig_expect_tx(rig, 1, 2, 0);
	rig_free(rig);
}

/* The next one in order replaces a lost port at once, and gives way to it again. */
static void test_port_lost_while_spilled(void **state)
{
	struct rig *rig = ports(XOR, 3);

	(void)state;
	load(rig, SAMPLE_MS, 900, 0, 0);
	rig_expect_tx(rig, 1, 2, 3, 0);
	rig_carrier(rig, 1, false);
	rig_expect_tx(rig, 2, 3, 0);
	assert_int_equal(awake(rig), 2);
	load(rig, 5000, 0, 500, 400);
	assert_int_equal(awake(rig), 2);
	rig_carrier(rig, 2, false);
	rig_expect_tx(rig, 3, 0);
	assert_int_equal(awake(rig), 1);
	rig_carrier(rig, 3, false);
	rig_expect_tx(rig, 0);
	assert_int_equal(awake(rig), 0);
	load(rig, 1000, 0, 0, 0);
	rig_carrier(rig, 1, true);
	rig_carrier(rig, 2, true);
	rig_carrier(rig, 3, true);
	rig_expect_tx(rig, 1, 2, 3, 0);
	assert_int_equal(awake(rig), 2);
	load(rig, 3000, 100, 0, 0);
	assert_int_equal(awake(rig), 1);
	rig_free(rig);
}

/* The only port left has little load: it must not rest, and later none wakes without reason. */
static void test_calm_with_one_port_left(void **state)
{
	struct rig *rig = ports(XOR, 2);

	(void)state;
	load(rig, SAMPLE_MS, 900, 0, 0);
	rig_carrier(rig, 2, false);
	load(rig, 3000, 100, 0, 0);
	assert_int_equal(awake(rig), 1);
	rig_carrier(rig, 2, true);
	assert_int_equal(awake(rig), 1);
	assert_int_equal(rig_count(rig, FX_SPILL),
			 1); /* it was lost: its rest was never announced */
	rig_free(rig);
}

static void test_active_backup_order(void **state)
{
	struct rig *rig = ports(AB "primary eth3", 3);

	(void)state;
	assert_int_equal(bond_get_active(rig->bond), 3);
	rig_expect_tx(rig, 3, 1, 2, 0);
	assert_true(bond_get_table(rig->bond)->rx_any);
	rig_prio(rig, 2, 10);
	rig_carrier(rig, 3, false);
	rig_expect_tx(rig, 2, 1, 0);
	assert_int_equal(awake(rig), 1);
	load(rig, SAMPLE_MS, 0, 900, 0);
	assert_int_equal(awake(rig), 2);
	rig_carrier(rig, 3, true);
	rig_expect_tx(rig, 3, 2, 1, 0);
	assert_false(rig_port(rig, 2).active);
	assert_true(rig_port(rig, 2).spills);
	assert_true(rig_port(rig, 1).resting);
	rig_free(rig);
}

/* active-backup sends on a failing port during downdelay, and so it does with spill. */
static void test_active_backup_downdelay(void **state)
{
	struct rig *rig = ports(AB "downdelay 500", 2);

	(void)state;
	rig_carrier(rig, 1, false);
	rig_expect_tx(rig, 1, 2, 0);
	rig_wait(rig, 500);
	rig_expect_tx(rig, 2, 0);
	rig_free(rig);
}

static void test_speeds(void **state)
{
	struct rig *rig = ports(XOR, 3);

	(void)state;
	bond_in_speed(rig->bond, 1, 10000, DUPLEX_IS_FULL);
	bond_in_speed(rig->bond, 2, SPEED_UNKNOWN_MBPS, DUPLEX_IS_UNKNOWN);
	load(rig, 5000, 7999, 0, 0);
	assert_int_equal(awake(rig), 1);
	load(rig, SAMPLE_MS, 8000, 0, 0);
	assert_int_equal(awake(rig), 2);
	load(rig, 5000, 8300, 499, 0); /* 80 % of 10000 and of the assumed 1000 are 8800 */
	assert_int_equal(awake(rig), 2);
	load(rig, SAMPLE_MS, 8300, 500, 0);
	assert_int_equal(awake(rig), 3);
	rig_free(rig);
}

/* Other monitors read the counters more often; a counter that restarts is not load. */
static void test_readings(void **state)
{
	struct rig *rig = ports(XOR, 2);

	(void)state;
	for (int i = 0; i < 100; i++) {
		rig_wait(rig, 10);
		sent_bytes[1] += i % 10 == 0 ? 500 * 1000 / 8 * 100 : 0; /* in bursts */
		bond_in_sent(rig->bond, 1, sent_bytes[1], rig->now_ms);
		rig_step(rig);
	}
	assert_int_equal(awake(rig), 1);
	sent_bytes[1] = 0;
	load(rig, 1000, 500, 0, 0);
	assert_int_equal(awake(rig), 1);
	rig_free(rig);
}

static void test_switched_off(void **state)
{
	struct rig *rig = ports(AB, 2);
	struct bond_spill_view view;

	(void)state;
	load(rig, SAMPLE_MS, 900, 0, 0);
	assert_int_equal(awake(rig), 2);
	rig_set(rig, "spill_threshold 0");
	rig_expect_tx(rig, 1, 0);
	assert_int_equal(awake(rig), 0);
	assert_false(bond_get_table(rig->bond)->rx_any);
	assert_false(bond_get_spill(rig->bond, &view));
	assert_false(rig_port(rig, 2).resting);
	load(rig, 1000, 1000, 1000, 0);
	rig_set(rig, "spill_threshold 80");
	assert_int_equal(awake(rig), 1);
	load(rig, SAMPLE_MS, 1000, 1000, 0); /* the first reading is only the baseline */
	assert_int_equal(awake(rig), 1);
	rig_replace(rig, "mode broadcast");
	assert_int_equal(bond_get_options(rig->bond)->spill_threshold, 0);
	rig_expect_tx(rig, 1, 2, 0);
	rig_free(rig);
}

static void test_refused(void **state)
{
	struct bond_options options = rig_options("mode active-backup fail_over_mac active");
	const char *const named[] = {"spill_threshold"};
	struct refusal why;
	char note[256];

	(void)state;
	assert_int_equal(bond_options_set(&options, "spill_threshold", "101", false, &why),
			 -EINVAL);
	assert_int_equal(bond_options_set(&options, "spill_threshold", "80", false, &why), 0);
	assert_int_equal(bond_options_settle(&options, named, 1, note, sizeof(note), &why),
			 -EINVAL);
	assert_non_null(strstr(why.text, "fail_over_mac none"));
	options.mode = BOND_MODE_ROUNDROBIN;
	assert_int_equal(bond_options_settle(&options, named, 1, note, sizeof(note), &why),
			 -EACCES);
}

static void test_off_by_default(void **state)
{
	struct rig *rig = ports("mode balance-xor miimon 100", 2);

	(void)state;
	load(rig, 1000, 1000, 1000, 0);
	assert_int_equal(awake(rig), 0);
	rig_expect_tx(rig, 1, 2, 0);
	rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_light_load),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_pause_between_joins),
		cmocka_unit_test(test_rest),
		cmocka_unit_test(test_port_lost_while_spilled),
		cmocka_unit_test(test_calm_with_one_port_left),
		cmocka_unit_test(test_active_backup_order),
		cmocka_unit_test(test_active_backup_downdelay),
		cmocka_unit_test(test_speeds),
		cmocka_unit_test(test_readings),
		cmocka_unit_test(test_switched_off),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_off_by_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
