// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The packet path on real interfaces: a bond of three cables, frames in at one
 * end and out at the other. Every test is run once per hook (clsact, tcx).
 *
 *     bond0 == eb.bond0 -> port0 == far0, port1 == far1, port2 == far2
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>

#include <cmocka.h>

#include <bpf/libbpf.h>

#include "tests/bpf/golden.h"
#include "bpf/shared.h"
#include "bpf/ebond.skel.h"
#include "tests/bpf/probe.h"
#include "tests/bpf/probe.skel.h"
#include "tests/bpf/tables.h"
#include "tests/bpf/wire.h"

#define PORTS 3
#define DEADLINE_MS 5000
#define SILENCE_MS 50 /* how long nothing may arrive after the last frame that was sent */

struct bond {
	struct ebond_bpf *skel;
	struct ebond_table table;
	uint32_t ifindex[PORTS];
	int bond, far[PORTS]; /* raw sockets */
};

static struct wire_frame received;

static enum hook hook_of(void **state)
{
	return (enum hook)(uintptr_t)*state;
}

/* Ports without programs yet: the snapshot has all three, to send and to receive. */
static void make_cables(struct bond *bond)
{
	char port[16], far[16];

	wire_new_namespace();
	wire_cable("bond0", "eb.bond0");
	for (int i = 0; i < PORTS; i++) {
		snprintf(port, sizeof(port), "port%d", i);
		snprintf(far, sizeof(far), "far%d", i);
		wire_cable(port, far);
		bond->ifindex[i] = bond->table.tx_port[i] = bond->table.rx_port[i] =
			wire_ifindex(port);
		bond->far[i] = wire_open(far);
	}
	bond->bond = wire_open("bond0");
	bond->table.tx_count = bond->table.port_count = PORTS;
	bond->table.rx_any = 1;
}

static void bond_down(struct bond *bond)
{
	for (int i = 0; i < PORTS; i++)
		close(bond->far[i]);
	close(bond->bond);
	ebond_bpf__destroy(bond->skel);
}

static struct bond bond_up(void **state, enum ebond_mode mode, enum ebond_policy policy)
{
	struct bond bond = {0};
	char port[16];

	make_cables(&bond);
	bond.skel = ebond_bpf__open();
	assert_non_null(bond.skel);
	*(struct ebond_config *)&bond.skel->rodata->config = (struct ebond_config){
		.mode = mode,
		.policy = policy,
		.packets_per_slave = 1,
		.hidden_ifindex = wire_ifindex("eb.bond0"),
		.dynamic = 1,
		.ipv6 = 1,
	};
	assert_int_equal(ebond_bpf__load(bond.skel), 0);
	table_publish(&bond.skel->bss->ring, &bond.table);

	if (!wire_attach(bond.skel->progs.ebond_tx, "eb.bond0", hook_of(state), false)) {
		bond_down(&bond);
		skip();
	}
	for (int i = 0; i < PORTS; i++) {
		snprintf(port, sizeof(port), "port%d", i);
		wire_attach(bond.skel->progs.ebond_rx, port, hook_of(state), false);
	}
	return bond;
}

static int64_t counted(const struct bond *bond, enum ebond_counter counter)
{
	return counter_read(bpf_map__fd(bond->skel->maps.counters), counter);
}

static void expect_frame(int socket, const void *frame, size_t size)
{
	if (!wire_receive(socket, DEADLINE_MS, &received))
		fail_msg("nothing came within %d ms", DEADLINE_MS);
	assert_int_equal(received.size, size);
	assert_memory_equal(received.bytes, frame, size);
}

static void expect_silence(int socket)
{
	if (wire_receive(socket, SILENCE_MS, &received))
		fail_msg("an unexpected frame of %zu bytes came", received.size);
}

/* A UDP frame over IPv4 of @size bytes from @source_port; the same flow has the same hash. */
static void make_udp(unsigned char *frame, size_t size, uint16_t source_port)
{
	/* clang-format off */
	static const unsigned char head[] = {
		2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0,
		0x45, 0, 0, 0, 0, 1, 0x40, 0, 64, 17, 0, 0, 10, 9, 8, 1, 10, 9, 8, 2,
		0, 0, 0, 9, 0, 0, 0, 0,
	};
	/* clang-format on */

	memset(frame, 0x5a, size);
	memcpy(frame, head, sizeof(head));
	frame[16] = (unsigned char)((size - 14) >> 8);
	frame[17] = (unsigned char)(size - 14);
	frame[34] = (unsigned char)(source_port >> 8);
	frame[35] = (unsigned char)source_port;
}

