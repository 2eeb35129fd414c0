/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which ports aggregate, which aggregator is active, which port carries traffic
 * alone, and when the bond has carrier.
 */
#include "tests/unit/lacp_rig.h"

#include <string.h>

#define IN_SYNC (LACP_STATE_ACTIVITY | LACP_STATE_AGGREGATION | LACP_STATE_SYNCHRONIZATION)

static struct lacp_rig *with(const struct lacp_options *options)
{
	struct lacp_rig *rig = lacp_rig_new();

	lacp_rig_node(rig, options);
	return rig;
}

/* A port whose partner is system @system with @key. */
static void partner(struct lacp_rig *rig, uint32_t port, uint8_t system, uint16_t key)
{
	struct lacp_frame frame = lacp_rig_reply(rig, 0, port, IN_SYNC);

	frame.actor.system[5] = system;
	frame.actor.key = key;
	lacp_rig_hear(rig, 0, port, &frame);
}

static void add_speed(struct lacp_rig *rig, uint32_t port, uint32_t speed_mbps)
{
	struct lacp_port_facts facts = lacp_rig_facts(0, port);

	facts.speed_mbps = speed_mbps;
	assert_int_equal(lacp_in_add(rig->nodes[0], port, &facts, rig->now_ms), 0);
}

static uint16_t aggregator(const struct lacp_rig *rig, uint32_t port)
{
	return lacp_rig_port(rig, 0, port).aggregator;
}

static bool active(const struct lacp_rig *rig, uint32_t port)
{
	return lacp_rig_port(rig, 0, port).in_active;
}

static void assert_text(const struct lacp_rig *rig, uint32_t port, enum lacp_machine machine,
			const char *expected)
{
	char text[256] = "";

	for (size_t i = 0; i < rig->count; i++)
		if (rig->log[i].fx.kind == LACP_FX_TRACE && rig->log[i].fx.port == port &&
		    rig->log[i].fx.machine == machine)
			lacp_effect_text(rig->nodes[0], &rig->log[i].fx, text, sizeof(text));
	assert_string_equal(text, expected);
}

/* Same system and keys: together. Anything else: apart, and the log says what differs. */
static void test_groups(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig = with(&options);

	(void)state;
	for (uint32_t port = 1; port <= 4; port++)
		lacp_rig_add(rig, 0, port);
	add_speed(rig, 5, 100);
	partner(rig, 1, 3, 9);
	partner(rig, 2, 3, 9);
	partner(rig, 3, 7, 15);
	partner(rig, 4, 3, 10);
	partner(rig, 5, 3, 9);
	assert_int_equal(aggregator(rig, 1), aggregator(rig, 2));
	for (uint32_t port = 3; port <= 5; port++)
		for (uint32_t other = 1; other < port; other++)
			assert_int_not_equal(aggregator(rig, port), aggregator(rig, other));
	assert_text(rig, 2, LACP_MACHINE_SELECTION,
		    "eth1: joined aggregator 1: same partner as eth0");
	assert_text(rig, 3, LACP_MACHINE_SELECTION,
		    "eth2: own aggregator 2: partner 02:00:00:00:00:07 key 15 differs from eth0's "
		    "partner 02:00:00:00:00:03 key 9: cabled to another switch?");
	assert_text(rig, 4, LACP_MACHINE_SELECTION,
		    "eth3: own aggregator 3: partner 02:00:00:00:00:03 key 10 differs from eth0's "
		    "partner 02:00:00:00:00:03 key 9: not in the same group on the switch?");
	assert_text(rig, 5, LACP_MACHINE_SELECTION,
		    "eth4: own aggregator 4: own key 7 (speed) differs from eth0's key 9: "
		    "same speed needed");
	lacp_rig_free(rig);
}

/* A partner that does not aggregate: a separate aggregator, though keys are equal. */
static void test_individual_partner(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig = with(&options);

	(void)state;
	for (uint32_t port = 1; port <= 2; port++) {
		struct lacp_frame frame;

		lacp_rig_add(rig, 0, port);
		lacp_rig_settle(rig);
		frame = lacp_rig_reply(rig, 0, port, IN_SYNC & ~LACP_STATE_AGGREGATION);
		lacp_rig_hear(rig, 0, port, &frame);
	}
	assert_int_not_equal(aggregator(rig, 1), aggregator(rig, 2));
	lacp_rig_wait(rig, 2000);
	assert_true(lacp_rig_port(rig, 0, 1).distributes);
	assert_false(lacp_rig_port(rig, 0, 2).distributes);
	lacp_rig_free(rig);
}

