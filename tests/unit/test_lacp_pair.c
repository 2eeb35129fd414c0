/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two systems back to back, and the effects of cables, restarts and hostile frames on them. */
#include "tests/unit/lacp_rig.h"

#include <string.h>

#define IN_SYNC (LACP_STATE_ACTIVITY | LACP_STATE_AGGREGATION | LACP_STATE_SYNCHRONIZATION)

/* Two nodes, @ports cables 1-1, 2-2, ...; no time has passed. */
static struct lacp_rig *pair(const struct lacp_options *a, const struct lacp_options *b,
			     uint32_t ports)
{
	struct lacp_rig *rig = lacp_rig_new();

	lacp_rig_node(rig, a);
	lacp_rig_node(rig, b);
	for (uint32_t port = 1; port <= ports; port++)
		lacp_rig_cable(rig, 0, port, 1, port);
	lacp_rig_settle(rig);
	return rig;
}

static struct lacp_rig *default_pair(uint32_t ports)
{
	struct lacp_options options = lacp_rig_options();

	return pair(&options, &options, ports);
}

static bool carries(const struct lacp_rig *rig, size_t node, uint32_t port)
{
	struct lacp_port_view view = lacp_rig_port(rig, node, port);

	return view.collects && view.distributes && !view.alone;
}

/* Every pairing of rate, activity and control carries traffic after wait_while. */
static void test_negotiate(void **state)
{
	(void)state;
	for (unsigned int bits = 0; bits < 64; bits++) {
		struct lacp_options a = lacp_rig_options(), b = lacp_rig_options();
		struct lacp_rig *rig;

		a.fast = bits & 1;
		b.fast = bits & 2;
		a.active = bits & 4;
		b.active = bits & 8;
		a.coupled = bits & 16;
		b.coupled = bits & 32;
		rig = pair(&a, &b, 2);
		lacp_rig_wait(rig, LACP_AGGREGATE_WAIT_MS);
		for (size_t node = 0; node < 2; node++) {
			for (uint32_t port = 1; port <= 2; port++)
				assert_int_equal(carries(rig, node, port), a.active || b.active);
		}
		if (a.active || b.active) {
			assert_int_equal(lacp_rig_port(rig, 0, 1).actor.state & ~0xc3, 0x3c);
			assert_int_equal(lacp_rig_port(rig, 0, 1).aggregator,
					 lacp_rig_port(rig, 0, 2).aggregator);
			lacp_rig_clear(rig);
			lacp_rig_wait(rig, 300000); /* and stays so */
			assert_int_equal(lacp_rig_count(rig, 0, 0, LACP_FX_PORT), 0);
			assert_int_equal(lacp_rig_count(rig, 1, 0, LACP_FX_PORT), 0);
		}
		lacp_rig_free(rig);
	}
}

/* Independent control: a port that distributes knows that its partner collects. */
static void test_independent(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig;
	struct lacp_frame frame;

	(void)state;
	options.coupled = false;
	rig = lacp_rig_new();
	lacp_rig_node(rig, &options);
	lacp_rig_add(rig, 0, 1);
	lacp_rig_settle(rig);
	frame = lacp_rig_reply(rig, 0, 1, IN_SYNC);
	lacp_rig_hear(rig, 0, 1, &frame);
	lacp_rig_wait(rig, 2000);
	assert_int_equal(lacp_rig_port(rig, 0, 1).mux, LACP_MUX_COLLECTING);
	assert_true(lacp_rig_port(rig, 0, 1).collects);
	assert_false(lacp_rig_port(rig, 0, 1).distributes);
	assert_int_equal(lacp_rig_sent(rig, 0, 1).actor.state & 0x38, 0x18);
	frame = lacp_rig_reply(rig, 0, 1, IN_SYNC | LACP_STATE_COLLECTING);
	lacp_rig_hear(rig, 0, 1, &frame);
	assert_true(lacp_rig_port(rig, 0, 1).distributes);
	frame = lacp_rig_reply(rig, 0, 1, IN_SYNC);
	lacp_rig_hear(rig, 0, 1, &frame);
	assert_int_equal(lacp_rig_port(rig, 0, 1).mux, LACP_MUX_COLLECTING);
	lacp_rig_free(rig);
}

