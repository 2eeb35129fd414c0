/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What LACP holds of a port, in the state file. */
#include "daemon/service/saved.h"

#include <assert.h>
#include <string.h>

/* The order of the table, and of the bits of what was not read. */
enum lacp_key {
	AT_MS,
	NUMBER,
	RX,
	MUX,
	SELECTED,
	ACTOR_CHURN,
	PARTNER_CHURN,
	ACTOR,		 /* seven fields of a struct lacp_info ... */
	INFO_FIELDS = 6, /* ... which has these in order */
	PARTNER = ACTOR + INFO_FIELDS,
	DEFAULTED = PARTNER + INFO_FIELDS,
	AGGREGATOR,
	AGGREGATOR_ACTIVE,
	COLLECTS,
	DISTRIBUTES,
	CURRENT_WHILE,
	WAIT_WHILE,
};
enum { SYSTEM_PRIORITY, SYSTEM, KEY, PORT_PRIORITY, PORT, STATE };

#define OF(member) offsetof(struct saved_lacp, state.member)
#define SIZE(member) sizeof(((struct saved_lacp *)NULL)->state.member)
#define NUMBER_OF(key, member)                                                                     \
	{                                                                                          \
		key, FIELD_NUMBER, OF(member), SIZE(member), 0, 0                                  \
	}
#define ENUM_OF(key, member, last)                                                                 \
	{                                                                                          \
		key, FIELD_NUMBER, OF(member), SIZE(member), 0, last                               \
	}
#define BIT_OF(key, member)                                                                        \
	{                                                                                          \
		key, FIELD_BIT, OF(member), SIZE(member), 0, 0                                     \
	}
#define LIST_OF(key, member)                                                                       \
	{                                                                                          \
		key, FIELD_LIST, OF(member), SIZE(member[0]), SIZE(member) / SIZE(member[0]), 0    \
	}
#define INFO_OF(prefix, side)                                                                      \
	NUMBER_OF(prefix ".system_priority", side.system_priority),                                \
		{prefix ".system", FIELD_BYTES, OF(side.system), 1, LACP_MAC_SIZE, 0},             \
		NUMBER_OF(prefix ".key", side.key),                                                \
		NUMBER_OF(prefix ".port_priority", side.port_priority),                            \
		NUMBER_OF(prefix ".port", side.port), NUMBER_OF(prefix ".state", side.state)

/* clang-format off */
static const struct field fields[] = {
	{"at_ms", FIELD_NUMBER, offsetof(struct saved_lacp, at_ms), 8, 0, INT64_MAX},
	NUMBER_OF("number", number),
	ENUM_OF("rx", rx, LACP_RX_CURRENT),
	ENUM_OF("mux", mux, LACP_MUX_COLLECTING_DISTRIBUTING),
	ENUM_OF("selected", selected, LACP_STANDBY),
	ENUM_OF("actor_churn", actor_churn, LACP_NO_CHURN),
	ENUM_OF("partner_churn", partner_churn, LACP_NO_CHURN),
	INFO_OF("actor", actor),
	INFO_OF("partner", partner),
	BIT_OF("defaulted", defaulted),
	NUMBER_OF("aggregator", aggregator),
	BIT_OF("aggregator_active", aggregator_active),
	BIT_OF("collects", collects),
	BIT_OF("distributes", distributes),
	NUMBER_OF("current_while_ms", current_while_ms),
	NUMBER_OF("wait_while_ms", wait_while_ms),
	NUMBER_OF("actor_churn_ms", actor_churn_ms),
	NUMBER_OF("partner_churn_ms", partner_churn_ms),
	LIST_OF("tx_free_ms", tx_free_ms),
	NUMBER_OF("actor_churn_count", actor_churn_count),
	NUMBER_OF("partner_churn_count", partner_churn_count),
	NUMBER_OF("counters.lacpdu_rx", counters.lacpdu_rx),
	NUMBER_OF("counters.lacpdu_tx", counters.lacpdu_tx),
	NUMBER_OF("counters.unknown_rx", counters.unknown_rx),
	NUMBER_OF("counters.illegal_rx", counters.illegal_rx),
	LIST_OF("counters.flaw", counters.flaw),
	NUMBER_OF("counters.looped_rx", counters.looped_rx),
	NUMBER_OF("counters.marker_rx", counters.marker_rx),
	NUMBER_OF("counters.marker_tx", counters.marker_tx),
	NUMBER_OF("counters.marker_response_rx", counters.marker_response_rx),
	NUMBER_OF("counters.marker_response_tx", counters.marker_response_tx),
	NUMBER_OF("counters.marker_unknown_rx", counters.marker_unknown_rx),
	NUMBER_OF("counters.marker_unanswered", counters.marker_unanswered),
};
/* clang-format on */
#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))

