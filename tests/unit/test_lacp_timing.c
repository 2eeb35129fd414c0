/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a port sends, and when its information expires: every time of the
 * standard, to the millisecond.
 */
#include "tests/unit/lacp_rig.h"

#define SILENT (LACP_STATE_ACTIVITY | LACP_STATE_AGGREGATION)
#define IN_SYNC (SILENT | LACP_STATE_SYNCHRONIZATION)
#define SENDING (IN_SYNC | LACP_STATE_COLLECTING | LACP_STATE_DISTRIBUTING)
#define FAST LACP_STATE_TIMEOUT

/* One node, one port, whose partner is simulated by the test. */
static struct lacp_rig *lone(bool fast, bool active)
{
	struct lacp_rig *rig = lacp_rig_new();
	struct lacp_options options = lacp_rig_options();

	options.fast = fast;
	options.active = active;
	lacp_rig_node(rig, &options);
	lacp_rig_add(rig, 0, 1);
	lacp_rig_settle(rig);
	return rig;
}

static void hear(struct lacp_rig *rig, uint8_t state)
{
	struct lacp_frame frame = lacp_rig_reply(rig, 0, 1, state);

	lacp_rig_hear(rig, 0, 1, &frame);
}

/* The gaps between frames sent since lacp_rig_clear() are within these bounds. */
static void assert_gaps(const struct lacp_rig *rig, uint64_t least_ms, uint64_t most_ms)
{
	uint64_t last_ms = 0;

	for (size_t i = 0; i < rig->count; i++) {
		if (rig->log[i].fx.kind != LACP_FX_SEND)
			continue;
		if (last_ms)
			assert_in_range(rig->log[i].at_ms - last_ms, least_ms, most_ms);
		last_ms = rig->log[i].at_ms;
	}
	assert_in_range(rig->now_ms - last_ms, 0, most_ms);
}

/* No partner: the first LACPDU at once, three seconds of fast, then slow. */
static void test_unanswered(void **state)
{
	struct lacp_rig *rig = lone(false, true);

	(void)state;
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 1);
	assert_int_equal(lacp_rig_last(rig, 0, 1, LACP_FX_SEND)->at_ms, 10000);
	assert_int_equal(lacp_rig_port(rig, 0, 1).rx, LACP_RX_EXPIRED);
	lacp_rig_wait(rig, LACP_SHORT_TIMEOUT_MS - 1);
	assert_int_equal(lacp_rig_port(rig, 0, 1).rx, LACP_RX_EXPIRED);
	assert_gaps(rig, 1, 1000);
	lacp_rig_wait(rig, 1);
	assert_int_equal(lacp_rig_port(rig, 0, 1).rx, LACP_RX_DEFAULTED);
	lacp_rig_wait(rig, LACP_SLOW_PERIODIC_MS);
	lacp_rig_clear(rig);
	lacp_rig_wait(rig, 10 * LACP_SLOW_PERIODIC_MS);
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 10);
	assert_gaps(rig, LACP_SLOW_PERIODIC_MS, LACP_SLOW_PERIODIC_MS);
	lacp_rig_free(rig);
}

/* The partner chooses the rate, whatever ours is. */
static void test_partner_rate(void **state)
{
	(void)state;
	for (unsigned int own = 0; own < 2; own++) {
		struct lacp_rig *rig = lone(own, true);

		hear(rig, IN_SYNC | FAST);
		for (unsigned int i = 0; i < 20; i++) { /* keeps the partner alive */
			lacp_rig_wait(rig, 1000);
			hear(rig, SENDING | FAST);
		}
		lacp_rig_clear(rig);
		for (unsigned int i = 0; i < 60; i++) {
			lacp_rig_wait(rig, 1000);
			hear(rig, SENDING | FAST);
		}
		assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 60);
		assert_gaps(rig, 1000, 1000);
		lacp_rig_free(rig);
	}
}

