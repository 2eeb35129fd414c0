/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * balance-alb's receive side: which port neighbours are told to send to, when
 * they are told, and which are forgotten. In virtual time.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/alb/alb.h"
#include "core/alb/frames.h"
#include "tests/unit/rig.h"

#define ORDERS_MAX 8192

/* The orders of bond_take_neighbour(). */
struct orders {
	size_t count;
	struct bond_neighbour_order list[ORDERS_MAX];
};

static struct orders orders;

static struct rig *office(uint32_t ports)
{
	struct rig *rig = rig_new("mode balance-alb");
	uint8_t mac[6] = {2, 0, 0, 0, 0, 1};

	bond_in_mac(rig->bond, mac, rig->now_ms);
	for (uint32_t id = 1; id <= ports; id++)
		rig_attach(rig, id, true);
	memset(&orders, 0, sizeof(orders));
	return rig;
}

static struct bond_neighbour neighbour_of(uint32_t number, bool is_ip6)
{
	struct bond_neighbour neighbour = {
		.mac = {2, 0, 0, 1, (uint8_t)(number >> 8), (uint8_t)number}};

	if (is_ip6) {
		neighbour.own[0] = neighbour.ip[0] = 0x20;
		neighbour.own[15] = 1;
	} else {
		memcpy(neighbour.own, "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1", 16);
		memcpy(neighbour.ip, neighbour.own, 16);
	}
	neighbour.ip[14] = (uint8_t)(number >> 8);
	neighbour.ip[15] = (uint8_t)number;
	return neighbour;
}

static void carry_out(struct rig *rig)
{
	while (bond_take_neighbour(rig->bond, &orders.list[orders.count]))
		assert_in_range(++orders.count, 0, ORDERS_MAX - 1);
}

static void add(struct rig *rig, uint32_t number, bool is_ip6)
{
	struct bond_neighbour neighbour = neighbour_of(number, is_ip6);

	assert_int_equal(bond_in_neighbour(rig->bond, &neighbour, 0, rig->now_ms, rig->now_ms), 0);
	rig_step(rig);
	carry_out(rig);
}

/* Time passes, and orders are carried out as they come. */
static void run(struct rig *rig, uint64_t ms)
{
	uint64_t end_ms = rig->now_ms + ms;

	while (bond_next_deadline(rig->bond) <= end_ms) {
		if (bond_next_deadline(rig->bond) > rig->now_ms)
			rig->now_ms = bond_next_deadline(rig->bond);
		bond_step(rig->bond, rig->now_ms, &rig->fx);
		carry_out(rig);
	}
	rig->now_ms = end_ms;
}

static size_t told(uint32_t number)
{
	struct bond_neighbour neighbour = neighbour_of(number, false);
	size_t count = 0;

	for (size_t i = 0; i < orders.count; i++)
		count += orders.list[i].update && memcmp(orders.list[i].neighbour.ip, neighbour.ip,
							 sizeof(neighbour.ip)) == 0;
	return count;
}

static uint32_t neighbours_on(const struct rig *rig, uint32_t port)
{
	return rig_port(rig, port).neighbours;
}

static void test_counted_out(void **state)
{
	struct rig *rig = office(4);

	(void)state;
	for (uint32_t i = 0; i < 8; i++)
		add(rig, i, false);
	for (uint32_t port = 1; port <= 4; port++)
		assert_int_equal(neighbours_on(rig, port), 2);
	for (uint32_t i = 0; i < 4; i++)
		add(rig, 100 + i, true);
	for (uint32_t port = 1; port <= 4; port++)
		assert_int_equal(neighbours_on(rig, port), 3);
	/* Neighbours that have bond0's address anyway need not be told. */
	run(rig, 1000);
	assert_int_equal(told(0), 0);
	assert_in_range(told(1), 2, 4);
	assert_int_equal(orders.list[1].port, 2);
	assert_int_equal(orders.list[1].port_mac[5], 2);
	rig_free(rig);
}

static void test_speed_counts(void **state)
{
	struct rig *rig = office(2);

	(void)state;
	bond_in_speed(rig->bond, 2, 10000, DUPLEX_IS_FULL);
	for (uint32_t i = 0; i < 22; i++)
		add(rig, i, false);
	assert_int_equal(neighbours_on(rig, 1), 2);
	assert_int_equal(neighbours_on(rig, 2), 20);
	rig_free(rig);
}

