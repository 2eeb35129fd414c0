/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bond's LACP: facts in (lacp_in_*()), and the loop that runs all ports'
 * machines until no state changes (lacp_step()). The machines have files of their
 * own.
 */
#include "core/lacp/lacp_private.h"

#include "core/deadline.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

/* Rounds after which a step must be stable: the longest chain takes a handful. */
#define ROUNDS_MAX 16

/* Per port: PORT, PARTNER, traces, alarms, LACPDU, responses; per bond the rest. */
static_assert(LACP_EFFECTS_MAX >= LACP_PORTS_MAX * (2 + LACP_MACHINE_MAX + LACP_ALARM_MAX + 1 +
						    LACP_MARKERS_MAX + 1 /* farewell */) +
					  3,
	      "a step's effects fit");

/* Something changed: the next step has work to do. */
static void touch(struct lacp *lacp, uint64_t now_ms)
{
	if (now_ms > lacp->now_ms)
		lacp->now_ms = now_ms;
	if (lacp->now_ms < lacp->deadline_ms)
		lacp->deadline_ms = lacp->now_ms;
}

void lacp_options_init(struct lacp_options *options)
{
	*options = (struct lacp_options){
		.active = true,
		.coupled = true,
		.ad_select = LACP_AD_STABLE,
		.system_priority = 0xffff,
	};
}

struct lacp *lacp_new(const struct lacp_options *options, const uint8_t mac[LACP_MAC_SIZE],
		      uint64_t now_ms)
{
	struct lacp *lacp = calloc(1, sizeof(*lacp));

	if (!lacp)
		return NULL;
	lacp->options = *options;
	memcpy(lacp->mac, mac, LACP_MAC_SIZE);
	lacp->deadline_ms = LACP_NEVER;
	touch(lacp, now_ms);
	return lacp;
}

struct lacp *lacp_clone(const struct lacp *lacp)
{
	struct lacp *clone = malloc(sizeof(*clone));

	if (clone)
		*clone = *lacp;
	return clone;
}

void lacp_free(struct lacp *lacp)
{
	free(lacp);
}

static void set_name(struct lacp_port *port, const char *name)
{
	size_t length = strnlen(name, LACP_NAME_MAX - 1);

	memset(port->name, 0, sizeof(port->name));
	memcpy(port->name, name, length);
}

/* BEGIN: every machine in its first state, no timer running. */
static void begin(struct lacp_port *port)
{
	port->rx = LACP_RX_INITIALIZE;
	lacp_record_default(port);
	port->current_while_ms = LACP_NEVER;
	port->periodic = LACP_NO_PERIODIC;
	port->periodic_ms = LACP_NEVER;
	port->mux = LACP_MUX_DETACHED;
	port->wait_while_ms = LACP_NEVER;
	port->actor_churn.state = LACP_CHURN_MONITOR;
	port->actor_churn.deadline_ms = LACP_NEVER;
	port->partner_churn.state = LACP_CHURN_MONITOR;
	port->partner_churn.deadline_ms = LACP_NEVER;
	port->hold_ms = LACP_NEVER;
	port->looped_ms = LACP_NEVER;
	port->selected = LACP_UNSELECTED;
	port->leave_why = LACP_WHY_ADDED;
	for (enum lacp_machine machine = 0; machine < LACP_MACHINE_MAX; machine++)
		port->told[machine] = (struct lacp_told){
			.state = lacp_machine_state(port, machine),
			.said = LACP_WHY_ADDED,
			.why = LACP_WHY_ADDED,
		};
}

int lacp_in_add(struct lacp *lacp, uint32_t id, const struct lacp_port_facts *facts,
		uint64_t now_ms)
{
	struct lacp_port *port = &lacp->ports[lacp->count];

	if (!id || !facts->number)
		return -EINVAL;
	for (size_t i = 0; i < lacp->count; i++)
		if (lacp->ports[i].id == id || lacp->ports[i].number == facts->number)
			return -EEXIST;
	if (lacp->count == LACP_PORTS_MAX)
		return -ENOSPC;
	*port = (struct lacp_port){
		.id = id,
		.number = facts->number,
		.priority = facts->priority,
		.link = facts->link,
		.speed_mbps = facts->speed_mbps,
		.full_duplex = facts->full_duplex,
		.lacp_enabled = true, /* until the link shows its duplex; as the driver's */
	};
	memcpy(port->mac, facts->mac, LACP_MAC_SIZE);
	set_name(port, facts->name);
	begin(port);
	lacp_actor_refresh(lacp, port);
	lacp->count++;
	touch(lacp, now_ms);
	return 0;
}

