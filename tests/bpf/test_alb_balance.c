// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * balance-tlb and balance-alb in the packet path, byte by byte: source
 * addresses of balanced frames, buckets, ARP and neighbour discovery rewritten
 * for a neighbour (including checksums), which hosts become neighbours, and
 * which frames are for bond0. Under bpf_prog_test_run_opts(). Needs root.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf.h>

#include "bpf/shared.h"

#include "bpf/ebond.skel.h"
#include "tests/bpf/tables.h"

/* Test runs only know the loopback interface: it is the port on which frames arrive. */
#define LOOPBACK 1
#define OTHER 77

static const uint8_t bond_mac[6] = {2, 0, 0, 0, 0, 1};
static const uint8_t other_mac[6] = {2, 0, 0, 0, 0, 7};
static const uint8_t neighbour_mac[6] = {2, 0, 0, 0, 0, 0x99};
static const uint8_t stranger[6] = {2, 0, 0, 0, 0, 0x66};

struct run {
	struct ebond_bpf *skel;
	uint8_t out[128]; /* the frame as modified by the program */
	uint32_t verdict;
};

static struct run run_new(enum ebond_mode mode, uint32_t active)
{
	struct run run = {.skel = ebond_bpf__open()};
	struct ebond_table table = {
		.tx_count = 2,
		.tx_port = {LOOPBACK, OTHER},
		.rx_count = 2,
		.port_count = 2,
		.rx_port = {LOOPBACK, OTHER},
		.active = active,
	};
	const uint8_t *loopback_mac = active == LOOPBACK ? bond_mac : other_mac;
	const uint8_t *far_mac = active == LOOPBACK ? other_mac : bond_mac;

	assert_non_null(run.skel);
	*(struct ebond_config *)&run.skel->rodata->config = (struct ebond_config){
		.mode = mode,
		.policy = EBOND_POLICY_LAYER2,
		.dynamic = 1,
		.ipv6 = 1,
		.hidden_ifindex = LOOPBACK,
	};
	assert_int_equal(ebond_bpf__load(run.skel), 0);
	memcpy(table.bond_mac.bytes, bond_mac, 6);
	memcpy(table.tx_mac[0].bytes, loopback_mac, 6);
	memcpy(table.tx_mac[1].bytes, far_mac, 6);
	memcpy(table.rx_mac[0].bytes, loopback_mac, 6);
	memcpy(table.rx_mac[1].bytes, far_mac, 6);
	table_publish(&run.skel->bss->ring, &table);
	return run;
}

static void run_frame(struct run *run, const struct bpf_program *program, const void *frame,
		      size_t size)
{
	struct __sk_buff context = {.ifindex = LOOPBACK};
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = (uint32_t)size,
		    .data_out = run->out, .data_size_out = sizeof(run->out), .ctx_in = &context,
		    .ctx_size_in = sizeof(context));

	assert_int_equal(bpf_prog_test_run_opts(bpf_program__fd(program), &options), 0);
	run->verdict = options.retval;
}

static void send(struct run *run, const void *frame, size_t size)
{
	run_frame(run, run->skel->progs.ebond_tx, frame, size);
}

/* Whether bond0 gets the frame, as such or, for ARP, as a copy: otherwise it is counted. */
static bool receives(struct run *run, const void *frame, size_t size)
{
	int counters = bpf_map__fd(run->skel->maps.counters);
	int64_t inactive = counter_read(counters, EBOND_COUNT_RX_INACTIVE);

	run_frame(run, run->skel->progs.ebond_rx, frame, size);
	return counter_read(counters, EBOND_COUNT_RX_INACTIVE) == inactive;
}

struct arp {
	uint8_t to[6], from[6], head[10], sender_mac[6], sender[4], target_mac[6], target[4];
	uint8_t padding[22];
};

static struct arp arp_of(uint8_t operation, const uint8_t *from, uint8_t sender, uint8_t target,
			 const uint8_t *to)
{
	struct arp arp = {.head = {8, 6, 0, 1, 8, 0, 6, 4, 0, operation},
			  .sender = {192, 0, 2, sender},
			  .target = {192, 0, 2, target}};

	memset(arp.to, 0xff, 6);
	if (to) {
		memcpy(arp.to, to, 6);
		memcpy(arp.target_mac, to, 6);
	}
	memcpy(arp.from, from, 6);
	memcpy(arp.sender_mac, from, 6);
	return arp;
}