static void test_port_fails_and_returns(void **state)
{
	struct rig *rig = office(4);

	(void)state;
	for (uint32_t i = 0; i < 12; i++)
		add(rig, i, false);
	run(rig, 2000);
	orders.count = 0;
	rig_carrier(rig, 4, false);
	carry_out(rig);
	for (uint32_t port = 1; port <= 3; port++)
		assert_int_equal(neighbours_on(rig, port), 4);
	/* Only neighbours that sent there are told, at once and RLB_UPDATE_RETRY times more. */
	assert_int_equal(orders.count, 3);
	run(rig, 250);
	rig_carrier(rig, 4, false);
	run(rig, 1000);
	assert_int_equal(orders.count, 12);
	orders.count = 0;
	rig_carrier(rig, 4, true);
	carry_out(rig);
	assert_int_equal(orders.count, 3);
	run(rig, 1000);
	for (uint32_t port = 1; port <= 4; port++)
		assert_int_equal(neighbours_on(rig, port), 3);
	rig_free(rig);
}

/*
 * Neighbours that send to the new active port, or to the port it swapped
 * addresses with, must be told.
 */
/* A port comes, is given to a neighbour and is lost, all before the next step. */
static void test_port_fails_before_the_step(void **state)
{
	struct rig *rig = office(0);
	struct bond_port_facts facts = rig_facts(1, true);
	struct bond_neighbour neighbour = neighbour_of(1, false);

	(void)state;
	assert_int_equal(bond_in_attach(rig->bond, 1, &facts, rig->now_ms), 0);
	assert_int_equal(bond_in_neighbour(rig->bond, &neighbour, 0, rig->now_ms, rig->now_ms), 0);
	rig_carrier(rig, 1, false);
	carry_out(rig);
	run(rig, 1000);
	assert_int_equal(told(1), 0);
	assert_int_equal(neighbours_on(rig, 1), 0);
	rig_free(rig);
}

static void test_active_port_fails(void **state)
{
	struct rig *rig = office(2);

	(void)state;
	for (uint32_t i = 0; i < 4; i++)
		add(rig, i, false);
	run(rig, 2000);
	orders.count = 0;
	rig_clear(rig);
	rig_carrier(rig, 1, false);
	carry_out(rig);
	assert_int_equal(neighbours_on(rig, 2), 4);
	assert_int_equal(orders.count, 4);
	for (size_t i = 0; i < orders.count; i++) {
		assert_int_equal(orders.list[i].port, 2);
		assert_int_equal(orders.list[i].port_mac[5], 1);
	}
	/* Until they are, frames to either address arrive: switches are taught both. */
	assert_int_equal(rig_count(rig, FX_LEARN), 2);
	assert_int_equal(rig_nth(rig, FX_LEARN, 0)->fx.port, 2);
	assert_int_equal(rig_nth(rig, FX_LEARN, 1)->fx.port, 2);
	assert_int_equal(bond_get_stand_in(rig->bond), 2);
	rig_carrier(rig, 2, false);
	carry_out(rig);
	assert_int_equal(neighbours_on(rig, 2), 0);
	rig_carrier(rig, 2, true);
	rig_carrier(rig, 1, true);
	carry_out(rig);
	assert_int_equal(neighbours_on(rig, 1), 2);
	assert_int_equal(bond_get_stand_in(rig->bond), 0);
	rig_free(rig);
}

static void test_broadcasts(void **state)
{
	struct rig *rig = office(2);

	(void)state;
	for (uint32_t i = 0; i < 4; i++)
		add(rig, i, false);
	add(rig, 99, true);
	run(rig, 2000);
	orders.count = 0;
	for (int i = 0; i < 50; i++) {
		bond_in_arp_broadcast(rig->bond, rig->now_ms);
		run(rig, 10);
	}
	assert_int_equal(told(1), 1);
	assert_int_equal(told(0), 0); /* has bond0's address */
	run(rig, 3000);
	assert_int_equal(told(1), 2);
	assert_int_equal(orders.count, 4); /* and none by IPv6 */
	rig_free(rig);
}

static void test_forgotten(void **state)
{
	struct rig *rig = office(2);
	struct bond_neighbour neighbour = neighbour_of(1, false);

	(void)state;
	add(rig, 0, false);
	add(rig, 1, false);
	run(rig, 200000);
	assert_int_equal(bond_in_neighbour(rig->bond, &neighbour, 2, rig->now_ms, rig->now_ms), 0);
	run(rig, 200000);
	assert_int_equal(bond_neighbour_count(rig->bond), 1);
	assert_true(orders.list[orders.count - 1].removed);
	bond_in_own_removed(rig->bond, neighbour.own, rig->now_ms);
	run(rig, 10);
	assert_int_equal(bond_neighbour_count(rig->bond), 0);
	rig_free(rig);
}

