/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changing the mode with ports attached: links stay, frames in flight are not
 * lost, and options that the new mode lacks are dropped and reported.
 */
#include "tests/unit/rig.h"

#include <stdio.h>
#include <string.h>

/* Three ports, the third without carrier. */
static struct rig *rig_with_ports(enum bond_mode mode)
{
	char options[64];
	struct rig *rig;

	snprintf(options, sizeof(options), "mode %s miimon 100", bond_mode_word(mode));
	rig = rig_new(options);
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, true);
	rig_attach(rig, 3, false);
	rig_wait(rig, 1000);
	rig_clear(rig);
	return rig;
}

static void expect_table(const struct rig *rig, enum bond_mode mode, bool lingers)
{
	const struct bond_table *table = bond_get_table(rig->bond);
	bool all_receive =
		mode != BOND_MODE_8023AD && (!mode_has(mode, MODE_ACTIVE_PORT) || lingers);

	switch (mode) {
	case BOND_MODE_ROUNDROBIN:
		rig_expect_tx(rig, 1, 2, 1, 0);
		assert_int_equal(table->igmp_port, 1);
		break;
	case BOND_MODE_ACTIVEBACKUP:
		rig_expect_tx(rig, 1, 0);
		break;
	case BOND_MODE_XOR:
	case BOND_MODE_BROADCAST:
		rig_expect_tx(rig, 1, 2, 0);
		break;
	case BOND_MODE_TLB:
	case BOND_MODE_ALB:
		rig_expect_tx(rig, 1, 2, 0);
		assert_int_equal(table->active, 1);
		assert_int_equal(table->rx_count, mode == BOND_MODE_TLB ? 1 : 3);
		break;
	case BOND_MODE_8023AD: /* without a partner: one port alone */
		rig_expect_tx(rig, 1, 0);
		break;
	case BOND_MODE_MAX:
		break;
	}
	assert_int_equal(table->rx_any, all_receive);
	assert_int_equal(rig_port(rig, 2).receives, table->rx_any || mode == BOND_MODE_ALB);
}

static void change(enum bond_mode from, enum bond_mode to)
{
	struct rig *rig = rig_with_ports(from);
	uint64_t since_ms = rig_port(rig, 1).link_since_ms;
	char text[64];

	snprintf(text, sizeof(text), "mode %s", bond_mode_word(to));
	rig_replace(rig, text);
	expect_table(rig, to, true);
	rig_wait(rig, 99);
	expect_table(rig, to, true);
	rig_wait(rig, 1);
	expect_table(rig, to, false);
	rig_wait(rig, 5000);
	assert_int_equal(rig_count(rig, FX_LINK), 0);
	assert_int_equal(rig_count(rig, FX_CARRIER), 0);
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), to == BOND_MODE_ACTIVEBACKUP);
	assert_int_equal(rig_count(rig, FX_RESEND_IGMP), mode_has(to, MODE_ACTIVE_PORT));
	assert_int_equal(rig_count(rig, FX_ACTIVE),
			 mode_has(from, MODE_ACTIVE_PORT) != mode_has(to, MODE_ACTIVE_PORT));
	assert_int_equal(bond_port_count(rig->bond), 3);
	assert_true(rig_port(rig, 1).link_since_ms == since_ms);
	assert_int_equal(rig_port(rig, 1).link_failures, 0);
	assert_int_equal(bond_get_active(rig->bond), mode_has(to, MODE_ACTIVE_PORT) ? 1 : 0);
	rig_free(rig);
}

static void test_every_mode_to_every_other(void **state)
{
	(void)state;
	for (unsigned int from = 0; from < BOND_MODE_MAX; from++)
		for (unsigned int to = 0; to < BOND_MODE_MAX; to++)
			if (from != to)
				change((enum bond_mode)from, (enum bond_mode)to);
}

static void test_primary_is_active_at_once(void **state)
{
	struct rig *rig = rig_with_ports(BOND_MODE_ROUNDROBIN);

	(void)state;
	rig_replace(rig, "mode active-backup primary eth2 primary_reselect failure");
	assert_int_equal(bond_get_active(rig->bond), 2);
	rig_free(rig);
}

static void test_all_slaves_active_needs_no_grace(void **state)
{
	struct rig *rig = rig_with_ports(BOND_MODE_XOR);

	(void)state;
	rig_replace(rig, "mode active-backup all_slaves_active 1");
	rig_wait(rig, 500);
	assert_true(bond_get_table(rig->bond)->rx_any);
	assert_int_equal(rig_count(rig, FX_TABLE), 1);
	rig_free(rig);
}

