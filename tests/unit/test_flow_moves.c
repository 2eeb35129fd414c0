/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When flows move, by the packet path's own decision: in what unsteady loads, and when in order. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bpf/placement.h"

#define MS 1000000ULL
#define SIZE 1066 /* of a frame on the wire */

/* Ports with ids 1, 2 ... of 10 Mbit/s, all memory blank. */
struct scene {
	struct ebond_placement *state;
	struct ebond_table table;
	uint64_t now_ns;
	bool paused_only;
};

static struct scene scene_new(uint32_t ports)
{
	struct scene scene = {
		.state = calloc(1, sizeof(struct ebond_placement)),
		.table.tx_count = ports,
		.now_ns = 1000 * MS,
		.paused_only = true,
	};

	assert_non_null(scene.state);
	for (uint32_t i = 0; i < ports; i++) {
		scene.table.tx_port[i] = i + 1;
		scene.table.tx_clock[i] = i;
		scene.table.tx_cost[i] = 800 << 16;
		scene.table.tx_margin_ns[i] = 1000000;
	}
	return scene;
}

static uint32_t send(struct scene *scene, uint32_t flow)
{
	const struct placing how = {
		.now_ns = scene->now_ns,
		.hash = flow,
		.bytes = SIZE,
		.candidates = scene->table.tx_count,
		.by_load = true,
		.paused_only = scene->paused_only,
	};

	return placement_port(scene->state, &scene->table, &how);
}

/* @count flows, each with a frame every 8 ms, in turns that vary: 1.07 Mbit/s. */
static void run(struct scene *scene, uint32_t count, uint64_t ms, uint32_t ret_ports[])
{
	for (uint64_t end_ns = scene->now_ns + ms * MS; scene->now_ns < end_ns;)
		for (uint32_t flow = 0; flow < count; flow++) {
			ret_ports[flow] = send(scene, flow);
			scene->now_ns += 8 * MS / count / 2 + (uint64_t)rand() % (8 * MS / count);
		}
}

static uint64_t moves(const struct scene *scene)
{
	return scene->state->moves_paused + scene->state->moves_busy;
}

/* Removes the last port from the table. */
static void lose_last(struct scene *scene)
{
	scene->table.tx_port[--scene->table.tx_count] = 0;
}

/* Frames come in no exact time, and sixteen flows cannot be shared out among three ports. */
static void test_steady_load(void **state)
{
	struct scene scene = scene_new(4);
	uint32_t ports[16];
	uint64_t before;

	(void)state;
	srand(1);
	run(&scene, 16, 1000, ports);
	lose_last(&scene);
	run(&scene, 16, 1000, ports);
	before = moves(&scene);
	run(&scene, 16, 10000, ports);
	assert_int_equal(moves(&scene) - before, 0);
	free(scene.state);
}

/* Flows that lose their port at once do not all take the port that has least at that moment. */
static void test_lost_together(void **state)
{
	struct scene scene = scene_new(4);
	uint32_t ports[26], count[5] = {0};

	(void)state;
	srand(1);
	run(&scene, 26, 1000, ports); /* 7, 7, 6 and 6 */
	lose_last(&scene);
	for (uint32_t flow = 0; flow < 26; flow++)
		count[send(&scene, flow)]++;
	for (uint32_t port = 1; port <= 3; port++)
		assert_in_range(count[port], 8, 9);
	free(scene.state);
}

/* After too much was sent, the queue may be as long as that; a pause of its length is none. */
static void test_after_overload(void **state)
{
	struct scene scene = scene_new(1);
	uint32_t port;

	(void)state;
	for (int i = 0; i < 120; i++) { /* 102 ms on the wire, in 12 ms */
		send(&scene, i % 2);
		scene.now_ns += MS / 10;
	}
	scene.table.tx_port[scene.table.tx_count] = 2;
	scene.table.tx_clock[1] = 1;
	scene.table.tx_cost[1] = 800 << 16;
	scene.table.tx_count++;
	scene.now_ns += 40 * MS;
	port = send(&scene, 1);
	assert_int_equal(port, 1);
	scene.now_ns += 20 * MS; /* 30 ms are left in the queue */
	port = send(&scene, 1);
	assert_int_equal(port, 1);
	scene.now_ns += 35 * MS;
	port = send(&scene, 1);
	assert_int_equal(port, 2);
	assert_int_equal(scene.state->moves_paused, 1);
	free(scene.state);
}

/* A thousand frames are less than 20 ms on a fast port: a pause of that length is enough. */
static void test_fast_port(void **state)
{
	struct scene scene = scene_new(2);

	(void)state;
	scene.table.tx_cost[0] = scene.table.tx_cost[1] = 8 << 16;
	scene.table.tx_count = 1;
	for (int i = 0; i < 12000; i++)
		send(&scene, i % 2);
	scene.table.tx_count = 2;
	scene.now_ns += 15 * MS;
	assert_int_equal(send(&scene, 1), 1);
	scene.now_ns += 22 * MS;
	assert_int_equal(send(&scene, 1), 2);
	free(scene.state);
}

/* Two processors on either side of the end of a tick. */
static void test_a_tick_ahead(void **state)
{
	struct ebond_clock clock = {.load = 5000, .tick = 101};

	(void)state;
	assert_int_equal(clock_load(&clock, 100), 5000);
	assert_int_equal(clock_load(&clock, 101), 5000);
	assert_in_range(clock_load(&clock, 102), 4500, 4700);
	assert_int_equal(clock_load(&clock, 102 + TICKS_REMEMBERED), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steady_load),    cmocka_unit_test(test_lost_together),
		cmocka_unit_test(test_after_overload), cmocka_unit_test(test_fast_port),
		cmocka_unit_test(test_a_tick_ahead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