static void golden_frames_come_out(void **state)
{
	size_t count;
	const struct golden *golden = golden_frames(&count);

	for (enum ebond_policy policy = 0; policy <= EBOND_POLICY_VLAN_SRCMAC; policy++) {
		struct bond bond = bond_up(state, EBOND_MODE_XOR, policy);

		for (size_t i = 0; i < count; i++) {
			unsigned char frame[256];
			size_t size = golden_bytes(&golden[i], frame, sizeof(frame));

			if (golden[i].policy != policy || golden[i].tag_count)
				continue;
			wire_send(bond.bond, frame, size);
			expect_frame(bond.far[golden[i].hash % PORTS], frame, size);
		}
		for (int i = 0; i < PORTS; i++)
			expect_silence(bond.far[i]);
		bond_down(&bond);
	}
}

/* Of a frame longer than a page, a raw socket leaves only the Ethernet header linear. */
static void jumbo_has_the_hash_of_its_flow(void **state)
{
	struct bond bond = bond_up(state, EBOND_MODE_XOR, EBOND_POLICY_LAYER34);

	for (uint16_t port = 1000; port < 1032; port++) {
		unsigned char small[60], jumbo[9014];
		/* 10.9.8.1 ^ 10.9.8.2 and the ports: big-endian words in a host integer. */
		uint32_t hash = htonl(1 ^ 2) ^ htonl((uint32_t)port << 16 | 9);
		uint32_t out;

		hash ^= hash >> 16;
		hash ^= hash >> 8;
		out = (hash >> 1) % PORTS;
		make_udp(small, sizeof(small), port);
		make_udp(jumbo, sizeof(jumbo), port);
		wire_send(bond.bond, small, sizeof(small));
		expect_frame(bond.far[out], small, sizeof(small));
		wire_send(bond.bond, jumbo, sizeof(jumbo));
		expect_frame(bond.far[out], jumbo, sizeof(jumbo));
	}
	bond_down(&bond);
}

static void roundrobin_takes_turns(void **state)
{
	struct bond bond = bond_up(state, EBOND_MODE_ROUNDROBIN, 0);
	unsigned char frame[60];
	int hits[PORTS] = {0};

	/* The test may move to another CPU and so continue with another turn. */
	for (uint16_t port = 0; port < 30; port++) {
		make_udp(frame, sizeof(frame), port);
		wire_send(bond.bond, frame, sizeof(frame));
	}
	for (int i = 0; i < PORTS; i++)
		for (; hits[i] < 5; hits[i]++)
			if (!wire_receive(bond.far[i], DEADLINE_MS, &received))
				fail_msg("port%d sent %d of at least 5", i, hits[i]);
	for (int i = 0; i < PORTS; i++)
		while (wire_receive(bond.far[i], SILENCE_MS, &received))
			hits[i]++;
	assert_int_equal(hits[0] + hits[1] + hits[2], 30);
	bond_down(&bond);
}

static void broadcast_reaches_all(void **state)
{
	struct bond bond = bond_up(state, EBOND_MODE_BROADCAST, 0);
	unsigned char frame[9014];

	for (size_t size = 60; size <= sizeof(frame); size += 8954) {
		make_udp(frame, size, 1);
		wire_send(bond.bond, frame, size);
		for (int i = 0; i < PORTS; i++)
			expect_frame(bond.far[i], frame, size);
		for (int i = 0; i < PORTS; i++)
			expect_silence(bond.far[i]);
	}
	assert_int_equal(counted(&bond, EBOND_COUNT_TX_CLONE), 0);
	bond_down(&bond);
}

