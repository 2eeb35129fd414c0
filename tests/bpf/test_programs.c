// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The programs as loaded by the daemon: verdicts and counters, under
 * bpf_prog_test_run_opts(). The path of frames is tested by test_choice and
 * test_wire.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf.h>

#include "bpf/shared.h"
#include "bpf/ebond.skel.h"
#include "bpf/ebond_home.skel.h"
#include "tests/bpf/tables.h"
#include "tests/bpf/wire.h"

/* Of Linux 5.14; the C library may be older. */
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

#define LOOPBACK 1
#define NO_SUCH_INTERFACE 0x7ffffff0

/* clang-format off */
static unsigned char udp[64] = {
	2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0,
	0x45, 0, 0, 50, 0, 1, 0x40, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 2,
};
/* clang-format on */
/* clang-format off */
static unsigned char lacpdu[64] = {
	1, 0x80, 0xc2, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 9, 1, 1,
};
/* clang-format on */

static struct ebond_bpf *load(const struct ebond_config *config)
{
	struct ebond_bpf *skel = ebond_bpf__open();

	assert_non_null(skel);
	*(struct ebond_config *)&skel->rodata->config = *config;
	if (ebond_bpf__load(skel))
		fail_msg("mode %u policy %u does not load: see above; are you root?", config->mode,
			 config->policy);
	return skel;
}

static struct ebond_bpf *load_mode(enum ebond_mode mode)
{
	const struct ebond_config config = {
		.mode = mode,
		.policy = EBOND_POLICY_LAYER34,
		.packets_per_slave = 1,
		.hidden_ifindex = LOOPBACK,
		.dynamic = 1,
		.ipv6 = 1,
	};

	return load(&config);
}

/*
 * The program's verdict on @frame with @context, which becomes what it left of it in @ret_frame.
 * Both may be one buffer.
 */
static int run(const struct bpf_program *program, struct __sk_buff *context,
	       const unsigned char *frame, unsigned char ret_frame[static sizeof(udp)])
{
	void *left = ret_frame;

	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = sizeof(udp),
		    .data_out = left, .data_size_out = sizeof(udp), .ctx_in = context,
		    .ctx_size_in = sizeof(*context), .ctx_out = context,
		    .ctx_size_out = sizeof(*context));
	int err = bpf_prog_test_run_opts(bpf_program__fd(program), &options);

	if (err)
		fail_msg("test run: %d", err);
	return (int)options.retval;
}

/* The program's verdict on @frame, received on the loopback interface. */
static uint32_t verdict(const struct bpf_program *program, const unsigned char *frame)
{
	struct __sk_buff context = {.ifindex = LOOPBACK};
	unsigned char left[sizeof(udp)];

	return (uint32_t)run(program, &context, frame, left);
}

/* @counter is @value and all others are zero. */
static void check_only(const struct ebond_bpf *skel, enum ebond_counter counter, int64_t value)
{
	static const char *const words[] = {
#define X(suffix, word, meaning) word,
		EBOND_COUNTERS(X)
#undef X
	};

	for (enum ebond_counter each = 0; each < EBOND_COUNTER_MAX; each++) {
		int64_t is = counter_read(bpf_map__fd(skel->maps.counters), each);
		int64_t should = each == counter ? value : 0;

		if (is != should)
			fail_msg("%s is %lld, not %lld", words[each], (long long)is,
				 (long long)should);
	}
}

static void every_constant_loads(void **state)
{
	(void)state;
	for (uint32_t mode = EBOND_MODE_ROUNDROBIN; mode <= EBOND_MODE_ALB; mode++)
		for (uint32_t policy = 0; policy <= EBOND_POLICY_VLAN_SRCMAC; policy++)
			for (uint32_t packets = 0; packets <= 2; packets++) {
				const struct ebond_config config = {
					.mode = mode,
					.policy = policy,
					.packets_per_slave = packets,
					.hidden_ifindex = LOOPBACK,
					.spill = packets == 2,
					.broadcast_neighbor = packets == 1,
					.dynamic = packets == 2,
					.ipv6 = packets != 0,
					.adaptive = packets != 0,
					.moves_paused_only = packets == 2,
					.earliest = packets == 1,
				};

				ebond_bpf__destroy(load(&config));
			}
}

