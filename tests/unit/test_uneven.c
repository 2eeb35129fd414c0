/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a port is said to be full beyond what a move could mend, and how often that is told. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/uneven.h"

#define M 1000000ULL
#define BUCKETS_MAX 24

/* Ports 1, 2, ... of these speeds, and flows (port, load) in Mbit/s; 0 ends both. */
struct scene {
	uint64_t speeds[4];
	struct {
		uint32_t port;
		uint64_t mbps;
	} flows[BUCKETS_MAX];
};

static bool judge(const struct scene *scene, uint32_t assumed, struct uneven *ret_uneven)
{
	struct load_bucket buckets[BUCKETS_MAX];
	struct load_snapshot snapshot = {.buckets = buckets};

	for (; scene->speeds[snapshot.port_count]; snapshot.port_count++)
		snapshot.ports[snapshot.port_count] = (struct load_port){
			.id = (uint32_t)snapshot.port_count + 1,
			.speed_bps = scene->speeds[snapshot.port_count] * M,
			.speed_assumed = snapshot.port_count + 1 == assumed,
		};
	for (size_t i = 0; scene->flows[i].port; i++) {
		snapshot.ports[scene->flows[i].port - 1].load_bps += scene->flows[i].mbps * M;
		buckets[snapshot.bucket_count++] =
			(struct load_bucket){scene->flows[i].port, scene->flows[i].mbps * M};
	}
	return uneven_judge(&snapshot, ret_uneven);
}

static void expect(struct scene scene, uint32_t port, uint32_t flows)
{
	struct uneven uneven = {};

	assert_int_equal(judge(&scene, 0, &uneven), port != 0);
	assert_int_equal(uneven.port, port);
	assert_int_equal(uneven.flows, flows);
}

static void test_one_flow(void **state)
{
	struct scene scene = {{1000, 1000}, {{2, 950}, {1, 20}}};
	struct uneven uneven;

	(void)state;
	expect(scene, 2, 1);
	assert_true(judge(&scene, 0, &uneven));
	assert_true(uneven.load_bps == 950 * M && uneven.speed_bps == 1000 * M);
	assert_true(uneven.idle == 1 && uneven.idle_load_bps == 20 * M);
	/* Small flows beside it do not count, and are not worth a move. */
	expect((struct scene){{1000, 1000}, {{2, 900}, {2, 14}, {2, 10}, {1, 20}}}, 2, 1);
	/* A long flow that shares its port with a medium one: that one can be moved. */
	expect((struct scene){{1000, 1000}, {{2, 700}, {2, 250}}}, 0, 0);
}

/* Two flows that fill the fast port, and neither fits on the slow one. */
static void test_unequal_ports(void **state)
{
	(void)state;
	expect((struct scene){{1000, 100}, {{1, 500}, {1, 450}}}, 1, 2);
	expect((struct scene){{1000, 100}, {{1, 880}, {1, 90}}}, 1, 2);
	/* The slow port has room for the smaller one. */
	expect((struct scene){{1000, 300}, {{1, 820}, {1, 130}}}, 0, 0);
	/* The slow port is the full one: its flow fits on the fast one. */
	expect((struct scene){{1000, 100}, {{2, 95}}}, 0, 0);
	/* That has little room left: as even as can be. */
	expect((struct scene){{1000, 100}, {{2, 98}, {1, 800}}}, 0, 0);
}

static void test_all_is_well(void **state)
{
	(void)state;
	expect((struct scene){{1000, 1000}, {}}, 0, 0);
	expect((struct scene){{1000}, {{1, 990}}}, 0, 0);
	/* not full */
	expect((struct scene){{1000, 1000}, {{1, 800}}}, 0, 0);
	/* all are full */
	expect((struct scene){{1000, 1000}, {{1, 980}, {2, 940}}}, 0, 0);
	expect((struct scene){{1000, 1000}, {{1, 980}, {2, 800}}}, 0, 0);
	expect((struct scene){{1000, 1000}, {{1, 1300}, {2, 900}}}, 0, 0);
	/* two flows on one port: a move will mend it */
	expect((struct scene){{1000, 1000}, {{1, 490}, {1, 490}}}, 0, 0);
	/* many small flows: they move one by one */
	expect((struct scene){{1000, 1000}, {[0 ... 19] = {1, 48}}}, 0, 0);
}

