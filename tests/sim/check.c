/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The invariants of the world of sim_lacp.c.
 *
 * "A port distributes only if its partner collects" cannot hold to the
 * millisecond between two machines: the information that an end has stopped
 * takes time, and may be lost. What can be required, and is:
 *
 * - in a life whose frames are neither lost nor falsified, no port distributes
 * to an end that does not collect for longer than the information can take: the
 * delay, after at most a second for the transmission limit, and with coupled
 * control the same again, because there an end distributes as soon as the other
 * is in sync, and only then says so itself
 *
 * - in any life, for no longer than it takes to notice missing LACPDUs: the far
 * end's timeout, its three seconds in EXPIRED, and the port's own timeout
 * (coupled control: the far end stays in sync with us, though it does not
 * receive from us, until we expire there)
 *
 * - once the faults have stopped and everything has converged: never
 *
 * A restart of either daemon starts the time again, since a restarted daemon
 * gives its partner a whole timeout; so does a change of the cable.
 */
#include "tests/sim/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHAOS_DELAY_MAX_MS 2000
/* A cable plugged in this long ago has no end that expects another partner. */
#define SETTLED_MS (LACP_LONG_TIMEOUT_MS + LACP_SHORT_TIMEOUT_MS + LACP_SLOW_PERIODIC_MS)

static void print_port(const struct lacp_port_view *view)
{
	fprintf(stderr,
		"  port %u link %d rx %s mux %s %s agg %u active %d alone %d collects %d "
		"distributes %d looped %d key %u state %02x partner %d: %02x key %u port %u "
		"state %02x\n",
		view->id, view->link, lacp_rx_word(view->rx), lacp_mux_word(view->mux),
		lacp_selected_word(view->selected), view->aggregator, view->in_active, view->alone,
		view->collects, view->distributes, view->looped, view->actor.key, view->actor.state,
		view->has_partner, view->partner.system[5], view->partner.key, view->partner.port,
		view->partner.state);
}

_Noreturn void die(const struct world *world, const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: seed %" PRIu64 ", at %" PRIu64 " ms: %s\n", file, line, world->seed,
		world->now_ms, what);
	for (size_t i = 0; i < world->system_count; i++) {
		const struct system *system = &world->systems[i];

		fprintf(stderr, "system %zu (%02x) %s%s%s%s%s%s select %d carrier %d active %u\n",
			i, system->mac[5], system->lacp ? "" : "dead ",
			system->options.fast ? "fast " : "",
			system->options.active ? "" : "passive ",
			system->options.coupled ? "" : "independent ",
			system->options.strict ? "strict " : "",
			system->options.fallback ? "fallback " : "", system->options.ad_select,
			system->carrier, system->active);
		for (size_t j = 0; system->lacp && j < lacp_port_count(system->lacp); j++) {
			struct lacp_port_view view = lacp_port_at(system->lacp, j);

			print_port(&view);
		}
	}
	for (size_t i = 0; i < world->cable_count; i++)
		fprintf(stderr, "cable %zu %s %u-%u\n", i, world->cables[i].up ? "up" : "down",
			id_of(world->cables[i].ends[0].system, world->cables[i].ends[0].port),
			id_of(world->cables[i].ends[1].system, world->cables[i].ends[1].port));
	exit(1);
}

void check_effects(struct world *world, size_t index)
{
	const struct lacp_effects *fx = &world->fx;
	char text[256];

	for (size_t i = 0; i < fx->count; i++) {
		const struct lacp_effect *effect = &fx->list[i];

		CHECK(world,
		      i == 0 || fx->list[i - 1].kind <= effect->kind ||
			      (fx->list[i - 1].kind > LACP_FX_PORT && effect->kind > LACP_FX_PORT));
		if (effect->port)
			CHECK(world, effect->port / 100 == index + 1);
		if (effect->kind == LACP_FX_SEND)
			continue;
		/* churn detection and alarms have their own, longer times */
		CHECK(world, !world->still || effect->kind == LACP_FX_ALARM ||
				     (effect->kind == LACP_FX_TRACE &&
				      effect->machine >= LACP_MACHINE_ACTOR_CHURN));
		lacp_effect_text(world->systems[index].lacp, effect, text, sizeof(text));
		CHECK(world, effect->kind == LACP_FX_PORT || text[0]);
	}
}