/* A running delay is not cut short, and ends in the new mode. */
static void test_running_delay_goes_on(void **state)
{
	struct rig *rig = rig_new("mode balance-xor miimon 100 downdelay 500");

	(void)state;
	rig_attach(rig, 1, true);
	rig_attach(rig, 2, true);
	rig_carrier(rig, 1, false);
	rig_wait(rig, 200);
	assert_int_equal(rig_link(rig, 1), LINK_FAIL);
	rig_replace(rig, "mode active-backup");
	assert_int_equal(rig_link(rig, 1), LINK_FAIL);
	assert_int_equal(bond_get_active(rig->bond), 2);
	rig_wait(rig, 300);
	assert_int_equal(rig_link(rig, 1), LINK_DOWN);
	rig_free(rig);
}

static void test_pending_announcements_end(void **state)
{
	struct rig *rig = rig_new("mode active-backup miimon 100 num_grat_arp 50");

	(void)state;
	rig_attach(rig, 1, true);
	rig_wait(rig, 300);
	rig_replace(rig, "mode broadcast");
	rig_clear(rig);
	rig_wait(rig, 10000);
	assert_int_equal(rig_count(rig, FX_NOTIFY_PEERS), 0);
	rig_free(rig);
}

static void test_port_options_are_shed(void **state)
{
	struct rig *rig = rig_with_ports(BOND_MODE_ACTIVEBACKUP);
	struct bond_port_options options = rig_port(rig, 2).options, before;
	char text[OPTION_TEXT_MAX];

	(void)state;
	options.prio = 10;
	options.queue_id = 4;
	assert_int_equal(bond_in_port_options(rig->bond, 2, &options), 0);
	rig_step(rig);
	before = options;
	rig_replace(rig, "mode balance-rr");
	options = rig_port(rig, 2).options;
	assert_int_equal(options.prio, 0);
	assert_int_equal(options.queue_id, 4);
	bond_port_options_changes(&before, &options, BOND_MODE_ROUNDROBIN, text, sizeof(text));
	assert_string_equal(text, "prio 10 -> 0 (not in balance-rr)");
	rig_free(rig);
}

/* Changes to a clone do not affect the bond. */
static void test_clone_is_another(void **state)
{
	struct rig *rig = rig_with_ports(BOND_MODE_ROUNDROBIN);
	struct bond *clone = bond_clone(rig->bond);
	struct bond_options options = rig_options("mode active-backup miimon 100");
	struct bond_effects fx;

	(void)state;
	assert_non_null(clone);
	assert_int_equal(bond_in_options(clone, &options, rig->now_ms), 0);
	bond_step(clone, rig->now_ms, &fx);
	assert_int_equal(bond_get_active(clone), 1);
	expect_table(rig, BOND_MODE_ROUNDROBIN, false);
	rig_step(rig);
	assert_int_equal(rig->fx.count, 0);
	bond_free(clone);
	rig_free(rig);
}

static void test_changes_in_words(void **state)
{
	struct bond_options before = rig_options("packets_per_slave 4 miimon 100"), after = before;
	char text[OPTION_TEXT_MAX], small[12];

	(void)state;
	bond_options_changes(&before, &after, text, sizeof(text));
	assert_string_equal(text, "");
	after.mode = BOND_MODE_ACTIVEBACKUP;
	snprintf(after.primary, sizeof(after.primary), "eth1");
	bond_options_fit_mode(&after);
	bond_options_changes(&before, &after, text, sizeof(text));
	assert_string_equal(text, "mode balance-rr -> active-backup; primary none -> eth1; "
				  "packets_per_slave 4 -> 1 (not in active-backup)");
	bond_options_changes(&before, &after, small, sizeof(small));
	assert_string_equal(small, "mode balanc");
	bond_options_changes(&before, &after, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_mode_to_every_other),
		cmocka_unit_test(test_primary_is_active_at_once),
		cmocka_unit_test(test_all_slaves_active_needs_no_grace),
		cmocka_unit_test(test_running_delay_goes_on),
		cmocka_unit_test(test_pending_announcements_end),
		cmocka_unit_test(test_port_options_are_shed),
		cmocka_unit_test(test_clone_is_another),
		cmocka_unit_test(test_changes_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