static void active_backup_moves(void **state)
{
	struct bond bond = bond_up(state, EBOND_MODE_ACTIVEBACKUP, 0);
	unsigned char frame[60];

	bond.table.tx_count = 1;
	for (int round = 0; round < 2 * PORTS; round++) {
		bond.table.tx_port[0] = bond.ifindex[round % PORTS];
		table_publish(&bond.skel->bss->ring, &bond.table);
		make_udp(frame, sizeof(frame), (uint16_t)round);
		wire_send(bond.bond, frame, sizeof(frame));
		expect_frame(bond.far[round % PORTS], frame, sizeof(frame));
	}
	for (int i = 0; i < PORTS; i++)
		expect_silence(bond.far[i]);
	bond.table.tx_count = 0;
	table_publish(&bond.skel->bss->ring, &bond.table);
	wire_send(bond.bond, frame, sizeof(frame));
	for (int i = 0; i < PORTS; i++)
		expect_silence(bond.far[i]);
	assert_int_equal(counted(&bond, EBOND_COUNT_TX_NO_PORT), 1);
	bond_down(&bond);
}

static void received_by_the_active_port_only(void **state)
{
	struct bond bond = bond_up(state, EBOND_MODE_ACTIVEBACKUP, 0);
	unsigned char frame[9014];
	int tap = wire_open("port0");

	bond.table.rx_any = 0;
	bond.table.rx_count = 1;
	bond.table.rx_port[0] = bond.ifindex[1];
	bond.table.rx_port[1] = bond.ifindex[0];
	table_publish(&bond.skel->bss->ring, &bond.table);

	make_udp(frame, sizeof(frame), 1);
	wire_send(bond.far[1], frame, sizeof(frame));
	expect_frame(bond.bond, frame, sizeof(frame));

	/* A tap on the inactive port sees what bond0 does not. */
	wire_send(bond.far[0], frame, 60);
	expect_frame(tap, frame, 60);
	expect_silence(bond.bond);
	assert_int_equal(counted(&bond, EBOND_COUNT_RX_INACTIVE), 1);

	bond.table.rx_any = 1;
	table_publish(&bond.skel->bss->ring, &bond.table);
	for (int i = 0; i < PORTS; i++) {
		wire_send(bond.far[i], frame, 60);
		expect_frame(bond.bond, frame, 60);
	}
	close(tap);
	bond_down(&bond);
}

/* The port's listeners always receive them; bond0 only from an active port. */
static void link_local_frames(void **state)
{
	struct bond bond = bond_up(state, EBOND_MODE_ROUNDROBIN, 0);
	unsigned char mvrp[60] = {1, 0x80, 0xc2, 0, 0, 0x0d, 2, 0, 0, 0, 0, 9, 0x88, 0xf5};
	int tap = wire_open("port2");

	wire_send(bond.far[2], mvrp, sizeof(mvrp));
	expect_frame(tap, mvrp, sizeof(mvrp));
	expect_frame(bond.bond, mvrp, sizeof(mvrp));
	assert_int_equal(counted(&bond, EBOND_COUNT_RX_LINK_LOCAL), 1);

	bond.table.rx_any = 0;
	table_publish(&bond.skel->bss->ring, &bond.table);
	wire_send(bond.far[2], mvrp, sizeof(mvrp));
	expect_frame(tap, mvrp, sizeof(mvrp));
	expect_silence(bond.bond);
	assert_int_equal(counted(&bond, EBOND_COUNT_RX_LINK_LOCAL), 2);
	close(tap);
	bond_down(&bond);
}

/* The outer tag is in the metadata, the inner one in the frame: both must arrive. */
static void check_tagged(int from, int to)
{
	unsigned char frame[68], inside[64];

	make_udp(frame, sizeof(frame), 1);
	memmove(frame + 20, frame + 12, sizeof(frame) - 20);
	memcpy(frame + 12, (const unsigned char[]){0x88, 0xa8, 0xa0, 0x64, 0x81, 0, 0, 0xc8}, 8);
	memcpy(inside, frame, 12);
	memcpy(inside + 12, frame + 16, sizeof(frame) - 16);

	wire_send(from, frame, sizeof(frame));
	expect_frame(to, inside, sizeof(inside));
	assert_true(received.has_tag);
	assert_int_equal(received.tpid, 0x88a8);
	assert_int_equal(received.tci, 0xa064);
}

static void vlan_tags_pass(void **state)
{
	struct bond bond = bond_up(state, EBOND_MODE_ACTIVEBACKUP, 0);

	check_tagged(bond.bond, bond.far[0]);
	check_tagged(bond.far[0], bond.bond);
	bond_down(&bond);
}

