/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The current state, for status and for the packet path's table.
 */
#include "core/lacp/lacp_private.h"

const struct lacp_options *lacp_get_options(const struct lacp *lacp)
{
	return &lacp->options;
}

bool lacp_get_carrier(const struct lacp *lacp)
{
	return lacp->carrier;
}

struct lacp_active_view lacp_get_active(const struct lacp *lacp)
{
	struct lacp_active_view view = {0};
	const struct lacp_agg *agg;

	if (!lacp->active)
		return view;
	agg = lacp_agg_const(lacp, lacp->active);
	view.aggregator = lacp->active;
	view.actor_key = agg->key;
	view.partner_key = agg->partner.key;
	memcpy(view.partner_system, agg->partner.system, LACP_MAC_SIZE);
	for (size_t i = 0; i < lacp->count; i++)
		view.ports += lacp->ports[i].agg == lacp->active && lacp->ports[i].link;
	return view;
}

size_t lacp_port_count(const struct lacp *lacp)
{
	return lacp->count;
}

struct lacp_port_view lacp_port_at(const struct lacp *lacp, size_t index)
{
	const struct lacp_port *port = &lacp->ports[index];
	struct lacp_port_view view = {
		.id = port->id,
		.number = port->number,
		.link = port->link,
		.rx = port->rx,
		.periodic = port->periodic,
		.mux = port->mux,
		.selected = port->selected,
		.actor_churn = port->actor_churn.state,
		.partner_churn = port->partner_churn.state,
		.actor_churn_count = port->actor_churn.count,
		.partner_churn_count = port->partner_churn.count,
		.actor = port->actor,
		.partner = port->partner,
		.has_partner = !port->defaulted,
		.aggregator = port->agg,
		.in_active = port->agg && port->agg == lacp->active,
		.collects = port->told_collects,
		.distributes = port->told_distributes,
		.alone = lacp_carries_alone(lacp, port),
		.looped = lacp_is_looped(port),
		.counters = port->counters,
	};

	memcpy(view.name, port->name, sizeof(view.name));
	return view;
}

bool lacp_port_by_id(const struct lacp *lacp, uint32_t id, struct lacp_port_view *ret_view)
{
	for (size_t i = 0; i < lacp->count; i++) {
		if (lacp->ports[i].id != id)
			continue;
		*ret_view = lacp_port_at(lacp, i);
		return true;
	}
	return false;
}
