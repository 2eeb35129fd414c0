/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Receive machine, IEEE 802.1AX-2014 6.4.12.
 *
 *   any state --------- no link, not moved ----------> PORT_DISABLED
 *   INITIALIZE ------------------------------------- > PORT_DISABLED
 *   PORT_DISABLED ----- moved ----------------------> INITIALIZE
 *   PORT_DISABLED ----- link, LACP enabled ---------> EXPIRED
 *   PORT_DISABLED ----- link, LACP not enabled -----> LACP_DISABLED
 *   LACP_DISABLED ----- LACP enabled ---------------> PORT_DISABLED
 *   EXPIRED ----------- current_while over ---------> DEFAULTED
 *   CURRENT ----------- current_while over ---------> EXPIRED
 *   EXPIRED, DEFAULTED, CURRENT --- LACPDU ---------> CURRENT
 *   EXPIRED, DEFAULTED, CURRENT --- LACP not enabled > PORT_DISABLED
 *
 * The last row is ours: the standard does not say how LACP is disabled while the
 * machine is running, which a change of duplex does.
 */
#include "core/lacp/lacp_private.h"

#define IDENTITY_BITS LACP_STATE_AGGREGATION
#define NTT_BITS                                                                                   \
	(LACP_STATE_ACTIVITY | LACP_STATE_TIMEOUT | LACP_STATE_SYNCHRONIZATION |                   \
	 LACP_STATE_AGGREGATION)

/* The kernel's ad_initialize_port(): administrative defaults for the partner. */
static const struct lacp_info partner_admin = {
	.system_priority = 0xffff,
	.key = 1,
	.port_priority = 0xff,
	.port = 1,
};

enum lacp_rx lacp_rx_next(const struct lacp_port *port, bool received, uint64_t now_ms)
{
	bool over = now_ms >= port->current_while_ms;

	if (!port->link && !port->moved)
		return LACP_RX_PORT_DISABLED;
	switch (port->rx) {
	case LACP_RX_INITIALIZE:
		return LACP_RX_PORT_DISABLED;
	case LACP_RX_PORT_DISABLED:
		if (port->moved)
			return LACP_RX_INITIALIZE;
		return port->lacp_enabled ? LACP_RX_EXPIRED : LACP_RX_LACP_DISABLED;
	case LACP_RX_LACP_DISABLED:
		return port->lacp_enabled ? LACP_RX_PORT_DISABLED : LACP_RX_LACP_DISABLED;
	case LACP_RX_EXPIRED:
		if (!port->lacp_enabled)
			return LACP_RX_PORT_DISABLED;
		if (received)
			return LACP_RX_CURRENT;
		return over ? LACP_RX_DEFAULTED : LACP_RX_EXPIRED;
	case LACP_RX_DEFAULTED:
		if (!port->lacp_enabled)
			return LACP_RX_PORT_DISABLED;
		return received ? LACP_RX_CURRENT : LACP_RX_DEFAULTED;
	case LACP_RX_CURRENT:
		if (!port->lacp_enabled)
			return LACP_RX_PORT_DISABLED;
		return over && !received ? LACP_RX_EXPIRED : LACP_RX_CURRENT;
	}
	return port->rx;
}

/*
 * Whether two infos have the same system, port, key and priorities and the same
 * @bits of the state: the fields that 6.4.9 compares.
 */
static bool info_equal(const struct lacp_info *a, const struct lacp_info *b, uint8_t bits)
{
	return a->port == b->port && a->port_priority == b->port_priority && a->key == b->key &&
	       a->system_priority == b->system_priority && lacp_mac_equal(a->system, b->system) &&
	       !((a->state ^ b->state) & bits);
}

void lacp_record_default(struct lacp_port *port)
{
	port->partner = partner_admin;
	port->defaulted = true;
}

/* update_Default_Selected, 6.4.9 */
static void update_default_selected(struct lacp_port *port)
{
	if (!info_equal(&partner_admin, &port->partner, IDENTITY_BITS))
		lacp_unselect(port, LACP_WHY_DEFAULTED);
}

/* update_Selected, 6.4.9 */
static void update_selected(struct lacp_port *port, const struct lacp_frame *frame)
{
	if (!info_equal(&frame->actor, &port->partner, IDENTITY_BITS))
		lacp_unselect(port, port->defaulted ? LACP_WHY_RECEIVED : LACP_WHY_PARTNER_CHANGED);
}

/* update_NTT, 6.4.9 */
static void update_ntt(struct lacp_port *port, const struct lacp_frame *frame)
{
	if (!info_equal(&frame->partner, &port->actor, NTT_BITS))
		port->ntt = true;
}

/* recordPDU, 6.4.9: the partner is in sync with us if it says so and knows us. */
static void record_pdu(struct lacp_port *port, const struct lacp_frame *frame)
{
	bool individual = !(frame->actor.state & LACP_STATE_AGGREGATION);
	bool matched = info_equal(&frame->partner, &port->actor, LACP_STATE_AGGREGATION);
	bool maintained = (frame->actor.state & LACP_STATE_ACTIVITY) ||
			  ((port->actor.state & LACP_STATE_ACTIVITY) &&
			   (frame->partner.state & LACP_STATE_ACTIVITY));

	port->partner = frame->actor;
	port->defaulted = false;
	if (!(matched || individual) || !maintained)
		port->partner.state &= (uint8_t)~LACP_STATE_SYNCHRONIZATION;
}