/* Frames with the tag of a VLAN device on the port are left to that, others' are bond0's. */
static void vlan_device_on_a_port(void **state)
{
	struct bond bond = bond_up(state, EBOND_MODE_ACTIVEBACKUP, 0);
	unsigned char frame[64], inside[60];

	bond.skel->data_vlans->port_vlans = (struct ebond_port_vlans){
		.count = 2,
		.list = {{bond.ifindex[1], 0x81000017}, {bond.ifindex[0], 0x81000018}},
	};
	make_udp(frame, sizeof(frame), 1);
	memmove(frame + 16, frame + 12, sizeof(frame) - 16);
	memcpy(inside, frame, 12);
	memcpy(inside + 12, frame + 16, sizeof(frame) - 16);
	for (int port = 0; port < PORTS; port++) {
		memcpy(frame + 12, (const unsigned char[]){0x81, 0, 0x20, 0x17}, 4);
		wire_send(bond.far[port], frame, sizeof(frame));
		if (port == 1)
			expect_silence(bond.bond);
		else
			expect_frame(bond.bond, inside, sizeof(inside));
	}
	bond_down(&bond);
}

/* A socket on the port that asked for the protocol hears it beside bond0, or instead of it. */
static void sockets_by_protocol(void **state)
{
	struct bond bond = bond_up(state, EBOND_MODE_ACTIVEBACKUP, 0);
	unsigned char frame[60] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0x63, 0x11, 9};
	int pppoe = wire_open_protocol("port1", 0x8863);

	wire_send(bond.far[1], frame, sizeof(frame));
	expect_frame(pppoe, frame, sizeof(frame));
	expect_frame(bond.bond, frame, sizeof(frame));
	bond.table.rx_any = 0;
	table_publish(&bond.skel->bss->ring, &bond.table);
	wire_send(bond.far[1], frame, sizeof(frame));
	expect_frame(pppoe, frame, sizeof(frame));
	expect_silence(bond.bond);
	close(pppoe);
	bond_down(&bond);
}

static struct probe_bpf *probe_up(const char *port, uint32_t match_len)
{
	struct probe_bpf *probe = probe_bpf__open_and_load();

	assert_non_null(probe);
	probe->bss->seen.match_len = match_len;
	wire_attach(probe->progs.ebond_probe, port, HOOK_CLSACT, true);
	return probe;
}

/* Waits until @probe has seen @packets. */
static void probe_wait(const struct probe_bpf *probe, uint32_t packets)
{
	for (int ms = 0; ms < DEADLINE_MS; ms++) {
		if (__atomic_load_n(&probe->bss->seen.packets, __ATOMIC_ACQUIRE) >= packets)
			return;
		poll(NULL, 0, 1);
	}
	fail_msg("%u of %u packets seen", probe->bss->seen.packets, packets);
}

static void priority_of_the_socket(void **state)
{
	struct bond bond = bond_up(state, EBOND_MODE_ACTIVEBACKUP, 0);
	struct probe_bpf *probe = probe_up("port0", 14 + 20 + 8 + 100);
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
	int udp = socket(AF_INET, SOCK_DGRAM, 0);
	char payload[100] = {0};

	wire_run("ip address add 10.9.8.1/24 dev bond0");
	wire_run("ip neighbour add 10.9.8.2 lladdr 02:00:00:00:00:02 dev bond0");
	inet_pton(AF_INET, "10.9.8.2", &to.sin_addr);
	for (int priority = 0; priority <= 6; priority++) {
		assert_int_equal(
			setsockopt(udp, SOL_SOCKET, SO_PRIORITY, &priority, sizeof(priority)), 0);
		assert_int_equal(sendto(udp, payload, sizeof(payload), 0, (struct sockaddr *)&to,
					sizeof(to)),
				 sizeof(payload));
		probe_wait(probe, (uint32_t)priority + 1);
		assert_int_equal(probe->bss->seen.priority, priority);
		assert_true(probe->bss->seen.has_socket);
	}
	close(udp);
	probe_bpf__destroy(probe);
	bond_down(&bond);
}