static void tx_sends(void **state)
{
	(void)state;
	for (enum ebond_mode mode = EBOND_MODE_ROUNDROBIN; mode <= EBOND_MODE_ALB; mode++) {
		struct ebond_bpf *skel = load_mode(mode);
		struct ebond_table table = {.tx_count = 1, .tx_port = {LOOPBACK}};

		table_publish(&skel->bss->ring, &table);
		assert_int_equal(verdict(skel->progs.ebond_tx, udp), TC_ACT_REDIRECT);
		check_only(skel, EBOND_COUNTER_MAX, 0);
		ebond_bpf__destroy(skel);
	}
}

static void tx_without_port(void **state)
{
	(void)state;
	for (enum ebond_mode mode = EBOND_MODE_ROUNDROBIN; mode <= EBOND_MODE_ALB; mode++) {
		struct ebond_bpf *skel = load_mode(mode);

		for (int i = 1; i <= 3; i++) {
			assert_int_equal(verdict(skel->progs.ebond_tx, udp), TC_ACT_SHOT);
			check_only(skel, EBOND_COUNT_TX_NO_PORT, i);
		}
		ebond_bpf__destroy(skel);
	}
}

/* A copy that cannot be sent is counted, and the others are still sent. */
static void tx_copy_fails(void **state)
{
	struct ebond_bpf *skel = load_mode(EBOND_MODE_BROADCAST);
	struct ebond_table table = {
		.tx_count = 4,
		.tx_port = {NO_SUCH_INTERFACE, LOOPBACK, NO_SUCH_INTERFACE, LOOPBACK},
	};

	(void)state;
	table_publish(&skel->bss->ring, &table);
	assert_int_equal(verdict(skel->progs.ebond_tx, udp), TC_ACT_REDIRECT);
	check_only(skel, EBOND_COUNT_TX_CLONE, 2);
	ebond_bpf__destroy(skel);
}

static void rx_any_port(void **state)
{
	struct ebond_bpf *skel = load_mode(EBOND_MODE_ROUNDROBIN);
	struct ebond_table table = {.rx_any = 1, .port_count = 1, .rx_port = {LOOPBACK}};

	(void)state;
	table_publish(&skel->bss->ring, &table);
	assert_int_equal(verdict(skel->progs.ebond_rx, udp), TC_ACT_REDIRECT);
	check_only(skel, EBOND_COUNTER_MAX, 0);
	ebond_bpf__destroy(skel);
}

/* What arrives on a port in no table is left alone: not taken, not dropped, not counted. */
static void rx_unknown_port(void **state)
{
	(void)state;
	for (enum ebond_mode mode = EBOND_MODE_ROUNDROBIN; mode <= EBOND_MODE_ALB; mode++) {
		struct ebond_bpf *skel = load_mode(mode);
		struct ebond_table table = {
			.rx_count = 1,
			.port_count = 1,
			.rx_port = {100, LOOPBACK},
			.rx_late = LOOPBACK,
			.active = LOOPBACK,
		};

		for (table.rx_any = 0; table.rx_any <= 1; table.rx_any++) {
			table_publish(&skel->bss->ring, &table);
			assert_int_equal(verdict(skel->progs.ebond_rx, udp),
					 (uint32_t)TC_ACT_UNSPEC);
			assert_int_equal(verdict(skel->progs.ebond_rx, lacpdu),
					 (uint32_t)TC_ACT_UNSPEC);
			check_only(skel, EBOND_COUNTER_MAX, 0);
		}
		ebond_bpf__destroy(skel);
	}
}

static void filter_ports(const struct ebond_bpf *skel, const struct ebond_filtered *filtered)
{
	uint32_t key = 0;

	assert_int_equal(
		bpf_map_update_elem(bpf_map__fd(skel->maps.data_filtered), &key, filtered, BPF_ANY),
		0);
}

/* The verdict on @frame on the loopback interface, and the priority that nftables finds. */
static uint32_t verdict_and_priority(const struct ebond_bpf *skel, const unsigned char *frame,
				     uint32_t *ret_priority)
{
	struct __sk_buff context = {.ifindex = LOOPBACK};
	unsigned char left[sizeof(udp)];
	int result = run(skel->progs.ebond_rx, &context, frame, left);

	*ret_priority = context.priority;
	return (uint32_t)result;
}

