/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Announcements: how many, when, in which modes, and when there are none. */
#include "tests/unit/rig.h"

static struct rig *rig_with(const char *options, uint32_t ports)
{
	struct rig *rig = rig_new(options);

	for (uint32_t id = 1; id <= ports; id++)
		rig_attach(rig, id, true);
	return rig;
}

/* Fails the active port 1 and expects @count effects of @kind, @gap_ms apart, the first at once. */
static void expect_series(const char *options, enum effect_kind kind, size_t count, uint64_t gap_ms)
{
	struct rig *rig = rig_with(options, 2);
	uint64_t start_ms;

	rig_wait(rig, 60013); /* announcements from attaching are over; off the grid */
	rig_clear(rig);
	start_ms = rig->now_ms;
	rig_carrier(rig, 1, false);
	rig_wait(rig, 60000);
	assert_int_equal(rig_count(rig, kind), count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(rig_nth(rig, kind, i)->at_ms, start_ms + i * gap_ms);
	rig_free(rig);
}

static void test_peers(void **state)
{
	(void)state;
	expect_series("mode active-backup miimon 100", FX_NOTIFY_PEERS, 1, 0);
	expect_series("mode active-backup miimon 50 num_grat_arp 4", FX_NOTIFY_PEERS, 4, 50);
	expect_series("mode active-backup num_grat_arp 3", FX_NOTIFY_PEERS, 3, 100);
	expect_series("mode active-backup miimon 100 num_unsol_na 3 peer_notify_delay 1000",
		      FX_NOTIFY_PEERS, 3, 1000);
	expect_series("mode active-backup miimon 100 num_grat_arp 0", FX_NOTIFY_PEERS, 0, 0);
	expect_series("mode active-backup miimon 100 num_grat_arp 255", FX_NOTIFY_PEERS, 255, 100);
	expect_series("mode balance-rr miimon 100 num_grat_arp 3", FX_NOTIFY_PEERS, 0, 0);
	expect_series("mode balance-xor miimon 100 num_grat_arp 3", FX_NOTIFY_PEERS, 0, 0);
	expect_series("mode broadcast miimon 100 num_grat_arp 3", FX_NOTIFY_PEERS, 0, 0);
}

static void test_igmp(void **state)
{
	(void)state;
	expect_series("mode active-backup miimon 100", FX_RESEND_IGMP, 1, 0);
	expect_series("mode active-backup miimon 100 resend_igmp 5", FX_RESEND_IGMP, 5, 200);
	expect_series("mode active-backup miimon 100 resend_igmp 0", FX_RESEND_IGMP, 0, 0);
	expect_series("mode balance-rr miimon 100 resend_igmp 3", FX_RESEND_IGMP, 3, 200);
	expect_series("mode balance-rr resend_igmp 255", FX_RESEND_IGMP, 255, 200);
	expect_series("mode balance-xor miimon 100 resend_igmp 3", FX_RESEND_IGMP, 0, 0);
	expect_series("mode broadcast miimon 100 resend_igmp 3", FX_RESEND_IGMP, 0, 0);
}

/* As in the kernel: the first active port of active-backup is announced, that of rr is not. */
static void test_first_port(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100", 1);

	(void)state;
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 1);
	assert_int_equal(rig_count(rig, FX_RESEND_IGMP), 1);
	rig_attach(rig, 2, true);
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 1);
	rig_free(rig);

	rig = rig_with("mode balance-rr miimon 100", 2);
	assert_int_equal(rig_count(rig, FX_RESEND_IGMP), 0);
	rig_carrier(rig, 2, false);
	assert_int_equal(rig_count(rig, FX_RESEND_IGMP), 0); /* not the port for IGMP */
	rig_carrier(rig, 1, false);
	assert_int_equal(rig_count(rig, FX_RESEND_IGMP), 0); /* nowhere to send */
	rig_carrier(rig, 2, true);
	assert_int_equal(rig_count(rig, FX_RESEND_IGMP), 1);
	rig_free(rig);
}

static void test_new_failover_starts_over(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100 num_grat_arp 5 resend_igmp 2", 3);

	(void)state;
	rig_wait(rig, 5000);
	rig_clear(rig);
	rig_carrier(rig, 1, false);
	rig_wait(rig, 250); /* three were sent */
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 3);
	rig_carrier(rig, 2, false);
	rig_wait(rig, 5000);
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 3 + 5);
	assert_int_equal(rig_nth(rig, FX_NOTIFY_PEERS, 4)->at_ms,
			 rig_nth(rig, FX_NOTIFY_PEERS, 3)->at_ms + 100);
	assert_int_equal(rig_count(rig, FX_RESEND_IGMP), 2 + 2);
	rig_free(rig);
}

/* Without carrier announcements are skipped; as in the kernel they are not made up for. */
static void test_not_without_carrier(void **state)
{
	struct rig *rig =
		rig_with("mode active-backup miimon 100 downdelay 1000 num_grat_arp 6", 1);

	(void)state;
	rig_wait(rig, 150); /* at 0 and 100 */
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 2);
	rig_carrier(rig, 1, false);
	rig_wait(rig, 200); /* 200 and 300 pass */
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 2);
	rig_carrier(rig, 1, true);
	rig_wait(rig, 5000); /* 400 and 500 */
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 4);
	rig_free(rig);
}

static void test_not_without_active_port(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100 num_grat_arp 9 resend_igmp 9", 1);

	(void)state;
	rig_carrier(rig, 1, false);
	rig_clear(rig);
	rig_wait(rig, 5000);
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 0);
	assert_int_equal(rig_count(rig, FX_RESEND_IGMP), 0);
	rig_carrier(rig, 1, true);
	rig_wait(rig, 5000);
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 9);
	assert_int_equal(rig_count(rig, FX_RESEND_IGMP), 9);
	rig_free(rig);
}

/* A daemon that was suspended does not send the missed ones in a burst. */
static void test_late_step_keeps_the_gap(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100 num_grat_arp 3", 1);
	uint64_t late_ms;

	(void)state;
	rig->now_ms += 10050;
	late_ms = rig->now_ms;
	rig_step(rig);
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 2);
	rig_wait(rig, 99);
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 2);
	rig_wait(rig, 1);
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 3);
	assert_int_equal(rig_nth(rig, FX_NOTIFY_PEERS, 2)->at_ms, late_ms + 100);
	rig_free(rig);
}

static void test_command_announces(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100", 2);

	(void)state;
	rig_clear(rig);
	assert_int_equal(bond_in_active(rig->bond, 2, rig->now_ms), 0);
	rig_step(rig);
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 1);
	assert_int_equal(rig_nth(rig, FX_NOTIFY_PEERS, 0)->fx.cause, CAUSE_COMMAND);
	rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_peers),
		cmocka_unit_test(test_igmp),
		cmocka_unit_test(test_first_port),
		cmocka_unit_test(test_new_failover_starts_over),
		cmocka_unit_test(test_not_without_carrier),
		cmocka_unit_test(test_not_without_active_port),
		cmocka_unit_test(test_late_step_keeps_the_gap),
		cmocka_unit_test(test_command_announces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