/* A port that is active must send as often as its partner asks. */
static void check_rate(struct world *world, struct sim_port *port,
		       const struct lacp_port_view *view)
{
	bool speaks = view->periodic != LACP_NO_PERIODIC;
	bool fast = view->partner.state & LACP_STATE_TIMEOUT;
	uint64_t period_ms = fast ? LACP_FAST_PERIODIC_MS : LACP_SLOW_PERIODIC_MS;

	if (!speaks || !port->speaks || fast != port->asked_fast) {
		/* a faster rate begins at once, which is within the limit of one period */
		if (speaks && !(port->speaks && !fast))
			port->spoke_ms = world->now_ms;
		port->speaks = speaks;
		port->asked_fast = fast;
	}
	if (speaks)
		CHECK(world,
		      world->now_ms - port->spoke_ms <=
			      period_ms + (fast ? 2 * world->lateness_ms
						: LACP_FAST_PERIODIC_MS + 2 * world->lateness_ms));
}

/* What a collecting port received last: the partner is in sync, and with this very port. */
static void check_heard(struct world *world, const struct system *system,
			const struct lacp_port_view *view)
{
	const struct lacp_frame *heard = &system->ports[view->id % 100 - 1].heard;
	bool individual = !(heard->actor.state & LACP_STATE_AGGREGATION);

	CHECK(world, heard->kind == LACP_FRAME_LACPDU);
	CHECK(world, heard->actor.state & LACP_STATE_SYNCHRONIZATION);
	CHECK(world, memcmp(heard->actor.system, view->partner.system, LACP_MAC_SIZE) == 0);
	CHECK(world,
	      individual || (memcmp(heard->partner.system, system->mac, LACP_MAC_SIZE) == 0 &&
			     heard->partner.port == view->number));
	if (view->mux == LACP_MUX_DISTRIBUTING)
		CHECK(world, heard->actor.state & LACP_STATE_COLLECTING);
}

/*
 * No port of an aggregator receives from any partner but itself: then a looped port is as good as
 * any. A port that is between two aggregators does not count yet: its partner may change again.
 */
static bool all_looped(const struct system *system)
{
	for (size_t i = 0; i < lacp_port_count(system->lacp); i++) {
		struct lacp_port_view view = lacp_port_at(system->lacp, i);

		if (view.link && view.aggregator && (view.has_partner || !view.looped))
			return false;
	}
	return true;
}

static void check_port(struct world *world, const struct system *system,
		       const struct lacp_port_view *view, const struct lacp_active_view *active)
{
	const struct sim_port *port = &system->ports[view->id % 100 - 1];
	bool mux_collects = view->mux >= LACP_MUX_COLLECTING;
	bool mux_distributes = view->mux >= LACP_MUX_DISTRIBUTING;

	/* the packet path is what the machines say */
	CHECK(world, view->collects == port->collects && view->distributes == port->distributes);
	CHECK(world, view->collects == (mux_collects || view->alone));
	CHECK(world, view->distributes == (mux_distributes || view->alone));
	CHECK(world, !view->distributes || view->collects);
	/* only ports of the one active aggregator carry anything */
	CHECK(world,
	      view->in_active == (view->aggregator && view->aggregator == active->aggregator));
	CHECK(world, !view->collects || (view->in_active && view->link));
	CHECK(world, view->selected != LACP_SELECTED || view->in_active || !active->aggregator);
	CHECK(world, (view->selected == LACP_UNSELECTED) == (view->mux == LACP_MUX_DETACHED));
	/* with a partner that has just been heard, knows us, and is in sync (and collects) */
	if (mux_collects)
		check_heard(world, system, view);
	if (mux_collects)
		CHECK(world, view->rx == LACP_RX_CURRENT && view->has_partner &&
				     (view->partner.state & LACP_STATE_SYNCHRONIZATION));
	if (view->mux == LACP_MUX_DISTRIBUTING)
		CHECK(world, view->partner.state & LACP_STATE_COLLECTING);
	if (mux_collects)
		CHECK(world,
		      view->actor.key == active->actor_key &&
			      view->partner.key == active->partner_key &&
			      !memcmp(view->partner.system, active->partner_system, LACP_MAC_SIZE));
	if (view->alone && !view->has_partner)
		CHECK(world, active->ports == 1 && (!view->looped || all_looped(system)));
	if (view->alone && view->has_partner)
		CHECK(world, view->mux == LACP_MUX_WAITING); /* hands over */
	CHECK(world, memcmp(view->partner.system, view->actor.system, LACP_MAC_SIZE) != 0);
	CHECK(world,
	      !(view->actor.state & LACP_STATE_SYNCHRONIZATION) == (view->mux < LACP_MUX_ATTACHED));
}

