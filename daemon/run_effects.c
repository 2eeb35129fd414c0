/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carries out the core's effects. */
#include "daemon/run_effects.h"

#include <string.h>

#include "daemon/bonds.h"
#include "daemon/log.h"
#include "daemon/macs.h"
#include "daemon/port.h"
#include "daemon/protocol/announcer.h"
#include "daemon/protocol/balancing.h"
#include "daemon/protocol/lacp_speaker.h"
#include "daemon/protocol/memberships.h"
#include "daemon/protocol/neighbours.h"
#include "daemon/protocol/probes.h"

/* A step, its poll, and the step after it; more means that the core is not stable. */
#define STEPS_MAX 8

static const char *name_of(struct managed_bond *bond, uint32_t port_id)
{
	const struct port *port = bond_port_indexed(bond, port_id);

	return port ? port->name : "none";
}

bool effects_poll(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms)
{
	bool news = false;

	for (size_t i = 0; i < bond->port_count; i++) {
		struct port *port = &bond->ports[i];
		bool carrier = port_carrier(daemon, bond, port);

		if (carrier == port->carrier)
			continue;
		port->carrier = carrier;
		news = true;
		bond_in_carrier(bond->core, port->ifindex, carrier, now_ms);
		if (carrier)
			port_read_speed(daemon, bond, port);
	}
	return news;
}

void effects_carrier(struct ebondd *daemon, struct managed_bond *bond, bool on)
{
	int err = nl_set_flags(daemon->nl, bond->hidden_ifindex, on ? IFF_UP : 0, IFF_UP);

	if (err)
		log_error(bond->name, "carrier cannot be turned %s (%s)", on ? "on" : "off",
			  strerror(-err));
	bond->carrier = on;
}

static void log_link(struct managed_bond *bond, const struct effect *effect)
{
	enum log_level level = effect->to == LINK_DOWN ? LOG_LEVEL_WARNING : LOG_LEVEL_NOTICE;

	log_line(level, bond->name, "port %s: link %s, was %s (%s)", name_of(bond, effect->port),
		 link_state_word(effect->to), link_state_word(effect->from),
		 cause_word(effect->cause));
}

static void log_spill(struct managed_bond *bond, const struct effect *effect)
{
	struct bond_spill_view view;

	if (!bond_get_spill(bond->core, &view))
		return;
	log_notice(bond->name, "%s %s: %llu of %llu Mbit/s in use, threshold %llu %%%s",
		   name_of(bond, effect->port), effect->on ? "joins" : "rests",
		   (unsigned long long)view.was_load_mbps, (unsigned long long)view.was_speed_mbps,
		   (unsigned long long)view.mark_percent,
		   effect->on ? "" : " of the remaining ports");
}

static void carry_out_one(struct ebondd *daemon, struct managed_bond *bond,
			  const struct effect *effect, uint64_t now_ms)
{
	switch (effect->kind) {
	case FX_POLL:
		effects_poll(daemon, bond, now_ms);
		break;
	case FX_TABLE:
		datapath_publish(bond->path, bond_get_table(bond->core));
		break;
	case FX_CARRIER:
		if (bond->carrier == effect->on)
			break;
		effects_carrier(daemon, bond, effect->on);
		log_notice(bond->name, "carrier %s", effect->on ? "on" : "off: no port is usable");
		break;
	case FX_LINK:
		log_link(bond, effect);
		daemon->state_changed = true;
		break;
	case FX_ACTIVE:
		log_notice(bond->name, "active port %s, was %s (%s)", name_of(bond, effect->port),
			   name_of(bond, effect->old_port), cause_word(effect->cause));
		daemon->state_changed = true;
		break;
	case FX_NOTIFY_PEERS:
		peers_notify(daemon, bond);
		break;
	case FX_RESEND_IGMP:
		memberships_report(daemon, bond);
		break;
	case FX_MAC:
		macs_active_changed(daemon, bond, effect->port, effect->old_port);
		break;
	case FX_SPILL:
		log_spill(bond, effect);
		break;
	case FX_LACP:
		lacp_carry_out(daemon, bond, now_ms);
		break;
	case FX_BALANCE:
		datapath_balance(bond->path, bond_get_balance(bond->core));
		break;
	case FX_LEARN:
		balance_learn(daemon, bond, effect->port, effect->old_port);
		break;
	case FX_NEIGHBOURS:
		neighbours_carry_out(daemon, bond);
		break;
	case FX_PROBE:
		probes_send(daemon, bond, effect->port, now_ms);
		break;
	}
}

void effects_carry_out(struct ebondd *daemon, struct managed_bond *bond,
		       const struct bond_effects *effects, uint64_t now_ms)
{
	for (size_t i = 0; i < effects->count; i++) {
		enum effect_kind kind = effects->list[i].kind;

		carry_out_one(daemon, bond, &effects->list[i], now_ms);
		daemon->text_changed |= kind != FX_POLL && kind != FX_PROBE;
	}
}

void effects_run(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms)
{
	struct bond_effects effects;

	bond->touched = false;
	bond_in_mac(bond->core, bond->mac, now_ms);
	for (int steps = 0; steps < STEPS_MAX; steps++) {
		bond_step(bond->core, now_ms, &effects);
		if (!effects.count)
			return;
		effects_carry_out(daemon, bond, &effects, now_ms);
	}
	bond->touched = true; /* not stable yet: continue in the next turn */
}
