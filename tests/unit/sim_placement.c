/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random lives of flows and ports in virtual time, placed by the packet path's own decisions
 * (bpf/placement.h): flows with heavy-tailed rates and sizes come and go, ports of unequal speeds
 * fail and return, two processors send with times that differ a little. A life is determined by
 * its seed, which is printed on failure.
 *
 * sim_placement: the seed is the environment variable SEED, or 1; sim_placement SEED: that seed.
 * SIM_LIVES (environment): the number of lives, from that seed on.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/placement.h"
#include "tests/random.h"

#define LIVES 150
#define PERIODS 3
#define FLOWS 48
#define PORTS 8
#define MS 1000000ULL
#define SECOND (1000 * MS)
#define BIN_NS (100 * MS)
#define BINS 20 /* 2 s */

/* Of 50 moves in a second that are possible: loads vary, as frames do not come evenly. */
#define LATE_MOVES 10

/* Of what the hash would carry. */
#define LEAST_SHARE 0.8

/* How many periods the shares of all are judged from. */
#define PERIODS_TO_JUDGE 100

struct flow {
	uint32_t bucket;
	uint32_t bytes;	 /* of a frame, on the wire */
	uint64_t rate;	 /* bytes/s; 0: there is no flow */
	uint64_t left;	 /* bytes until it ends, while flows come and go */
	uint64_t due_ns; /* its next frame */
};

/* A port, and its real queue. */
struct port {
	bool is_up;
	uint32_t cost;	     /* as tx_cost */
	uint32_t latency_ns; /* of the path behind it */
	uint64_t speed;	     /* bytes/s */
	uint64_t queue_ns;   /* beyond that it drops */
	uint64_t free_ns;
	uint64_t bin, bin_by_hash; /* bytes in this bin */
	uint64_t window;	   /* bytes since the window began */
};

/* What was seen in all lives; periods: those that were steady, and where busy flows may move. */
struct seen {
	uint64_t frames, moves_paused, moves_busy;
	uint64_t periods, late_moves, most_late_moves;
	uint64_t more, less;	  /* periods in which 1 % was carried than by the hash */
	uint64_t fitting, within; /* periods */
	double worst_load, worst_carried;
};

struct sim {
	uint64_t seed, random, now_ns;
	struct ebond_placement state;
	struct ebond_table table;
	uint32_t port_count;
	struct port ports[PORTS + 1]; /* by ifindex */
	struct flow flows[FLOWS];
	uint64_t latest_ns[EBOND_BUCKETS]; /* the latest arrival of its frames */
	uint64_t window[EBOND_BUCKETS];	   /* bytes since the window began */
	uint64_t bin_end_ns;
	uint64_t carried[BINS], by_hash[BINS]; /* bytes */
	uint32_t bins;
	bool paused_only;
	struct seen *seen;
};

static void die(const struct sim *sim, const char *what, int line)
{
	fprintf(stderr, "sim_placement.c:%d: seed %" PRIu64 ", at %" PRIu64 " us: %s\n", line,
		sim->seed, sim->now_ns / 1000, what);
	for (uint32_t id = 1; id <= sim->port_count; id++)
		fprintf(stderr, "port %u up %d, %" PRIu64 " kB/s, in the window %" PRIu64 " kB\n",
			id, sim->ports[id].is_up, sim->ports[id].speed / 1000,
			sim->ports[id].window / 1000);
	for (size_t i = 0; i < FLOWS; i++)
		if (sim->flows[i].rate)
			fprintf(stderr,
				"flow %zu bucket %u port %u, %" PRIu64 " kB/s in frames of %u\n", i,
				sim->flows[i].bucket, sim->state.buckets[sim->flows[i].bucket].port,
				sim->flows[i].rate / 1000, sim->flows[i].bytes);
	exit(1);
}

