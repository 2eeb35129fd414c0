/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port's actor information: key, priorities and the state octet, computed from
 * options, facts and the machines' states rather than stored separately.
 */
#include "core/lacp/lacp_private.h"

/* Key: user key 10 bits, speed 5 bits, duplex 1 bit. */
enum { KEY_USER_SHIFT = 6, KEY_SPEED_SHIFT = 1, KEY_FULL_DUPLEX = 1 };

/* The kernel's AD_LINK_SPEED_*: the position is the code, 0 is unknown. */
static const uint32_t speeds_mbps[] = {
	0,     1,     10,    100,   1000,  2500,   5000,   10000,  14000,
	20000, 25000, 40000, 50000, 56000, 100000, 200000, 400000, 800000,
};

uint16_t lacp_key(uint16_t user_key, uint32_t speed_mbps, bool full_duplex)
{
	uint16_t code = 0;

	for (size_t i = 1; i < sizeof(speeds_mbps) / sizeof(speeds_mbps[0]); i++)
		if (speeds_mbps[i] == speed_mbps)
			code = (uint16_t)i;
	return (uint16_t)(user_key << KEY_USER_SHIFT | code << KEY_SPEED_SHIFT |
			  (full_duplex ? KEY_FULL_DUPLEX : 0));
}

static uint8_t actor_state(const struct lacp_options *options, const struct lacp_port *port)
{
	uint8_t state = 0;

	if (options->active)
		state |= LACP_STATE_ACTIVITY;
	if (options->fast)
		state |= LACP_STATE_TIMEOUT;
	if (port->lacp_enabled)
		state |= LACP_STATE_AGGREGATION;
	if (lacp_mux_in_sync(port->mux))
		state |= LACP_STATE_SYNCHRONIZATION;
	if (lacp_mux_collects(port->mux))
		state |= LACP_STATE_COLLECTING;
	if (lacp_mux_distributes(port->mux))
		state |= LACP_STATE_DISTRIBUTING;
	if (port->defaulted)
		state |= LACP_STATE_DEFAULTED;
	if (port->rx == LACP_RX_EXPIRED)
		state |= LACP_STATE_EXPIRED;
	return state;
}

void lacp_actor_refresh(const struct lacp *lacp, struct lacp_port *port)
{
	static const uint8_t unset[LACP_MAC_SIZE];
	const struct lacp_options *options = &lacp->options;
	const uint8_t *system = options->system;

	if (lacp_mac_equal(system, unset))
		system = lacp->mac;
	memcpy(port->actor.system, system, LACP_MAC_SIZE);
	port->actor.system_priority = options->system_priority;
	port->actor.port = port->number;
	port->actor.port_priority = port->priority;
	/* without link, drivers do not report it: keep the last value */
	if (port->link) {
		port->lacp_enabled = port->full_duplex;
		port->actor.key = lacp_key(options->user_key, port->speed_mbps, port->full_duplex);
	} else {
		port->actor.key = (uint16_t)(options->user_key << KEY_USER_SHIFT |
					     (port->actor.key & ((1 << KEY_USER_SHIFT) - 1)));
	}
	port->actor.state = actor_state(options, port);
}
