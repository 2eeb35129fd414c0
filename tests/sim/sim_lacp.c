/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random lives of LACP systems: two to eight of them, with up to sixteen ports
 * each, over cables that lose, duplicate, delay, reorder and falsify frames,
 * flap, and are moved; daemons die and are restarted. Invariants are checked
 * after every step (check.c); from time to time the faults stop, and everything
 * must converge within the standard's times and then stay unchanged. A life is
 * determined by its seed, which is printed on failure.
 *
 * sim_lacp: the seed is the environment variable SEED, or 1; sim_lacp SEED:
 * that seed. SIM_HOURS (environment): the number of virtual hours, from that
 * seed on, life after life.
 */
#include "tests/sim/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOURS 200
#define HOUR_MS 3600000u
#define ROUNDS_PER_LIFE 4
#define EVENTS_PER_ROUND 100

/*
 * A lost partner that is not noticed: its timeout, EXPIRED, then a LACPDU only
 * at the slow rate; wait_while, at most twice; a hold; and some delay.
 */
#define GIVE_UP_MS (LACP_LONG_TIMEOUT_MS + LACP_SHORT_TIMEOUT_MS)
#define CONVERGE_MS                                                                                \
	(GIVE_UP_MS + LACP_SLOW_PERIODIC_MS + 2 * LACP_AGGREGATE_WAIT_MS + LACP_SHORT_TIMEOUT_MS + \
	 2000)

static struct sim_port *port_at(struct world *world, struct end end)
{
	return &world->systems[end.system].ports[end.port];
}

static struct end random_end(struct world *world)
{
	struct end end = {below(world, (uint32_t)world->system_count), 0};

	end.port = below(world, (uint32_t)world->systems[end.system].port_count);
	return end;
}

static void random_options(struct world *world, struct lacp_options *options, size_t system)
{
	lacp_options_init(options);
	options->fast = chance(world, 30);
	options->active = chance(world, 85);
	options->coupled = chance(world, 60);
	options->strict = chance(world, 25);
	options->fallback = chance(world, 25);
	options->ad_select = (enum lacp_ad_select)below(world, LACP_AD_PRIO + 1);
	options->min_links = below(world, 3);
	if (options->fallback && chance(world, 50))
		options->fallback_port =
			id_of(system, below(world, (uint32_t)world->systems[system].port_count));
	if (chance(world, 20))
		options->user_key = (uint16_t)below(world, LACP_USER_KEY_MAX + 1);
	if (chance(world, 20))
		options->system_priority = (uint16_t)(1 + below(world, 0xffff));
}

static void set_options(struct world *world, size_t index)
{
	struct system *system = &world->systems[index];

	random_options(world, &system->options, index);
	system->ever_slow |= !system->options.fast;
	system->disturbed_ms = world->now_ms;
	if (system->lacp)
		lacp_in_options(system->lacp, &system->options, world->now_ms);
}

static void forget_sent(struct world *world, struct sim_port *port)
{
	for (size_t i = 0; i < LACP_TX_LIMIT; i++)
		port->sent_ms[i] = LACP_NEVER;
	port->spoke_ms = world->now_ms;
	port->speaks = false;
}

static void add_port(struct world *world, size_t index, size_t number)
{
	struct system *system = &world->systems[index];
	struct sim_port *port = &system->ports[number];

	CHECK(world,
	      lacp_in_add(system->lacp, id_of(index, number), &port->facts, world->now_ms) == 0);
	port->added = true;
}

static void random_facts(struct world *world, size_t index, size_t number)
{
	static const uint32_t speeds[] = {0, 100, 1000, 10000, 25000};
	struct sim_port *port = &world->systems[index].ports[number];

	*port = (struct sim_port){
		.facts =
			{
				.mac = {2, 1, 0, 0, (uint8_t)index, (uint8_t)(number + 1)},
				.number = (uint16_t)(number + 1),
				.priority = 255,
				.speed_mbps = chance(world, 90) ? 1000 : speeds[below(world, 5)],
				.full_duplex = chance(world, 96),
			},
		.apart_since_ms = LACP_NEVER,
	};
	snprintf(port->facts.name, sizeof(port->facts.name), "eth%u", id_of(index, number));
	forget_sent(world, port);
}