static void say_farewell(struct lacp *lacp, const struct lacp_port *port)
{
	struct lacp_farewell *farewell = &lacp->farewells[lacp->farewell_count];

	/* full only when ports are added and removed without a step in between */
	if (lacp->farewell_count == LACP_PORTS_MAX || !lacp_tx_farewell(port, farewell->frame))
		return;
	farewell->port = port->id;
	lacp->farewell_count++;
}

int lacp_in_remove(struct lacp *lacp, uint32_t id, uint64_t now_ms)
{
	struct lacp_port *port = lacp_find(lacp, id);
	size_t index;

	if (!port)
		return -ENOENT;
	say_farewell(lacp, port);
	if (port->agg && !--lacp_agg(lacp, port->agg)->count && lacp->active == port->agg)
		lacp->active = LACP_NO_AGG;
	if (lacp->options.fallback_port == id)
		lacp->options.fallback_port = 0; /* the id may be reused for another port */
	index = (size_t)(port - lacp->ports);
	lacp->count--;
	memmove(port, port + 1, (lacp->count - index) * sizeof(*port));
	touch(lacp, now_ms);
	return 0;
}

void lacp_in_link(struct lacp *lacp, uint32_t id, bool link, uint64_t now_ms)
{
	struct lacp_port *port = lacp_find(lacp, id);

	if (!port || port->link == link)
		return;
	port->link = link;
	touch(lacp, now_ms);
}

void lacp_in_speed(struct lacp *lacp, uint32_t id, uint32_t speed_mbps, bool full_duplex,
		   uint64_t now_ms)
{
	struct lacp_port *port = lacp_find(lacp, id);

	if (!port || (port->speed_mbps == speed_mbps && port->full_duplex == full_duplex))
		return;
	port->speed_mbps = speed_mbps;
	port->full_duplex = full_duplex;
	touch(lacp, now_ms);
}

void lacp_in_priority(struct lacp *lacp, uint32_t id, uint16_t priority, uint64_t now_ms)
{
	struct lacp_port *port = lacp_find(lacp, id);

	if (!port || port->priority == priority)
		return;
	port->priority = priority;
	port->ntt = true;
	touch(lacp, now_ms);
}

void lacp_in_name(struct lacp *lacp, uint32_t id, const char *name)
{
	struct lacp_port *port = lacp_find(lacp, id);

	if (port)
		set_name(port, name);
}

/* Sends every partner our new information. */
static void set_ntt_all(struct lacp *lacp, uint64_t now_ms)
{
	for (size_t i = 0; i < lacp->count; i++)
		lacp->ports[i].ntt = true;
	touch(lacp, now_ms);
}

void lacp_in_options(struct lacp *lacp, const struct lacp_options *options, uint64_t now_ms)
{
	lacp->options = *options;
	set_ntt_all(lacp, now_ms);
}

void lacp_in_mac(struct lacp *lacp, const uint8_t mac[LACP_MAC_SIZE], uint64_t now_ms)
{
	if (lacp_mac_equal(lacp->mac, mac))
		return;
	memcpy(lacp->mac, mac, LACP_MAC_SIZE);
	set_ntt_all(lacp, now_ms);
}

/* Whether we sent it: the source is one of our ports, or the system is ours. */
static bool is_ours(const struct lacp *lacp, const struct lacp_port *port,
		    const struct lacp_frame *frame)
{
	for (size_t i = 0; i < lacp->count; i++)
		if (lacp_mac_equal(frame->source, lacp->ports[i].mac))
			return true;
	return frame->kind == LACP_FRAME_LACPDU &&
	       lacp_mac_equal(frame->actor.system, port->actor.system);
}

static void receive_own(struct lacp_port *port, uint64_t now_ms)
{
	port->counters.looped_rx++;
	if (!port->link)
		return;
	port->looped_ms = now_ms + LACP_LOOPED_MS;
	port->alarm_due[LACP_ALARM_LOOPED] = true;
}

