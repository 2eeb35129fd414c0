/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packet path's table in every mode: which ports send, receive, and get
 * IGMP; the bond's carrier; and the order of effects that keeps traffic safe.
 */
#include "tests/unit/rig.h"

#include <errno.h>

static const struct bond_table *table_of(const struct rig *rig)
{
	return bond_get_table(rig->bond);
}

static struct rig *rig_with(const char *options, uint32_t ports)
{
	struct rig *rig = rig_new(options);

	for (uint32_t id = 1; id <= ports; id++)
		rig_attach(rig, id, true);
	return rig;
}

static void test_roundrobin(void **state)
{
	struct rig *rig = rig_with("mode balance-rr miimon 100", 4);

	(void)state;
	rig_expect_tx(rig, 1, 2, 3, 4, 0);
	rig_carrier(rig, 2, false);
	rig_expect_tx(rig, 1, 3, 3, 4, 0);
	rig_carrier(rig, 4, false);
	rig_expect_tx(rig, 1, 3, 3, 1, 0); /* past the end it continues with the first */
	rig_carrier(rig, 1, false);
	rig_expect_tx(rig, 3, 3, 3, 3, 0);
	rig_carrier(rig, 3, false);
	rig_expect_tx(rig, 0);
	assert_true(table_of(rig)->rx_any);
	rig_carrier(rig, 4, true);
	rig_expect_tx(rig, 4, 4, 4, 4, 0);
	rig_detach(rig, 2);
	rig_expect_tx(rig, 4, 4, 4, 0);
	rig_free(rig);
}

/*
 * In round-robin a port that loses carrier leaves the table at once; downdelay
 * only affects its state.
 */
static void test_downdelay_does_not_hold_traffic(void **state)
{
	static const char *const modes[] = {"mode balance-rr miimon 100 downdelay 500",
					    "mode balance-xor miimon 100 downdelay 500",
					    "mode broadcast miimon 100 downdelay 500"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct rig *rig = rig_with(modes[i], 2);

		rig_carrier(rig, 1, false);
		assert_int_equal(rig_link(rig, 1), LINK_FAIL);
		if (i == 0)
			rig_expect_tx(rig, 2, 2, 0);
		else
			rig_expect_tx(rig, 2, 0);
		rig_free(rig);
	}
}

static void test_roundrobin_igmp(void **state)
{
	struct rig *rig = rig_with("mode balance-rr miimon 100 downdelay 200", 3);

	(void)state;
	assert_int_equal(table_of(rig)->igmp_port, 1);
	rig_carrier(rig, 1, false);
	assert_int_equal(table_of(rig)->igmp_port, 0); /* no carrier: the first entry instead */
	rig_wait(rig, 200);
	assert_int_equal(table_of(rig)->igmp_port, 2);
	rig_carrier(rig, 1, true);
	assert_int_equal(table_of(rig)->igmp_port,
			 2); /* memberships stay where they were reported */
	rig_detach(rig, 2);
	assert_int_equal(table_of(rig)->igmp_port, 1);
	assert_int_equal(bond_get_active(rig->bond), 0); /* not a mode with an active port */
	rig_free(rig);
}

static void test_active_backup(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100 downdelay 100", 3);

	(void)state;
	rig_expect_tx(rig, 1, 0);
	assert_false(table_of(rig)->rx_any);
	assert_int_equal(table_of(rig)->rx_count, 1);
	assert_int_equal(table_of(rig)->rx_port[0], 1);
	/* All ports are in the table, so that unwanted frames are recognised as such. */
	assert_int_equal(table_of(rig)->port_count, 3);
	assert_int_equal(table_of(rig)->rx_port[1], 2);
	assert_int_equal(table_of(rig)->rx_port[2], 3);
	assert_int_equal(table_of(rig)->igmp_port, 0);
	rig_carrier(rig, 1, false);
	rig_expect_tx(rig, 1, 0); /* FAIL: still active */
	rig_wait(rig, 100);
	rig_expect_tx(rig, 2, 0);
	assert_int_equal(table_of(rig)->rx_port[0], 2);
	rig_carrier(rig, 2, false);
	rig_carrier(rig, 3, false);
	rig_wait(rig, 100);
	rig_expect_tx(rig, 0);
	assert_int_equal(table_of(rig)->rx_count, 0);
	assert_int_equal(table_of(rig)->port_count, 3);
	assert_false(table_of(rig)->rx_any);
	rig_free(rig);
}

