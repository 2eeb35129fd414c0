/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ARP/NS monitor against a network in virtual time: every probe is answered
 * after a millisecond through the ports that lead to the target, and seen by
 * the other ports of the same switch.
 */
#include "tests/unit/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/monitor/probe_frames.h"

#define PORTS 4

static const uint8_t own_ip[4] = {192, 0, 2, 7};
static const uint8_t target_ip[2][4] = {{192, 0, 2, 1}, {192, 0, 2, 2}};
static const uint8_t own_ip6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 7};
static const uint8_t target_ip6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};

struct net {
	struct rig *rig;
	bool answers[PORTS + 1]; /* the path through this port works */
	bool target_alive[2];
	bool is_ip6;
	bool noise[PORTS + 1]; /* other frames arrive on it */
	size_t asked[PORTS + 1];
};

static struct net net_new(const char *options, uint32_t ports)
{
	struct net net = {.rig = rig_new(options), .target_alive = {true, true}};
	struct bond_own own = {.count4 = 1, .count6 = 1};

	memcpy(own.ip4[0], own_ip, 4);
	memcpy(own.ip6[0], own_ip6, 16);
	bond_in_own(net.rig->bond, &own);
	for (uint32_t id = 1; id <= ports; id++) {
		net.answers[id] = true;
		rig_attach(net.rig, id, true);
	}
	return net;
}

static void deliver(struct net *net, uint32_t port, bool is_reply, size_t target)
{
	struct probe_origin from = {.mac = {2}};
	uint8_t frame[PROBE_FRAME_MAX];
	size_t length;

	if (net->is_ip6 && !is_reply) {
		memcpy(from.ip, own_ip6, 16);
		length = probe_ns(frame, sizeof(frame), &from, target_ip6);
	} else if (net->is_ip6) {
		memcpy(from.ip, target_ip6, 16);
		length = probe_ns(frame, sizeof(frame), &from, own_ip6);
		frame[54] = 136; /* an advertisement, to us */
		memcpy(frame + 38, own_ip6, 16);
	} else {
		memcpy(from.ip, is_reply ? target_ip[target] : own_ip, 4);
		length = probe_arp(frame, sizeof(frame), &from,
				   is_reply ? own_ip : target_ip[target]);
		frame[21] = is_reply ? 2 : 1;
	}
	bond_in_frame(net->rig->bond, port, frame, length, net->rig->now_ms);
	bond_in_rx(net->rig->bond, port, net->rig->now_ms);
}

/* Delivers what one round of probes causes, a millisecond later. */
static void answer(struct net *net, size_t first_effect)
{
	struct rig *rig = net->rig;
	size_t end = rig->count;

	for (size_t i = first_effect; i < end; i++) {
		uint32_t port = rig->log[i].fx.port;

		if (rig->log[i].fx.kind != FX_PROBE)
			continue;
		net->asked[port]++;
		bond_in_probed(rig->bond, port, rig->now_ms);
		rig->now_ms++;
		for (uint32_t other = 1; other <= PORTS && net->answers[port]; other++)
			if (other != port && net->answers[other])
				deliver(net, other, false, 0);
		for (size_t target = 0; target < 2 && net->answers[port]; target++)
			if (net->target_alive[target])
				deliver(net, port, true, target);
		rig->now_ms--;
	}
}

static void net_wait(struct net *net, uint64_t ms)
{
	struct rig *rig = net->rig;
	uint64_t end_ms = rig->now_ms + ms;

	while (bond_next_deadline(rig->bond) <= end_ms) {
		size_t before;

		/* probes and replies overlap by a millisecond: time must not go back */
		if (bond_next_deadline(rig->bond) > rig->now_ms)
			rig->now_ms = bond_next_deadline(rig->bond);
		for (uint32_t port = 1; port <= PORTS; port++)
			if (net->noise[port])
				bond_in_rx(rig->bond, port, rig->now_ms);
		rig_clear(rig);
		before = rig->count;
		rig_step(rig);
		answer(net, before);
	}
	rig->now_ms = end_ms;
}

static uint64_t wait_active(struct net *net, uint32_t wanted, uint64_t limit_ms)
{
	uint64_t start_ms = net->rig->now_ms;

	while (bond_get_active(net->rig->bond) != wanted && net->rig->now_ms - start_ms < limit_ms)
		net_wait(net, 1);
	assert_int_equal(bond_get_active(net->rig->bond), wanted);
	return net->rig->now_ms - start_ms;
}

#define AB "mode active-backup arp_interval 100 arp_ip_target 192.0.2.1 "