/* The kernel's ip_tos2prio[], by the TOS field. */
static void priority_of_a_forwarded_packet(void **state)
{
	static const unsigned char by_class[] = {0, 0, 2, 2, 6, 6, 4, 4};
	struct bond bond = bond_up(state, EBOND_MODE_ACTIVEBACKUP, 0);
	struct probe_bpf *probe = probe_up("port0", 99);
	unsigned char frame[99];
	int outside;

	wire_cable("in", "out");
	wire_run("ip link set in address 02:00:00:00:00:02");
	wire_run("ip address add 10.9.7.1/24 dev in && ip address add 10.9.8.9/24 dev bond0");
	wire_run("ip neighbour add 10.9.8.2 lladdr 02:00:00:00:00:03 dev bond0");
	wire_run("echo 1 > /proc/sys/net/ipv4/ip_forward");
	wire_run("echo 0 > /proc/sys/net/ipv4/conf/in/rp_filter");
	wire_run("echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter");
	outside = wire_open("out");
	for (int tos = 0; tos < 256; tos += 4) {
		uint32_t sum = 0;

		make_udp(frame, sizeof(frame), 1);
		frame[15] = (unsigned char)tos;
		frame[28] = 7; /* from 10.9.7.1's network */
		frame[29] = 9;
		for (int i = 14; i < 34; i += 2)
			sum += (uint32_t)(frame[i] << 8 | frame[i + 1]);
		sum = (sum & 0xffff) + (sum >> 16);
		frame[24] = (unsigned char)(~sum >> 8);
		frame[25] = (unsigned char)~sum;
		wire_send(outside, frame, sizeof(frame));
		probe_wait(probe, (uint32_t)tos / 4 + 1);
		assert_int_equal(probe->bss->seen.priority, by_class[(tos & 0x1c) >> 2]);
		assert_false(probe->bss->seen.has_socket);
	}
	close(outside);
	probe_bpf__destroy(probe);
	bond_down(&bond);
}

/* A TCP packet to be segmented by the card must reach the port in one piece. */
static void segmentation_is_left_to_the_card(void **state)
{
	static unsigned char packet[sizeof(struct virtio_net_hdr) + 30000];
	struct virtio_net_hdr header = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.hdr_len = 54,
		.gso_size = 1400,
		.csum_start = 34,
		.csum_offset = 16,
	};
	struct bond bond = bond_up(state, EBOND_MODE_XOR, EBOND_POLICY_LAYER34);
	struct probe_bpf *probe;
	unsigned char *frame = packet + sizeof(header);
	size_t size = sizeof(packet) - sizeof(header);
	int on = 1, out;

	make_udp(frame, size, 40000);
	frame[23] = IPPROTO_TCP;
	frame[46] = 0x50; /* five words of header */
	frame[47] = 0x10; /* ACK */
	memcpy(packet, &header, sizeof(header));
	for (out = 0; out < PORTS; out++) {
		char port[16];

		bond.table.tx_count = 1;
		bond.table.tx_port[0] = bond.ifindex[out];
		table_publish(&bond.skel->bss->ring, &bond.table);
		snprintf(port, sizeof(port), "port%d", out);
		probe = probe_up(port, (uint32_t)size);
		assert_int_equal(
			setsockopt(bond.bond, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)), 0);
		wire_send(bond.bond, packet, sizeof(packet));
		probe_wait(probe, 1);
		assert_int_equal(probe->bss->seen.gso_size, 1400);
		expect_frame(bond.far[out], frame, size);
		probe_bpf__destroy(probe);
	}
	bond_down(&bond);
}

#define ON_BOTH_HOOKS(test)                                                                        \
	{#test ", clsact", test, NULL, NULL, (void *)HOOK_CLSACT},                                 \
	{                                                                                          \
#test ", tcx", test, NULL, NULL, (void *)HOOK_TCX                                  \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_HOOKS(golden_frames_come_out),
		ON_BOTH_HOOKS(jumbo_has_the_hash_of_its_flow),
		ON_BOTH_HOOKS(roundrobin_takes_turns),
		ON_BOTH_HOOKS(broadcast_reaches_all),
		ON_BOTH_HOOKS(active_backup_moves),
		ON_BOTH_HOOKS(received_by_the_active_port_only),
		ON_BOTH_HOOKS(link_local_frames),
		ON_BOTH_HOOKS(vlan_tags_pass),
		ON_BOTH_HOOKS(vlan_device_on_a_port),
		ON_BOTH_HOOKS(sockets_by_protocol),
		ON_BOTH_HOOKS(priority_of_the_socket),
		ON_BOTH_HOOKS(priority_of_a_forwarded_packet),
		ON_BOTH_HOOKS(segmentation_is_left_to_the_card),
	};

	return cmocka_run_group_tests_name("the packet path on real interfaces", tests, NULL, NULL);
}