/* A partner that claims sync without knowing us is not in sync with us (recordPDU). */
static void test_unmatched(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig = lacp_rig_new();
	struct lacp_frame frame;

	(void)state;
	lacp_rig_node(rig, &options);
	lacp_rig_add(rig, 0, 1);
	lacp_rig_settle(rig);
	for (unsigned int i = 0; i < 6; i++) {
		frame = lacp_rig_reply(rig, 0, 1, IN_SYNC);
		lacp_rig_hear(rig, 0, 1, &frame);
		lacp_rig_wait(rig, 2000);
		assert_true(lacp_rig_port(rig, 0, 1).distributes);
		frame.partner.port += i == 0;
		frame.partner.port_priority += i == 1;
		frame.partner.system[5] += i == 2;
		frame.partner.system_priority += i == 3;
		frame.partner.key += i == 4;
		frame.partner.state ^= i == 5 ? LACP_STATE_AGGREGATION : 0;
		lacp_rig_clear(rig);
		lacp_rig_hear(rig, 0, 1, &frame);
		assert_false(lacp_rig_port(rig, 0, 1).distributes);
		assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 1); /* it is told */
		lacp_rig_wait(rig, 5000);
	}
	lacp_rig_free(rig);
}

/* The link stays up but frames no longer arrive: only that port stops, and recovers. */
static void test_silent_loss(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig;
	uint64_t lost_ms;

	(void)state;
	options.fast = true;
	rig = pair(&options, &options, 2);
	lacp_rig_wait(rig, 10000);
	lacp_rig_cut(rig, 0, 2);
	lacp_rig_cut(rig, 1, 2);
	lacp_rig_clear(rig);
	lost_ms = rig->now_ms;
	lacp_rig_wait(rig, 3000);
	assert_false(lacp_rig_port(rig, 0, 2).distributes);
	assert_in_range(lacp_rig_last(rig, 0, 2, LACP_FX_PORT)->at_ms, lost_ms + 2000,
			lost_ms + 3000);
	assert_true(carries(rig, 0, 1));
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_PORT), 0);
	lacp_rig_wait(rig, 100000);
	lacp_rig_wire(rig, 0, 2, 1, 2);
	lacp_rig_wait(rig, 30000 + 2000); /* both use the slow rate without a partner */
	assert_true(carries(rig, 0, 2) && carries(rig, 1, 2));
	lacp_rig_free(rig);
}

/* One direction only: the end that still receives must stop as well. */
static void test_one_way(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig;

	(void)state;
	options.fast = true;
	rig = pair(&options, &options, 1);
	lacp_rig_wait(rig, 10000);
	lacp_rig_cut(rig, 0, 1); /* what node 0 sends is lost */
	lacp_rig_wait(rig, 7000);
	assert_false(carries(rig, 1, 1));
	assert_false(carries(rig, 0, 1));
	lacp_rig_free(rig);
}

/* The other side's system id changes: recovered after two seconds. */
static void test_partner_id_changes(void **state)
{
	const uint8_t mac[] = {2, 0, 0, 0, 0, 0x77};
	struct lacp_rig *rig = default_pair(2);

	(void)state;
	lacp_rig_wait(rig, 5000);
	lacp_in_mac(rig->nodes[1], mac, rig->now_ms);
	lacp_rig_settle(rig);
	assert_false(carries(rig, 0, 1));
	assert_int_equal(lacp_rig_port(rig, 0, 1).partner.system[5], 0x77);
	lacp_rig_wait(rig, 4000);
	for (uint32_t port = 1; port <= 2; port++)
		assert_true(carries(rig, 0, port) && carries(rig, 1, port));
	assert_int_equal(lacp_rig_count(rig, 0, 0, LACP_FX_ALARM), 0);
	lacp_rig_free(rig);
}