static void test_healthy_stays(void **state)
{
	static const char *const validate[] = {"none",	 "active",	  "backup",	  "all",
					       "filter", "filter_active", "filter_backup"};

	(void)state;
	for (size_t i = 0; i < sizeof(validate) / sizeof(validate[0]); i++) {
		char options[128];
		struct net net;

		snprintf(options, sizeof(options), AB "arp_validate %s", validate[i]);
		net = net_new(options, 3);
		net_wait(&net, 60000);
		for (uint32_t id = 1; id <= 3; id++) {
			assert_int_equal(rig_link(net.rig, id), LINK_UP);
			assert_int_equal(rig_port(net.rig, id).link_failures, 0);
		}
		assert_int_equal(bond_get_active(net.rig->bond), 1);
		assert_int_equal(net.asked[2] + net.asked[3], 0); /* only the active one probes */
		rig_free(net.rig);
	}
}

/*
 * For each arp_validate: the path fails while carrier stays; detected in
 * (missed_max + 1) intervals.
 */
static void test_black_hole(void **state)
{
	(void)state;
	for (uint32_t missed_max = 1; missed_max <= 5; missed_max++) {
		for (int validate = 0; validate < BOND_ARP_VALIDATE_MAX; validate++) {
			char options[128];
			struct net net;
			uint64_t took_ms;

			snprintf(options, sizeof(options), AB "arp_validate %d arp_missed_max %u",
				 validate, missed_max);
			net = net_new(options, 2);
			net_wait(&net, 2050);
			net.answers[1] = false;
			took_ms = wait_active(&net, 2, 5000);
			assert_true(took_ms > (missed_max - 1) * 100);
			assert_true(took_ms <= (missed_max + 1) * 100);
			assert_int_equal(rig_link(net.rig, 1), LINK_DOWN);
			assert_int_equal(rig_port(net.rig, 1).link_failures, 1);
			net_wait(&net, 1000);
			assert_int_equal(bond_get_active(net.rig->bond), 2);
			net.answers[1] = true; /* receives the probes of port 2 again */
			net_wait(&net, 300);
			assert_int_equal(rig_link(net.rig, 1), LINK_UP);
			assert_int_equal(bond_get_active(net.rig->bond), 2);
			rig_free(net.rig);
		}
	}
}