static void create_system(struct world *world, size_t index)
{
	struct system *system = &world->systems[index];

	*system = (struct system){.mac = {2, 0, 0, 0, 0, (uint8_t)(index + 1)}};
	system->port_count = 1 + below(world, chance(world, 85) ? 4 : SIM_PORTS_MAX);
	random_options(world, &system->options, index);
	system->ever_slow = !system->options.fast;
	for (size_t i = 0; i < system->port_count; i++)
		random_facts(world, index, i);
	system->lacp = lacp_new(&system->options, system->mac, world->now_ms);
	CHECK(world, system->lacp);
	for (size_t i = 0; i < system->port_count; i++)
		add_port(world, index, i);
}

static void tell_link(struct world *world, struct end end, bool link)
{
	struct system *system = &world->systems[end.system];

	system->ports[end.port].facts.link = link;
	if (system->lacp)
		lacp_in_link(system->lacp, id_of(end.system, end.port), link, world->now_ms);
}

static void create_cables(struct world *world)
{
	size_t total = 0;

	for (size_t i = 0; i < world->system_count; i++)
		total += world->systems[i].port_count;
	for (size_t tries = 0; tries < 2 * total; tries++) {
		struct end a = random_end(world), b = random_end(world);

		/* neighbours first, so that some ports can aggregate */
		if (chance(world, 70))
			b.system = (a.system + 1) % world->system_count;
		b.port %= world->systems[b.system].port_count;
		if (a.system == b.system && (a.port == b.port || !chance(world, 10)))
			continue;
		if (port_at(world, a)->cable || port_at(world, b)->cable)
			continue;
		plug(world, a, b);
		tell_link(world, a, true);
		tell_link(world, b, true);
	}
}

static void random_faults(struct world *world)
{
	struct faults *faults = &world->faults;

	*faults = (struct faults){0};
	if (chance(world, 40))
		faults->delay_max_ms = below(world, chance(world, 30) ? 2001 : 100);
	if (faults->delay_max_ms && chance(world, 30))
		faults->delay_min_ms = below(world, (uint32_t)faults->delay_max_ms);
	if (chance(world, 40))
		faults->doubling = below(world, 50);
	if (world->clean)
		return;
	if (chance(world, 60))
		faults->loss = below(world, chance(world, 20) ? 101 : 40);
	if (chance(world, 30))
		faults->corruption = below(world, 20);
}

static void kill_daemon(struct world *world, size_t index)
{
	struct system *system = &world->systems[index];

	if (!system->lacp || world->clean)
		return;
	step(world, index); /* state is saved after a step */
	system->has_saved = chance(world, 80);
	for (size_t i = 0; i < system->port_count; i++)
		if (system->ports[i].added)
			CHECK(world, lacp_export_port(system->lacp, id_of(index, i), world->now_ms,
						      &system->saved[i]) == 0);
	lacp_free(system->lacp);
	system->lacp = NULL;
	system->deadline_ms = LACP_NEVER;
	system->died_ms = world->now_ms;
}

static void revive(struct world *world, size_t index)
{
	struct system *system = &world->systems[index];

	if (system->lacp)
		return;
	system->lacp = lacp_new(&system->options, system->mac, world->now_ms);
	CHECK(world, system->lacp);
	system->carrier_told = false;
	system->disturbed_ms = world->now_ms;
	if (!system->has_saved)
		system->active = 0;
	for (size_t i = 0; i < system->port_count; i++) {
		struct sim_port *port = &system->ports[i];

		if (!port->added)
			continue;
		add_port(world, index, i);
		if (system->has_saved &&
		    lacp_import_port(system->lacp, id_of(index, i), &system->saved[i],
				     world->now_ms - system->died_ms, world->now_ms) == 0) {
			port->spoke_ms = world->now_ms;
			continue;
		}
		CHECK(world, !system->has_saved);
		forget_sent(world, port);
		port->collects = port->distributes = port->partnered = false;
		watch_apart(world, index, i);
	}
}