static void check_carrier(struct world *world, const struct system *system,
			  const struct lacp_active_view *active, size_t distributing, bool alone)
{
	uint32_t needed = system->options.min_links ? system->options.min_links : 1;
	bool carrier = system->options.strict ? distributing >= needed : active->ports >= needed;

	if (alone && system->options.fallback)
		carrier = true;
	CHECK(world, system->carrier == lacp_get_carrier(system->lacp));
	CHECK(world, system->carrier == carrier && system->carrier_told);
}

void check_system(struct world *world, size_t index)
{
	struct system *system = &world->systems[index];
	struct lacp_active_view active = lacp_get_active(system->lacp);
	size_t distributing = 0, alone = 0;

	CHECK(world, active.aggregator == system->active);
	CHECK(world, !active.aggregator || active.ports);
	for (size_t i = 0; i < lacp_port_count(system->lacp); i++) {
		struct lacp_port_view view = lacp_port_at(system->lacp, i);
		size_t number = view.id % 100 - 1;

		check_port(world, system, &view, &active);
		check_rate(world, &system->ports[number], &view);
		alone += view.alone;
		distributing += view.mux >= LACP_MUX_DISTRIBUTING;
		system->ports[number].partnered = view.distributes && !view.alone;
		watch_apart(world, index, number);
	}
	CHECK(world, alone <= 1 && (!alone || !distributing));
	check_carrier(world, system, &active, distributing, alone);
}