/* A port without buckets is full of what cannot be moved, such as steered frames: no flow's fault.
 */
static void test_nothing_to_move(void **state)
{
	struct load_snapshot snapshot = {
		.port_count = 2,
		.ports = {{.id = 1, .speed_bps = M, .load_bps = M}, {.id = 2, .speed_bps = M}},
	};
	struct uneven uneven;

	(void)state;
	assert_false(uneven_judge(&snapshot, &uneven));
}

static void test_unknown_speed(void **state)
{
	struct scene scene = {{1000, 1000}, {{2, 990}}};
	struct uneven uneven;

	(void)state;
	assert_false(judge(&scene, 2, &uneven));
	assert_true(judge(&scene, 1, &uneven));
}

/* Where only flows that pause are moved, a port stays full of others. */
static void test_busy_flows_stay(void **state)
{
	const struct load_bucket buckets[] = {{1, 450000}, {1, 450000}};
	struct load_snapshot snapshot = {
		.port_count = 2,
		.ports = {{.id = 1, .speed_bps = 1000000, .load_bps = 900000},
			  {.id = 2, .speed_bps = 1000000}},
		.bucket_count = 2,
		.buckets = buckets,
	};
	struct uneven uneven;

	(void)state;
	assert_false(uneven_judge(&snapshot, &uneven));
	snapshot.paused_only = true;
	assert_true(uneven_judge(&snapshot, &uneven));
	assert_true(uneven.movable);
	snapshot.bucket_count = 1;
	assert_true(uneven_judge(&snapshot, &uneven));
	assert_int_equal(uneven.flows, 1);
}

/* 400 Gbit/s and loads above it do not overflow. */
static void test_fast_ports(void **state)
{
	(void)state;
	expect((struct scene){{10000000, 10000000}, {{1, 20000000}}}, 1, 1);
	expect((struct scene){{1, 10000000}, {{2, 9900000}}}, 2, 1);
}

static void test_news(void **state)
{
	const struct uneven first = {.port = 1}, second = {.port = 2};
	struct uneven_watch watch = {};

	(void)state;
	assert_false(uneven_is_news(&watch, &first, 1000));
	assert_false(uneven_is_news(&watch, NULL, 2000)); /* a moment only */
	assert_false(uneven_is_news(&watch, &first, 3000));
	assert_false(uneven_is_news(&watch, &first, 5999));
	assert_true(uneven_is_news(&watch, &first, 6000));
	assert_false(uneven_is_news(&watch, &first, 60000));
	assert_false(uneven_is_news(&watch, NULL, 61000)); /* a pause: not told again */
	assert_false(uneven_is_news(&watch, &first, 65000));
	assert_false(uneven_is_news(&watch, NULL, 66000));
	assert_false(uneven_is_news(&watch, NULL, 75001)); /* over */
	assert_false(uneven_is_news(&watch, &first, 76000));
	assert_true(uneven_is_news(&watch, &first, 79000));
	assert_false(uneven_is_news(&watch, &second, 80000));
	assert_true(uneven_is_news(&watch, &second, 83000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_flow),	cmocka_unit_test(test_unequal_ports),
		cmocka_unit_test(test_all_is_well),	cmocka_unit_test(test_nothing_to_move),
		cmocka_unit_test(test_unknown_speed),	cmocka_unit_test(test_fast_ports),
		cmocka_unit_test(test_busy_flows_stay), cmocka_unit_test(test_news),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
