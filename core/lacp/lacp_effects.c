/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The effects of a step: the changes since they were last emitted, and the frames
 * that are due.
 */
#include "core/lacp/lacp_private.h"

static struct lacp_effect *add(struct lacp_effects *fx, enum lacp_effect_kind kind, uint32_t port)
{
	struct lacp_effect *effect = &fx->list[fx->count];

	assert(fx->count < LACP_EFFECTS_MAX);
	assert(!fx->count || fx->list[fx->count - 1].kind <= kind);
	fx->count++;
	memset(effect, 0, offsetof(struct lacp_effect, frame));
	effect->kind = kind;
	effect->port = port;
	return effect;
}

static void emit_port(const struct lacp *lacp, struct lacp_port *port, struct lacp_effects *fx)
{
	bool alone = lacp_carries_alone(lacp, port);
	bool collects = alone || lacp_mux_collects(port->mux);
	bool distributes = alone || lacp_mux_distributes(port->mux);
	struct lacp_effect *effect;

	port->told_alone = alone;
	if (collects == port->told_collects && distributes == port->told_distributes)
		return;
	effect = add(fx, LACP_FX_PORT, port->id);
	effect->collects = collects;
	effect->distributes = distributes;
	port->told_collects = collects;
	port->told_distributes = distributes;
}

static void emit_bond(struct lacp *lacp, struct lacp_effects *fx)
{
	bool carrier = lacp_carrier_next(lacp);
	struct lacp_effect *effect;

	if (lacp->active != lacp->told_active) {
		effect = add(fx, LACP_FX_ACTIVE, 0);
		effect->from = lacp->told_active;
		effect->to = lacp->active;
		lacp->told_active = lacp->active;
	}
	if (!lacp->told || carrier != lacp->carrier)
		add(fx, LACP_FX_CARRIER, 0)->on = carrier;
	lacp->carrier = carrier;
	lacp->told = true;
}

static void emit_partner(struct lacp_port *port, struct lacp_effects *fx)
{
	const struct lacp_info *told = &port->partner_told, *now = &port->partner;
	bool has = !port->defaulted;

	if (has == port->told_partner &&
	    (!has || (told->port == now->port && told->key == now->key &&
		      told->port_priority == now->port_priority &&
		      told->system_priority == now->system_priority &&
		      lacp_mac_equal(told->system, now->system))))
		return;
	add(fx, LACP_FX_PARTNER, port->id);
	port->told_partner = has;
	port->partner_told = *now;
}

int lacp_machine_state(const struct lacp_port *port, enum lacp_machine machine)
{
	switch (machine) {
	case LACP_MACHINE_RX:
		return (int)port->rx;
	case LACP_MACHINE_SELECTION:
		return port->agg;
	case LACP_MACHINE_MUX:
		return (int)port->mux;
	case LACP_MACHINE_ACTOR_CHURN:
		return (int)port->actor_churn.state;
	case LACP_MACHINE_PARTNER_CHURN:
		return (int)port->partner_churn.state;
	case LACP_MACHINE_MAX:
		break;
	}
	return 0;
}

/* With the same number the reason may change: own aggregator without, then with partner. */
static bool has_news(enum lacp_machine machine, const struct lacp_told *told, int state)
{
	return state != told->state ||
	       (machine == LACP_MACHINE_SELECTION && state && told->why != told->said);
}

static void emit_traces(struct lacp_port *port, struct lacp_effects *fx)
{
	for (enum lacp_machine machine = 0; machine < LACP_MACHINE_MAX; machine++) {
		struct lacp_told *told = &port->told[machine];
		int state = lacp_machine_state(port, machine);
		struct lacp_effect *effect;

		if (!has_news(machine, told, state))
			continue;
		effect = add(fx, LACP_FX_TRACE, port->id);
		effect->machine = machine;
		effect->from = told->state;
		effect->to = state;
		effect->why = told->why;
		effect->other = told->other;
		told->state = state;
		told->said = told->why;
	}
}

static void emit_alarms(struct lacp_port *port, uint64_t now_ms, struct lacp_effects *fx)
{
	for (enum lacp_alarm alarm = 0; alarm < LACP_ALARM_MAX; alarm++) {
		if (!port->alarm_due[alarm])
			continue;
		port->alarm_due[alarm] = false;
		if (now_ms < port->alarm_free_ms[alarm])
			continue;
		port->alarm_free_ms[alarm] = now_ms + LACP_ALARM_GAP_MS;
		add(fx, LACP_FX_ALARM, port->id)->alarm = alarm;
	}
}

/* Every port with link has timed out waiting for a partner. */
static bool is_silent(const struct lacp *lacp)
{
	bool any = false;

	for (size_t i = 0; i < lacp->count; i++) {
		const struct lacp_port *port = &lacp->ports[i];

		if (!port->link)
			continue;
		if (port->rx != LACP_RX_DEFAULTED && port->rx != LACP_RX_LACP_DISABLED)
			return false;
		any = true;
	}
	return any;
}

static void emit_silence(struct lacp *lacp, uint64_t now_ms, struct lacp_effects *fx)
{
	bool silent = is_silent(lacp);

	if (silent && !lacp->silent && now_ms >= lacp->alarm_free_ms) {
		add(fx, LACP_FX_ALARM, 0)->alarm = LACP_ALARM_NO_PARTNER;
		lacp->alarm_free_ms = now_ms + LACP_ALARM_GAP_MS;
	}
	lacp->silent = silent;
}

/* Frames carry the final state: after all machines and their changes. */
static void emit_frames(struct lacp *lacp, uint64_t now_ms, struct lacp_effects *fx)
{
	for (size_t i = 0; i < lacp->farewell_count; i++)
		memcpy(add(fx, LACP_FX_SEND, lacp->farewells[i].port)->frame,
		       lacp->farewells[i].frame, LACP_FRAME_SIZE);
	lacp->farewell_count = 0;
	for (size_t i = 0; i < lacp->count; i++) {
		struct lacp_port *port = &lacp->ports[i];
		uint8_t frame[LACP_FRAME_SIZE];

		if (lacp_tx_run(port, now_ms, frame))
			memcpy(add(fx, LACP_FX_SEND, port->id)->frame, frame, sizeof(frame));
		while (lacp_marker_answer(port, frame))
			memcpy(add(fx, LACP_FX_SEND, port->id)->frame, frame, sizeof(frame));
	}
}

void lacp_emit(struct lacp *lacp, uint64_t now_ms, struct lacp_effects *fx)
{
	for (size_t i = 0; i < lacp->count; i++)
		emit_port(lacp, &lacp->ports[i], fx);
	emit_bond(lacp, fx);
	for (size_t i = 0; i < lacp->count; i++)
		emit_partner(&lacp->ports[i], fx);
	for (size_t i = 0; i < lacp->count; i++)
		emit_traces(&lacp->ports[i], fx);
	for (size_t i = 0; i < lacp->count; i++)
		emit_alarms(&lacp->ports[i], now_ms, fx);
	emit_silence(lacp, now_ms, fx);
	emit_frames(lacp, now_ms, fx);
}