static void test_all_slaves_active(void **state)
{
	struct rig *rig = rig_with("mode active-backup miimon 100", 2);

	(void)state;
	assert_true(rig_port(rig, 1).receives);
	assert_false(rig_port(rig, 2).receives);
	rig_clear(rig);
	rig_set(rig, "all_slaves_active 1");
	assert_true(table_of(rig)->rx_any);
	assert_int_equal(table_of(rig)->rx_count, 0);
	assert_int_equal(rig->count, 1);
	assert_int_equal(rig_nth(rig, FX_TABLE, 0)->fx.cause, CAUSE_OPTION);
	assert_true(rig_port(rig, 2).receives);
	assert_false(rig_port(rig, 2).active);
	rig_expect_tx(rig, 1, 0);
	rig_set(rig, "all_slaves_active 0");
	assert_false(table_of(rig)->rx_any);
	assert_int_equal(table_of(rig)->rx_port[0], 1);
	rig_free(rig);
}

static void usable_in_order(const char *options)
{
	struct rig *rig = rig_with(options, 4);

	rig_expect_tx(rig, 1, 2, 3, 4, 0);
	rig_carrier(rig, 2, false);
	rig_expect_tx(rig, 1, 3, 4, 0);
	rig_carrier(rig, 2, true);
	rig_expect_tx(rig, 1, 2, 3, 4, 0);
	rig_detach(rig, 1);
	assert_int_equal(table_of(rig)->port_count, 3);
	rig_attach(rig, 1, true); /* it is attached again: last in order */
	rig_expect_tx(rig, 2, 3, 4, 1, 0);
	assert_true(table_of(rig)->rx_any);
	assert_true(rig_port(rig, 3).active);
	for (uint32_t id = 1; id <= 4; id++)
		rig_carrier(rig, id, false);
	rig_expect_tx(rig, 0);
	rig_free(rig);
}

static void test_xor_and_broadcast(void **state)
{
	(void)state;
	usable_in_order("mode balance-xor miimon 100");
	usable_in_order("mode broadcast miimon 100");
}

static void many_ports(uint32_t ports)
{
	struct rig *rig = rig_with("mode balance-xor miimon 100", ports);

	assert_int_equal(table_of(rig)->tx_count, ports);
	for (uint32_t i = 0; i < ports; i++)
		assert_int_equal(table_of(rig)->tx_port[i], i + 1);
	for (uint32_t id = 1; id <= ports; id += 2)
		bond_in_carrier(rig->bond, id, false, rig->now_ms);
	rig_clear(rig);
	rig_step(rig);
	assert_int_equal(table_of(rig)->tx_count, ports / 2);
	assert_int_equal(rig_count(rig, FX_LINK), ports / 2);
	assert_int_equal(rig_count(rig, FX_TABLE), 1);
	for (uint32_t i = 0; i < ports / 2; i++)
		assert_int_equal(table_of(rig)->tx_port[i], 2 * i + 2);
	rig_free(rig);
}

static void test_16_and_32_ports(void **state)
{
	(void)state;
	many_ports(16);
	many_ports(BOND_PORTS_MAX);
}