static struct ebond_neighbour_key key4(uint8_t own, uint8_t ip)
{
	return (struct ebond_neighbour_key){
		.own = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, own},
		.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, ip},
	};
}

static bool find_neighbour(const struct run *run, const struct ebond_neighbour_key *key,
			   struct ebond_neighbour *ret_neighbour)
{
	return bpf_map_lookup_elem(bpf_map__fd(run->skel->maps.neighbours), key, ret_neighbour) ==
	       0;
}

static void give_port(const struct run *run, const struct ebond_neighbour_key *key, uint32_t port)
{
	struct ebond_neighbour neighbour = {.port = port};

	find_neighbour(run, key, &neighbour);
	neighbour.port = port;
	assert_int_equal(
		bpf_map_update_elem(bpf_map__fd(run->skel->maps.neighbours), key, &neighbour, 0),
		0);
}

/* Every port but the active one sends with its own address, whichever host sent the frame. */
static void sources(void **state)
{
	uint8_t frame[64] = {2, 0, 0, 0, 0, 0x99, 2, 0, 0, 0, 0, 0x55, 8, 0, 0x45};
	struct run run = run_new(EBOND_MODE_TLB, LOOPBACK);
	struct ebond_balance *balance =
		run.skel->data_balance ? &run.skel->data_balance->balance : NULL;
	uint32_t bucket = (0x99 ^ 0x55 ^ 0x800) & 0xff;

	(void)state;
	balance->fresh[0] = OTHER;
	balance->fresh[1] = LOOPBACK;
	send(&run, frame, sizeof(frame));
	assert_memory_equal(run.out + 6, other_mac, 6);
	assert_int_equal(balance->flows[bucket].port, OTHER);
	assert_int_equal(balance->flows[bucket].bytes, sizeof(frame));
	send(&run, frame, sizeof(frame)); /* its bucket keeps its port */
	assert_memory_equal(run.out + 6, other_mac, 6);
	assert_int_equal(balance->flows[bucket].bytes, 2 * sizeof(frame));
	frame[5] = 0x98;
	send(&run, frame, sizeof(frame)); /* another takes the next one: the active */
	assert_memory_equal(run.out + 6, frame + 6, 6);
	frame[0] = 1; /* multicast: not balanced */
	send(&run, frame, sizeof(frame));
	assert_memory_equal(run.out + 6, frame + 6, 6);
	assert_int_equal(balance->unbalanced, sizeof(frame));
	balance->flows[bucket].port = 12345; /* not usable: the next of the list */
	balance->next = 0;
	frame[0] = 2;
	frame[5] = 0x99;
	send(&run, frame, sizeof(frame));
	assert_int_equal(balance->flows[bucket].port, OTHER);
	ebond_bpf__destroy(run.skel);
}

/* Before the daemon has configured anything, ports are used in turn. */
static void without_a_list(void **state)
{
	uint8_t frame[64] = {2, 0, 0, 0, 0, 0x99, 2, 0, 0, 0, 0, 0x55, 8, 0, 0x45};
	struct run run = run_new(EBOND_MODE_TLB, LOOPBACK);
	size_t others = 0;

	(void)state;
	for (uint8_t i = 0; i < 8; i++) {
		frame[5] = i;
		send(&run, frame, sizeof(frame));
		others += memcmp(run.out + 6, other_mac, 6) == 0;
	}
	assert_int_equal(others, 4);
	ebond_bpf__destroy(run.skel);
}