/* Half or unknown duplex: LACP is off, and any other port is better. */
static void test_half_duplex(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig = with(&options);
	struct lacp_port_facts facts = lacp_rig_facts(0, 1);

	(void)state;
	facts.full_duplex = false;
	assert_int_equal(lacp_in_add(rig->nodes[0], 1, &facts, rig->now_ms), 0);
	lacp_rig_settle(rig);
	assert_int_equal(lacp_rig_port(rig, 0, 1).rx, LACP_RX_LACP_DISABLED);
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 0);
	assert_true(lacp_rig_port(rig, 0, 1).alone); /* better than nothing */
	options.ad_select = LACP_AD_BANDWIDTH;
	lacp_in_options(rig->nodes[0], &options, rig->now_ms);
	lacp_rig_add(rig, 0, 2);
	lacp_rig_settle(rig);
	assert_false(lacp_rig_port(rig, 0, 1).alone);
	assert_true(lacp_rig_port(rig, 0, 2).alone);
	lacp_in_speed(rig->nodes[0], 1, 1000, true, rig->now_ms);
	lacp_rig_settle(rig);
	assert_int_equal(lacp_rig_port(rig, 0, 1).rx, LACP_RX_EXPIRED);
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 1);
	lacp_rig_free(rig);
}

/* Two ports to switch 3, one faster to switch 7: which one is selected by which policy. */
static void test_policies(void **state)
{
	static const struct {
		enum lacp_ad_select policy;
		bool two_win;
	} rows[] = {
		{LACP_AD_BANDWIDTH, false},
		{LACP_AD_COUNT, true},
		{LACP_AD_PRIO, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lacp_options options = lacp_rig_options();
		struct lacp_rig *rig;

		options.ad_select = rows[i].policy;
		rig = with(&options);
		add_speed(rig, 1, 1000);
		add_speed(rig, 2, 1000);
		add_speed(rig, 3, 10000);
		lacp_in_priority(rig->nodes[0], 3, 1000, rig->now_ms);
		partner(rig, 1, 3, 9);
		partner(rig, 2, 3, 9);
		partner(rig, 3, 7, 9);
		assert_int_equal(active(rig, 1), rows[i].two_win);
		assert_int_equal(active(rig, 2), rows[i].two_win);
		assert_int_equal(active(rig, 3), !rows[i].two_win);
		lacp_rig_free(rig);
	}
}

/* stable: the best one whose partner answers within wait_while, whichever is first. */
static void test_stable_waits(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig = with(&options);

	(void)state;
	add_speed(rig, 1, 1000); /* a wrong cable, to a switch that answers sooner */
	add_speed(rig, 2, 1000);
	add_speed(rig, 3, 1000);
	partner(rig, 1, 3, 9);
	assert_true(active(rig, 1));
	lacp_rig_wait(rig, 300);
	partner(rig, 2, 7, 9);
	assert_true(active(rig, 1)); /* no better */
	partner(rig, 3, 7, 9);
	assert_true(active(rig, 2) && active(rig, 3));
	lacp_rig_wait(rig, 2000);
	assert_true(lacp_rig_port(rig, 0, 2).distributes && lacp_rig_port(rig, 0, 3).distributes);
	assert_false(active(rig, 1));
	lacp_rig_free(rig);
}

/* stable: then it stays until it has no link, however good others are. */
static void test_stable(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig = with(&options);

	(void)state;
	add_speed(rig, 1, 1000);
	add_speed(rig, 2, 10000);
	assert_int_equal(lacp_get_active(rig->nodes[0]).aggregator, 0);
	partner(rig, 1, 3, 9);
	lacp_rig_wait(rig, 2000);
	partner(rig, 2, 7, 9);
	lacp_rig_wait(rig, 2000);
	assert_true(active(rig, 1));
	assert_true(lacp_rig_port(rig, 0, 1).distributes);
	assert_int_equal(lacp_rig_port(rig, 0, 2).selected, LACP_STANDBY);
	assert_int_equal(lacp_rig_port(rig, 0, 2).mux, LACP_MUX_WAITING);
	lacp_in_link(rig->nodes[0], 1, false, rig->now_ms);
	lacp_rig_clear(rig);
	lacp_rig_settle(rig); /* the standby has waited and is in sync: at once */
	assert_true(active(rig, 2));
	assert_true(lacp_rig_port(rig, 0, 2).distributes);
	lacp_in_link(rig->nodes[0], 1, true, rig->now_ms);
	partner(rig, 1, 3, 9);
	assert_true(active(rig, 2));
	lacp_rig_free(rig);
}

/* One with a partner is better than one without, also for stable. */
static void test_partner_first(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig = with(&options);

	(void)state;
	add_speed(rig, 1, 10000);
	add_speed(rig, 2, 100);
	lacp_rig_wait(rig, 10000);
	assert_true(lacp_rig_port(rig, 0, 1).alone);
	partner(rig, 2, 3, 9);
	assert_true(active(rig, 2));
	assert_false(lacp_rig_port(rig, 0, 1).alone);
	assert_false(lacp_rig_port(rig, 0, 1).distributes);
	assert_int_equal(lacp_get_active(rig->nodes[0]).partner_system[5], 3);
	assert_int_equal(lacp_get_active(rig->nodes[0]).actor_key, 7);
	lacp_rig_free(rig);
}

/* No partner: as in the kernel's driver, one port carries the traffic nevertheless. */
static void test_alone(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig = with(&options);

	(void)state;
	lacp_rig_add(rig, 0, 1);
	lacp_rig_add(rig, 0, 2);
	lacp_rig_settle(rig);
	assert_true(lacp_rig_port(rig, 0, 1).alone);
	assert_true(lacp_rig_port(rig, 0, 1).distributes);
	assert_false(lacp_rig_port(rig, 0, 2).collects);
	assert_true(lacp_get_carrier(rig->nodes[0]));
	lacp_rig_wait(rig, 3000);
	assert_int_equal(lacp_rig_last(rig, 0, 0, LACP_FX_ALARM)->fx.alarm, LACP_ALARM_NO_PARTNER);
	lacp_in_link(rig->nodes[0], 1, false, rig->now_ms);
	lacp_rig_settle(rig);
	assert_true(lacp_rig_port(rig, 0, 2).alone);
	assert_false(lacp_rig_port(rig, 0, 1).collects);
	options.strict = true;
	lacp_in_options(rig->nodes[0], &options, rig->now_ms);
	lacp_rig_settle(rig);
	assert_false(lacp_rig_port(rig, 0, 2).collects);
	assert_false(lacp_get_carrier(rig->nodes[0]));
	lacp_rig_free(rig);
}

/*
 * When a partner appears, the port that was alone stays in use until it is used
 * with the partner.
 */
static void test_hand_over(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig = with(&options);

	(void)state;
	lacp_rig_add(rig, 0, 1);
	lacp_rig_add(rig, 0, 2);
	lacp_rig_settle(rig);
	lacp_rig_clear(rig);
	partner(rig, 1, 7, 9);
	partner(rig, 2, 7, 9);
	lacp_rig_wait(rig, 1999);
	assert_int_equal(lacp_rig_port(rig, 0, 1).mux, LACP_MUX_WAITING);
	assert_true(lacp_rig_port(rig, 0, 1).alone && lacp_rig_port(rig, 0, 1).distributes);
	assert_false(lacp_rig_port(rig, 0, 2).distributes);
	lacp_rig_wait(rig, 1);
	assert_false(lacp_rig_port(rig, 0, 1).alone);
	assert_true(lacp_rig_port(rig, 0, 1).distributes);
	assert_true(lacp_rig_port(rig, 0, 2).distributes);
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_PORT), 0); /* not for a moment */
	lacp_rig_free(rig);
}