static void test_bounds(void **state)
{
	struct rig *rig = office(4);
	struct bond_neighbour neighbour = neighbour_of(5000, false);
	size_t updates = 0;

	(void)state;
	for (uint32_t i = 0; i < BOND_NEIGHBOURS_MAX; i++) {
		struct bond_neighbour each = neighbour_of(i, false);

		assert_int_equal(bond_in_neighbour(rig->bond, &each, 0, rig->now_ms, rig->now_ms),
				 0);
	}
	assert_int_equal(bond_in_neighbour(rig->bond, &neighbour, 0, rig->now_ms, rig->now_ms),
			 -ENOSPC);
	for (uint32_t port = 1; port <= 4; port++)
		assert_int_equal(neighbours_on(rig, port), BOND_NEIGHBOURS_MAX / 4);
	/* Spread over time, and all in the end. */
	rig_step(rig);
	carry_out(rig);
	for (size_t i = 0; i < orders.count; i++)
		updates += orders.list[i].update;
	assert_in_range(updates, 100, 200);
	run(rig, 5000);
	for (uint32_t i = 0; i < BOND_NEIGHBOURS_MAX; i++)
		assert_in_range(told(i), i % 4 ? 1 : 0, 4);
	orders.count = 0;
	rig_replace(rig, "mode balance-tlb");
	assert_int_equal(bond_neighbour_count(rig->bond), 0);
	assert_int_equal(bond_in_neighbour(rig->bond, &neighbour, 0, rig->now_ms, rig->now_ms),
			 -EACCES);
	rig_free(rig);
}

static void test_another_address(void **state)
{
	struct rig *rig = office(2);
	struct bond_neighbour neighbour = neighbour_of(1, false);

	(void)state;
	add(rig, 0, false);
	add(rig, 1, false);
	run(rig, 2000);
	orders.count = 0;
	neighbour.mac[5] = 77;
	assert_int_equal(bond_in_neighbour(rig->bond, &neighbour, 2, rig->now_ms, rig->now_ms), 0);
	run(rig, 1000);
	assert_int_equal(orders.count, 1);
	assert_int_equal(orders.list[0].neighbour.mac[5], 77);
	assert_int_equal(orders.list[0].port, 2);
	/* An earlier daemon's: kept, and not told again. */
	neighbour = neighbour_of(7, false);
	assert_int_equal(bond_in_neighbour(rig->bond, &neighbour, 2, rig->now_ms, rig->now_ms), 0);
	run(rig, 1000);
	assert_int_equal(orders.count, 1);
	assert_int_equal(neighbours_on(rig, 2), 2);
	rig_free(rig);
}

static void test_frames(void **state)
{
	const uint8_t mac[6] = {2, 0, 0, 0, 0, 9};
	struct bond_neighbour neighbour = neighbour_of(5, false);
	uint8_t frame[ALB_UPDATE_SIZE];
	uint32_t sum = 32 + 58;

	(void)state;
	assert_int_equal(alb_update(frame, sizeof(frame), &neighbour, mac, false, false), 42);
	assert_memory_equal(frame, neighbour.mac, 6);
	assert_memory_equal(frame + 6, mac, 6);
	assert_memory_equal(frame + 12, "\x08\x06\0\1\x08\0\6\4\0\2", 10);
	assert_memory_equal(frame + 22, mac, 6);
	assert_memory_equal(frame + 28, neighbour.own + 12, 4);
	assert_memory_equal(frame + 32, neighbour.mac, 6);
	assert_memory_equal(frame + 38, neighbour.ip + 12, 4);
	assert_int_equal(alb_update(frame, sizeof(frame), &neighbour, mac, true, false), 42);
	assert_memory_equal(frame, neighbour.mac, 6);
	assert_memory_equal(frame + 32, mac, 6);
	assert_memory_equal(frame + 38, neighbour.own + 12, 4);
	assert_int_equal(alb_update(frame, 41, &neighbour, mac, true, false), 0);
	neighbour = neighbour_of(5, true);
	neighbour.vlan = 0x8100002a;
	assert_int_equal(alb_update(frame, sizeof(frame), &neighbour, mac, true, true), 90);
	assert_memory_equal(frame + 12, "\x81\0\0\x2a\x86\xdd\x60", 7);
	assert_int_equal(frame[58], 136);
	assert_int_equal(frame[62], 0xa0);
	for (size_t i = 26; i < 90;
	     i += 2) /* addresses and message: the checksum makes it 0xffff */
		sum += (uint32_t)frame[i] << 8 | frame[i + 1];
	assert_int_equal((sum & 0xffff) + (sum >> 16), 0xffff);
	assert_int_equal(alb_update(frame, 89, &neighbour, mac, true, true), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counted_out),
		cmocka_unit_test(test_speed_counts),
		cmocka_unit_test(test_port_fails_and_returns),
		cmocka_unit_test(test_port_fails_before_the_step),
		cmocka_unit_test(test_active_port_fails),
		cmocka_unit_test(test_broadcasts),
		cmocka_unit_test(test_forgotten),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_another_address),
		cmocka_unit_test(test_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