/* Where others have filters, nothing is redirected: what becomes of the frame is its priority. */
static void rx_filtered_port(void **state)
{
	static const struct {
		const unsigned char *frame;
		uint32_t rx_count, verdict, priority;
	} cases[] = {
		{udp, 1, (uint32_t)TC_ACT_UNSPEC, 0},
		{udp, 0, TC_ACT_SHOT, 0},
		{lacpdu, 1, (uint32_t)TC_ACT_UNSPEC, EBOND_SHARE_PRIORITY},
		{lacpdu, 0, (uint32_t)TC_ACT_UNSPEC, EBOND_LEAVE_PRIORITY},
	};
	struct ebond_bpf *skel = load_mode(EBOND_MODE_ACTIVEBACKUP);
	struct ebond_table table = {.port_count = 1, .rx_port = {LOOPBACK}};
	struct ebond_filtered filtered = {.count = EBOND_PORTS_MAX};
	uint32_t priority;

	(void)state;
	filtered.port[EBOND_PORTS_MAX - 1] = LOOPBACK;
	filter_ports(skel, &filtered);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		table.rx_count = cases[i].rx_count;
		table_publish(&skel->bss->ring, &table);
		assert_int_equal(verdict_and_priority(skel, cases[i].frame, &priority),
				 cases[i].verdict);
		assert_int_equal(priority, cases[i].priority);
	}
	/* Another port's filters are none of this one's. */
	filtered.port[EBOND_PORTS_MAX - 1] = 100;
	filter_ports(skel, &filtered);
	table.rx_count = 1;
	table_publish(&skel->bss->ring, &table);
	assert_int_equal(verdict_and_priority(skel, udp, &priority), TC_ACT_REDIRECT);
	ebond_bpf__destroy(skel);
}

static uint64_t own_cookie(void)
{
	uint64_t cookie = 0;
	socklen_t length = sizeof(cookie);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length), 0);
	close(fd);
	return cookie;
}

/*
 * Loaded for the namespace @home, run in this one: the verdicts of ebond_rx and
 * ebond_tx on a frame.
 */
static void verdicts_of(uint64_t home, uint32_t *ret_rx, uint32_t *ret_tx, int64_t *ret_dropped)
{
	struct ebond_home_bpf *skel = ebond_home_bpf__open();
	struct ebond_table table = {
		.tx_count = 1,
		.tx_port = {LOOPBACK},
		.rx_any = 1,
		.port_count = 1,
		.rx_port = {LOOPBACK},
	};

	assert_non_null(skel);
	*(struct ebond_config *)&skel->rodata->config = (struct ebond_config){
		.mode = EBOND_MODE_ROUNDROBIN, .hidden_ifindex = LOOPBACK, .home = home};
	if (ebond_home_bpf__load(skel)) {
		ebond_home_bpf__destroy(skel);
		skip(); /* older than Linux 6.2, or without BTF */
	}
	table_publish(&skel->bss->ring, &table);
	*ret_rx = verdict(skel->progs.ebond_rx, udp);
	*ret_tx = verdict(skel->progs.ebond_tx, udp);
	*ret_dropped = counter_read(bpf_map__fd(skel->maps.counters), EBOND_COUNT_TX_NO_PORT);
	ebond_home_bpf__destroy(skel);
}

static void only_at_home(void **state)
{
	uint32_t rx, tx;
	int64_t dropped;

	(void)state;
	verdicts_of(own_cookie(), &rx, &tx, &dropped);
	assert_int_equal(rx, TC_ACT_REDIRECT);
	assert_int_equal(tx, TC_ACT_REDIRECT);
	assert_int_equal(dropped, 0);
	verdicts_of(own_cookie() + 1, &rx, &tx, &dropped);
	assert_int_equal(rx, (uint32_t)TC_ACT_UNSPEC);
	assert_int_equal(tx, TC_ACT_SHOT);
	assert_int_equal(dropped, 1);
}

static void rx_listed_port(void **state)
{
	struct ebond_bpf *skel = load_mode(EBOND_MODE_ACTIVEBACKUP);
	struct ebond_table table = {};

	(void)state;
	/* The port at every position of a full list. */
	for (uint32_t place = 0; place < EBOND_PORTS_MAX; place++) {

		table.rx_count = table.port_count = EBOND_PORTS_MAX;
		for (uint32_t i = 0; i < EBOND_PORTS_MAX; i++)
			table.rx_port[i] = i == place ? LOOPBACK : 100 + i;
		table_publish(&skel->bss->ring, &table);
		assert_int_equal(verdict(skel->progs.ebond_rx, udp), TC_ACT_REDIRECT);
		check_only(skel, EBOND_COUNTER_MAX, 0);
	}
	/* Ports beyond rx_count do not receive. */
	table.rx_port[0] = 100;
	table.rx_port[1] = LOOPBACK;
	table.rx_count = 1;
	table.port_count = 2;
	table_publish(&skel->bss->ring, &table);
	assert_int_equal(verdict(skel->progs.ebond_rx, udp), TC_ACT_SHOT);
	check_only(skel, EBOND_COUNT_RX_INACTIVE, 1);
	ebond_bpf__destroy(skel);
}