/* Traffic other than replies keeps a failed path alive, unless it is validated or filtered. */
static void test_noise(void **state)
{
	static const struct {
		const char *validate;
		bool fooled;
	} rows[] = {{"none", true},	     {"backup", true},	{"active", false},
		    {"all", false},	     {"filter", false}, {"filter_active", false},
		    {"filter_backup", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char options[128];
		struct net net;

		snprintf(options, sizeof(options), AB "arp_validate %s", rows[i].validate);
		net = net_new(options, 2);
		net_wait(&net, 1000);
		net.answers[1] = false;
		net.noise[1] = true;
		net_wait(&net, 2000);
		assert_int_equal(bond_get_active(net.rig->bond), rows[i].fooled ? 1 : 2);
		rig_free(net.rig);
	}
}

/*
 * A backup's path is monitored, too; it has one interval more, and must not be
 * detected by chance.
 */
static void test_backup_dies(void **state)
{
	struct net net = net_new(AB "arp_validate all", 2);

	(void)state;
	net_wait(&net, 1050);
	net.answers[2] = false;
	net_wait(&net, 250);
	assert_int_equal(rig_link(net.rig, 2), LINK_UP);
	net_wait(&net, 250);
	assert_int_equal(rig_link(net.rig, 2), LINK_DOWN);
	assert_int_equal(bond_get_active(net.rig->bond), 1);
	rig_free(net.rig);
}

/* Nothing works: ports probe in turn until one receives a reply. */
static void test_search(void **state)
{
	struct net net = net_new(AB "arp_validate all", 3);
	size_t before[PORTS + 1];

	(void)state;
	net_wait(&net, 1000);
	for (uint32_t id = 1; id <= 3; id++)
		net.answers[id] = false;
	net_wait(&net, 2000);
	assert_int_equal(bond_get_active(net.rig->bond), 0);
	assert_false(bond_get_carrier(net.rig->bond));
	memcpy(before, net.asked, sizeof(before));
	net_wait(&net, 900);
	for (uint32_t id = 1; id <= 3; id++)
		assert_int_equal(net.asked[id] - before[id], 3);
	net.answers[3] = true;
	wait_active(&net, 3, 400);
	assert_true(bond_get_carrier(net.rig->bond));
	/* the search goes past a port without carrier */
	net.answers[3] = false;
	rig_carrier(net.rig, 2, false);
	net_wait(&net, 2000);
	memcpy(before, net.asked, sizeof(before));
	net_wait(&net, 1000);
	assert_int_equal(net.asked[2], before[2]);
	assert_int_equal(net.asked[1] - before[1], 5);
	rig_free(net.rig);
}

static void test_all_targets(void **state)
{
	struct net net = net_new(AB "arp_ip_target 192.0.2.1,192.0.2.2 arp_validate active", 2);

	(void)state;
	net_wait(&net, 1000);
	net.target_alive[1] = false;
	net_wait(&net, 1000);
	assert_int_equal(bond_get_active(net.rig->bond), 1); /* any: one reply is enough */
	rig_set(net.rig, "arp_all_targets all");
	net_wait(&net, 1000);
	assert_int_not_equal(rig_port(net.rig, 1).link_failures, 0);
	rig_free(net.rig);
}

static void test_ip6(void **state)
{
	struct net net = net_new("mode active-backup arp_interval 100 ns_ip6_target 2001:db8::1 "
				 "arp_validate all",
				 2);

	(void)state;
	net.is_ip6 = true;
	net_wait(&net, 2050);
	assert_int_equal(rig_link(net.rig, 1), LINK_UP);
	assert_int_equal(rig_link(net.rig, 2), LINK_UP); /* receives the probes */
	net.answers[1] = false;
	assert_true(wait_active(&net, 2, 1000) <= 300);
	rig_free(net.rig);
}

/* The other modes probe through every port. */
static void test_all_active(void **state)
{
	static const char *const modes[] = {"balance-rr", "balance-xor", "broadcast"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char options[128];
		struct net net;

		snprintf(options, sizeof(options),
			 "mode %s arp_interval 100 arp_ip_target 192.0.2.1 arp_validate active",
			 modes[i]);
		net = net_new(options, 3);
		net_wait(&net, 1050);
		assert_true(net.asked[1] >= 10 && net.asked[1] == net.asked[3]);
		net.answers[2] = false;
		net_wait(&net, 300);
		assert_int_equal(rig_link(net.rig, 2), LINK_DOWN);
		assert_int_equal(rig_link(net.rig, 1), LINK_UP);
		net.answers[2] = true;
		net_wait(&net, 200);
		assert_int_equal(rig_link(net.rig, 2), LINK_UP);
		assert_int_equal(rig_port(net.rig, 2).link_failures, 1);
		rig_free(net.rig);
	}
}

/* As the driver: the ARP monitor alone ignores the carrier of working paths. */
static void test_carrier_alone_does_nothing(void **state)
{
	struct net net = net_new(AB, 2);

	(void)state;
	net_wait(&net, 1000);
	rig_carrier(net.rig, 1, false);
	assert_int_equal(rig_link(net.rig, 1), LINK_UP);
	net.answers[1] = false;
	wait_active(&net, 2, 500);
	rig_free(net.rig);
}

static void test_link_watch_all(void **state)
{
	struct net net = net_new(AB "miimon 100 link_watch all", 2);

	(void)state;
	net_wait(&net, 1000);
	rig_carrier(net.rig, 1, false); /* at once, as without ARP */
	assert_int_equal(bond_get_active(net.rig->bond), 2);
	rig_carrier(net.rig, 1, true);
	net_wait(&net, 1000);
	assert_int_equal(rig_link(net.rig, 1), LINK_UP);
	net.answers[2] = false; /* with carrier */
	assert_true(wait_active(&net, 1, 1000) <= 300);
	rig_free(net.rig);
}

static void test_link_watch_any(void **state)
{
	struct net net = net_new(AB "miimon 100 link_watch any", 2);

	(void)state;
	net_wait(&net, 1000);
	net.answers[1] = net.answers[2] = false;
	net_wait(&net, 2000);
	assert_int_equal(bond_get_active(net.rig->bond), 1); /* carrier says it is good */
	assert_int_equal(rig_port(net.rig, 1).link_failures, 0);
	rig_carrier(net.rig, 1, false);
	assert_int_equal(bond_get_active(net.rig->bond), 2);
	rig_free(net.rig);
}

static void test_rests_while_bond0_is_down(void **state)
{
	struct net net = net_new(AB "arp_validate all", 2);

	(void)state;
	net.answers[1] = net.answers[2] = false;
	bond_in_up(net.rig->bond, false, net.rig->now_ms);
	net_wait(&net, 5000);
	assert_int_equal(rig_port(net.rig, 1).link_failures, 0);
	net.answers[1] = net.answers[2] = true;
	bond_in_up(net.rig->bond, true, net.rig->now_ms);
	net_wait(&net, 5000);
	assert_int_equal(rig_port(net.rig, 1).link_failures, 0);
	assert_int_equal(bond_get_active(net.rig->bond), 1);
	rig_free(net.rig);
}

/* A monitor that starts on a running bond gives every port time to receive something. */
static void test_switched_on_later(void **state)
{
	struct net net = net_new("mode active-backup miimon 100", 2);

	(void)state;
	net_wait(&net, 100000);
	rig_set(net.rig, "arp_interval 100 arp_ip_target 192.0.2.1 arp_validate all");
	net_wait(&net, 5000);
	assert_int_equal(rig_port(net.rig, 1).link_failures, 0);
	assert_int_equal(rig_port(net.rig, 2).link_failures, 0);
	rig_free(net.rig);
}

/* The caller was suspended for a while: that does not count against the ports. */
static void test_late_rounds(void **state)
{
	(void)state;
	for (int validate = 0; validate < BOND_ARP_VALIDATE_MAX; validate++) {
		char options[128];
		struct net net;

		snprintf(options, sizeof(options), AB "arp_validate %d", validate);
		net = net_new(options, 2);
		for (uint64_t late_ms = 0; late_ms < 3000; late_ms += 37) {
			net_wait(&net, 1000);
			net.rig->now_ms += late_ms;
			net_wait(&net, 0);
			assert_int_equal(rig_port(net.rig, 1).link_failures, 0);
			assert_int_equal(rig_port(net.rig, 2).link_failures, 0);
		}
		net.answers[1] = false;
		assert_true(wait_active(&net, 2, 1000) <= 300);
		rig_free(net.rig);
	}
}

/* Paths, carriers, targets and options change at random; rig_step() checks every step. */
static void random_event(struct net *net)
{
	static const char *const changes[] = {
		"arp_validate 0",	 "arp_validate 3",     "arp_validate 5",
		"arp_missed_max 1",	 "arp_missed_max 9",   "arp_interval 30",
		"arp_interval 100",	 "arp_all_targets 1",  "arp_all_targets 0",
		"link_watch any",	 "link_watch all",     "flap_hold 500",
		"error_threshold 3/500", "flap_hold 0",	       "error_threshold 0",
		"updelay 200",		 "arp_ip_target none", "arp_ip_target 192.0.2.1,192.0.2.2",
	};
	uint32_t port = (uint32_t)(rand() % 3) + 1;

	switch (rand() % 6) {
	case 0:
		rig_set(net->rig, changes[(size_t)rand() % (sizeof(changes) / sizeof(changes[0]))]);
		break;
	case 1:
		net->target_alive[rand() % 2] = rand() % 2;
		break;
	case 2:
		net->noise[port] = rand() % 2;
		break;
	case 3:
		rig_carrier(net->rig, port, rand() % 3);
		break;
	default:
		net->answers[port] = rand() % 2;
	}
}

static void test_random_life(void **state)
{
	(void)state;
	for (unsigned int seed = 1; seed <= 60; seed++) {
		struct net net = net_new(AB "link_watch all miimon 100", 3);

		srand(seed);
		for (int event = 0; event < 300; event++) {
			net_wait(&net, (uint64_t)(rand() % 400));
			rig_clear(net.rig);
			random_event(&net);
		}
		/* whatever happened: when everything works again, all ports are up, and stay up */
		for (uint32_t id = 1; id <= 3; id++) {
			net.answers[id] = true;
			rig_carrier(net.rig, id, true);
		}
		net.target_alive[0] = net.target_alive[1] = true;
		rig_set(net.rig, "arp_ip_target 192.0.2.1 arp_missed_max 2 flap_hold 0");
		net_wait(&net, 60000);
		for (uint32_t id = 1; id <= 3; id++)
			if (rig_link(net.rig, id) != LINK_UP)
				fail_msg("seed %u: port %u is %s", seed, id,
					 link_state_word(rig_link(net.rig, id)));
		assert_int_not_equal(bond_get_active(net.rig->bond), 0);
		rig_free(net.rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_healthy_stays),
		cmocka_unit_test(test_black_hole),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_backup_dies),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_all_targets),
		cmocka_unit_test(test_ip6),
		cmocka_unit_test(test_all_active),
		cmocka_unit_test(test_carrier_alone_does_nothing),
		cmocka_unit_test(test_link_watch_all),
		cmocka_unit_test(test_link_watch_any),
		cmocka_unit_test(test_rests_while_bond0_is_down),
		cmocka_unit_test(test_switched_on_later),
		cmocka_unit_test(test_late_rounds),
		cmocka_unit_test(test_random_life),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
