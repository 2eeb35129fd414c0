/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The aggregator that carries the bond's traffic (the active one), the port that
 * carries traffic without a partner, and the carrier. The rules are the kernel
 * driver's (ad_agg_selection_logic(), ad_agg_selection_test(),
 * bond_3ad_set_carrier(); lacp_strict as in its later versions), recomputed from
 * the current state rather than on certain events.
 */
#include "core/lacp/lacp_private.h"

/* The properties of an aggregator that are compared; only ports with link count. */
struct tally {
	uint32_t ports;
	uint64_t mbps, priority;
	bool chosen; /* has fallback_port */
};

struct contest {
	const struct lacp *lacp;
	struct tally tallies[LACP_PORTS_MAX];
};

static bool receives_only_own(const struct lacp_port *port)
{
	return port->defaulted && lacp_is_looped(port);
}

static bool all_receive_only_own(const struct lacp *lacp)
{
	size_t linked = 0;

	for (size_t i = 0; i < lacp->count; i++) {
		const struct lacp_port *port = &lacp->ports[i];

		if (!port->link || !port->agg)
			continue;
		if (!receives_only_own(port))
			return false;
		linked++;
	}
	return linked;
}

/*
 * A port that receives only our own LACPDUs is not used while there is a better one. When all
 * do, the switch floods LACPDUs, as unmanaged ones may, and carries traffic nevertheless.
 */
static bool counts(const struct lacp_port *port, bool all_looped)
{
	return port->link && port->agg && (all_looped || !receives_only_own(port));
}

static void tally(struct contest *contest, const struct lacp *lacp)
{
	bool all_looped = all_receive_only_own(lacp);

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

/* Between aggregators without partner, with lacp_fallback: the operator's choice. */
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

/* > 0: @a is better, 0: equal. */
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

/* Whether wait_while has expired on one of its ports: until then other partners may appear. */
static bool has_settled(const struct lacp *lacp, uint16_t number)
{
	for (size_t i = 0; i < lacp->count; i++)
		if (lacp->ports[i].agg == number && lacp_mux_in_sync(lacp->ports[i].mux))
			return true;
	return false;
}

/* `stable`: whether the active aggregator is kept though another is better. */
static bool stays(const struct contest *contest, uint16_t active, uint16_t best)
{
	const struct lacp_options *options = &contest->lacp->options;
	const struct lacp_agg *agg = lacp_agg_const(contest->lacp, active);
	const struct lacp_agg *other = lacp_agg_const(contest->lacp, best);

	if (options->ad_select != LACP_AD_STABLE || !contest->tallies[active - 1].ports)
		return false;
	if (agg->has_partner)
		return has_settled(contest->lacp, active);
	if (!agg->key && other->key)
		return false; /* neither its speed nor its duplex is known */
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
 * A partner has appeared: until its port is attached the port that was used alone keeps
 * carrying traffic, so that there is no outage during the two seconds of wait_while.
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
	bool all_looped = all_receive_only_own(lacp);

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