/* The port that was active a moment ago: unicast frames are accepted there, multicast is not. */
static void rx_late_port(void **state)
{
	struct ebond_bpf *skel = load_mode(EBOND_MODE_ACTIVEBACKUP);
	struct ebond_table table = {
		.rx_count = 1,
		.port_count = 2,
		.rx_port = {100, LOOPBACK},
		.rx_late = LOOPBACK,
	};
	uint8_t group[sizeof(udp)];

	(void)state;
	memcpy(group, udp, sizeof(udp));
	group[0] |= 1;
	table_publish(&skel->bss->ring, &table);
	assert_int_equal(verdict(skel->progs.ebond_rx, udp), TC_ACT_REDIRECT);
	assert_int_equal(verdict(skel->progs.ebond_rx, group), TC_ACT_SHOT);
	table.rx_late = 101;
	table_publish(&skel->bss->ring, &table);
	assert_int_equal(verdict(skel->progs.ebond_rx, udp), TC_ACT_SHOT);
	check_only(skel, EBOND_COUNT_RX_INACTIVE, 2);
	ebond_bpf__destroy(skel);
}

static void rx_link_local(void **state)
{
	struct ebond_bpf *skel = load_mode(EBOND_MODE_ACTIVEBACKUP);
	struct ebond_table table = {.port_count = 1, .rx_port = {LOOPBACK}};
	int counted = 0;

	(void)state;
	table_publish(&skel->bss->ring, &table);
	/* Left to the port, which does not receive. */
	for (unsigned char last = 0; last < 0x10; last++) {
		lacpdu[5] = last;
		assert_int_equal(verdict(skel->progs.ebond_rx, lacpdu), (uint32_t)TC_ACT_UNSPEC);
		check_only(skel, EBOND_COUNT_RX_LINK_LOCAL, ++counted);
	}
	ebond_bpf__destroy(skel);
}

/* One bit away from a link-local address is an ordinary frame. */
static void rx_not_link_local(void **state)
{
	struct ebond_bpf *skel = load_mode(EBOND_MODE_ROUNDROBIN);
	struct ebond_table table = {.port_count = 1, .rx_port = {LOOPBACK}};

	(void)state;
	table_publish(&skel->bss->ring, &table);
	lacpdu[5] = 2;
	for (int bit = 0; bit < 44; bit++) {
		lacpdu[bit / 8] ^= 0x80 >> bit % 8;
		assert_int_equal(verdict(skel->progs.ebond_rx, lacpdu), (uint32_t)TC_ACT_UNSPEC);
		check_only(skel, EBOND_COUNT_RX_INACTIVE, bit + 1);
		lacpdu[bit / 8] ^= 0x80 >> bit % 8;
	}
	ebond_bpf__destroy(skel);
}

static const struct ebond_mac bond_mac = {.bytes = {2, 0, 0, 0, 0, 1}};

/* A bond whose only sender is @sender, and the loopback interface with @permanent as a port of it.
 */
static struct ebond_bpf *load_port(uint32_t sender, const struct ebond_mac *permanent)
{
	struct ebond_bpf *skel = load_mode(EBOND_MODE_ACTIVEBACKUP);
	struct ebond_table table = {
		.tx_count = 1,
		.tx_port = {sender},
		.port_count = 1,
		.rx_port = {LOOPBACK},
		.bond_mac = bond_mac,
	};
	uint32_t ifindex = LOOPBACK;

	assert_int_equal(bpf_map_update_elem(bpf_map__fd(skel->maps.port_macs), &ifindex, permanent,
					     BPF_ANY),
			 0);
	table_publish(&skel->bss->ring, &table);
	return skel;
}

/*
 * What the port itself sends, from bond0's address, leaves it with @source and
 * is counted if @counted.
 */