#define CHECK(sim, condition)                                                                      \
	do {                                                                                       \
		if (!(condition))                                                                  \
			die(sim, #condition, __LINE__);                                            \
	} while (0)

static uint64_t below(struct sim *sim, uint64_t limit)
{
	return random_after(&sim->random) % limit;
}

static bool chance(struct sim *sim, uint32_t percent)
{
	return below(sim, 100) < percent;
}

/* Bounded Pareto with the exponent 1: half are below about twice the least. */
static uint64_t heavy_tailed(struct sim *sim, double least, double most)
{
	double u = (double)below(sim, 1 << 30) / (1 << 30);

	return (uint64_t)(least / (1 - u * (1 - least / most)));
}

static uint64_t speed_up(const struct sim *sim)
{
	uint64_t speed = 0;

	for (uint32_t id = 1; id <= sim->port_count; id++)
		speed += sim->ports[id].is_up ? sim->ports[id].speed : 0;
	return speed;
}

static uint64_t offered(const struct sim *sim)
{
	uint64_t rate = 0;

	for (size_t i = 0; i < FLOWS; i++)
		rate += sim->flows[i].rate;
	return rate;
}

/* The table that the daemon publishes. */
static void publish(struct sim *sim)
{
	struct ebond_table *table = &sim->table;

	memset(table, 0, sizeof(*table));
	for (uint32_t id = 1; id <= sim->port_count; id++) {
		uint32_t place = table->tx_count;

		if (!sim->ports[id].is_up)
			continue;
		table->tx_port[place] = id;
		table->tx_clock[place] = id - 1;
		table->tx_cost[place] = sim->ports[id].cost;
		table->tx_latency_ns[place] = sim->ports[id].latency_ns;
		table->tx_margin_ns[place] = 1 * MS;
		table->tx_count++;
	}
}

/* Speeds of one kind, or two kinds, from 1:1 to 1:40. */
static void add_ports(struct sim *sim)
{
	static const uint32_t ratios[] = {1, 1, 1, 2, 4, 10, 40};
	uint32_t mbps = 10 + (uint32_t)below(sim, 40), ratio = ratios[below(sim, 7)];

	sim->port_count = 2 + (uint32_t)below(sim, PORTS - 1);
	for (uint32_t id = 1; id <= sim->port_count; id++) {
		struct port *port = &sim->ports[id];
		uint32_t speed_mbps = mbps * (id == 1 || chance(sim, 50) ? ratio : 1);

		port->is_up = true;
		port->cost = (8000U << 16) / speed_mbps;
		port->speed = speed_mbps * 125000ULL;
		port->latency_ns = chance(sim, 30) ? (uint32_t)below(sim, 30 * MS) : 0;
	}
	publish(sim);
	for (uint32_t i = 0; i < sim->port_count; i++)
		sim->ports[i + 1].queue_ns =
			MS + below(sim, clock_queue_ns(&sim->table, i, SECOND) - MS);
}

/* Short frames, or longer ones of which there are 100 to 1000 a second: a flow's load is steady. */
static void add_flow(struct sim *sim)
{
	struct flow *flow = &sim->flows[below(sim, FLOWS)];
	uint64_t speed = speed_up(sim), least, most;

	if (flow->rate)
		return;
	flow->rate = heavy_tailed(sim, (double)speed / (double)(50 + below(sim, 450)),
				  (double)speed / 2);
	flow->left = heavy_tailed(sim, 20000, 1e9);
	flow->bucket = (uint32_t)below(sim, sim->seed % 3 ? EBOND_BUCKETS : 64);
	least = clock_lesser(flow->rate / 1000, 65536);
	most = clock_lesser(flow->rate / 100, 65536);
	flow->bytes = (uint32_t)(least + below(sim, most - least + 1));
	if (flow->bytes < 1538)
		flow->bytes = 84 + (uint32_t)below(sim, 1455);
	flow->due_ns = sim->now_ns + below(sim, 10 * MS);
}

/* The real queue of the port at @id takes a frame of @bucket, or drops it. */
static void queue_frame(struct sim *sim, uint32_t bucket, uint32_t place, uint32_t bytes)
{
	struct port *port = &sim->ports[sim->table.tx_port[place]];
	uint64_t start = port->free_ns > sim->now_ns ? port->free_ns : sim->now_ns, arrives;

	if (start - sim->now_ns > port->queue_ns)
		return;
	port->free_ns = start + clock_duration_ns(&sim->table, place, bytes);
	arrives = port->free_ns + port->latency_ns;
	CHECK(sim, arrives >= sim->latest_ns[bucket]);
	sim->latest_ns[bucket] = arrives;
}

static uint32_t place_of(const struct sim *sim, uint32_t port)
{
	for (uint32_t i = 0; i < sim->table.tx_count; i++)
		if (sim->table.tx_port[i] == port)
			return i;
	return sim->table.tx_count;
}

/* A frame, of a processor that read the time a little earlier. */
static void send_frame(struct sim *sim, const struct flow *flow)
{
	uint64_t busy = sim->state.moves_busy;
	uint64_t lag_ns = chance(sim, 50) ? 0 : below(sim, chance(sim, 2) ? MS : 20000);
	struct placing how = {
		.now_ns = sim->now_ns - lag_ns,
		.hash = flow->bucket,
		.bytes = flow->bytes,
		.candidates = sim->table.tx_count,
		.by_load = true,
		.paused_only = sim->paused_only,
	};
	uint32_t port = placement_port(&sim->state, &sim->table, &how), place = place_of(sim, port);

	CHECK(sim, place < sim->table.tx_count);
	CHECK(sim, !sim->paused_only || !sim->state.moves_busy);
	/* An episode of disorder: the frames on the new port are in order among themselves. */
	if (sim->state.moves_busy != busy)
		sim->latest_ns[flow->bucket] = 0;
	queue_frame(sim, flow->bucket, place, flow->bytes);
	sim->ports[port].bin += flow->bytes;
	sim->ports[port].window += flow->bytes;
	sim->window[flow->bucket] += flow->bytes;
	sim->ports[sim->table.tx_port[flow->bucket % sim->table.tx_count]].bin_by_hash +=
		flow->bytes;
	sim->seen->frames++;
}

/* What ports carry, if each carries what it is given up to its speed. */
static void end_bin(struct sim *sim)
{
	uint64_t *carried = &sim->carried[sim->bins % BINS];
	uint64_t *by_hash = &sim->by_hash[sim->bins % BINS];

	sim->bins++;
	sim->bin_end_ns += BIN_NS;
	*carried = *by_hash = 0;
	for (uint32_t id = 1; id <= sim->port_count; id++) {
		struct port *port = &sim->ports[id];
		uint64_t most = port->speed / (SECOND / BIN_NS);

		*carried += port->bin < most ? port->bin : most;
		*by_hash += port->bin_by_hash < most ? port->bin_by_hash : most;
		port->bin = port->bin_by_hash = 0;
	}
}

static struct flow *next_flow(struct sim *sim, uint64_t until_ns)
{
	struct flow *next = NULL;

	for (size_t i = 0; i < FLOWS; i++) {
		struct flow *flow = &sim->flows[i];

		if (flow->rate && flow->due_ns < (next ? next->due_ns : until_ns))
			next = flow;
	}
	return next;
}

/* Frames come at half to one and a half times the mean distance. In a churn flows pause and end. */
static void run_until(struct sim *sim, uint64_t until_ns, bool is_churn)
{
	struct flow *flow;

	while ((flow = next_flow(sim, until_ns))) {
		uint64_t gap_ns = flow->bytes * SECOND / flow->rate;

		sim->now_ns = flow->due_ns;
		while (sim->now_ns >= sim->bin_end_ns)
			end_bin(sim);
		send_frame(sim, flow);
		flow->due_ns += gap_ns / 2 + below(sim, gap_ns + 1);
		flow->left -= flow->left < flow->bytes ? flow->left : flow->bytes;
		if (is_churn && !flow->left)
			flow->rate = 0;
		if (is_churn && chance(sim, 3))
			flow->due_ns += below(sim, 300 * MS);
	}
	sim->now_ns = until_ns;
}

static void run(struct sim *sim, uint64_t ns, bool is_churn)
{
	run_until(sim, sim->now_ns + ns, is_churn);
}

/* One port at least can send. */
static void flap(struct sim *sim)
{
	struct port *port = &sim->ports[1 + below(sim, sim->port_count)];

	if (port->is_up && sim->table.tx_count == 1)
		return;
	port->is_up = !port->is_up;
	port->free_ns = 0;
	/* What waits there is lost, even if it is back before a flow's next frame. */
	for (uint32_t i = 0; i < EBOND_BUCKETS; i++)
		if (&sim->ports[sim->state.buckets[i].port] == port)
			sim->latest_ns[i] = 0;
	publish(sim);
}

/* Flows and ports come and go; then there are flows for @percent of the speed. */
static void churn(struct sim *sim, uint32_t percent)
{
	uint64_t until_ns = sim->now_ns + 300 * MS + below(sim, 1200 * MS);

	while (sim->now_ns < until_ns) {
		if (chance(sim, 10))
			flap(sim);
		for (uint64_t i = below(sim, 4); i > 0; i--)
			add_flow(sim);
		if (offered(sim) > 2 * speed_up(sim))
			sim->flows[below(sim, FLOWS)].rate = 0;
		run(sim, below(sim, 60 * MS), true);
	}
	for (int i = 0; i < FLOWS && offered(sim) * 100 < percent * speed_up(sim); i++)
		add_flow(sim);
	while (offered(sim) * 100 > percent * speed_up(sim))
		sim->flows[below(sim, FLOWS)].rate = 0;
}

static void begin_window(struct sim *sim)
{
	memset(sim->window, 0, sizeof(sim->window));
	for (uint32_t id = 1; id <= sim->port_count; id++)
		sim->ports[id].window = 0;
}

static int more_first(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

/* What list scheduling gives the fullest port of what was sent in the window, in s: LPT. */
static double fullest_of_list(const struct sim *sim)
{
	uint64_t bytes[EBOND_BUCKETS], load[PORTS + 1] = {};
	double fullest = 0;

	memcpy(bytes, sim->window, sizeof(bytes));
	qsort(bytes, EBOND_BUCKETS, sizeof(bytes[0]), more_first);
	for (size_t i = 0; i < EBOND_BUCKETS && bytes[i]; i++) {
		uint32_t best = 0;
		double least = 0;

		for (uint32_t id = 1; id <= sim->port_count; id++) {
			double fill = (double)(load[id] + bytes[i]) / (double)sim->ports[id].speed;

			if (sim->ports[id].is_up && (!best || fill < least)) {
				best = id;
				least = fill;
			}
		}
		load[best] += bytes[i];
		if (least > fullest)
			fullest = least;
	}
	return fullest;
}

static double fullest_of_ports(const struct sim *sim)
{
	double fullest = 0;

	for (uint32_t id = 1; id <= sim->port_count; id++) {
		double fill = (double)sim->ports[id].window / (double)sim->ports[id].speed;

		if (fill > fullest)
			fullest = fill;
	}
	return fullest;
}

/*
 * Nothing moved in the window, and no flow of the fullest port has a move left that is worth it:
 * with it, another port would be 1/8 below, and as much for what loads vary by.
 */
static void check_no_move_left(struct sim *sim, double fullest)
{
	for (uint32_t hash = 0; hash < EBOND_BUCKETS; hash++) {
		const struct port *port = &sim->ports[sim->state.buckets[hash].port];
		uint64_t bytes = sim->window[hash];

		if (!bytes || (double)port->window / (double)port->speed < fullest ||
		    bytes < port->window / BUSY_DIVISOR * 2)
			continue;
		for (uint32_t id = 1; id <= sim->port_count; id++)
			CHECK(sim, !sim->ports[id].is_up || &sim->ports[id] == port ||
					   (double)(sim->ports[id].window + bytes) >=
						   fullest * 3 / 4 * (double)sim->ports[id].speed);
	}
}

/*
 * The fullest port's load beside that of list scheduling. One busy flow at a time moves, and
 * only if that pays by itself: so an exchange of several may be left, and a share of all
 * periods is judged at the end. What does not fit is judged by what is carried.
 */
static void check_load(struct sim *sim, bool is_still)
{
	double list = fullest_of_list(sim), fullest = fullest_of_ports(sim);
	struct seen *seen = sim->seen;

	if (list > 1 || list == 0)
		return;
	if (is_still)
		check_no_move_left(sim, fullest);
	seen->fitting++;
	seen->within += fullest <= list * 9 / 8;
	if (fullest / list > seen->worst_load)
		seen->worst_load = fullest / list;
}

/*
 * What was carried in the last 2 s, beside what the hash would have. That may be luckier by an
 * exchange of flows that no single move reaches.
 */
static void check_carried(struct sim *sim)
{
	uint64_t carried = 0, by_hash = 0;
	double share;

	for (size_t i = 0; i < BINS; i++) {
		carried += sim->carried[i];
		by_hash += sim->by_hash[i];
	}
	if (!by_hash)
		return;
	share = (double)carried / (double)by_hash;
	CHECK(sim, share >= LEAST_SHARE);
	sim->seen->less += share < 0.99;
	sim->seen->more += share > 1.01;
	if (share < sim->seen->worst_carried)
		sim->seen->worst_carried = share;
}

/* Nothing changes for 3 s, of which the last one is judged. */
static void steady(struct sim *sim)
{
	uint64_t busy, paused;

	run(sim, 2 * SECOND, false);
	begin_window(sim);
	busy = sim->state.moves_busy;
	paused = sim->state.moves_paused;
	run(sim, SECOND, false);
	if (sim->paused_only)
		return;
	busy = sim->state.moves_busy - busy;
	paused = sim->state.moves_paused - paused;
	sim->seen->periods++;
	sim->seen->late_moves += busy;
	if (busy > sim->seen->most_late_moves)
		sim->seen->most_late_moves = busy;
	CHECK(sim, busy <= LATE_MOVES);
	check_load(sim, !busy && !paused);
	check_carried(sim);
}

static void live(struct sim *sim, uint64_t seed, struct seen *seen)
{
	memset(sim, 0, sizeof(*sim));
	sim->seed = sim->random = seed;
	sim->seen = seen;
	sim->now_ns = SECOND + below(sim, 1000 * SECOND);
	sim->bin_end_ns = sim->now_ns + BIN_NS;
	sim->paused_only = seed % 4 == 0;
	add_ports(sim);
	for (int i = 0; i < PERIODS; i++) {
		churn(sim, 20 + (uint32_t)below(sim, 130));
		steady(sim);
	}
	seen->moves_busy += sim->state.moves_busy;
	seen->moves_paused += sim->state.moves_paused;
}

static uint64_t number_from(const char *text, uint64_t fallback)
{
	return text && *text ? strtoull(text, NULL, 0) : fallback;
}

/* Whether all lives together are as good as they have to be. */
static bool judge(const struct seen *seen)
{
	if (seen->periods < PERIODS_TO_JUDGE)
		return true;
	return seen->within * 10 >= seen->fitting * 9 && seen->less * 200 <= seen->periods &&
	       seen->late_moves * 10 <= seen->periods;
}

static void report(const struct seen *seen)
{
	printf("%" PRIu64 " frames, %" PRIu64 " moves after a pause, %" PRIu64 " busy ones\n",
	       seen->frames, seen->moves_paused, seen->moves_busy);
	printf("%" PRIu64 " steady periods, in whose last seconds %" PRIu64
	       " (at most 1/10) flows moved while busy, at most %" PRIu64 " in one\n",
	       seen->periods, seen->late_moves, seen->most_late_moves);
	printf("%" PRIu64 " carried more than the hash would have, %" PRIu64
	       " (at most 1/200) carried less, the worst %.3f of it\n",
	       seen->more, seen->less, seen->worst_carried);
	printf("of %" PRIu64 " that fit the ports %" PRIu64
	       " (at least 9/10) within 1/8 of list scheduling, the worst %.2f times as full\n",
	       seen->fitting, seen->within, seen->worst_load);
}

int main(int argc, char **argv)
{
	uint64_t seed = number_from(getenv("SEED"), 1), lives;
	struct seen seen = {.worst_carried = 1};
	struct sim *sim = malloc(sizeof(*sim));

	if (!sim) {
		fprintf(stderr, "sim_placement: out of memory\n");
		return 1;
	}
	if (argc > 1)
		seed = number_from(argv[1], seed);
	lives = number_from(getenv("SIM_LIVES"), LIVES);
	for (uint64_t i = 0; i < lives; i++)
		live(sim, seed + i, &seen);
	free(sim);
	printf("seeds %" PRIu64 "..%" PRIu64 ": ", seed, seed + lives - 1);
	report(&seen);
	return judge(&seen) ? 0 : 1;
}