/* A cable is moved to another switch without link loss: the port leaves the aggregator. */
static void test_moved(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig = default_pair(2);
	char text[256] = "";

	(void)state;
	lacp_rig_node(rig, &options);
	lacp_rig_add(rig, 2, 1);
	lacp_rig_wait(rig, 5000);
	lacp_rig_cut(rig, 1, 2);
	lacp_rig_wire(rig, 0, 2, 2, 1);
	lacp_rig_clear(rig);
	lacp_rig_wait(rig, 35000);
	assert_true(carries(rig, 0, 1));
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_PORT), 0);
	assert_false(lacp_rig_port(rig, 0, 2).collects);
	assert_int_equal(lacp_rig_port(rig, 0, 2).partner.system[5], 3);
	for (size_t i = 0; i < rig->count; i++)
		if (rig->log[i].fx.kind == LACP_FX_TRACE && rig->log[i].node == 0 &&
		    rig->log[i].fx.machine == LACP_MACHINE_SELECTION)
			lacp_effect_text(rig->nodes[0], &rig->log[i].fx, text, sizeof(text));
	assert_non_null(strstr(text, "differs from eth0's partner"));
	assert_non_null(strstr(text, "another switch?"));
	lacp_rig_free(rig);
}

/* The partner's port appears on another of our ports while ours has no link (port_moved). */
static void test_port_moved(void **state)
{
	struct lacp_rig *rig = default_pair(1);

	(void)state;
	lacp_rig_add(rig, 0, 2);
	lacp_rig_wait(rig, 5000);
	lacp_in_link(rig->nodes[0], 1, false, rig->now_ms);
	lacp_rig_settle(rig);
	assert_true(lacp_rig_port(rig, 0, 1).has_partner); /* it may come back */
	lacp_rig_wire(rig, 0, 2, 1, 1);
	lacp_rig_wait(rig, 30000);
	assert_true(carries(rig, 0, 2));
	assert_false(lacp_rig_port(rig, 0, 1).has_partner);
	lacp_rig_free(rig);
}

/*
 * A cable between two of our ports, or a switch that floods LACPDUs: logged.
 * One port carries the traffic as long as none receives from another partner,
 * or nothing.
 */
static void test_looped(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig = lacp_rig_new();

	(void)state;
	lacp_rig_node(rig, &options);
	lacp_rig_cable(rig, 0, 1, 0, 2);
	lacp_rig_wait(rig, 200000);
	for (uint32_t port = 1; port <= 2; port++) {
		assert_true(lacp_rig_port(rig, 0, port).looped);
		assert_false(lacp_rig_port(rig, 0, port).has_partner);
		assert_int_equal(lacp_rig_last(rig, 0, port, LACP_FX_ALARM)->fx.alarm,
				 LACP_ALARM_LOOPED);
		assert_in_range(lacp_rig_count(rig, 0, port, LACP_FX_ALARM), 2, 4);
	}
	assert_true(lacp_get_carrier(rig->nodes[0]));
	assert_int_not_equal(lacp_rig_port(rig, 0, 1).alone, lacp_rig_port(rig, 0, 2).alone);
	lacp_rig_add(rig, 0, 3);
	lacp_rig_settle(rig);
	assert_true(lacp_rig_port(rig, 0, 3).alone);
	assert_false(lacp_rig_port(rig, 0, 1).alone || lacp_rig_port(rig, 0, 2).alone);
	lacp_rig_free(rig);
}

/* A loopback plug, which returns every frame to its port. */
static void test_loopback_plug(void **state)
{
	struct lacp_rig *rig = default_pair(1);

	(void)state;
	lacp_rig_wait(rig, 5000);
	rig->wires[0][1] = (struct lacp_rig_wire){true, 0, 1};
	lacp_rig_wait(rig, 94000);
	assert_false(lacp_rig_port(rig, 0, 1).collects);
	assert_true(lacp_rig_port(rig, 0, 1).looped);
	assert_true(lacp_rig_port(rig, 0, 1).counters.looped_rx > 3);
	lacp_rig_wire(rig, 0, 1, 1, 1);
	lacp_rig_wait(rig, 33000);
	assert_true(carries(rig, 0, 1));
	assert_false(lacp_rig_port(rig, 0, 1).looped);
	lacp_rig_free(rig);
}