static void check_source(struct ebond_bpf *skel, const unsigned char *frame, uint32_t mark,
			 const struct ebond_mac *source, bool counted)
{
	struct __sk_buff context = {.ifindex = LOOPBACK, .mark = mark};
	unsigned char left[sizeof(udp)], should[sizeof(udp)];

	memcpy(should, frame, sizeof(should));
	memcpy(should + 6, source->bytes, 6);
	assert_int_equal(run(skel->progs.ebond_port, &context, frame, left), TC_ACT_UNSPEC);
	assert_memory_equal(left, should, sizeof(left));
	check_only(skel, EBOND_COUNT_PORT_SOURCE, counted);
	ebond_bpf__destroy(skel);
}

static void port_source(void **state)
{
	static const struct ebond_mac own = {.bytes = {0x52, 0, 0, 0, 0, 7}},
				      local = {.bytes = {6, 0, 0, 0, 0, 1}};
	unsigned char other[sizeof(udp)], eapol[sizeof(udp)];

	(void)state;
	memcpy(other, udp, sizeof(other));
	other[11] = 9;
	memcpy(eapol, udp, sizeof(eapol));
	eapol[12] = 0x88;
	eapol[13] = 0x8e;
	check_source(load_port(100, &own), udp, 0, &own, true);
	check_source(load_port(100, &bond_mac), udp, 0, &local, true);
	/* not bond0's; the active port; 802.1X; the daemon's own */
	check_source(load_port(100, &own), other, 0, (void *)(other + 6), false);
	check_source(load_port(LOOPBACK, &own), udp, 0, &bond_mac, false);
	check_source(load_port(100, &own), eapol, 0, &bond_mac, false);
	check_source(load_port(100, &own), udp, EBOND_DAEMON_MARK, &bond_mac, false);
}

/* ARP that the port's stack sends, and not a program. */
static void port_arp(void **state)
{
	struct ebond_bpf *skel = load_port(LOOPBACK, &bond_mac);
	struct __sk_buff context = {.ifindex = LOOPBACK};
	unsigned char frame[sizeof(udp)];

	(void)state;
	memcpy(frame, udp, sizeof(frame));
	frame[12] = 8;
	frame[13] = 6;
	assert_int_equal(run(skel->progs.ebond_port, &context, frame, frame), TC_ACT_SHOT);
	check_only(skel, EBOND_COUNT_PORT_ARP, 1);
	ebond_bpf__destroy(skel);
}

/* IPv6 that bond0 sends passes the port that it leaves by; IPv6 of the port itself does not. */
static void port_ipv6(void **state)
{
	struct ebond_bpf *skel = load_port(LOOPBACK, &bond_mac);
	struct __sk_buff context = {};
	unsigned char frame[sizeof(udp)] = {0x33, 0x33, 0, 0, 0,    1,	  2,   0,
					    0,	  0,	0, 1, 0x86, 0xdd, 0x60};

	(void)state;
	assert_int_equal(run(skel->progs.ebond_tx, &context, frame, frame), TC_ACT_REDIRECT);
	context.ifindex = LOOPBACK;
	assert_int_equal(run(skel->progs.ebond_port, &context, frame, frame), TC_ACT_UNSPEC);
	check_only(skel, EBOND_COUNTER_MAX, 0);
	memset(context.cb, 0, sizeof(context.cb));
	assert_int_equal(run(skel->progs.ebond_port, &context, frame, frame), TC_ACT_SHOT);
	check_only(skel, EBOND_COUNT_PORT_IPV6, 1);
	ebond_bpf__destroy(skel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_constant_loads),
		cmocka_unit_test(tx_sends),
		cmocka_unit_test(tx_without_port),
		cmocka_unit_test(tx_copy_fails),
		cmocka_unit_test(rx_any_port),
		cmocka_unit_test(rx_listed_port),
		cmocka_unit_test(rx_unknown_port),
		cmocka_unit_test(rx_filtered_port),
		cmocka_unit_test(only_at_home),
		cmocka_unit_test(rx_late_port),
		cmocka_unit_test(rx_link_local),
		cmocka_unit_test(rx_not_link_local),
		cmocka_unit_test(port_source),
		cmocka_unit_test(port_arp),
		cmocka_unit_test(port_ipv6),
	};

	wire_new_namespace(); /* copies really go out of the loopback interface */
	return cmocka_run_group_tests_name("verdicts and counters", tests, NULL, NULL);
}