static void enter(struct lacp_port *port, enum lacp_rx state, uint64_t now_ms)
{
	enum lacp_why why = LACP_WHY_NONE;

	switch (state) {
	case LACP_RX_INITIALIZE:
		why = LACP_WHY_MOVED;
		lacp_unselect(port, why);
		lacp_record_default(port);
		port->moved = false;
		port->current_while_ms = LACP_NEVER;
		break;
	case LACP_RX_PORT_DISABLED:
		why = LACP_WHY_LINK_DOWN;
		port->partner.state &= (uint8_t)~LACP_STATE_SYNCHRONIZATION;
		port->current_while_ms = LACP_NEVER;
		memset(port->formers, 0, sizeof(port->formers)); /* it may be recabled now */
		port->looped_ms = LACP_NEVER;
		break;
	case LACP_RX_LACP_DISABLED:
		why = LACP_WHY_DUPLEX;
		lacp_unselect(port, why);
		lacp_record_default(port);
		port->partner.state &= (uint8_t)~LACP_STATE_AGGREGATION;
		break;
	case LACP_RX_EXPIRED:
		why = port->rx == LACP_RX_CURRENT ? LACP_WHY_EXPIRED : LACP_WHY_LINK_UP;
		port->partner.state &= (uint8_t)~LACP_STATE_SYNCHRONIZATION;
		port->partner.state |= LACP_STATE_TIMEOUT;
		port->current_while_ms = now_ms + LACP_SHORT_TIMEOUT_MS;
		break;
	case LACP_RX_DEFAULTED:
		why = LACP_WHY_DEFAULTED;
		update_default_selected(port);
		lacp_record_default(port);
		port->current_while_ms = LACP_NEVER;
		break;
	case LACP_RX_CURRENT:
		why = LACP_WHY_RECEIVED;
		port->current_while_ms =
			now_ms + (port->actor.state & LACP_STATE_TIMEOUT ? LACP_SHORT_TIMEOUT_MS
									 : LACP_LONG_TIMEOUT_MS);
		break;
	}
	if (state != port->rx)
		lacp_because(port, LACP_MACHINE_RX, why, 0);
	port->rx = state;
}

bool lacp_rx_run(struct lacp_port *port, uint64_t now_ms)
{
	enum lacp_rx next;
	bool moved = false;

	/* terminates: after PORT_DISABLED comes a state held by a new timer or disabled LACP */
	while ((next = lacp_rx_next(port, false, now_ms)) != port->rx) {
		enter(port, next, now_ms);
		moved = true;
	}
	assert(port->rx != LACP_RX_INITIALIZE && !port->moved);
	assert(port->rx != LACP_RX_CURRENT || !port->defaulted);
	return moved;
}

static bool came_back(const struct lacp_port *port, const struct lacp_info *received,
		      uint64_t now_ms)
{
	for (size_t i = 0; i < LACP_FORMERS_MAX; i++) {
		const struct lacp_identity *former = &port->formers[i];

		if (former->valid && now_ms - former->replaced_ms < LACP_CONFLICT_MS &&
		    former->port == received->port &&
		    lacp_mac_equal(former->system, received->system))
			return true;
	}
	return false;
}

static void remember(struct lacp_port *port, uint64_t now_ms)
{
	struct lacp_identity *former = &port->formers[port->former_next];

	*former = (struct lacp_identity){
		.valid = true,
		.port = port->partner.port,
		.replaced_ms = now_ms,
	};
	memcpy(former->system, port->partner.system, LACP_MAC_SIZE);
	port->former_next = (port->former_next + 1) % LACP_FORMERS_MAX;
}

/*
 * If a replaced partner soon returns, there are two of them, behind a hub or by
 * forgery. Such a port stays out of every aggregator until one of them has been
 * silent for a while.
 */
static void watch_partners(struct lacp_port *port, const struct lacp_info *received,
			   uint64_t now_ms)
{
	bool same = received->port == port->partner.port &&
		    lacp_mac_equal(received->system, port->partner.system);

	if (port->defaulted || same)
		return;
	if (came_back(port, received, now_ms)) {
		port->hold_ms = now_ms + LACP_HOLD_MS;
		port->alarm_due[LACP_ALARM_TWO_PARTNERS] = true;
	}
	remember(port, now_ms);
}

/* Sets port_moved, 6.4.8, on other ports without link that still have this partner's port. */
static void set_moved(struct lacp *lacp, const struct lacp_port *port)
{
	for (size_t i = 0; i < lacp->count; i++) {
		struct lacp_port *other = &lacp->ports[i];

		if (other == port || other->rx != LACP_RX_PORT_DISABLED || other->defaulted)
			continue;
		if (other->partner.port == port->partner.port &&
		    lacp_mac_equal(other->partner.system, port->partner.system))
			other->moved = true;
	}
}

void lacp_rx_receive(struct lacp *lacp, struct lacp_port *port, const struct lacp_frame *frame,
		     uint64_t now_ms)
{
	if (lacp_rx_next(port, true, now_ms) != LACP_RX_CURRENT)
		return;
	watch_partners(port, &frame->actor, now_ms);
	update_selected(port, frame);
	update_ntt(port, frame);
	record_pdu(port, frame);
	enter(port, LACP_RX_CURRENT, now_ms);
	port->looped_ms = LACP_NEVER;
	set_moved(lacp, port);
}