/* Both ends notice the link going down and up. */
static void flap(struct world *world, size_t index)
{
	struct cable *cable = &world->cables[index];
	bool sees[2] = {chance(world, 80), chance(world, 80)};

	cable->up = !cable->up;
	cable->plugged_ms = world->now_ms;
	for (size_t i = 0; i < 2; i++) {
		/* an end behind a converter sees no loss, but always a new link */
		if (cable->up || sees[i])
			tell_link(world, cable->ends[i], cable->up);
		watch_apart(world, cable->ends[i].system, cable->ends[i].port);
	}
}

/* Two cables swap ends, with or without a link loss. */
static void swap_ends(struct world *world, size_t first, size_t second)
{
	struct cable *a = &world->cables[first], *b = &world->cables[second];
	struct end end = a->ends[1];

	if (first == second || !a->up || !b->up)
		return;
	a->ends[1] = b->ends[1];
	b->ends[1] = end;
	port_at(world, a->ends[1])->cable = first + 1;
	port_at(world, b->ends[1])->cable = second + 1;
	a->plugged_ms = b->plugged_ms = world->now_ms;
	if (chance(world, 60)) {
		tell_link(world, a->ends[1], false);
		tell_link(world, b->ends[1], false);
		step(world, a->ends[1].system);
		step(world, b->ends[1].system);
		tell_link(world, a->ends[1], true);
		tell_link(world, b->ends[1], true);
	}
	for (size_t i = 0; i < 2; i++) {
		watch_apart(world, a->ends[i].system, a->ends[i].port);
		watch_apart(world, b->ends[i].system, b->ends[i].port);
	}
}

static void toggle_port(struct world *world, struct end end)
{
	struct system *system = &world->systems[end.system];
	struct sim_port *port = port_at(world, end);

	if (!system->lacp)
		return;
	if (port->added) {
		CHECK(world, lacp_in_remove(system->lacp, id_of(end.system, end.port),
					    world->now_ms) == 0);
		if (system->options.fallback_port == id_of(end.system, end.port))
			system->options.fallback_port = 0;
		port->added = false;
		port->collects = port->distributes = port->partnered = false;
		watch_apart(world, end.system, end.port);
	} else {
		forget_sent(world, port);
		add_port(world, end.system, end.port);
	}
}

static void change_speed(struct world *world, struct end end)
{
	struct lacp_port_facts *facts = &port_at(world, end)->facts;
	struct lacp *lacp = world->systems[end.system].lacp;

	facts->speed_mbps = chance(world, 70) ? 1000 : 100;
	facts->full_duplex = chance(world, 90);
	port_at(world, end)->duplex_ms = world->now_ms;
	facts->priority = chance(world, 70) ? facts->priority : (uint16_t)below(world, 0x10000);
	if (!lacp)
		return;
	lacp_in_speed(lacp, id_of(end.system, end.port), facts->speed_mbps, facts->full_duplex,
		      world->now_ms);
	lacp_in_priority(lacp, id_of(end.system, end.port), facts->priority, world->now_ms);
}

static void random_event(struct world *world)
{
	uint32_t what = below(world, 100), cables = (uint32_t)world->cable_count;
	size_t system = below(world, (uint32_t)world->system_count);

	world->figures.events++;
	if (what < 30 && cables)
		flap(world, below(world, cables));
	else if (what < 40 && cables)
		swap_ends(world, below(world, cables), below(world, cables));
	else if (what < 55)
		kill_daemon(world, system);
	else if (what < 75)
		revive(world, system);
	else if (what < 80 && !world->clean)
		set_options(world, system);
	else if (what < 87)
		toggle_port(world, random_end(world));
	else if (what < 92)
		change_speed(world, random_end(world));
	else
		random_faults(world);
}