/* The numbers of the format: those of the enums today, and of the first release. */
static_assert(LACP_RX_EXPIRED == 3 && LACP_RX_DEFAULTED == 4 && LACP_RX_CURRENT == 5 &&
		      LACP_MUX_DETACHED == 0 && LACP_MUX_WAITING == 1 && LACP_MUX_ATTACHED == 2 &&
		      LACP_MUX_COLLECTING == 3 && LACP_MUX_DISTRIBUTING == 4 &&
		      LACP_MUX_COLLECTING_DISTRIBUTING == 5 && LACP_UNSELECTED == 0 &&
		      LACP_SELECTED == 1 && LACP_STANDBY == 2 && LACP_CHURN_MONITOR == 0 &&
		      LACP_CHURN == 1 && LACP_NO_CHURN == 2,
	      "LACP's states are numbered otherwise in state.json: translate them");

json_t *saved_lacp_to_json(const struct saved_lacp *lacp)
{
	return fields_to_json(fields, FIELD_COUNT, lacp);
}

void saved_lacp_from_json(const json_t *object, struct saved_lacp *ret_lacp, struct notes *notes)
{
	*ret_lacp = (struct saved_lacp){.state = {
						.actor_churn = LACP_NO_CHURN,
						.partner_churn = LACP_NO_CHURN,
						.current_while_ms = LACP_NEVER,
						.wait_while_ms = LACP_NEVER,
						.actor_churn_ms = LACP_NEVER,
						.partner_churn_ms = LACP_NEVER,
					}};
	ret_lacp->missing = fields_from_json(fields, FIELD_COUNT, object, ret_lacp, notes);
}

static bool lacks(const struct saved_lacp *lacp, unsigned int key)
{
	return lacp->missing & 1ULL << key;
}

/* From what this port's other machines say. Each of these is known of a port in traffic. */
static void complete_alone(struct saved_lacp *lacp, bool coupled)
{
	struct lacp_port_state *state = &lacp->state;
	bool in_mux = !lacks(lacp, MUX);

	if (lacks(lacp, COLLECTS))
		state->collects = in_mux ? state->mux >= LACP_MUX_COLLECTING : state->distributes;
	if (lacks(lacp, DISTRIBUTES))
		state->distributes = in_mux ? state->mux >= LACP_MUX_DISTRIBUTING
					    : state->collects && !lacks(lacp, COLLECTS);
	if (lacks(lacp, RX))
		state->rx = state->defaulted ? LACP_RX_DEFAULTED : LACP_RX_CURRENT;
	if (lacks(lacp, DEFAULTED))
		state->defaulted = state->rx != LACP_RX_CURRENT && state->rx != LACP_RX_EXPIRED;
	if (lacks(lacp, SELECTED))
		state->selected = state->aggregator ? LACP_SELECTED : LACP_UNSELECTED;
	if (!in_mux)
		state->mux = state->distributes && coupled ? LACP_MUX_COLLECTING_DISTRIBUTING
			     : state->distributes	   ? LACP_MUX_DISTRIBUTING
			     : state->collects		   ? LACP_MUX_COLLECTING
			     : state->selected		   ? LACP_MUX_WAITING
							   : LACP_MUX_DETACHED;
	if (lacks(lacp, AGGREGATOR_ACTIVE))
		state->aggregator_active = state->collects;
	if (lacks(lacp, PARTNER + STATE) && state->collects)
		state->partner.state = LACP_STATE_ACTIVITY | LACP_STATE_AGGREGATION |
				       LACP_STATE_SYNCHRONIZATION | LACP_STATE_COLLECTING |
				       LACP_STATE_DISTRIBUTING;
	if (lacks(lacp, ACTOR + STATE))
		state->actor.state =
			LACP_STATE_ACTIVITY | LACP_STATE_AGGREGATION |
			(state->mux >= LACP_MUX_ATTACHED ? LACP_STATE_SYNCHRONIZATION : 0) |
			(state->collects ? LACP_STATE_COLLECTING : 0) |
			(state->distributes ? LACP_STATE_DISTRIBUTING : 0);
}

