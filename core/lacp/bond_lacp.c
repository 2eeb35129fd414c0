/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mode 802.3ad: passes a bond's facts on to LACP (lacp/lacp.h), and builds the
 * table from LACP's results.
 *
 * A bond has a struct lacp while its mode is 802.3ad, and after that until it is
 * freed, to send the last LACPDUs to the partners.
 */
#include "core/bond_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static_assert(sizeof(struct lacp_options) == 4 * sizeof(uint32_t) + LACP_MAC_SIZE + 6,
	      "LACP's options are compared as bytes: no padding");

struct bond_lacp {
	struct lacp *machines;
	struct lacp_effects fx;
};

void bond_lacp_free(struct bond_lacp *lacp)
{
	if (!lacp)
		return;
	lacp_free(lacp->machines);
	free(lacp);
}

/* LACP's options, derived from the bond's options and ports. */
static struct lacp_options options_of(const struct bond *bond, const struct bond_options *from)
{
	struct lacp_options options = {
		.fast = from->lacp_fast,
		.active = from->lacp_active,
		.strict = from->lacp_strict,
		.coupled = from->coupled_control,
		.fallback = from->lacp_fallback[0],
		.ad_select = (enum lacp_ad_select)from->ad_select,
		.system_priority = from->ad_actor_sys_prio,
		.user_key = from->ad_user_port_key,
		.min_links = from->min_links,
	};

	memcpy(options.system, from->ad_actor_system, sizeof(options.system));
	for (size_t i = 0; i < bond->count; i++)
		if (strcmp(bond->ports[i].name, from->lacp_fallback) == 0)
			options.fallback_port = bond->ports[i].id;
	return options;
}

int bond_lacp_reserve(struct bond *bond, const struct bond_options *options)
{
	struct lacp_options own = options_of(bond, options);
	struct bond_lacp *lacp = calloc(1, sizeof(*lacp));

	if (lacp)
		lacp->machines = lacp_new(&own, bond->mac, bond->now_ms);
	if (!lacp || !lacp->machines) {
		free(lacp);
		return -ENOMEM;
	}
	bond_lacp_free(bond->lacp);
	bond->lacp = lacp;
	return 0;
}

void bond_lacp_enter(struct bond *bond)
{
	for (size_t i = 0; i < bond->count; i++)
		bond_lacp_attach(bond, &bond->ports[i]);
}

void bond_lacp_leave(struct bond *bond)
{
	for (size_t i = 0; i < bond->count; i++)
		bond_lacp_detach(bond, &bond->ports[i]);
}

int bond_lacp_clone(struct bond *clone)
{
	const struct bond_lacp *from = clone->lacp;

	if (!from)
		return 0;
	clone->lacp = malloc(sizeof(*clone->lacp));
	if (!clone->lacp)
		return -ENOMEM;
	clone->lacp->machines = lacp_clone(from->machines);
	clone->lacp->fx.count = 0;
	return clone->lacp->machines ? 0 : -ENOMEM;
}

/* Speed and duplex in LACP's form: 0 and false are unknown. */
static uint32_t speed_of(const struct port *port)
{
	return port->speed_mbps > 0 ? (uint32_t)port->speed_mbps : 0;
}

static bool link_of(const struct bond *bond, const struct port *port)
{
	return bond->is_up && port->link == LINK_UP;
}

void bond_lacp_attach(struct bond *bond, struct port *port)
{
	struct lacp_port_facts facts = {
		.number = port->number,
		.priority = port->options.actor_port_prio,
		.link = link_of(bond, port),
		.speed_mbps = speed_of(port),
		.full_duplex = port->duplex == DUPLEX_IS_FULL,
	};

	memcpy(facts.name, port->name, sizeof(facts.name));
	memcpy(facts.mac, port->mac, sizeof(facts.mac));
	lacp_in_add(bond->lacp->machines, port->id, &facts, bond->now_ms);
}

