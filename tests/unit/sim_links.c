/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random lives of bonds: ports come and go, carriers flap, options change, time
 * passes; invariants are checked after every step. A life is determined by its
 * seed, which is printed on failure.
 *
 * sim_links: the seed is the environment variable SEED, or 1; sim_links SEED:
 * that seed. SIM_LIVES (environment): the number of lives, from that seed on.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/alb/alb.h"
#include "core/bond.h"
#include "tests/random.h"

#define LIVES 400
#define EVENTS_PER_LIFE 400
#define POLLS_AT_ONCE 15
#define IDS 40 /* more than BOND_PORTS_MAX */

struct sim {
	uint64_t seed, random;
	uint64_t now_ms;
	struct bond *bond;
	/* what has been announced to the outside */
	bool carrier, table_told;
	uint32_t active;
	enum link_state link[IDS + 1];
	uint32_t failures[IDS + 1];
	/* the state outside */
	bool attached[IDS + 1], port_carrier[IDS + 1];
	uint64_t sent[IDS + 1];
	uint64_t peers_left, igmp_left; /* how many more may be added */
	uint8_t mac[6];			/* bond0's */
	struct bond_buckets buckets;
	bool mode_changed; /* since the last step */
	uint64_t mode_changed_ms;
	uint64_t steps, effects;
};

static void die(const struct sim *sim, const char *what, int line)
{
	const struct bond_options *options = bond_get_options(sim->bond);

	fprintf(stderr,
		"sim_links.c:%d: seed %" PRIu64 ", at %" PRIu64 " ms, step %" PRIu64 ": %s\n", line,
		sim->seed, sim->now_ms, sim->steps, what);
	fprintf(stderr, "%s miimon %u updelay %u downdelay %u primary '%s' %s, active %u\n",
		bond_mode_word(options->mode), options->miimon_ms, options->updelay_ms,
		options->downdelay_ms, options->primary,
		bond_reselect_word(options->primary_reselect), bond_get_active(sim->bond));
	for (size_t i = 0; i < bond_port_count(sim->bond); i++) {
		struct bond_port_view port = bond_port_at(sim->bond, i);

		fprintf(stderr, "port %u carrier %d link %s prio %d failures %u\n", port.id,
			port.carrier, link_state_word(port.link), port.options.prio,
			port.link_failures);
	}
	exit(1);
}