/* Two systems answer on one port: it stays out of use, without affecting the other port. */
static void test_two_partners(void **state)
{
	struct lacp_rig *rig = default_pair(2);
	struct lacp_frame frame;

	(void)state;
	lacp_rig_wait(rig, 5000);
	lacp_rig_clear(rig);
	for (unsigned int i = 0; i < 100; i++) {
		frame = lacp_rig_reply(rig, 0, 2, IN_SYNC);
		lacp_rig_hear(rig, 0, 2, &frame);
		lacp_rig_wait(rig, 2500); /* longer than wait_while */
		frame = lacp_rig_reply(rig, 0, 2, IN_SYNC);
		frame.actor.system[5] = 0x98;
		lacp_rig_hear(rig, 0, 2, &frame);
		lacp_rig_wait(rig, 2500); /* longer than wait_while */
		if (i > 0)
			assert_false(lacp_rig_port(rig, 0, 2).collects);
	}
	assert_true(carries(rig, 0, 1));
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_PORT), 0);
	assert_int_equal(lacp_rig_last(rig, 0, 2, LACP_FX_ALARM)->fx.alarm,
			 LACP_ALARM_TWO_PARTNERS);
	assert_in_range(lacp_rig_count(rig, 0, 2, LACP_FX_ALARM), 5, 10); /* once a minute */
	/* left alone it recovers */
	lacp_rig_wait(rig, 3000 + 30000 + 2000);
	assert_true(carries(rig, 0, 2));
	lacp_rig_free(rig);
}

/* Goodbye: the partner stops at once though it is slow to time out. */
static void test_farewell(void **state)
{
	struct lacp_rig *rig = default_pair(2);

	(void)state;
	lacp_rig_wait(rig, 5000);
	assert_int_equal(lacp_in_remove(rig->nodes[0], 2, rig->now_ms), 0);
	lacp_rig_settle(rig);
	assert_false(lacp_rig_port(rig, 1, 2).collects);
	assert_true(carries(rig, 1, 1));
	lacp_rig_free(rig);
}

/* Moves node 0 to a new daemon that starts @gap_ms later. */
static void restart(struct lacp_rig *rig, uint32_t ports, uint64_t gap_ms)
{
	struct lacp_port_state saved[LACP_RIG_PORTS + 1];
	struct lacp_options options = *lacp_get_options(rig->nodes[0]);
	const uint8_t mac[] = {2, 0, 0, 0, 0, 1};

	for (uint32_t port = 1; port <= ports; port++)
		assert_int_equal(lacp_export_port(rig->nodes[0], port, rig->now_ms, &saved[port]),
				 0);
	lacp_free(rig->nodes[0]);
	/* no replies meanwhile */
	rig->nodes[0] = lacp_new(&options, mac, rig->now_ms);
	lacp_rig_wait(rig, gap_ms);
	for (uint32_t port = 1; port <= ports; port++) {
		lacp_rig_add(rig, 0, port);
		assert_int_equal(
			lacp_import_port(rig->nodes[0], port, &saved[port], gap_ms, rig->now_ms),
			0);
	}
	lacp_rig_settle(rig);
}

/* A restart within the partner's timeout goes unnoticed: no frame differs. */
static void test_restart(void **state)
{
	(void)state;
	for (unsigned int bits = 0; bits < 4; bits++) {
		struct lacp_options options = lacp_rig_options();
		struct lacp_rig *rig;
		struct lacp_frame before, after;

		options.fast = bits & 1;
		options.coupled = bits & 2;
		rig = pair(&options, &options, 3);
		lacp_rig_wait(rig, 100000);
		before = lacp_rig_sent(rig, 0, 2);
		lacp_rig_clear(rig);
		restart(rig, 3, options.fast ? 1500 : 55000);
		lacp_rig_wait(rig, 100000);
		for (size_t node = 0; node < 2; node++) {
			assert_int_equal(lacp_rig_count(rig, node, 0, LACP_FX_PORT), 0);
			assert_int_equal(lacp_rig_count(rig, node, 0, LACP_FX_PARTNER), 0);
			assert_int_equal(lacp_rig_count(rig, node, 0, LACP_FX_TRACE), 0);
			assert_int_equal(lacp_rig_count(rig, node, 0, LACP_FX_ACTIVE), 0);
		}
		for (uint32_t port = 1; port <= 3; port++)
			assert_true(carries(rig, 0, port) && carries(rig, 1, port));
		after = lacp_rig_sent(rig, 0, 2);
		assert_memory_equal(&before.actor, &after.actor, sizeof(before.actor));
		assert_memory_equal(&before.partner, &after.partner, sizeof(before.partner));
		assert_true(lacp_rig_port(rig, 0, 1).counters.lacpdu_tx > 5);
		lacp_rig_free(rig);
	}
}