/* lacp_fallback: the chosen port, else the highest priority; it overrides strict and min_links. */
static void test_fallback(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig;

	(void)state;
	options.fallback = true;
	options.strict = true;
	options.min_links = 2;
	options.fallback_port = 3;
	rig = with(&options);
	add_speed(rig, 1, 10000);
	add_speed(rig, 2, 1000);
	add_speed(rig, 3, 100);
	lacp_in_priority(rig->nodes[0], 2, 1000, rig->now_ms);
	lacp_rig_settle(rig);
	assert_true(lacp_rig_port(rig, 0, 3).alone);
	assert_true(lacp_get_carrier(rig->nodes[0]));
	lacp_in_link(rig->nodes[0], 3, false, rig->now_ms);
	lacp_rig_settle(rig);
	assert_true(lacp_rig_port(rig, 0, 2).alone);
	lacp_in_link(rig->nodes[0], 3, true, rig->now_ms);
	lacp_rig_settle(rig);
	assert_true(lacp_rig_port(rig, 0, 3).alone); /* an explicit choice holds */
	partner(rig, 1, 7, 9);
	assert_false(lacp_rig_port(rig, 0, 3).alone);
	assert_false(lacp_get_carrier(rig->nodes[0])); /* strict again, until it distributes */
	lacp_rig_wait(rig, 2000);
	assert_true(lacp_rig_port(rig, 0, 1).distributes);
	assert_false(lacp_get_carrier(rig->nodes[0])); /* and min_links */
	options.min_links = 1;
	lacp_in_options(rig->nodes[0], &options, rig->now_ms);
	lacp_rig_settle(rig);
	assert_true(lacp_get_carrier(rig->nodes[0]));
	lacp_rig_free(rig);
}