/* From slow to fast: the next LACPDU at once, not after the slow period. */
static void test_rate_changes(void **state)
{
	struct lacp_rig *rig = lone(false, true);

	(void)state;
	hear(rig, SENDING);
	lacp_rig_wait(rig, 10000);
	hear(rig, SENDING);
	lacp_rig_clear(rig);
	lacp_rig_wait(rig, 5000);
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 0);
	hear(rig, SENDING | FAST);
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 1);
	hear(rig, SENDING); /* and back: slow again */
	lacp_rig_clear(rig);
	lacp_rig_wait(rig, 29999);
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 0);
	lacp_rig_free(rig);
}

/* A late step does not lengthen the period permanently. */
static void test_late_steps(void **state)
{
	struct lacp_rig *rig = lone(true, true);
	uint64_t start_ms;
	size_t sent = 0;

	(void)state;
	hear(rig, SENDING | FAST);
	lacp_rig_wait(rig, 3000);
	hear(rig, SENDING | FAST);
	start_ms = rig->now_ms;
	while (rig->now_ms < start_ms + 60000) {
		rig->now_ms = lacp_next_deadline(rig->nodes[0]) + 7;
		lacp_step(rig->nodes[0], rig->now_ms, &rig->fx);
		for (size_t i = 0; i < rig->fx.count; i++)
			sent += rig->fx.list[i].kind == LACP_FX_SEND;
		hear(rig, SENDING | FAST);
	}
	assert_in_range(sent, 59, 61);
	lacp_rig_free(rig);
}

/* Whatever happens, never more than three in a second. */
static void test_limit(void **state)
{
	struct lacp_rig *rig = lone(true, true);
	uint64_t times[1000];
	size_t sent = 0;

	(void)state;
	for (unsigned int i = 0; i < 5000; i++) {
		struct lacp_frame frame = lacp_rig_reply(rig, 0, 1, IN_SYNC | FAST);

		frame.partner.key = (uint16_t)i; /* wrong information: it should be corrected */
		lacp_rig_hear(rig, 0, 1, &frame);
		lacp_rig_wait(rig, 1 + i % 7);
	}
	for (size_t i = 0; i < rig->count; i++)
		if (rig->log[i].fx.kind == LACP_FX_SEND && sent < 1000)
			times[sent++] = rig->log[i].at_ms;
	assert_in_range(sent, 40, 70);
	for (size_t i = 3; i < sent; i++)
		assert_true(times[i] - times[i - 3] >= 1000);
	lacp_rig_free(rig);
}

/* A frame delayed by the limit is sent as soon as allowed, with the information current then. */
static void test_limit_is_not_loss(void **state)
{
	struct lacp_rig *rig = lone(true, true);
	uint64_t first_ms;

	(void)state;
	lacp_rig_wait(rig, 10000);
	lacp_rig_clear(rig);
	first_ms = rig->now_ms;
	for (uint16_t i = 0; i < 5; i++) {
		lacp_in_priority(rig->nodes[0], 1, i, rig->now_ms);
		lacp_rig_settle(rig);
	}
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 3);
	assert_int_equal(lacp_rig_sent(rig, 0, 1).actor.port_priority, 2);
	lacp_rig_wait(rig, 1000);
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 4);
	assert_int_equal(lacp_rig_last(rig, 0, 1, LACP_FX_SEND)->at_ms, first_ms + 1000);
	assert_int_equal(lacp_rig_sent(rig, 0, 1).actor.port_priority, 4);
	lacp_rig_free(rig);
}

