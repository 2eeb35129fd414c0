/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exports and imports the state of a port's machines as plain data, so that a
 * restarted daemon continues where the last one stopped without the partner
 * noticing.
 */
#include "core/lacp/lacp_private.h"

#include <errno.h>

/* Converts a deadline to time left, and back. */
static uint64_t left_of(uint64_t deadline_ms, uint64_t now_ms)
{
	if (deadline_ms == LACP_NEVER)
		return LACP_NEVER;
	return deadline_ms > now_ms ? deadline_ms - now_ms : 0;
}

static uint64_t deadline_of(uint64_t left_ms, uint64_t age_ms, uint64_t now_ms)
{
	if (left_ms == LACP_NEVER)
		return LACP_NEVER;
	return now_ms + (left_ms > age_ms ? left_ms - age_ms : 0);
}

int lacp_export_port(const struct lacp *lacp, uint32_t id, uint64_t now_ms,
		     struct lacp_port_state *ret_state)
{
	const struct lacp_port *port = lacp_find((struct lacp *)lacp, id);

	if (!port)
		return -ENOENT;
	*ret_state = (struct lacp_port_state){
		.number = port->number,
		.rx = port->rx,
		.mux = port->mux,
		.selected = port->selected,
		.actor_churn = port->actor_churn.state,
		.partner_churn = port->partner_churn.state,
		.actor = port->actor,
		.partner = port->partner,
		.defaulted = port->defaulted,
		.aggregator = port->agg,
		.aggregator_active = port->agg && port->agg == lacp->active,
		.collects = port->told_collects,
		.distributes = port->told_distributes,
		.current_while_ms = left_of(port->current_while_ms, now_ms),
		.wait_while_ms = left_of(port->wait_while_ms, now_ms),
		.actor_churn_ms = left_of(port->actor_churn.deadline_ms, now_ms),
		.partner_churn_ms = left_of(port->partner_churn.deadline_ms, now_ms),
		.actor_churn_count = port->actor_churn.count,
		.partner_churn_count = port->partner_churn.count,
		.counters = port->counters,
	};
	for (size_t i = 0; i < LACP_TX_LIMIT; i++)
		ret_state->tx_free_ms[i] = left_of(port->tx_free_ms[i], now_ms);
	return 0;
}

static bool is_enum(unsigned int value, unsigned int last)
{
	return value <= last;
}

/* The timer runs in MONITOR only. */
static bool is_possible_churn(enum lacp_churn state, uint64_t left_ms)
{
	return state == LACP_CHURN_MONITOR || left_ms == LACP_NEVER;
}

/* Whether a port running these machines can be in this state. */
static bool is_possible(const struct lacp_port_state *state)
{
	bool enums = is_enum(state->rx, LACP_RX_CURRENT) &&
		     is_enum(state->mux, LACP_MUX_COLLECTING_DISTRIBUTING) &&
		     is_enum(state->selected, LACP_STANDBY) &&
		     is_enum(state->actor_churn, LACP_NO_CHURN) &&
		     is_enum(state->partner_churn, LACP_NO_CHURN);
	bool beyond = lacp_mux_in_sync(state->mux);

	if (!enums || state->rx == LACP_RX_INITIALIZE || state->aggregator > LACP_PORTS_MAX)
		return false;
	if (!is_possible_churn(state->actor_churn, state->actor_churn_ms) ||
	    !is_possible_churn(state->partner_churn, state->partner_churn_ms))
		return false;
	if (state->rx == LACP_RX_CURRENT && state->defaulted)
		return false;
	if ((state->selected == LACP_UNSELECTED) != (state->mux == LACP_MUX_DETACHED))
		return false;
	if ((state->selected == LACP_UNSELECTED) != !state->aggregator)
		return false;
	if (state->aggregator_active && state->selected != LACP_SELECTED)
		return false;
	if (beyond && state->selected != LACP_SELECTED)
		return false;
	if (lacp_mux_collects(state->mux) && !state->aggregator_active)
		return false;
	return !lacp_mux_collects(state->mux) ||
	       (state->rx == LACP_RX_CURRENT &&
		(state->partner.state & LACP_STATE_SYNCHRONIZATION));
}