static void test_carrier(void **state)
{
	struct rig *rig = rig_new("mode balance-xor miimon 100 downdelay 300 updelay 100");

	(void)state;
	assert_false(bond_get_carrier(rig->bond));
	rig_attach(rig, 1, false);
	assert_false(bond_get_carrier(rig->bond));
	rig_attach(rig, 2, true);
	assert_true(bond_get_carrier(rig->bond));
	rig_clear(rig);
	rig_carrier(rig, 2, false); /* FAIL is not UP */
	assert_false(bond_get_carrier(rig->bond));
	rig_carrier(rig, 2, true);
	assert_true(bond_get_carrier(rig->bond));
	assert_int_equal(rig_count(rig, FX_CARRIER), 2);
	assert_false(rig_nth(rig, FX_CARRIER, 0)->fx.on);
	assert_true(rig_nth(rig, FX_CARRIER, 1)->fx.on);
	rig_free(rig);
}

static void expect_order(const struct rig *rig, const enum effect_kind *kinds, size_t count)
{
	assert_int_equal(rig->fx.count, count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(rig->fx.list[i].kind, kinds[i]);
}

static void test_order_of_effects(void **state)
{
	static const enum effect_kind on[] = {FX_TABLE,	 FX_CARRIER,	  FX_LINK,
					      FX_ACTIVE, FX_NOTIFY_PEERS, FX_RESEND_IGMP};
	static const enum effect_kind off[] = {FX_TABLE, FX_CARRIER, FX_LINK, FX_ACTIVE};
	static const enum effect_kind over[] = {FX_TABLE,	 FX_LINK,	 FX_ACTIVE,
						FX_NOTIFY_PEERS, FX_RESEND_IGMP, FX_POLL};
	struct rig *rig = rig_new("mode active-backup miimon 100");

	(void)state;
	rig_attach(rig, 1, true);
	expect_order(rig, on, 6);
	rig_carrier(rig, 1, false);
	expect_order(rig, off, 4);
	rig_carrier(rig, 1, true);
	rig_attach(rig, 2, true);
	bond_in_carrier(rig->bond, 1, false, rig->now_ms);
	rig->now_ms += 100;
	rig_step(rig);
	expect_order(rig, over, 6);
	rig_free(rig);
}

static void set_queue(struct rig *rig, uint32_t port, uint16_t queue_id, int result)
{
	struct bond_port_options options = rig_port(rig, port).options;

	options.queue_id = queue_id;
	assert_int_equal(bond_in_port_options(rig->bond, port, &options), result);
	rig_step(rig);
}

/* Marks only lead to working ports, in the two modes where the kernel steers by queue. */
static void test_queues(void **state)
{
	static const char *const modes[] = {"mode active-backup", "mode balance-rr",
					    "mode balance-xor"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct rig *rig = rig_new(modes[i]);
		const struct bond_table *table = bond_get_table(rig->bond);

		rig_attach(rig, 1, true);
		rig_attach(rig, 2, true);
		rig_attach(rig, 3, true);
		assert_int_equal(table->queue_id[0], 0);
		set_queue(rig, 3, 7, 0);
		set_queue(rig, 2, 9, 0);
		set_queue(rig, 1, 9, -EPERM);
		set_queue(rig, 2, 9, 0); /* its own again */
		if (i == 2) {
			assert_int_equal(table->queue_id[0], 0);
			rig_free(rig);
			continue;
		}
		assert_int_equal(table->queue_id[0], 9);
		assert_int_equal(table->queue_port[0], 2);
		assert_int_equal(table->queue_id[1], 7);
		assert_int_equal(table->queue_port[1], 3);
		rig_carrier(rig, 2, false);
		assert_int_equal(table->queue_id[0], 7);
		assert_int_equal(table->queue_port[0], 3);
		assert_int_equal(table->queue_id[1], 0);
		rig_detach(rig, 3);
		assert_int_equal(table->queue_id[0], 0);
		rig_free(rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roundrobin),
		cmocka_unit_test(test_downdelay_does_not_hold_traffic),
		cmocka_unit_test(test_roundrobin_igmp),
		cmocka_unit_test(test_active_backup),
		cmocka_unit_test(test_all_slaves_active),
		cmocka_unit_test(test_xor_and_broadcast),
		cmocka_unit_test(test_16_and_32_ports),
		cmocka_unit_test(test_carrier),
		cmocka_unit_test(test_order_of_effects),
		cmocka_unit_test(test_queues),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
