/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one aggregator that carries the bond's traffic, and what follows from it:
 * the port that carries traffic alone, and the carrier. The rules are the
 * kernel driver's (ad_agg_selection_logic(), ad_agg_selection_test(),
 * bond_3ad_set_carrier(); lacp_strict as in its later versions), recomputed
 * from what stands instead of at certain events.
 */
#include "core/lacp/lacp_private.h"

/* What counts of an aggregator: its ports with link. */
struct tally {
	uint32_t ports;
	uint64_t mbps, priority;
	bool chosen; /* has fallback_port */
};

struct contest {
	const struct lacp *lacp;
	struct tally tallies[LACP_PORTS_MAX];
};

static bool only_hears_us(const struct lacp_port *port)
{
	return port->defaulted && lacp_is_looped(port);
}

static bool all_only_hear_us(const struct lacp *lacp)
{
	size_t linked = 0;

	for (size_t i = 0; i < lacp->count; i++) {
		const struct lacp_port *port = &lacp->ports[i];

		if (!port->link || !port->agg)
			continue;
		if (!only_hears_us(port))
			return false;
		linked++;
	}
	return linked;
}

/*
 * A port that only hears itself is of no use while another one is better. When all do, the
 * switch floods LACPDUs, as unmanaged ones may: it carries traffic all the same.
 */
static bool counts(const struct lacp_port *port, bool all_looped)
{
	return port->link && port->agg && (all_looped || !only_hears_us(port));
}

static void tally(struct contest *contest, const struct lacp *lacp)
{
	bool all_looped = all_only_hear_us(lacp);

	contest->lacp = lacp;
	memset(contest->tallies, 0, sizeof(contest->tallies));
	for (size_t i = 0; i < lacp->count; i++) {
		const struct lacp_port *port = &lacp->ports[i];
		struct tally *one;

		if (!counts(port, all_looped))
			continue;
		one = &contest->tallies[port->agg - 1];
		one->ports++;
		one->mbps += port->speed_mbps;
		one->priority += port->priority;
		one->chosen |= port->id == lacp->options.fallback_port;
	}
}

/* Between aggregators without partner, when one port is to stand in: the operator's choice. */
static int compare_fallback(const struct tally *a, const struct tally *b)
{
	if (a->chosen != b->chosen)
		return a->chosen ? 1 : -1;
	return (a->priority > b->priority) - (a->priority < b->priority);
}

static int compare_policy(enum lacp_ad_select policy, const struct tally *a, const struct tally *b)
{
	switch (policy) {
	case LACP_AD_PRIO:
		if (a->priority != b->priority)
			return a->priority > b->priority ? 1 : -1;
		/* fall through */
	case LACP_AD_COUNT:
		if (a->ports != b->ports)
			return a->ports > b->ports ? 1 : -1;
		/* fall through */
	case LACP_AD_STABLE:
	case LACP_AD_BANDWIDTH:
		break;
	}
	return (a->mbps > b->mbps) - (a->mbps < b->mbps);
}

/* > 0: @a is the better one, 0: neither. */
static int compare(const struct contest *contest, uint16_t a, uint16_t b)
{
	const struct lacp_options *options = &contest->lacp->options;
	const struct lacp_agg *agg_a = lacp_agg_const(contest->lacp, a);
	const struct lacp_agg *agg_b = lacp_agg_const(contest->lacp, b);
	const struct tally *tally_a = &contest->tallies[a - 1], *tally_b = &contest->tallies[b - 1];
	bool fallback = options->fallback && !agg_a->has_partner && !agg_b->has_partner;

	if (fallback && tally_a->chosen != tally_b->chosen)
		return tally_a->chosen ? 1 : -1;
	if (agg_a->individual != agg_b->individual)
		return agg_b->individual ? 1 : -1;
	if (agg_a->has_partner != agg_b->has_partner)
		return agg_a->has_partner ? 1 : -1;
	if (fallback)
		return compare_fallback(tally_a, tally_b);
	return compare_policy(options->ad_select, tally_a, tally_b);
}

/* `stable`: does the active aggregator stay, though another is better? */
static bool stays(const struct contest *contest, uint16_t active, uint16_t best)
{
	const struct lacp_options *options = &contest->lacp->options;
	const struct lacp_agg *agg = lacp_agg_const(contest->lacp, active);
	const struct lacp_agg *other = lacp_agg_const(contest->lacp, best);

	if (options->ad_select != LACP_AD_STABLE || !contest->tallies[active - 1].ports)
		return false;
	if (agg->has_partner)
		return true;
	if (!agg->key && other->key)
		return false; /* nothing is known of it, neither speed nor duplex */
	return !options->fallback && !other->has_partner;
}

uint16_t lacp_active_next(const struct lacp *lacp)
{
	uint16_t active = lacp->active, best = LACP_NO_AGG;
	struct contest contest;

	tally(&contest, lacp);
	if (active && contest.tallies[active - 1].ports)
		best = active;
	for (uint16_t number = 1; number <= LACP_PORTS_MAX; number++) {
		if (!contest.tallies[number - 1].ports || number == best)
			continue;
		if (!best || compare(&contest, number, best) > 0)
			best = number;
	}
	if (active && best != active && best && stays(&contest, active, best))
		best = active;
	assert(best == LACP_NO_AGG || lacp_agg_const(lacp, best)->count);
	return best;
}

/*
 * A partner has appeared: until its port is attached the one that was alone goes on, or
 * nobody would carry anything for the two seconds of wait_while.
 */
static bool hands_over(const struct lacp *lacp, const struct lacp_port *port)
{
	if (!port->told_alone || port->mux > LACP_MUX_WAITING)
		return false;
	for (size_t i = 0; i < lacp->count; i++)
		if (lacp_mux_distributes(lacp->ports[i].mux))
			return false;
	return true;
}

bool lacp_carries_alone(const struct lacp *lacp, const struct lacp_port *port)
{
	if (!port->agg || port->agg != lacp->active || !port->link)
		return false;
	if (lacp->options.strict && !lacp->options.fallback)
		return false;
	if (lacp_agg_const(lacp, port->agg)->has_partner || !port->defaulted)
		return hands_over(lacp, port);
	return true;
}

bool lacp_carrier_next(const struct lacp *lacp)
{
	uint32_t needed = lacp->options.min_links ? lacp->options.min_links : 1, linked = 0,
		 sending = 0;
	bool all_looped = all_only_hear_us(lacp);

	for (size_t i = 0; i < lacp->count; i++) {
		const struct lacp_port *port = &lacp->ports[i];

		if (!port->agg || port->agg != lacp->active)
			continue;
		if (lacp->options.fallback && lacp_carries_alone(lacp, port))
			return true;
		linked += counts(port, all_looped);
		sending += lacp_mux_distributes(port->mux);
	}
	return (lacp->options.strict ? sending : linked) >= needed;
}