/* Restores the aggregator; false when it contradicts another port's. */
static bool import_agg(struct lacp *lacp, struct lacp_port *port,
		       const struct lacp_port_state *state)
{
	struct lacp_agg *agg;

	if (!state->aggregator)
		return true;
	agg = lacp_agg(lacp, state->aggregator);
	if (state->aggregator_active && lacp->active && lacp->active != state->aggregator)
		return false;
	if (!agg->count)
		*agg = lacp_agg_of(port);
	else if (agg->shared && lacp_agg_fits(agg, port))
		agg->count++;
	else
		return false;
	port->agg = state->aggregator;
	if (state->aggregator_active) {
		lacp->active = state->aggregator;
		lacp->told_active = state->aggregator;
	}
	return true;
}

static void import_timers(struct lacp_port *port, const struct lacp_port_state *state,
			  uint64_t age_ms, uint64_t now_ms)
{
	uint64_t whole_ms = LACP_SHORT_TIMEOUT_MS;

	if (state->rx == LACP_RX_CURRENT && !(state->actor.state & LACP_STATE_TIMEOUT))
		whole_ms = LACP_LONG_TIMEOUT_MS;
	port->current_while_ms = LACP_NEVER;
	if (state->rx == LACP_RX_CURRENT || state->rx == LACP_RX_EXPIRED)
		port->current_while_ms = now_ms + whole_ms;
	if (state->mux == LACP_MUX_WAITING) {
		port->ready_n = state->wait_while_ms == LACP_NEVER;
		port->wait_while_ms = deadline_of(state->wait_while_ms, age_ms, now_ms);
	}
	port->actor_churn.deadline_ms = deadline_of(state->actor_churn_ms, age_ms, now_ms);
	port->partner_churn.deadline_ms = deadline_of(state->partner_churn_ms, age_ms, now_ms);
	for (size_t i = 0; i < LACP_TX_LIMIT; i++)
		port->tx_free_ms[i] = deadline_of(state->tx_free_ms[i], age_ms, now_ms);
}

int lacp_import_port(struct lacp *lacp, uint32_t id, const struct lacp_port_state *state,
		     uint64_t age_ms, uint64_t now_ms)
{
	struct lacp_port *port = lacp_find(lacp, id), former;

	if (!port)
		return -ENOENT;
	if (!is_possible(state) || state->number != port->number || port->agg)
		return -EINVAL;
	former = *port;
	port->partner = state->partner;
	port->defaulted = state->defaulted;
	/* the key it was selected with; the step detects if it has changed */
	port->actor = state->actor;
	port->lacp_enabled = state->actor.state & LACP_STATE_AGGREGATION;
	port->rx = state->rx;
	port->mux = state->mux;
	port->selected = state->selected;
	port->leave_why = LACP_WHY_IMPORTED;
	port->actor_churn.state = state->actor_churn;
	port->actor_churn.count = state->actor_churn_count;
	port->partner_churn.state = state->partner_churn;
	port->partner_churn.count = state->partner_churn_count;
	port->counters = state->counters;
	if (!import_agg(lacp, port, state)) {
		*port = former;
		return -EINVAL;
	}
	import_timers(port, state, age_ms, now_ms);
	/* the periodic machine restarts and sends at once */
	port->told_partner = !port->defaulted;
	port->partner_told = port->partner;
	for (enum lacp_machine machine = 0; machine < LACP_MACHINE_MAX; machine++)
		port->told[machine].state = lacp_machine_state(port, machine);
	port->told_collects = state->collects;
	port->told_distributes = state->distributes;
	return 0;
}