void bond_lacp_detach(struct bond *bond, struct port *port)
{
	lacp_in_remove(bond->lacp->machines, port->id, bond->now_ms);
}

void bond_lacp_restore(struct bond *bond, struct port *port, const struct bond_port_facts *facts)
{
	bond_lacp_attach(bond, port);
	if (facts->lacp)
		lacp_import_port(bond->lacp->machines, port->id, facts->lacp, facts->lacp_age_ms,
				 bond->now_ms);
}

void bond_lacp_frame(struct bond *bond, uint32_t id, const uint8_t *bytes, size_t length,
		     uint64_t now_ms)
{
	(void)now_ms; /* bond->now_ms is not earlier */
	lacp_in_frame(bond->lacp->machines, id, bytes, length, bond->now_ms);
	earliest(&bond->deadline_ms, bond_lacp_deadline(bond));
}

/* LACP ignores unchanged facts, so all are passed each time. */
void bond_lacp_inform(struct bond *bond, uint64_t now_ms)
{
	struct lacp *lacp = bond->lacp->machines;
	struct lacp_options options = options_of(bond, &bond->options);

	if (memcmp(&options, lacp_get_options(lacp), sizeof(options)) != 0)
		lacp_in_options(lacp, &options, now_ms);
	lacp_in_mac(lacp, bond->mac, now_ms);
	for (size_t i = 0; i < bond->count; i++) {
		const struct port *port = &bond->ports[i];

		lacp_in_name(lacp, port->id, port->name);
		lacp_in_priority(lacp, port->id, port->options.actor_port_prio, now_ms);
		/* before the link, so that the first LACPDU has the right key */
		lacp_in_speed(lacp, port->id, speed_of(port), port->duplex == DUPLEX_IS_FULL,
			      now_ms);
		lacp_in_link(lacp, port->id, link_of(bond, port), now_ms);
	}
}

void bond_lacp_run(struct bond *bond, uint64_t now_ms)
{
	if (bond->lacp)
		lacp_step(bond->lacp->machines, now_ms, &bond->lacp->fx);
}

void bond_lacp_emit(const struct bond *bond, struct bond_effects *fx)
{
	if (bond->lacp && bond->lacp->fx.count)
		effect_add(fx, FX_LACP, bond->cause);
}

uint64_t bond_lacp_deadline(const struct bond *bond)
{
	return bond->lacp ? lacp_next_deadline(bond->lacp->machines) : BOND_NEVER;
}

bool bond_lacp_carrier(const struct bond *bond)
{
	return lacp_get_carrier(bond->lacp->machines);
}

bool bond_lacp_receives(const struct bond *bond, const struct port *port)
{
	struct lacp_port_view view;

	return lacp_port_by_id(bond->lacp->machines, port->id, &view) && view.collects;
}

bool bond_lacp_sends(const struct bond *bond, const struct port *port)
{
	struct lacp_port_view view;

	return lacp_port_by_id(bond->lacp->machines, port->id, &view) && view.distributes &&
	       port_is_usable(port);
}

void bond_lacp_table(const struct bond *bond, struct bond_table *table)
{
	table_add_receivers(bond, table);
	for (size_t i = 0; i < bond->count; i++)
		if (bond_lacp_sends(bond, &bond->ports[i]))
			table->tx_port[table->tx_count++] = bond->ports[i].id;
}

const struct lacp *bond_get_lacp(const struct bond *bond)
{
	return bond_uses_lacp(bond) ? bond->lacp->machines : NULL;
}

const struct lacp_effects *bond_get_lacp_effects(const struct bond *bond)
{
	return bond->lacp ? &bond->lacp->fx : NULL;
}

void bond_lacp_effect_text(const struct bond *bond, const struct lacp_effect *effect, char *text,
			   size_t size)
{
	lacp_effect_text(bond->lacp->machines, effect, text, size);
}