static void take_lacpdu(struct lacp *lacp, struct lacp_port *port, const struct lacp_frame *frame,
			uint64_t now_ms)
{
	port->counters.lacpdu_rx++;
	/* the link may have changed in the same batch, whose order must not matter */
	lacp_actor_refresh(lacp, port);
	lacp_rx_run(port, now_ms);
	if (is_ours(lacp, port, frame))
		receive_own(port, now_ms);
	else
		lacp_rx_receive(lacp, port, frame, now_ms);
	touch(lacp, now_ms);
}

void lacp_in_frame(struct lacp *lacp, uint32_t id, const uint8_t *bytes, size_t length,
		   uint64_t now_ms)
{
	struct lacp_port *port = lacp_find(lacp, id);
	struct lacp_frame frame;

	if (!port)
		return;
	if (now_ms < lacp->now_ms)
		now_ms = lacp->now_ms;
	lacp_frame_decode(bytes, length, &frame);
	switch (frame.kind) {
	case LACP_FRAME_LACPDU:
		take_lacpdu(lacp, port, &frame, now_ms);
		break;
	case LACP_FRAME_MARKER:
		port->counters.marker_rx++;
		if (is_ours(lacp, port, &frame)) {
			port->counters.looped_rx++;
			break;
		}
		lacp_marker_receive(port, &frame.marker, now_ms);
		touch(lacp, now_ms);
		break;
	case LACP_FRAME_MARKER_RESPONSE:
		port->counters.marker_response_rx++;
		break;
	case LACP_FRAME_MARKER_UNKNOWN:
		port->counters.marker_unknown_rx++;
		break;
	case LACP_FRAME_UNKNOWN:
		port->counters.unknown_rx++;
		break;
	case LACP_FRAME_ILLEGAL:
		port->counters.illegal_rx++;
		port->counters.flaw[frame.flaw]++;
		break;
	}
}

static bool run_port(struct lacp *lacp, struct lacp_port *port, uint64_t now_ms)
{
	bool moved = false;

	lacp_actor_refresh(lacp, port);
	if (now_ms >= port->looped_ms) {
		port->looped_ms = LACP_NEVER;
		moved = true;
	}
	moved |= lacp_rx_run(port, now_ms);
	moved |= lacp_periodic_run(port, now_ms);
	return moved;
}

static bool run_round(struct lacp *lacp, uint64_t now_ms)
{
	bool moved = false;

	for (size_t i = 0; i < lacp->count; i++)
		moved |= run_port(lacp, &lacp->ports[i], now_ms);
	moved |= lacp_selection_run(lacp, now_ms);
	for (size_t i = 0; i < lacp->count; i++) {
		moved |= lacp_mux_run(lacp, &lacp->ports[i], now_ms);
		moved |= lacp_churn_run(&lacp->ports[i], now_ms);
	}
	return moved;
}

static uint64_t next_deadline(const struct lacp *lacp)
{
	uint64_t deadline_ms = LACP_NEVER;

	for (size_t i = 0; i < lacp->count; i++) {
		const struct lacp_port *port = &lacp->ports[i];

		earliest(&deadline_ms, port->current_while_ms);
		earliest(&deadline_ms, port->periodic_ms);
		earliest(&deadline_ms, port->wait_while_ms);
		earliest(&deadline_ms, port->actor_churn.deadline_ms);
		earliest(&deadline_ms, port->partner_churn.deadline_ms);
		earliest(&deadline_ms, port->hold_ms);
		earliest(&deadline_ms, port->looped_ms);
		if (port->ntt)
			earliest(&deadline_ms, lacp_tx_free(port));
	}
	return deadline_ms;
}

void lacp_step(struct lacp *lacp, uint64_t now_ms, struct lacp_effects *fx)
{
	size_t rounds = 0;

	fx->count = 0;
	if (now_ms > lacp->now_ms)
		lacp->now_ms = now_ms;
	if (lacp->now_ms < lacp->deadline_ms)
		return;
	now_ms = lacp->now_ms;
	while (run_round(lacp, now_ms)) {
		rounds++;
		assert(rounds < ROUNDS_MAX);
		if (rounds >= ROUNDS_MAX)
			break;
	}
	lacp_emit(lacp, now_ms, fx);
	lacp->deadline_ms = next_deadline(lacp);
	assert(lacp->deadline_ms > now_ms);
}

uint64_t lacp_next_deadline(const struct lacp *lacp)
{
	return lacp->deadline_ms;
}