/* current_while: three of the periods that we asked for; then expired for three seconds more. */
static void test_current_while(void **state)
{
	(void)state;
	for (unsigned int fast = 0; fast < 2; fast++) {
		struct lacp_rig *rig = lone(fast, true);
		uint64_t timeout_ms = fast ? 3000 : 90000;

		hear(rig, SENDING);
		assert_int_equal(lacp_rig_port(rig, 0, 1).rx, LACP_RX_CURRENT);
		lacp_rig_wait(rig, timeout_ms - 1);
		assert_int_equal(lacp_rig_port(rig, 0, 1).rx, LACP_RX_CURRENT);
		hear(rig, SENDING); /* restarts */
		lacp_rig_wait(rig, timeout_ms - 1);
		assert_int_equal(lacp_rig_port(rig, 0, 1).rx, LACP_RX_CURRENT);
		assert_true(lacp_rig_port(rig, 0, 1).distributes);
		lacp_rig_wait(rig, 1);
		assert_int_equal(lacp_rig_port(rig, 0, 1).rx, LACP_RX_EXPIRED);
		assert_false(lacp_rig_port(rig, 0, 1).distributes);
		assert_false(lacp_rig_port(rig, 0, 1).collects);
		assert_true(lacp_rig_sent(rig, 0, 1).actor.state & LACP_STATE_EXPIRED);
		lacp_rig_wait(rig, 2999);
		assert_int_equal(lacp_rig_port(rig, 0, 1).rx, LACP_RX_EXPIRED);
		lacp_rig_wait(rig, 1);
		assert_int_equal(lacp_rig_port(rig, 0, 1).rx, LACP_RX_DEFAULTED);
		assert_false(lacp_rig_port(rig, 0, 1).has_partner);
		lacp_rig_free(rig);
	}
}

/* wait_while: two seconds from the selection, for both ports together. */
static void test_wait_while(void **state)
{
	struct lacp_rig *rig = lone(false, true);
	struct lacp_frame frame;

	(void)state;
	hear(rig, IN_SYNC);
	assert_int_equal(lacp_rig_port(rig, 0, 1).mux, LACP_MUX_WAITING);
	lacp_rig_wait(rig, 1000);
	lacp_rig_add(rig, 0, 2); /* a second port to the same partner, a second later */
	lacp_rig_settle(rig);
	frame = lacp_rig_reply(rig, 0, 2, IN_SYNC);
	lacp_rig_hear(rig, 0, 2, &frame);
	assert_int_equal(lacp_rig_port(rig, 0, 1).aggregator, lacp_rig_port(rig, 0, 2).aggregator);
	lacp_rig_wait(rig, 1999); /* the first has waited long enough, the second has not */
	assert_int_equal(lacp_rig_port(rig, 0, 1).mux, LACP_MUX_WAITING);
	assert_int_equal(lacp_rig_port(rig, 0, 2).mux, LACP_MUX_WAITING);
	lacp_rig_wait(rig, 1);
	assert_true(lacp_rig_port(rig, 0, 1).distributes);
	assert_true(lacp_rig_port(rig, 0, 2).mux >= LACP_MUX_ATTACHED);
	lacp_rig_free(rig);
}

/* A port whose partner changes repeatedly does not delay the others. */
static void test_restless_port(void **state)
{
	struct lacp_rig *rig = lone(false, true);

	(void)state;
	lacp_rig_add(rig, 0, 2);
	lacp_rig_settle(rig);
	hear(rig, IN_SYNC);
	for (uint16_t i = 0; i < 4; i++) {
		struct lacp_frame frame = lacp_rig_reply(rig, 0, 2, IN_SYNC);

		assert_int_equal(lacp_rig_port(rig, 0, 1).mux, LACP_MUX_WAITING);
		frame.actor.port_priority = i;
		lacp_rig_hear(rig, 0, 2, &frame);
		lacp_rig_wait(rig, 999);
	}
	assert_true(lacp_rig_port(rig, 0, 1).distributes);
	assert_int_equal(lacp_rig_port(rig, 0, 2).mux, LACP_MUX_WAITING);
	lacp_rig_free(rig);
}