static void arp_is_rewritten(void **state)
{
	struct run run = run_new(EBOND_MODE_ALB, LOOPBACK);
	struct ebond_balance *balance = &run.skel->data_balance->balance;
	struct arp reply = arp_of(2, bond_mac, 1, 9, neighbour_mac), foreign;
	struct ebond_neighbour_key key = key4(1, 9);
	const struct arp *out = (const void *)run.out;
	struct ebond_neighbour neighbour;

	(void)state;
	send(&run, &reply, sizeof(reply));
	assert_memory_equal(run.out, &reply, sizeof(reply));
	assert_true(find_neighbour(&run, &key, &neighbour) && neighbour.is_new && !neighbour.port);
	assert_memory_equal(neighbour.mac, neighbour_mac, 6);
	assert_int_equal(balance->news, 1);
	send(&run, &reply, sizeof(reply)); /* reported once, however often it is seen */
	assert_int_equal(balance->news, 1);
	give_port(&run, &key, OTHER);
	send(&run, &reply, sizeof(reply));
	assert_memory_equal(out->from, other_mac, 6);
	assert_memory_equal(out->sender_mac, other_mac, 6);
	assert_memory_equal(out->to, neighbour_mac, 6);
	/* From another host, through a bridge on bond0. */
	foreign = arp_of(2, stranger, 1, 9, neighbour_mac);
	send(&run, &foreign, sizeof(foreign));
	assert_memory_equal(run.out, &foreign, sizeof(foreign));
	/* Broadcasts and gratuitous ARP are for all. */
	foreign = arp_of(1, bond_mac, 1, 9, NULL);
	send(&run, &foreign, sizeof(foreign));
	assert_memory_equal(run.out, &foreign, sizeof(foreign));
	assert_int_equal(balance->arp_broadcasts, 1);
	foreign = arp_of(1, bond_mac, 1, 1, NULL);
	send(&run, &foreign, sizeof(foreign));
	assert_int_equal(balance->arp_broadcasts, 1);
	/* A lost port: bond0's own address. */
	give_port(&run, &key, 12345);
	send(&run, &reply, sizeof(reply));
	assert_memory_equal(run.out, &reply, sizeof(reply));
	ebond_bpf__destroy(run.skel);
}

static void only_answers_make_neighbours(void **state)
{
	struct run run = run_new(EBOND_MODE_ALB, LOOPBACK);
	int counters = bpf_map__fd(run.skel->maps.counters);
	struct arp question = arp_of(1, bond_mac, 1, 9, NULL);
	struct arp answer = arp_of(2, neighbour_mac, 9, 1, bond_mac);
	struct arp claim = arp_of(1, stranger, 1, 9, NULL);
	struct ebond_neighbour_key key = key4(1, 9);
	struct ebond_neighbour neighbour;

	(void)state;
	assert_true(receives(&run, &answer, sizeof(answer)));
	assert_false(find_neighbour(&run, &key, &neighbour));
	send(&run, &question, sizeof(question));
	assert_true(receives(&run, &answer, sizeof(answer)));
	assert_true(find_neighbour(&run, &key, &neighbour));
	/* Another reply does not change what is known. */
	memcpy(answer.sender_mac, stranger, 6);
	assert_true(receives(&run, &answer, sizeof(answer)));
	assert_true(find_neighbour(&run, &key, &neighbour));
	assert_memory_equal(neighbour.mac, neighbour_mac, 6);
	assert_int_equal(counter_read(counters, EBOND_COUNT_OWN_CLAIMED), 0);
	assert_true(receives(&run, &claim, sizeof(claim)));
	assert_int_equal(counter_read(counters, EBOND_COUNT_OWN_CLAIMED), 1);
	ebond_bpf__destroy(run.skel);
}

struct nd {
	uint8_t to[6], from[6], ethertype[2], head[8], source[16], destination[16];
	uint8_t type, code, checksum[2], flags[4], target[16], option[8];
};