/* min_links counts links; with strict, ports that distribute. */
static void test_min_links(void **state)
{
	(void)state;
	for (unsigned int strict = 0; strict < 2; strict++) {
		struct lacp_options options = lacp_rig_options();
		struct lacp_rig *rig;

		options.min_links = 2;
		options.strict = strict;
		rig = with(&options);
		lacp_rig_add(rig, 0, 1);
		lacp_rig_add(rig, 0, 2);
		partner(rig, 1, 3, 9);
		partner(rig, 2, 3, 9);
		assert_int_equal(lacp_get_carrier(rig->nodes[0]), !strict);
		lacp_rig_wait(rig, 2000);
		partner(rig, 1, 3, 9);
		partner(rig, 2, 3, 9);
		assert_true(lacp_get_carrier(rig->nodes[0]));
		lacp_in_link(rig->nodes[0], 1, false, rig->now_ms);
		lacp_rig_settle(rig);
		assert_false(lacp_get_carrier(rig->nodes[0]));
		assert_true(lacp_rig_port(rig, 0, 2).distributes);
		lacp_rig_free(rig);
	}
}

/* A short link loss does not affect the selection (6.4.12): no two-second wait. */
static void test_link_flap(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig = with(&options);

	(void)state;
	lacp_rig_add(rig, 0, 1);
	partner(rig, 1, 3, 9);
	lacp_rig_wait(rig, 2000);
	assert_true(lacp_rig_port(rig, 0, 1).distributes);
	lacp_in_link(rig->nodes[0], 1, false, rig->now_ms);
	lacp_rig_settle(rig);
	assert_false(lacp_rig_port(rig, 0, 1).collects);
	assert_int_equal(lacp_rig_port(rig, 0, 1).mux, LACP_MUX_ATTACHED);
	assert_int_equal(lacp_get_active(rig->nodes[0]).aggregator, 0);
	lacp_rig_wait(rig, 500);
	/* link and partner may change in one batch */
	lacp_in_link(rig->nodes[0], 1, true, rig->now_ms);
	partner(rig, 1, 3, 9);
	assert_int_equal(lacp_rig_port(rig, 0, 1).rx, LACP_RX_CURRENT);
	lacp_rig_wait(rig, 2000);
	assert_true(lacp_rig_port(rig, 0, 1).distributes);
	lacp_rig_free(rig);
}

