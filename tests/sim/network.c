/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world of sim_lacp.c: cables and their effects on frames, daemons and when
 * they wake up, and the packet path as configured by the effects.
 */
#include "tests/sim/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/random.h"

uint32_t below(struct world *world, uint32_t limit)
{
	return (uint32_t)(random_after(&world->random) % limit);
}

bool chance(struct world *world, uint32_t percent)
{
	return percent && below(world, 100) < percent;
}

bool far_end(const struct world *world, size_t system, size_t port, struct end *ret_far)
{
	size_t index = world->systems[system].ports[port].cable;
	const struct cable *cable;

	if (!index)
		return false;
	cable = &world->cables[index - 1];
	if (!cable->up)
		return false;
	*ret_far = cable->ends[cable->ends[0].system == system && cable->ends[0].port == port];
	return true;
}

static bool flight_before(const struct flight *a, const struct flight *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void swap_flights(struct flight *a, struct flight *b)
{
	struct flight c = *a;

	*a = *b;
	*b = c;
}

static void push_flight(struct world *world, const struct flight *flight)
{
	size_t at = world->flight_count++;

	CHECK(world, world->flight_count < FLIGHT_MAX);
	world->flights[at] = *flight;
	while (at && flight_before(&world->flights[at], &world->flights[(at - 1) / 2])) {
		swap_flights(&world->flights[at], &world->flights[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
}

static void pop_flight(struct world *world, struct flight *flight)
{
	size_t at = 0, child;

	*flight = world->flights[0];
	world->flights[0] = world->flights[--world->flight_count];
	while ((child = 2 * at + 1) < world->flight_count) {
		if (child + 1 < world->flight_count &&
		    flight_before(&world->flights[child + 1], &world->flights[child]))
			child++;
		if (!flight_before(&world->flights[child], &world->flights[at]))
			break;
		swap_flights(&world->flights[child], &world->flights[at]);
		at = child;
	}
}

void plug(struct world *world, struct end a, struct end b)
{
	struct cable *cable = &world->cables[world->cable_count++];

	CHECK(world, world->cable_count <= CABLES_MAX);
	*cable = (struct cable){.ends = {a, b}, .up = true, .plugged_ms = world->now_ms};
	world->systems[a.system].ports[a.port].cable = world->cable_count;
	world->systems[b.system].ports[b.port].cable = world->cable_count;
}

/* The transmission limit: never more than three in a second. */
static void note_sent(struct world *world, struct sim_port *port)
{
	uint64_t *oldest = &port->sent_ms[port->sent_next];

	CHECK(world, *oldest == LACP_NEVER || world->now_ms - *oldest >= LACP_FAST_PERIODIC_MS);
	*oldest = world->now_ms;
	port->sent_next = (port->sent_next + 1) % LACP_TX_LIMIT;
	port->spoke_ms = world->now_ms;
}

void transmit(struct world *world, size_t system, size_t port, const uint8_t *frame)
{
	struct sim_port *from = &world->systems[system].ports[port];
	const struct faults *faults = &world->faults;
	const struct cable *cable;
	size_t copies;

	if (from->added)
		note_sent(world, from);
	world->figures.frames++;
	if (!from->cable || !world->cables[from->cable - 1].up || chance(world, faults->loss))
		return;
	cable = &world->cables[from->cable - 1];
	copies = chance(world, faults->doubling) ? 2 : 1;
	for (size_t i = 0; i < copies; i++) {
		uint32_t span_ms = (uint32_t)(faults->delay_max_ms - faults->delay_min_ms) + 1;
		struct flight flight = {
			.at_ms = world->now_ms + faults->delay_min_ms + below(world, span_ms),
			.order = world->order++,
			.cable = from->cable,
			.plugged_ms = cable->plugged_ms,
			.to = cable->ends[0].system == system && cable->ends[0].port == port,
			.length = LACP_FRAME_SIZE,
		};

		memcpy(flight.frame, frame, LACP_FRAME_SIZE);
		if (chance(world, faults->corruption))
			flight.frame[below(world, LACP_FRAME_SIZE)] ^=
				(uint8_t)(1u << below(world, 8));
		if (chance(world, faults->corruption))
			flight.length = below(world, LACP_FRAME_SIZE + 1);
		push_flight(world, &flight);
	}
}

static void watch_one(struct world *world, size_t system, size_t index)
{
	struct sim_port *port = &world->systems[system].ports[index];
	bool apart = false;
	struct end far;

	if (port->partnered)
		apart = !far_end(world, system, index, &far) ||
			!world->systems[far.system].ports[far.port].collects;
	if (apart == (port->apart_since_ms != LACP_NEVER))
		return;
	if (apart) {
		port->apart_since_ms = world->now_ms;
		world->apart++;
		world->figures.apart_count++;
	} else {
		port->apart_since_ms = LACP_NEVER;
		world->apart--;
	}
}

void watch_apart(struct world *world, size_t system, size_t port)
{
	struct end far;

	watch_one(world, system, port);
	if (far_end(world, system, port, &far))
		watch_one(world, far.system, far.port);
}

static void take_effects(struct world *world, size_t index)
{
	struct system *system = &world->systems[index];

	for (size_t i = 0; i < world->fx.count; i++) {
		const struct lacp_effect *effect = &world->fx.list[i];
		size_t number = effect->port ? effect->port % 100 - 1 : 0;
		struct sim_port *port = &system->ports[number];

		switch (effect->kind) {
		case LACP_FX_PORT:
			port->collects = effect->collects;
			port->distributes = effect->distributes;
			break;
		case LACP_FX_ACTIVE:
			system->active = (uint16_t)effect->to;
			break;
		case LACP_FX_CARRIER:
			system->carrier = effect->on;
			system->carrier_told = true;
			break;
		case LACP_FX_SEND:
			transmit(world, index, number, effect->frame);
			break;
		case LACP_FX_PARTNER:
		case LACP_FX_TRACE:
		case LACP_FX_ALARM:
			break;
		}
	}
}

void step(struct world *world, size_t index)
{
	struct system *system = &world->systems[index];

	if (!system->lacp)
		return;
	world->figures.steps++;
	lacp_step(system->lacp, world->now_ms, &world->fx);
	world->figures.effects += world->fx.count;
	check_effects(world, index);
	take_effects(world, index);
	check_system(world, index);
	system->deadline_ms = lacp_next_deadline(system->lacp);
	CHECK(world, system->deadline_ms > world->now_ms);
	if (chance(world, 5) && system->deadline_ms != LACP_NEVER && world->lateness_ms)
		system->deadline_ms += below(world, (uint32_t)world->lateness_ms);
	if (!chance(world, 5))
		return;
	lacp_step(system->lacp, world->now_ms, &world->again);
	CHECK(world, world->again.count == 0);
}

/* Records what a daemon receives, for comparison with its state. */
static void note_heard(struct system *system, size_t port, const struct flight *flight)
{
	struct lacp_frame frame;

	lacp_frame_decode(flight->frame, flight->length, &frame);
	if (frame.kind != LACP_FRAME_LACPDU ||
	    memcmp(frame.actor.system, system->mac, LACP_MAC_SIZE) == 0)
		return;
	for (size_t i = 0; i < system->port_count; i++)
		if (system->ports[i].added &&
		    !memcmp(frame.source, system->ports[i].facts.mac, LACP_MAC_SIZE))
			return;
	system->ports[port].heard = frame;
}

static void deliver(struct world *world)
{
	struct flight flight;
	const struct cable *cable;
	struct system *system;
	struct end to;

	pop_flight(world, &flight);
	cable = &world->cables[flight.cable - 1];
	to = cable->ends[flight.to];
	system = &world->systems[to.system];
	if (!cable->up || cable->plugged_ms != flight.plugged_ms || !system->lacp)
		return;
	note_heard(system, to.port, &flight);
	lacp_in_frame(system->lacp, id_of(to.system, to.port), flight.frame, flight.length,
		      world->now_ms);
	/* sometimes several frames in one batch */
	if (world->lateness_ms && chance(world, 5)) {
		uint64_t at_ms = world->now_ms + below(world, (uint32_t)world->lateness_ms);

		if (at_ms < system->deadline_ms)
			system->deadline_ms = at_ms;
	} else {
		step(world, to.system);
	}
}

void pass(struct world *world, uint64_t end_ms)
{
	for (;;) {
		uint64_t next_ms = world->flight_count ? world->flights[0].at_ms : LACP_NEVER;
		size_t next = SYSTEMS_MAX;

		for (size_t i = 0; i < world->system_count; i++) {
			if (world->systems[i].deadline_ms >= next_ms)
				continue;
			next_ms = world->systems[i].deadline_ms;
			next = i;
		}
		if (next_ms > end_ms)
			break;
		if (next_ms > world->now_ms)
			world->now_ms = next_ms;
		if (next == SYSTEMS_MAX)
			deliver(world);
		else
			step(world, next);
		if (world->apart)
			check_apart(world);
	}
	if (world->now_ms < end_ms)
		world->now_ms = end_ms;
	if (world->apart)
		check_apart(world);
}