static uint16_t checksum_of(const struct nd *nd)
{
	const uint8_t *bytes = nd->source;
	uint32_t sum = 32 + 58;

	for (size_t i = 0; i < 64; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static struct nd nd_of(uint8_t type, uint8_t own, uint8_t ip, const uint8_t *to)
{
	struct nd nd = {
		.ethertype = {0x86, 0xdd},
		.head = {0x60, 0, 0, 0, 0, 32, 58, 255},
		.source = {0xfd, [15] = own},
		.destination = {0xfd, [15] = ip},
		.type = type,
		.target = {0xfd, [15] = type == 135 ? ip : own},
		.option = {type == 135 ? 1 : 2, 1},
	};
	uint16_t checksum;

	memcpy(nd.to, to, 6);
	memcpy(nd.from, bond_mac, 6);
	memcpy(nd.option + 2, bond_mac, 6);
	checksum = checksum_of(&nd);
	nd.checksum[0] = (uint8_t)(checksum >> 8);
	nd.checksum[1] = (uint8_t)checksum;
	assert_int_equal(checksum_of(&nd), 0);
	return nd;
}

static void discovery_is_rewritten(void **state)
{
	static const uint8_t group[6] = {0x33, 0x33, 0xff, 0, 0, 9};
	struct run run = run_new(EBOND_MODE_ALB, LOOPBACK);
	struct nd advert = nd_of(136, 1, 9, neighbour_mac), solicit = nd_of(135, 1, 9, group);
	struct ebond_neighbour_key key = {.own = {0xfd, [15] = 1}, .ip = {0xfd, [15] = 9}};
	const struct nd *out = (const void *)run.out;
	struct ebond_neighbour neighbour;

	(void)state;
	send(&run, &advert, sizeof(advert));
	assert_memory_equal(run.out, &advert, sizeof(advert));
	assert_true(find_neighbour(&run, &key, &neighbour));
	give_port(&run, &key, OTHER);
	send(&run, &advert, sizeof(advert));
	assert_memory_equal(out->from, other_mac, 6);
	assert_memory_equal(out->option + 2, other_mac, 6);
	assert_int_equal(checksum_of(out), 0);
	/* To all hosts: by the active port, rewritten for the one asked. */
	send(&run, &solicit, sizeof(solicit));
	assert_memory_equal(out->from, bond_mac, 6);
	assert_memory_equal(out->option + 2, other_mac, 6);
	assert_int_equal(checksum_of(out), 0);
	/* Not for addresses of other hosts, nor without an option, nor during DAD. */
	memcpy(solicit.option + 2, stranger, 6);
	send(&run, &solicit, sizeof(solicit));
	assert_memory_equal(run.out, &solicit, sizeof(solicit));
	advert = nd_of(136, 1, 9, neighbour_mac);
	send(&run, &advert, sizeof(advert) - 8);
	assert_memory_equal(run.out, &advert, sizeof(advert) - 8);
	solicit = nd_of(135, 1, 9, group);
	memset(solicit.source, 0, 16);
	send(&run, &solicit, sizeof(solicit));
	assert_memory_equal(run.out, &solicit, sizeof(solicit));
	ebond_bpf__destroy(run.skel);
}

static bool receives_for(struct run *run, const uint8_t to[6])
{
	uint8_t frame[64] = {[6] = 2, [11] = 0x99, [12] = 8, [14] = 0x45};

	memcpy(frame, to, 6);
	return receives(run, frame, sizeof(frame));
}

static void who_receives(void **state)
{
	static const uint8_t all[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	struct run run = run_new(EBOND_MODE_ALB, LOOPBACK);

	(void)state;
	/* The active port: everything, and with bond0's address what was sent to another of ours.
	 */
	assert_true(receives_for(&run, bond_mac));
	assert_true(receives_for(&run, other_mac));
	assert_memory_equal(run.out, bond_mac, 6);
	assert_true(receives_for(&run, all));
	assert_true(receives_for(&run, stranger));
	assert_memory_equal(run.out, stranger, 6);
	ebond_bpf__destroy(run.skel);
	/* Another: only what is sent to its own address. */
	run = run_new(EBOND_MODE_ALB, OTHER);
	assert_true(receives_for(&run, other_mac));
	assert_memory_equal(run.out, bond_mac, 6);
	assert_false(receives_for(&run, bond_mac));
	assert_false(receives_for(&run, all));
	assert_false(receives_for(&run, stranger));
	assert_int_equal(
		counter_read(bpf_map__fd(run.skel->maps.counters), EBOND_COUNT_RX_INACTIVE), 3);
	ebond_bpf__destroy(run.skel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources),
		cmocka_unit_test(without_a_list),
		cmocka_unit_test(arp_is_rewritten),
		cmocka_unit_test(only_answers_make_neighbours),
		cmocka_unit_test(discovery_is_rewritten),
		cmocka_unit_test(who_receives),
	};

	return cmocka_run_group_tests_name("balance", tests, NULL, NULL);
}