static void chaos(struct world *world)
{
	world->lateness_ms = chance(world, 50) ? 50 : 0;
	random_faults(world);
	for (size_t i = 0; i < EVENTS_PER_ROUND; i++) {
		random_event(world);
		for (size_t j = 0; j < world->system_count; j++)
			step(world, j);
		pass(world, world->now_ms + below(world, chance(world, 20) ? 200000 : 5000));
	}
}

/* The faults stop; miswired cables stay as they are. */
static void heal(struct world *world)
{
	world->faults = (struct faults){.delay_max_ms = CALM_DELAY_MS};
	for (size_t i = 0; i < world->system_count; i++) {
		revive(world, i);
		step(world, i);
	}
}

/*
 * Two passive ends that once took each other for active (a falsified frame)
 * expire one after the other: the first still sends in EXPIRED.
 */
static uint64_t converge_ms(const struct world *world)
{
	for (size_t i = 0; i < world->system_count; i++)
		if (!world->systems[i].options.active)
			return CONVERGE_MS + GIVE_UP_MS;
	return CONVERGE_MS;
}

static uint64_t idle_ms(struct world *world)
{
	bool fast = false;

	for (size_t i = 0; i < world->system_count; i++)
		fast |= world->systems[i].options.fast;
	return below(world, fast ? HOUR_MS / 3 : HOUR_MS);
}

static void live(struct world *world, uint64_t seed)
{
	struct figures figures = world->figures;

	/* nothing of the last life may remain, or a seed would not replay on its own */
	memset(world, 0, sizeof(*world));
	world->figures = figures;
	world->seed = world->random = seed;
	world->now_ms = 1 + seed % 1000;
	world->clean = chance(world, 25);
	world->system_count = 2;
	if (chance(world, 40))
		world->system_count += below(world, SYSTEMS_MAX - 1);
	for (size_t i = 0; i < world->system_count; i++)
		create_system(world, i);
	create_cables(world);
	for (size_t i = 0; i < world->system_count; i++)
		step(world, i);
	for (size_t i = 0; i < ROUNDS_PER_LIFE; i++) {
		chaos(world);
		heal(world);
		pass(world, world->now_ms + converge_ms(world));
		check_converged(world);
		world->still = true;
		pass(world, world->now_ms + idle_ms(world));
		check_converged(world);
		world->still = false;
	}
	for (size_t i = 0; i < world->system_count; i++)
		lacp_free(world->systems[i].lacp);
}

static uint64_t number_from(const char *text, uint64_t fallback)
{
	return text && *text ? strtoull(text, NULL, 0) : fallback;
}

int main(int argc, char **argv)
{
	uint64_t seed = number_from(getenv("SEED"), 1), hours, ms = 0, lives = 0;
	static struct world world;

	if (argc > 1)
		seed = number_from(argv[1], seed);
	hours = number_from(getenv("SIM_HOURS"), HOURS);
	for (; ms < hours * HOUR_MS; lives++) {
		live(&world, seed + lives);
		ms += world.now_ms;
	}
	printf("seeds %" PRIu64 "..%" PRIu64 ": %" PRIu64 " virtual hours, %" PRIu64
	       " events, %" PRIu64 " steps, %" PRIu64 " frames, %" PRIu64 " effects, %" PRIu64
	       " convergences\n",
	       seed, seed + lives - 1, ms / HOUR_MS, world.figures.events, world.figures.steps,
	       world.figures.frames, world.figures.effects, world.figures.converged);
	printf("distributing to an end that does not collect: %" PRIu64 " times, at most %" PRIu64
	       " ms; without loss at most %" PRIu64 " ms\n",
	       world.figures.apart_count, world.figures.apart_max_ms,
	       world.figures.clean_apart_max_ms);
	return 0;
}