/* Another user key or speed is another key: the port leaves and comes back. */
static void test_key_changes(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig = with(&options);

	(void)state;
	lacp_rig_add(rig, 0, 1);
	lacp_rig_add(rig, 0, 2);
	partner(rig, 1, 3, 9);
	partner(rig, 2, 3, 9);
	lacp_rig_wait(rig, 2000);
	assert_int_equal(aggregator(rig, 1), aggregator(rig, 2));
	lacp_in_speed(rig->nodes[0], 2, 100, true, rig->now_ms);
	lacp_rig_settle(rig);
	assert_int_not_equal(aggregator(rig, 1), aggregator(rig, 2));
	assert_false(lacp_rig_port(rig, 0, 2).collects);
	assert_true(lacp_rig_port(rig, 0, 1).collects);
	assert_int_equal(lacp_rig_sent(rig, 0, 2).actor.key, 7);
	options.user_key = 5;
	lacp_in_options(rig->nodes[0], &options, rig->now_ms);
	lacp_rig_settle(rig);
	assert_false(lacp_rig_port(rig, 0, 1).collects);
	assert_int_equal(lacp_rig_sent(rig, 0, 1).actor.key, 5 * 64 + 9);
	lacp_rig_free(rig);
}

/* Ports come and go; the aggregator belongs to all its ports, not to the first. */
static void test_remove(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig = with(&options);

	(void)state;
	lacp_rig_add(rig, 0, 1);
	lacp_rig_add(rig, 0, 2);
	partner(rig, 1, 3, 9);
	partner(rig, 2, 3, 9);
	lacp_rig_wait(rig, 2000);
	lacp_rig_clear(rig);
	assert_int_equal(lacp_in_remove(rig->nodes[0], 1, rig->now_ms), 0);
	lacp_rig_settle(rig);
	assert_true(lacp_rig_port(rig, 0, 2).distributes);
	assert_int_equal(lacp_rig_count(rig, 0, 2, LACP_FX_PORT), 0);
	assert_int_equal(lacp_rig_count(rig, 0, 0, LACP_FX_ACTIVE), 0);
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 1); /* the final LACPDU */
	assert_int_equal(lacp_rig_sent(rig, 0, 1).actor.state, LACP_STATE_ACTIVITY);
	assert_int_equal(lacp_in_remove(rig->nodes[0], 1, rig->now_ms), -2);
	assert_int_equal(lacp_in_remove(rig->nodes[0], 2, rig->now_ms), 0);
	lacp_rig_settle(rig);
	assert_int_equal(lacp_get_active(rig->nodes[0]).aggregator, 0);
	assert_false(lacp_get_carrier(rig->nodes[0]));
	lacp_rig_free(rig);
}

static void test_add_refused(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig = with(&options);
	struct lacp_port_facts facts = lacp_rig_facts(0, 1);

	(void)state;
	assert_int_equal(lacp_in_add(rig->nodes[0], 0, &facts, 1), -22);
	facts.number = 0;
	assert_int_equal(lacp_in_add(rig->nodes[0], 1, &facts, 1), -22);
	for (uint32_t port = 1; port <= LACP_PORTS_MAX; port++) {
		facts.number = (uint16_t)port;
		assert_int_equal(lacp_in_add(rig->nodes[0], port, &facts, 1), 0);
		assert_int_equal(lacp_in_add(rig->nodes[0], port, &facts, 1), -17);
		assert_int_equal(lacp_in_add(rig->nodes[0], 1000, &facts, 1), -17);
	}
	facts.number = 999;
	assert_int_equal(lacp_in_add(rig->nodes[0], 999, &facts, 1), -28);
	lacp_rig_settle(rig); /* each has an aggregator */
	for (uint32_t port = 1; port <= LACP_PORTS_MAX; port++)
		assert_true(aggregator(rig, port));
	lacp_rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups),	      cmocka_unit_test(test_individual_partner),
		cmocka_unit_test(test_half_duplex),   cmocka_unit_test(test_policies),
		cmocka_unit_test(test_stable_waits),  cmocka_unit_test(test_stable),
		cmocka_unit_test(test_partner_first), cmocka_unit_test(test_alone),
		cmocka_unit_test(test_hand_over),     cmocka_unit_test(test_fallback),
		cmocka_unit_test(test_min_links),     cmocka_unit_test(test_link_flap),
		cmocka_unit_test(test_key_changes),   cmocka_unit_test(test_remove),
		cmocka_unit_test(test_add_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