/* Away too long: the partner has expired, and the saved state is not believed. */
static void test_restart_late(void **state)
{
	struct lacp_rig *rig = default_pair(2);

	(void)state;
	lacp_rig_wait(rig, 100000);
	restart(rig, 2, 200000);
	lacp_rig_wait(rig, 40000);
	for (uint32_t port = 1; port <= 2; port++)
		assert_true(carries(rig, 0, port) && carries(rig, 1, port));
	lacp_rig_free(rig);
}

/* What an import refuses; the port then starts over. */
static void test_import_refused(void **state)
{
	struct lacp_options options = lacp_rig_options();
	struct lacp_rig *rig = default_pair(1);
	struct lacp_port_state good, bad;
	const uint8_t mac[] = {2, 0, 0, 0, 0, 1};

	(void)state;
	lacp_rig_wait(rig, 5000);
	assert_int_equal(lacp_export_port(rig->nodes[0], 9, rig->now_ms, &good), -2);
	assert_int_equal(lacp_export_port(rig->nodes[0], 1, rig->now_ms, &good), 0);
	for (unsigned int i = 0; i < 12; i++) {
		struct lacp *lacp = lacp_new(&options, mac, rig->now_ms);
		struct lacp_port_facts facts = lacp_rig_facts(0, 1);

		assert_int_equal(lacp_in_add(lacp, 1, &facts, rig->now_ms), 0);
		bad = good;
		if (i == 0)
			bad.rx = 99;
		else if (i == 1)
			bad.mux = 99;
		else if (i == 2)
			bad.selected = LACP_STANDBY;
		else if (i == 3)
			bad.aggregator = 99;
		else if (i == 4)
			bad.aggregator_active = false;
		else if (i == 5)
			bad.defaulted = true;
		else if (i == 6)
			bad.partner.state = 0;
		else if (i == 7)
			bad.number = 7;
		else if (i == 8)
			bad.aggregator = 0;
		else if (i == 9)
			bad.actor_churn_ms = 0; /* a timer that would never expire */
		else if (i == 10)
			bad.partner_churn_ms = 0;
		else
			bad.rx = LACP_RX_DEFAULTED;
		assert_int_equal(lacp_import_port(lacp, 1, &bad, 0, rig->now_ms), -22);
		assert_int_equal(lacp_import_port(lacp, 2, &good, 0, rig->now_ms), -2);
		lacp_step(lacp, rig->now_ms, &rig->fx);
		lacp_free(lacp);
	}
	lacp_rig_free(rig);
}

/* Markers are answered with their contents, ten a second; responses are not. */
static void test_marker(void **state)
{
	struct lacp_rig *rig = default_pair(1);
	const uint8_t source[] = {2, 9, 0, 0, 0, 1};
	struct lacp_marker marker = {1, 16, 42, {2, 0, 0, 0, 0, 2}, 7};
	uint8_t bytes[LACP_FRAME_SIZE];
	struct lacp_frame answer;

	(void)state;
	lacp_rig_wait(rig, 5000);
	lacp_rig_cut(rig, 0, 1);
	lacp_rig_clear(rig);
	lacp_marker_encode(bytes, source, &marker, false);
	lacp_rig_frame(rig, 0, 1, bytes, sizeof(bytes));
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 1);
	lacp_frame_decode(lacp_rig_last(rig, 0, 1, LACP_FX_SEND)->fx.frame, LACP_FRAME_SIZE,
			  &answer);
	assert_int_equal(answer.kind, LACP_FRAME_MARKER_RESPONSE);
	assert_int_equal(answer.marker.transaction, 7);
	assert_int_equal(answer.marker.requester_port, 42);
	for (unsigned int i = 0; i < 1000; i++)
		lacp_rig_frame(rig, 0, 1, bytes, sizeof(bytes));
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 10);
	assert_int_equal(lacp_rig_port(rig, 0, 1).counters.marker_rx, 1001);
	assert_int_equal(lacp_rig_port(rig, 0, 1).counters.marker_response_tx, 10);
	assert_int_equal(lacp_rig_port(rig, 0, 1).counters.marker_unanswered, 991);
	lacp_rig_wait(rig, 1000);
	lacp_rig_clear(rig);
	lacp_rig_frame(rig, 0, 1, bytes, sizeof(bytes));
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 1);
	lacp_marker_encode(bytes, source, &marker, true);
	lacp_rig_frame(rig, 0, 1, bytes, sizeof(bytes));
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_SEND), 1);
	assert_int_equal(lacp_rig_port(rig, 0, 1).counters.marker_response_rx, 1);
	lacp_rig_free(rig);
}