static void test_churn(void **state)
{
	struct lacp_rig *rig = lone(false, true);

	(void)state;
	/* the partner answers, but never gets in sync */
	lacp_rig_wait(rig, 100);
	hear(rig, SILENT);
	lacp_rig_wait(rig, 59899);
	assert_int_equal(lacp_rig_port(rig, 0, 1).actor_churn, LACP_NO_CHURN);
	assert_int_equal(lacp_rig_port(rig, 0, 1).partner_churn, LACP_CHURN_MONITOR);
	lacp_rig_wait(rig, 1);
	assert_int_equal(lacp_rig_port(rig, 0, 1).partner_churn, LACP_CHURN);
	assert_int_equal(lacp_rig_port(rig, 0, 1).partner_churn_count, 1);
	hear(rig, IN_SYNC);
	assert_int_equal(lacp_rig_port(rig, 0, 1).partner_churn, LACP_NO_CHURN);
	hear(rig, SILENT); /* out of sync again: sixty seconds again */
	assert_int_equal(lacp_rig_port(rig, 0, 1).partner_churn, LACP_CHURN_MONITOR);
	lacp_in_link(rig->nodes[0], 1, false, rig->now_ms);
	lacp_rig_wait(rig, 100000); /* no link, no churn */
	assert_int_equal(lacp_rig_port(rig, 0, 1).partner_churn, LACP_CHURN_MONITOR);
	lacp_in_link(rig->nodes[0], 1, true, rig->now_ms);
	lacp_rig_wait(rig, 60000);
	assert_int_equal(lacp_rig_port(rig, 0, 1).partner_churn, LACP_CHURN);
	assert_int_equal(lacp_rig_port(rig, 0, 1).partner_churn_count, 2);
	lacp_rig_free(rig);
}

/* The port of a standby aggregator is never in sync: that is actor churn. */
static void test_actor_churn(void **state)
{
	struct lacp_rig *rig = lone(false, true);
	struct lacp_frame frame;

	(void)state;
	lacp_rig_add(rig, 0, 2);
	hear(rig, IN_SYNC);
	frame = lacp_rig_reply(rig, 0, 2, IN_SYNC);
	frame.actor.system[5] = 0x98;
	lacp_rig_hear(rig, 0, 2, &frame);
	lacp_rig_wait(rig, 59999);
	assert_int_equal(lacp_rig_port(rig, 0, 1).actor_churn, LACP_NO_CHURN);
	assert_int_equal(lacp_rig_port(rig, 0, 2).actor_churn, LACP_CHURN_MONITOR);
	lacp_rig_wait(rig, 1);
	assert_int_equal(lacp_rig_port(rig, 0, 2).actor_churn, LACP_CHURN);
	assert_int_equal(lacp_rig_port(rig, 0, 2).actor_churn_count, 1);
	lacp_rig_free(rig);
}

/* Passive: silent until a partner sends; then at the requested rate; then silent again. */
static void test_passive(void **state)
{
	struct lacp_rig *rig = lone(false, false);

	(void)state;
	lacp_rig_wait(rig, 200000);
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 0);
	hear(rig, SILENT & ~LACP_STATE_ACTIVITY); /* passive as well */
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 0);
	hear(rig, SILENT | FAST);
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 1);
	lacp_rig_wait(rig, 3000);
	assert_true(lacp_rig_count(rig, 0, 1, LACP_FX_SEND) >= 4);
	lacp_rig_wait(rig, 90000);
	assert_int_equal(lacp_rig_port(rig, 0, 1).rx, LACP_RX_DEFAULTED);
	lacp_rig_clear(rig);
	lacp_rig_wait(rig, 200000);
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 0);
	lacp_rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unanswered),    cmocka_unit_test(test_partner_rate),
		cmocka_unit_test(test_rate_changes),  cmocka_unit_test(test_late_steps),
		cmocka_unit_test(test_limit),	      cmocka_unit_test(test_limit_is_not_loss),
		cmocka_unit_test(test_current_while), cmocka_unit_test(test_wait_while),
		cmocka_unit_test(test_restless_port), cmocka_unit_test(test_churn),
		cmocka_unit_test(test_actor_churn),   cmocka_unit_test(test_passive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