static uint64_t timeout_ms(const struct system *system)
{
	return system->ever_slow ? LACP_LONG_TIMEOUT_MS : LACP_SHORT_TIMEOUT_MS;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static bool speaks_lacp(const struct system *system, size_t port)
{
	return system->ports[port].added && system->ports[port].facts.full_duplex &&
	       system->ports[port].facts.link;
}

static void check_apart_port(struct world *world, size_t index, size_t number)
{
	const struct system *system = &world->systems[index];
	const struct sim_port *port = &system->ports[number];
	uint64_t news_ms = LACP_FAST_PERIODIC_MS + CHAOS_DELAY_MAX_MS + 2 * world->lateness_ms;
	uint64_t since_ms = later(port->apart_since_ms, system->disturbed_ms), limit_ms, fresh_ms;
	bool daemons = !system->disturbed_ms;
	struct end far;

	if (port->apart_since_ms == LACP_NEVER || !system->lacp)
		return;
	if (port->cable) /* pulled without being noticed, or plugged in elsewhere */
		since_ms = later(since_ms, world->cables[port->cable - 1].plugged_ms);
	limit_ms = 2 * news_ms + timeout_ms(system) + LACP_SHORT_TIMEOUT_MS;
	if (far_end(world, index, number, &far)) {
		const struct system *other = &world->systems[far.system];

		since_ms = later(since_ms, other->disturbed_ms);
		since_ms = later(since_ms, other->ports[far.port].duplex_ms);
		limit_ms += timeout_ms(other);
		daemons &= !other->disturbed_ms && other->lacp;
		/*
		 * A partner that is new, or sees no link, sends only in the
		 * next period; so does a passive one that had LACP off.
		 */
		fresh_ms = later(world->cables[port->cable - 1].plugged_ms,
				 other->ports[far.port].duplex_ms);
		if (world->clean && daemons && speaks_lacp(other, far.port) &&
		    port->apart_since_ms >= fresh_ms + SETTLED_MS)
			limit_ms = 2 * news_ms;
	}
	if (world->now_ms <= since_ms)
		return;
	CHECK(world, world->now_ms - since_ms <= limit_ms);
	CHECK(world, !world->still);
	world->figures.apart_max_ms = later(world->figures.apart_max_ms, world->now_ms - since_ms);
	if (world->clean && limit_ms == 2 * news_ms)
		world->figures.clean_apart_max_ms =
			later(world->figures.clean_apart_max_ms, world->now_ms - since_ms);
}

void check_apart(struct world *world)
{
	for (size_t i = 0; i < world->system_count; i++)
		for (size_t j = 0; j < world->systems[i].port_count; j++)
			check_apart_port(world, i, j);
}

static void check_pair(struct world *world, struct end a, struct end b)
{
	const uint8_t bits = LACP_STATE_ACTIVITY | LACP_STATE_TIMEOUT | LACP_STATE_AGGREGATION |
			     LACP_STATE_SYNCHRONIZATION | LACP_STATE_COLLECTING;
	struct lacp_port_view x, y;
	bool both;

	CHECK(world, lacp_port_by_id(world->systems[a.system].lacp, id_of(a.system, a.port), &x));
	CHECK(world, lacp_port_by_id(world->systems[b.system].lacp, id_of(b.system, b.port), &y));
	CHECK(world, x.rx == LACP_RX_CURRENT && x.has_partner);
	CHECK(world, memcmp(x.partner.system, y.actor.system, LACP_MAC_SIZE) == 0);
	CHECK(world, x.partner.system_priority == y.actor.system_priority);
	CHECK(world, x.partner.key == y.actor.key && x.partner.port == y.actor.port);
	CHECK(world, x.partner.port_priority == y.actor.port_priority);
	CHECK(world, ((x.partner.state ^ y.actor.state) & bits) == 0);
	both = x.in_active && y.in_active;
	CHECK(world, x.collects == both && x.distributes == both);
}

/* Ports aggregate exactly when keys and partners are equal. */
static void check_groups(struct world *world, const struct system *system)
{
	size_t count = lacp_port_count(system->lacp);

	for (size_t i = 0; i < count; i++) {
		struct lacp_port_view a = lacp_port_at(system->lacp, i);

		for (size_t j = i + 1; j < count; j++) {
			struct lacp_port_view b = lacp_port_at(system->lacp, j);
			bool same = a.has_partner && b.has_partner && a.actor.key == b.actor.key &&
				    a.partner.key == b.partner.key &&
				    a.partner.system_priority == b.partner.system_priority &&
				    !memcmp(a.partner.system, b.partner.system, LACP_MAC_SIZE) &&
				    (a.actor.state & b.actor.state & LACP_STATE_AGGREGATION) &&
				    (a.partner.state & b.partner.state & LACP_STATE_AGGREGATION);

			CHECK(world, a.aggregator && b.aggregator);
			CHECK(world, (a.aggregator == b.aggregator) == same);
		}
	}
}

/* Some port carries the traffic, if any can. */
static void check_use(struct world *world, const struct system *system)
{
	bool partner = false, usable = false, alone = false, active_partner = false;

	for (size_t i = 0; i < lacp_port_count(system->lacp); i++) {
		struct lacp_port_view view = lacp_port_at(system->lacp, i);

		if (!view.link)
			continue;
		partner |= view.has_partner;
		active_partner |= view.has_partner && view.in_active;
		usable = true;
		alone |= view.alone;
	}
	CHECK(world, partner == active_partner);
	CHECK(world, usable == (system->active != 0));
	CHECK(world, alone == (usable && !partner &&
			       (system->options.fallback || !system->options.strict)));
}

void check_converged(struct world *world)
{
	for (size_t i = 0; i < world->system_count; i++) {
		const struct system *system = &world->systems[i];

		check_groups(world, system);
		check_use(world, system);
		for (size_t j = 0; j < system->port_count; j++) {
			struct end here = {i, j}, far;
			struct lacp_port_view view;
			bool linked = far_end(world, i, j, &far);
			bool hears = linked && speaks_lacp(&world->systems[far.system], far.port);
			bool talks = hears && speaks_lacp(system, j) &&
				     (system->options.active ||
				      world->systems[far.system].options.active);

			if (talks && far.system != i) {
				check_pair(world, here, far);
			} else if (lacp_port_by_id(system->lacp, id_of(i, j), &view) && view.link) {
				CHECK(world, !view.has_partner);
				CHECK(world, view.looped == (hears && far.system == i &&
							     system->options.active));
			}
		}
	}
	world->figures.converged++;
}