/* One side of the link from that of another port: system and key are the same for all. */
static void complete_info(struct saved_lacp *lacp, unsigned int side, struct lacp_info *info,
			  const struct lacp_info *other)
{
	if (lacks(lacp, side + SYSTEM_PRIORITY))
		info->system_priority = other->system_priority;
	if (lacks(lacp, side + SYSTEM))
		memcpy(info->system, other->system, sizeof(info->system));
	if (lacks(lacp, side + KEY))
		info->key = other->key;
	if (lacks(lacp, side + PORT_PRIORITY))
		info->port_priority = other->port_priority;
}

/* Whether two ports can be in one aggregator, as far as the first one's is known. */
static bool is_companion(const struct saved_lacp *lacp, const struct saved_lacp *other)
{
	if (!other->state.aggregator || lacks(other, AGGREGATOR))
		return false;
	if (!lacks(lacp, AGGREGATOR))
		return lacp->state.aggregator == other->state.aggregator;
	return lacp->state.partner.key == other->state.partner.key &&
	       memcmp(lacp->state.partner.system, other->state.partner.system, LACP_MAC_SIZE) == 0;
}

static void complete_from(struct saved_lacp *lacp, const struct saved_lacp *other)
{
	struct lacp_port_state *state = &lacp->state;

	complete_info(lacp, ACTOR, &state->actor, &other->state.actor);
	complete_info(lacp, PARTNER, &state->partner, &other->state.partner);
	if (lacks(lacp, AGGREGATOR))
		state->aggregator = other->state.aggregator;
	if (lacks(lacp, AGGREGATOR_ACTIVE))
		state->aggregator_active = other->state.aggregator_active;
	lacp->missing &= ~(1ULL << AGGREGATOR | 1ULL << AGGREGATOR_ACTIVE);
}

static const struct saved_lacp *find_companion(const struct saved_bond *bond, size_t index)
{
	for (size_t i = 0; i < bond->port_count; i++)
		if (i != index && bond->ports[i].has_lacp &&
		    is_companion(&bond->ports[index].lacp, &bond->ports[i].lacp))
			return &bond->ports[i].lacp;
	return NULL;
}

/* What the bond's own options and the port's number say of our side. */
static void complete_actor(const struct saved_bond *bond, struct saved_port *port)
{
	struct saved_lacp *lacp = &port->lacp;
	struct lacp_info *actor = &lacp->state.actor;
	static const uint8_t none[6];
	const uint8_t *system = memcmp(bond->options.ad_actor_system, none, 6)
					? bond->options.ad_actor_system
					: bond->mac;

	if (lacks(lacp, NUMBER))
		lacp->state.number = port->number;
	else if (!port->number)
		port->number = lacp->state.number;
	if (lacks(lacp, ACTOR + SYSTEM_PRIORITY))
		actor->system_priority = bond->options.ad_actor_sys_prio;
	if (lacks(lacp, ACTOR + SYSTEM))
		memcpy(actor->system, system, sizeof(actor->system));
	if (lacks(lacp, ACTOR + PORT_PRIORITY))
		actor->port_priority = port->options.actor_port_prio;
	if (lacks(lacp, ACTOR + PORT))
		actor->port = lacp->state.number;
	if (lacks(lacp, ACTOR + STATE) && bond->options.lacp_fast)
		actor->state |= LACP_STATE_TIMEOUT;
}

void saved_lacp_complete(struct saved_bond *bond)
{
	for (size_t i = 0; i < bond->port_count; i++) {
		struct saved_lacp *lacp = &bond->ports[i].lacp;
		const struct saved_lacp *companion;

		if (!bond->ports[i].has_lacp)
			continue;
		companion = find_companion(bond, i);
		if (companion)
			complete_from(lacp, companion);
		complete_alone(lacp, bond->options.coupled_control);
		/* alone in its aggregator, which then has its own number */
		if (lacks(lacp, AGGREGATOR) && lacp->state.selected != LACP_UNSELECTED)
			lacp->state.aggregator = lacp->state.number ?: bond->ports[i].number;
		complete_actor(bond, &bond->ports[i]);
	}
}