/* Malformed frames change a counter and nothing else. */
static void test_hostile(void **state)
{
	struct lacp_rig *rig = default_pair(1);
	struct lacp_counters counters;
	uint8_t bytes[LACP_FRAME_SIZE];
	size_t illegal = 0;

	(void)state;
	lacp_rig_wait(rig, 5000);
	lacp_rig_clear(rig);
	for (size_t length = 0; length < LACP_FRAME_SIZE; length++) {
		struct lacp_frame frame = lacp_rig_reply(rig, 0, 1, 0);

		lacp_pdu_encode(bytes, frame.source, &frame.actor, &frame.partner);
		lacp_rig_frame(rig, 0, 1, bytes, length);
		illegal++;
		bytes[17] ^= 0xff; /* complete, with a wrong length inside */
		lacp_rig_frame(rig, 0, 1, bytes, sizeof(bytes));
		illegal++;
	}
	assert_int_equal(rig->count, 0);
	assert_true(carries(rig, 0, 1));
	counters = lacp_rig_port(rig, 0, 1).counters;
	assert_int_equal(counters.illegal_rx, illegal);
	assert_int_equal(counters.flaw[LACP_FLAW_SHORT], illegal / 2);
	assert_int_equal(counters.flaw[LACP_FLAW_ACTOR_TLV], illegal / 2);
	lacp_in_frame(rig->nodes[0], 99, bytes, sizeof(bytes), rig->now_ms); /* no such port */
	lacp_rig_free(rig);
}

/* A flood of our own LACPDUs, or of a stranger's, causes at most three per second to be sent. */
static void test_flood(void **state)
{
	struct lacp_rig *rig = default_pair(2);

	(void)state;
	lacp_rig_wait(rig, 5000);
	lacp_rig_clear(rig);
	for (unsigned int i = 0; i < 20000; i++) {
		struct lacp_frame frame = lacp_rig_reply(rig, 0, 2, IN_SYNC);
		uint8_t bytes[LACP_FRAME_SIZE];

		frame.actor.port = (uint16_t)i;
		if (i % 3 == 0)
			memcpy(frame.actor.system, frame.partner.system, LACP_MAC_SIZE);
		lacp_pdu_encode(bytes, frame.source, &frame.actor, &frame.partner);
		lacp_in_frame(rig->nodes[0], 2, bytes, sizeof(bytes), rig->now_ms);
		if (i % 100 == 0)
			lacp_rig_wait(rig, 1);
	}
	assert_in_range(lacp_rig_count(rig, 0, 2, LACP_FX_SEND), 1, 3);
	assert_true(carries(rig, 0, 1));
	assert_int_equal(lacp_rig_count(rig, 0, 1, LACP_FX_PORT), 0);
	lacp_rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_negotiate),      cmocka_unit_test(test_independent),
		cmocka_unit_test(test_unmatched),      cmocka_unit_test(test_silent_loss),
		cmocka_unit_test(test_one_way),	       cmocka_unit_test(test_partner_id_changes),
		cmocka_unit_test(test_moved),	       cmocka_unit_test(test_port_moved),
		cmocka_unit_test(test_looped),	       cmocka_unit_test(test_loopback_plug),
		cmocka_unit_test(test_two_partners),   cmocka_unit_test(test_farewell),
		cmocka_unit_test(test_restart),	       cmocka_unit_test(test_restart_late),
		cmocka_unit_test(test_import_refused), cmocka_unit_test(test_marker),
		cmocka_unit_test(test_hostile),	       cmocka_unit_test(test_flood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