#define CHECK(sim, condition)                                                                      \
	do {                                                                                       \
		if (!(condition))                                                                  \
			die(sim, #condition, __LINE__);                                            \
	} while (0)

static uint32_t below(struct sim *sim, uint32_t limit)
{
	return (uint32_t)(random_after(&sim->random) % limit);
}

static bool chance(struct sim *sim, uint32_t percent)
{
	return below(sim, 100) < percent;
}

static uint32_t pick_id(struct sim *sim)
{
	/* mostly a few ports, sometimes many */
	return 1 + below(sim, sim->seed % 4 ? 6 : IDS);
}

static bool uses_lacp(const struct sim *sim)
{
	return bond_get_options(sim->bond)->mode == BOND_MODE_8023AD;
}

static bool is_active_backup(const struct sim *sim)
{
	return bond_get_options(sim->bond)->mode == BOND_MODE_ACTIVEBACKUP;
}

static bool has_active(const struct sim *sim)
{
	return mode_has(bond_get_options(sim->bond)->mode, MODE_ACTIVE_PORT);
}

static enum bond_mode random_mode(struct sim *sim)
{
	return (enum bond_mode)below(sim, BOND_MODE_MAX);
}

/* bond0's address is from the same small pool as the ports', so that they collide. */
static void random_mac(struct sim *sim, uint8_t mac[6])
{
	memset(mac, 0, 6);
	mac[0] = 2;
	mac[5] = (uint8_t)below(sim, 8);
}

static void random_options(struct sim *sim, struct bond_options *options)
{
	static const uint32_t miimons[] = {0, 1, 10, 50, 100, 1000};
	char note[256];
	struct refusal why;

	options->miimon_ms = miimons[below(sim, 6)];
	options->updelay_ms = chance(sim, 50) ? below(sim, 3000) : 0;
	options->downdelay_ms = chance(sim, 50) ? below(sim, 3000) : 0;
	options->peer_notif_delay_ms = chance(sim, 30) ? below(sim, 500) : 0;
	options->num_peer_notif = (uint8_t)below(sim, 6);
	options->resend_igmp = (uint8_t)below(sim, 6);
	options->all_slaves_active = chance(sim, 20);
	options->primary_reselect = (enum bond_reselect)below(sim, BOND_RESELECT_MAX);
	options->spill_threshold = chance(sim, 30) ? (uint8_t)below(sim, 101) : 0;
	options->adaptive = chance(sim, 50);
	options->earliest = chance(sim, 50);
	memset(options->primary, 0, sizeof(options->primary));
	if (mode_has(options->mode, MODE_ACTIVE_PORT) && chance(sim, 60))
		snprintf(options->primary, sizeof(options->primary), "eth%u", pick_id(sim));
	CHECK(sim, bond_options_settle(options, NULL, 0, note, sizeof(note), &why) == 0);
}

static struct bond_port_facts random_facts(struct sim *sim, uint32_t id)
{
	struct bond_port_facts facts = {
		.carrier = chance(sim, 70),
		.speed_mbps =
			chance(sim, 90) ? (int32_t)(10u << below(sim, 10)) : SPEED_UNKNOWN_MBPS,
		.duplex = (enum duplex)below(sim, 3),
	};

	bond_port_options_init(&facts.options);
	facts.options.prio = (int32_t)below(sim, 5) - 2;
	facts.options.speed_mbps = chance(sim, 30) ? 1u << below(sim, 20) : 0;
	facts.options.latency_us = below(sim, 1000001);
	facts.clock = below(sim, BOND_PORTS_MAX + 2);
	snprintf(facts.name, sizeof(facts.name), "eth%u", id);
	random_mac(sim, facts.mac);
	return facts;
}

static void do_attach(struct sim *sim)
{
	uint32_t id = pick_id(sim);
	struct bond_port_facts facts = random_facts(sim, id);
	size_t count = bond_port_count(sim->bond);
	int r = bond_in_attach(sim->bond, id, &facts, sim->now_ms);

	CHECK(sim, (r == 0) == (!sim->attached[id] && count < BOND_PORTS_MAX));
	if (r < 0)
		return;
	sim->attached[id] = true;
	sim->port_carrier[id] = facts.carrier;
	sim->link[id] = LINK_DOWN;
	sim->failures[id] = 0;
}

static void do_detach(struct sim *sim)
{
	uint32_t id = pick_id(sim);
	int r = bond_in_detach(sim->bond, id, sim->now_ms);

	CHECK(sim, (r == 0) == sim->attached[id]);
	sim->attached[id] = false;
}

static void do_carrier(struct sim *sim)
{
	uint32_t id = pick_id(sim);
	bool carrier = chance(sim, 50);

	bond_in_carrier(sim->bond, id, carrier, sim->now_ms);
	if (sim->attached[id])
		sim->port_carrier[id] = carrier;
}

static void do_options(struct sim *sim)
{
	struct bond_options options = *bond_get_options(sim->bond);

	if (bond_port_count(sim->bond) == 0 || chance(sim, 20)) {
		options.mode = random_mode(sim);
		sim->mode_changed |= options.mode != bond_get_options(sim->bond)->mode;
	}
	random_options(sim, &options);
	CHECK(sim, bond_in_options(sim->bond, &options, sim->now_ms) == 0);
}

static void do_port(struct sim *sim)
{
	uint32_t id = pick_id(sim);
	struct bond_port_facts facts = random_facts(sim, id);
	char name[BOND_NAME_MAX];

	CHECK(sim, (bond_in_port_options(sim->bond, id, &facts.options) == 0) == sim->attached[id]);
	bond_in_speed(sim->bond, id, facts.speed_mbps, facts.duplex);
	if (!chance(sim, 30))
		return;
	/* names may swap or even collide briefly while interfaces are renamed */
	snprintf(name, sizeof(name), "eth%u", pick_id(sim));
	bond_in_name(sim->bond, id, name);
}

static void do_command(struct sim *sim)
{
	uint32_t id = chance(sim, 20) ? 0 : pick_id(sim);
	int r = bond_in_active(sim->bond, id, sim->now_ms);

	if (!has_active(sim))
		CHECK(sim, r < 0);
	else if (id && !sim->attached[id])
		CHECK(sim, r < 0);
}

/* Loads from zero to above capacity, of existing ports and of others. */
static void do_sent(struct sim *sim)
{
	for (uint32_t id = 1; id <= IDS; id++) {
		sim->sent[id] += random_after(&sim->random) >> below(sim, 64) >> 20;
		bond_in_sent(sim->bond, id, sim->sent[id], sim->now_ms);
	}
}

static bool is_in(uint32_t id, const uint32_t *list, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (list[i] == id)
			return true;
	return false;
}

/*
 * A port that may be in the table: attached and able to send, or
 * active-backup's failing active port.
 */
static void check_sender(struct sim *sim, uint32_t id)
{
	struct bond_port_view port;

	CHECK(sim, id >= 1 && id <= IDS && sim->attached[id]);
	CHECK(sim, bond_port_by_id(sim->bond, id, &port));
	if (has_active(sim) && port.link == LINK_FAIL)
		return;
	CHECK(sim, port.link == LINK_UP && sim->port_carrier[id]);
}

/* balance-tlb and -alb: no two ports have the same address, and the active port has bond0's. */
static void check_addresses(struct sim *sim)
{
	const struct bond_table *table = bond_get_table(sim->bond);
	size_t count = bond_port_count(sim->bond);

	CHECK(sim, table->active == bond_get_active(sim->bond));
	CHECK(sim, memcmp(table->bond_mac, sim->mac, 6) == 0);
	CHECK(sim, table->rx_any >= bond_get_options(sim->bond)->all_slaves_active);
	for (size_t i = 0; i < count; i++) {
		struct bond_port_view port = bond_port_at(sim->bond, i);

		CHECK(sim, port.id != table->active || memcmp(port.mac, sim->mac, 6) == 0);
		for (size_t j = 0; j < i; j++) {
			struct bond_port_view other = bond_port_at(sim->bond, j);

			CHECK(sim, memcmp(port.mac, other.mac, 6) != 0);
		}
	}
}

/* spill_threshold: every port that can send is in the table, and at least one is awake. */
static void check_spill(struct sim *sim, size_t up)
{
	const struct bond_table *table = bond_get_table(sim->bond);
	uint32_t active = bond_get_active(sim->bond);
	size_t spills = 0, resting = 0;

	CHECK(sim, table->rx_any);
	CHECK(sim, table->tx_awake <= table->tx_count);
	CHECK(sim, (table->tx_awake > 0) == (table->tx_count > 0));
	CHECK(sim, table->tx_count == up || (is_active_backup(sim) && table->tx_count == up + 1));
	CHECK(sim, !active || table->tx_port[0] == active);
	for (size_t i = 0; i < bond_port_count(sim->bond); i++) {
		struct bond_port_view port = bond_port_at(sim->bond, i);

		spills += port.spills;
		resting += port.resting;
	}
	CHECK(sim, spills == table->tx_awake && spills + resting == table->tx_count);
}

/* No two ports have the same clock, and each sender's runs. */
static void check_clocks(struct sim *sim)
{
	const struct bond_table *table = bond_get_table(sim->bond);
	const struct bond_options *options = bond_get_options(sim->bond);
	uint64_t used = 0;

	for (size_t i = 0; i < bond_port_count(sim->bond); i++) {
		struct bond_port_view port = bond_port_at(sim->bond, i);
		bool runs = options->adaptive || options->earliest || options->spill_threshold;

		CHECK(sim, port.clock >= 1 && port.clock <= BOND_PORTS_MAX);
		CHECK(sim, !(used & 1ULL << port.clock));
		used |= 1ULL << port.clock;
		for (uint32_t j = 0; j < table->tx_count; j++) {
			if (table->tx_port[j] != port.id)
				continue;
			CHECK(sim, (table->tx_cost[j] != 0) == runs);
			CHECK(sim, table->tx_clock[j] == (runs ? port.clock - 1 : 0));
		}
	}
}

static void check_table(struct sim *sim)
{
	const struct bond_table *table = bond_get_table(sim->bond);
	const struct bond_options *options = bond_get_options(sim->bond);
	size_t count = bond_port_count(sim->bond), up = 0;

	for (size_t i = 0; i < count; i++)
		up += bond_port_at(sim->bond, i).link == LINK_UP;
	for (uint32_t i = 0; i < table->tx_count; i++)
		check_sender(sim, table->tx_port[i]);
	check_clocks(sim);
	CHECK(sim, table->port_count == count && table->rx_count <= count);
	for (uint32_t i = 0; i < table->port_count; i++)
		CHECK(sim, sim->attached[table->rx_port[i]]);
	if (table->igmp_port)
		check_sender(sim, table->igmp_port);
	if (options->spill_threshold)
		check_spill(sim, up);
	else
		CHECK(sim, table->tx_awake == 0);
	switch (options->mode) {
	case BOND_MODE_ROUNDROBIN:
		CHECK(sim, table->tx_count == (up ? count : 0));
		CHECK(sim, !up || is_in(table->igmp_port, table->tx_port, table->tx_count) ||
				   !table->igmp_port);
		CHECK(sim, table->rx_any);
		break;
	case BOND_MODE_ACTIVEBACKUP:
		if (options->spill_threshold)
			break;
		CHECK(sim, table->tx_count == (bond_get_active(sim->bond) ? 1 : 0));
		/* after a change of mode all ports receive for a while */
		CHECK(sim, table->rx_any >= options->all_slaves_active);
		CHECK(sim, table->rx_any == options->all_slaves_active ||
				   sim->now_ms < sim->mode_changed_ms + 100);
		CHECK(sim, table->rx_any || table->rx_count == table->tx_count);
		break;
	case BOND_MODE_XOR:
	case BOND_MODE_BROADCAST:
		CHECK(sim, table->tx_count == up);
		CHECK(sim, table->rx_any);
		break;
	case BOND_MODE_TLB:
	case BOND_MODE_ALB:
		CHECK(sim, table->tx_count == up);
		check_addresses(sim);
		break;
	case BOND_MODE_8023AD:
		/* no replies: at most one port, alone */
		CHECK(sim, table->tx_count <= 1);
		CHECK(sim, table->rx_any == options->all_slaves_active);
		CHECK(sim, table->rx_any || table->rx_count >= table->tx_count);
		CHECK(sim, bond_get_carrier(sim->bond) || options->min_links || !up);
		break;
	case BOND_MODE_MAX:
		CHECK(sim, false);
	}
	CHECK(sim, uses_lacp(sim) || bond_get_carrier(sim->bond) == (up > 0));
	CHECK(sim, !has_active(sim) || !up || bond_get_active(sim->bond));
}

static void check_ports(struct sim *sim)
{
	size_t active = 0, attached = 0;

	for (uint32_t id = 1; id <= IDS; id++)
		attached += sim->attached[id];
	CHECK(sim, attached == bond_port_count(sim->bond));
	for (size_t i = 0; i < attached; i++) {
		struct bond_port_view port = bond_port_at(sim->bond, i);

		CHECK(sim, sim->attached[port.id]);
		CHECK(sim, port.carrier == sim->port_carrier[port.id]);
		CHECK(sim, port.carrier == (port.link == LINK_UP || port.link == LINK_BACK));
		CHECK(sim, port.link == sim->link[port.id]); /* FX_LINK reported everything */
		CHECK(sim, port.link_failures >= sim->failures[port.id]);
		CHECK(sim, port.link_failures <= sim->failures[port.id] + 1);
		CHECK(sim, port.link_since_ms <= sim->now_ms);
		sim->failures[port.id] = port.link_failures;
		active += port.active;
	}
	CHECK(sim, !is_active_backup(sim) || active <= 1);
	CHECK(sim, is_active_backup(sim) || uses_lacp(sim) || active == attached);
}

/* Buckets only go to ports that can send. */
static void check_balance(struct sim *sim)
{
	const struct bond_balance *balance = bond_get_balance(sim->bond);

	CHECK(sim, bond_wants_buckets(sim->bond));
	for (uint32_t i = 0; i < balance->fresh_count; i++)
		check_sender(sim, balance->fresh[i]);
	CHECK(sim, balance->moved_count <= BOND_BUCKETS);
	for (uint32_t i = 0; i < balance->moved_count; i++)
		if (balance->moved[i].port)
			check_sender(sim, balance->moved[i].port);
}

/* Neighbours are only told of ports that can receive, with their addresses. */
static void check_neighbours(struct sim *sim)
{
	struct bond_neighbour_order order;
	size_t orders = 0;

	CHECK(sim, bond_get_options(sim->bond)->mode == BOND_MODE_ALB);
	while (bond_take_neighbour(sim->bond, &order)) {
		struct bond_port_view port;

		CHECK(sim, ++orders <= 2 * BOND_NEIGHBOURS_MAX);
		if (!order.update)
			continue;
		CHECK(sim, !order.removed && bond_port_by_id(sim->bond, order.port, &port));
		CHECK(sim, port.link == LINK_UP && sim->port_carrier[order.port]);
		CHECK(sim, memcmp(port.mac, order.port_mac, 6) == 0);
	}
	CHECK(sim, orders > 0);
}

static void take_effect(struct sim *sim, const struct effect *effect)
{
	switch (effect->kind) {
	case FX_TABLE:
		sim->table_told = true;
		break;
	case FX_CARRIER:
		CHECK(sim, effect->on != sim->carrier || sim->steps == 1);
		CHECK(sim, sim->table_told);
		sim->carrier = effect->on;
		break;
	case FX_LINK:
		CHECK(sim, sim->link[effect->port] == effect->from);
		CHECK(sim, effect->from != effect->to);
		sim->link[effect->port] = effect->to;
		break;
	case FX_ACTIVE:
		CHECK(sim, has_active(sim) || !effect->port);
		CHECK(sim, effect->old_port == sim->active && effect->port != sim->active);
		sim->active = effect->port;
		sim->peers_left = bond_get_options(sim->bond)->num_peer_notif;
		sim->igmp_left = bond_get_options(sim->bond)->resend_igmp;
		break;
	case FX_NOTIFY_PEERS:
		CHECK(sim, is_active_backup(sim) && sim->active && sim->carrier);
		CHECK(sim, sim->peers_left-- > 0);
		break;
	case FX_RESEND_IGMP:
		if (has_active(sim))
			CHECK(sim, sim->igmp_left-- > 0);
		else
			CHECK(sim, bond_get_options(sim->bond)->mode == BOND_MODE_ROUNDROBIN);
		break;
	case FX_BALANCE:
		check_balance(sim);
		break;
	case FX_LEARN:
		CHECK(sim, sim->attached[effect->port] && sim->attached[effect->old_port]);
		break;
	case FX_NEIGHBOURS:
		check_neighbours(sim);
		break;
	case FX_SPILL:
		CHECK(sim, bond_get_options(sim->bond)->spill_threshold);
		CHECK(sim, sim->attached[effect->port]);
		break;
	case FX_LACP: /* including a mode that was left: a final LACPDU */
		CHECK(sim, bond_get_lacp_effects(sim->bond)->count > 0);
		break;
	case FX_MAC:
		CHECK(sim, mode_has(bond_get_options(sim->bond)->mode, MODE_BALANCE));
		break;
	case FX_PROBE:
		CHECK(sim, false); /* arp_interval is not used in this life */
		break;
	case FX_POLL:
		CHECK(sim, bond_get_options(sim->bond)->miimon_ms > 0);
		break;
	}
}

static void step(struct sim *sim)
{
	struct bond_effects fx, again;

	sim->steps++;
	if (sim->mode_changed) {
		sim->mode_changed = false;
		sim->mode_changed_ms = sim->now_ms;
		sim->peers_left = bond_get_options(sim->bond)->num_peer_notif;
		sim->igmp_left = bond_get_options(sim->bond)->resend_igmp;
	}
	bond_step(sim->bond, sim->now_ms, &fx);
	CHECK(sim, fx.count <= 3 * bond_port_count(sim->bond) + 8);
	sim->effects += fx.count;
	for (size_t i = 0; i < fx.count; i++) {
		CHECK(sim, i == 0 || fx.list[i].kind == FX_POLL ||
				   fx.list[i - 1].kind != FX_POLL); /* the poll is last */
		take_effect(sim, &fx.list[i]);
	}
	CHECK(sim, sim->carrier == bond_get_carrier(sim->bond));
	CHECK(sim, sim->active == bond_get_active(sim->bond));
	check_ports(sim);
	check_table(sim);
	CHECK(sim, bond_next_deadline(sim->bond) > sim->now_ms);
	bond_step(sim->bond, sim->now_ms, &again);
	CHECK(sim, again.count == 0);
}

/*
 * Some time passes, in steps at the deadlines; sometimes the daemon is late, or
 * the machine sleeps for hours.
 */
static void pass_time(struct sim *sim)
{
	uint64_t end_ms = sim->now_ms + below(sim, chance(sim, 10) ? 60000 : 4000);
	uint32_t miimon_ms = bond_get_options(sim->bond)->miimon_ms;

	/* otherwise a life with short polls would be nothing but polls */
	if (miimon_ms && (end_ms - sim->now_ms) / miimon_ms > POLLS_AT_ONCE)
		end_ms = sim->now_ms + POLLS_AT_ONCE * (uint64_t)miimon_ms;
	while (bond_next_deadline(sim->bond) <= end_ms) {
		sim->now_ms = bond_next_deadline(sim->bond);
		if (chance(sim, 5))
			sim->now_ms += below(sim, 50);
		step(sim);
	}
	if (sim->now_ms < end_ms)
		sim->now_ms = end_ms;
	if (chance(sim, 2))
		sim->now_ms += below(sim, 8 * 3600000);
}

/* Neighbours appear, are heard from again, or all are asked. */
static void do_neighbour(struct sim *sim)
{
	struct bond_neighbour neighbour = {.mac = {2, 1}};
	bool is_alb = bond_get_options(sim->bond)->mode == BOND_MODE_ALB;
	int r;

	neighbour.ip[15] = (uint8_t)below(sim, 60);
	neighbour.ip[10] = neighbour.ip[11] = chance(sim, 50) ? 0xff : 0;
	neighbour.mac[5] = (uint8_t)below(sim, 100);
	r = bond_in_neighbour(sim->bond, &neighbour, chance(sim, 10) ? pick_id(sim) : 0,
			      sim->now_ms, sim->now_ms);
	CHECK(sim, (r == 0) == is_alb);
	if (chance(sim, 10))
		bond_in_arp_broadcast(sim->bond, sim->now_ms);
	if (chance(sim, 2))
		bond_in_own_removed(sim->bond, neighbour.own, sim->now_ms);
}

/* bond0's address changes; or buckets are read, on existing ports or others. */
static void do_balance(struct sim *sim)
{
	if (chance(sim, 50)) {
		do_neighbour(sim);
		return;
	}
	if (chance(sim, 20)) {
		random_mac(sim, sim->mac);
		bond_in_mac(sim->bond, sim->mac, sim->now_ms);
		return;
	}
	for (size_t i = 0; i < BOND_BUCKETS; i++) {
		sim->buckets.bytes[i] +=
			chance(sim, 50) ? random_after(&sim->random) >> below(sim, 64) : 0;
		if (chance(sim, 20))
			sim->buckets.port[i] = pick_id(sim) - 1;
	}
	bond_in_buckets(sim->bond, &sim->buckets, sim->now_ms);
}

static void random_event(struct sim *sim)
{
	uint32_t what = below(sim, 100);

	if (what < 50)
		do_carrier(sim);
	else if (what < 65)
		do_attach(sim);
	else if (what < 75)
		do_detach(sim);
	else if (what < 82)
		do_options(sim);
	else if (what < 88)
		do_port(sim);
	else if (what < 90)
		do_sent(sim);
	else if (what < 93)
		do_balance(sim);
	else
		do_command(sim);
}

static void live(struct sim *sim, uint64_t seed)
{
	struct bond_options options;

	*sim = (struct sim){.seed = seed, .random = seed, .now_ms = 1 + seed % 1000};
	bond_options_init(&options);
	sim->bond = bond_new(&options, sim->now_ms);
	if (!sim->bond) {
		fprintf(stderr, "sim_links: out of memory\n");
		exit(1);
	}
	options.mode = random_mode(sim);
	random_options(sim, &options);
	random_mac(sim, sim->mac);
	bond_in_mac(sim->bond, sim->mac, sim->now_ms);
	CHECK(sim, bond_in_options(sim->bond, &options, sim->now_ms) == 0);
	step(sim);
	for (size_t i = 0; i < EVENTS_PER_LIFE; i++) {
		/* sometimes several facts in one batch */
		do
			random_event(sim);
		while (chance(sim, 25));
		step(sim);
		pass_time(sim);
	}
	bond_free(sim->bond);
}

static uint64_t number_from(const char *text, uint64_t fallback)
{
	return text && *text ? strtoull(text, NULL, 0) : fallback;
}

int main(int argc, char **argv)
{
	uint64_t seed = number_from(getenv("SEED"), 1), lives, ms = 0, steps = 0, effects = 0;
	static struct sim sim;

	if (argc > 1)
		seed = number_from(argv[1], seed);
	lives = number_from(getenv("SIM_LIVES"), LIVES);
	for (uint64_t i = 0; i < lives; i++) {
		live(&sim, seed + i);
		ms += sim.now_ms;
		steps += sim.steps;
		effects += sim.effects;
	}
	printf("seeds %" PRIu64 "..%" PRIu64 ": %" PRIu64 " virtual hours, %" PRIu64
	       " steps, %" PRIu64 " effects\n",
	       seed, seed + lives - 1, ms / 3600000, steps, effects);
	return 0;
}
