/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bond: facts in (bond_in_*()) and effects out (bond_step()). The decisions are
 * made in the files that bond_state.h lists.
 */
#include "core/bond_state.h"
#include "core/mode_rules.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* FX_LINK and FX_PROBE per port, FX_LEARN twice per port, and each other kind once. */
static_assert(BOND_EFFECTS_MAX >= 4 * BOND_PORTS_MAX + (FX_POLL + 1) - 3, "a step's effects fit");

static_assert(sizeof(struct bond_probe_options) == 4 * sizeof(uint32_t) +
							   sizeof(struct bond_ip4_list) +
							   sizeof(struct bond_ip6_list),
	      "the monitor's options are compared as bytes: no padding");

void bond_touch(struct bond *bond, uint64_t now_ms)
{
	if (now_ms > bond->now_ms)
		bond->now_ms = now_ms;
	if (bond->now_ms < bond->deadline_ms)
		bond->deadline_ms = bond->now_ms;
}

struct bond *bond_new(const struct bond_options *options, uint64_t now_ms)
{
	struct bond *bond = calloc(1, sizeof(*bond));

	if (!bond)
		return NULL;
	bond->options = *options;
	bond->is_up = true;
	bond->poll_ms = BOND_NEVER;
	bond->deadline_ms = BOND_NEVER;
	bond->cause = CAUSE_OPTION;
	bond_touch(bond, now_ms);
	if (mode_reserve(bond, options) < 0) {
		free(bond);
		return NULL;
	}
	mode_enter(bond);
	return bond;
}

struct bond *bond_clone(const struct bond *bond)
{
	struct bond *clone = malloc(sizeof(*clone));

	if (!clone)
		return NULL;
	*clone = *bond;
	if (bond_lacp_clone(clone) == 0)
		return clone;
	bond_free(clone);
	return NULL;
}

void bond_free(struct bond *bond)
{
	if (bond)
		bond_lacp_free(bond->lacp);
	free(bond);
}

static void set_name(struct port *port, const char *name)
{
	size_t length = strnlen(name, BOND_NAME_MAX - 1);

	memset(port->name, 0, sizeof(port->name));
	memcpy(port->name, name, length);
}

/* As in the kernel: one more than the last port's. After 65535 the first free one. */
static uint16_t next_number(const struct bond *bond)
{
	uint16_t number = 1;

	if (!bond->count)
		return number;
	if (bond->ports[bond->count - 1].number < UINT16_MAX)
		return (uint16_t)(bond->ports[bond->count - 1].number + 1);
	for (size_t i = 0; i < bond->count; i++) {
		if (bond->ports[i].number != number)
			continue;
		number++;
		i = (size_t)-1; /* restart with the first port */
	}
	return number;
}

/* Appends a port without a link state. */
static int add_port(struct bond *bond, uint32_t id, const struct bond_port_facts *facts,
		    uint64_t now_ms, struct port **ret_port)
{
	struct port *port = &bond->ports[bond->count];

	if (!id)
		return -EINVAL;
	if (port_find(bond, id))
		return -EEXIST;
	if (bond->count == BOND_PORTS_MAX)
		return -ENOSPC;
	*port = (struct port){
		.id = id,
		.carrier = facts->carrier,
		.carrier_ms = now_ms,
		.good = facts->carrier,
		.good_ms = now_ms,
		.good_cause = CAUSE_MONITOR,
		.told_link = LINK_DOWN,
		.speed_mbps = facts->speed_mbps,
		.duplex = facts->duplex,
		.number = facts->number ? facts->number : next_number(bond),
		.clock = clocks_take(bond, facts->clock),
		.options = facts->options,
	};
	memcpy(port->mac, facts->mac, sizeof(port->mac));
	set_name(port, facts->name);
	memcpy(port->alb_mac, facts->mac, sizeof(port->alb_mac));
	bond->count++;
	bond_touch(bond, now_ms);
	*ret_port = port;
	return 0;
}

static enum link_state first_link(const struct bond *bond, const struct port *port)
{
	bool in_use = links_any_up(bond) || (bond_uses_active(bond) && bond->active);

	if (!port->carrier)
		return LINK_DOWN;
	return in_use && bond->options.updelay_ms ? LINK_BACK : LINK_UP;
}

int bond_in_attach(struct bond *bond, uint32_t id, const struct bond_port_facts *facts,
		   uint64_t now_ms)
{
	struct port *port;
	int r;

	r = add_port(bond, id, facts, now_ms, &port);
	if (r < 0)
		return r;
	port->link = LINK_DOWN; /* not counted as UP yet */
	link_enter(port, first_link(bond, port), &bond->options, now_ms, CAUSE_ATTACH);
	port->link_failures = facts->link_failures; /* starting DOWN is not a failure */
	monitors_start(bond, port, facts->carrier, now_ms);
	bond->cause = CAUSE_ATTACH;
	mode_attach(bond, port);
	if (bond_uses_active(bond)) {
		if (port == select_primary(bond))
			bond->force_primary = true;
		select_request(bond, CAUSE_ATTACH);
	} else if (!bond->active && port->link == LINK_UP) {
		/* nothing was sent on another port before: nothing to announce */
		bond->active = id;
		if (!bond->announced)
			bond->announced = id;
	}
	return 0;
}

int bond_in_restore(struct bond *bond, uint32_t id, const struct bond_port_facts *facts,
		    enum link_state link, bool active, uint64_t now_ms)
{
	struct port *port;
	int r;

	r = add_port(bond, id, facts, now_ms, &port);
	if (r < 0)
		return r;
	link_enter(port, link, &bond->options, now_ms, CAUSE_RESTORE);
	monitors_start(bond, port, link == LINK_UP || link == LINK_FAIL, now_ms);
	memcpy(port->alb_mac, facts->restored_mac, sizeof(port->alb_mac));
	port->link_failures = facts->link_failures;
	port->told_link = link;
	mode_restore(bond, port, facts);
	bond->cause = CAUSE_RESTORE;
	if (active && !bond->active && (link == LINK_UP || link == LINK_FAIL)) {
		bond->active = id;
		bond->announced = id;
		bond->told_active = bond_shown_active(bond);
		bond->told_mac = bond->told_active;
	}
	return 0;
}

int bond_in_detach(struct bond *bond, uint32_t id, uint64_t now_ms)
{
	struct port *port = port_find(bond, id);
	size_t index;

	if (!port)
		return -ENOENT;
	if (bond->active == id)
		select_leave(bond, port, now_ms);
	mode_detach(bond, port);
	monitors_stop(bond, port);
	index = (size_t)(port - bond->ports);
	bond->count--;
	memmove(port, port + 1, (bond->count - index) * sizeof(*port));
	bond->cause = CAUSE_DETACH;
	if (bond->active == id) {
		bond->active = 0;
		bond->active_cause = CAUSE_DETACH;
		select_request(bond, CAUSE_DETACH);
	}
	if (bond->command == id)
		bond->command = 0;
	bond_touch(bond, now_ms);
	return 0;
}

void bond_in_frame(struct bond *bond, uint32_t id, const uint8_t *bytes, size_t length,
		   uint64_t now_ms)
{
	struct port *port = port_find(bond, id);

	if (now_ms > bond->now_ms)
		bond->now_ms = now_ms;
	mode_frame(bond, id, bytes, length, now_ms);
	if (port)
		monitors_frame(bond, port, bytes, length, now_ms);
}

/* Speed alone selects no other port: it is evaluated at the next selection. */
void bond_in_speed(struct bond *bond, uint32_t id, int32_t speed_mbps, enum duplex duplex)
{
	struct port *port = port_find(bond, id);

	if (!port)
		return;
	if (speed_mbps != port->speed_mbps && bond_uses_clocks(bond))
		bond_touch(bond, bond->now_ms);
	port->speed_mbps = speed_mbps;
	port->duplex = duplex;
}

void bond_in_name(struct bond *bond, uint32_t id, const char *name)
{
	struct port *port = port_find(bond, id);
	const struct port *primary = select_primary(bond);

	if (!port)
		return;
	set_name(port, name);
	if (select_primary(bond) == primary)
		return;
	select_request(bond, CAUSE_RESELECT);
	bond_touch(bond, bond->now_ms);
}

/* `primary` was changed (bond_option_primary_set()). */
static void primary_changed(struct bond *bond, const struct port *before)
{
	const struct port *primary = select_primary(bond);

	if (primary)
		bond->force_primary = true;
	/* a name recorded for later that replaces no attached primary changes nothing now */
	if (primary || before || !bond->options.primary[0])
		select_request(bond, CAUSE_OPTION);
}

/* Links stay as they are; the active and receiving ports are determined again. */
static void mode_changed(struct bond *bond, uint64_t now_ms)
{
	for (size_t i = 0; i < bond->count; i++)
		bond_port_options_fit_mode(&bond->ports[i].options, bond->options.mode);
	bond->linger_ms = 0;
	bond->peers.left = 0;
	bond->igmp.left = 0;
	bond->active_cause = CAUSE_OPTION;
	mode_enter(bond);
	if (!bond_uses_active(bond) || !bond->count)
		return;
	if (!bond->options.all_slaves_active)
		bond->linger_ms = now_ms + BOND_LINGER_MS;
	if (select_primary(bond))
		bond->force_primary = true;
	select_request(bond, CAUSE_OPTION);
	bond->announced = 0; /* switches may have learned the address on any port */
}

int bond_in_options(struct bond *bond, const struct bond_options *options, uint64_t now_ms)
{
	struct bond_options old = bond->options;
	const struct port *old_primary = select_primary(bond);
	bool other_mode = options->mode != old.mode;
	int r = other_mode ? mode_reserve(bond, options) : 0;

	if (r < 0)
		return r;
	if (other_mode)
		mode_leave(bond);
	bond->options = *options;
	if (other_mode)
		mode_changed(bond, now_ms);
	bond->cause = CAUSE_OPTION;
	if (options->miimon_ms != old.miimon_ms)
		bond->poll_ms = BOND_NEVER; /* the step aligns it to the new interval */
	monitors_changed(bond, &old);
	if (bond_uses_active(bond)) {
		if (strcmp(options->primary, old.primary) != 0)
			primary_changed(bond, old_primary);
		if (options->primary_reselect != old.primary_reselect)
			select_request(bond, CAUSE_OPTION);
	}
	bond_touch(bond, now_ms);
	return 0;
}

int bond_in_port_options(struct bond *bond, uint32_t id, const struct bond_port_options *options)
{
	struct port *port = port_find(bond, id);
	bool prio_changed;

	if (!port)
		return -ENOENT;
	for (size_t i = 0; options->queue_id && i < bond->count; i++)
		if (&bond->ports[i] != port && bond->ports[i].options.queue_id == options->queue_id)
			return -EPERM;
	prio_changed = options->prio != port->options.prio;
	bond_touch(bond, bond->now_ms);
	port->options = *options;
	if (!prio_changed || !bond_uses_active(bond) || select_primary(bond))
		return 0;
	bond->cause = CAUSE_OPTION;
	select_request(bond, CAUSE_OPTION);
	return 0;
}

int bond_in_active(struct bond *bond, uint32_t id, uint64_t now_ms)
{
	struct port *port = port_find(bond, id);

	if (!bond_uses_active(bond))
		return -EACCES;
	if (id && !port)
		return -ENOENT;
	if (id && id != bond->active && !port_is_usable(port))
		return -ENETDOWN;
	bond->command = id;
	if (!id) {
		bond->active = 0;
		bond->active_cause = CAUSE_COMMAND;
		select_request(bond, CAUSE_COMMAND);
	}
	bond_touch(bond, now_ms);
	return 0;
}

void bond_in_up(struct bond *bond, bool is_up, uint64_t now_ms)
{
	if (bond->is_up == is_up)
		return;
	bond->is_up = is_up;
	bond_touch(bond, now_ms);
}

void bond_in_mac(struct bond *bond, const uint8_t mac[BOND_MAC_SIZE], uint64_t now_ms)
{
	if (memcmp(bond->mac, mac, sizeof(bond->mac)) == 0)
		return;
	memcpy(bond->mac, mac, sizeof(bond->mac));
	bond_touch(bond, now_ms);
}

static void emit_table(struct bond *bond, struct bond_effects *fx)
{
	struct bond_table table;

	table_build(bond, &table);
	if (bond->told && memcmp(&table, &bond->table, sizeof(table)) == 0)
		return;
	bond->table = table;
	effect_add(fx, FX_TABLE, bond->cause);
}

static void emit_carrier(struct bond *bond, struct bond_effects *fx)
{
	bool carrier = mode_rules(bond)->carrier(bond);

	if (bond->told && carrier == bond->carrier)
		return;
	bond->carrier = carrier;
	effect_add(fx, FX_CARRIER, bond->cause)->on = carrier;
}

static void emit_links(struct bond *bond, struct bond_effects *fx)
{
	for (size_t i = 0; i < bond->count; i++) {
		struct port *port = &bond->ports[i];
		struct effect *effect;

		if (port->link == port->told_link)
			continue;
		effect = effect_add(fx, FX_LINK, port->cause);
		effect->port = port->id;
		effect->from = port->told_link;
		effect->to = port->link;
		port->told_link = port->link;
	}
}

static void emit_active(struct bond *bond, struct bond_effects *fx, uint64_t now_ms)
{
	uint32_t shown = bond_shown_active(bond);
	struct effect *effect;

	if (shown != bond->told_active) {
		effect = effect_add(fx, FX_ACTIVE, bond->active_cause);
		effect->old_port = bond->told_active;
		effect->port = shown;
		bond->told_active = shown;
	}
	if (bond->active != bond->announced) {
		bond->announced = bond->active;
		notify_active_changed(bond, now_ms);
	}
}

/* Polls are aligned to multiples of miimon, so that bonds with the same miimon wake together. */
static void emit_poll(struct bond *bond, struct bond_effects *fx, uint64_t now_ms)
{
	uint64_t miimon_ms = bond->options.miimon_ms;

	if (!miimon_ms || !bond->count) {
		bond->poll_ms = BOND_NEVER;
		return;
	}
	if (bond->poll_ms != BOND_NEVER && now_ms < bond->poll_ms)
		return;
	if (bond->poll_ms != BOND_NEVER)
		effect_add(fx, FX_POLL, CAUSE_DELAY);
	bond->poll_ms = (now_ms / miimon_ms + 1) * miimon_ms;
}

/* fail_over_mac: nothing to do where every port has bond0's address. */
static void emit_mac(struct bond *bond, struct bond_effects *fx)
{
	uint32_t shown = bond_shown_active(bond);

	if (shown == bond->told_mac)
		return;
	if (shown && bond_options_fail_over_mac(&bond->options) != BOND_FOM_NONE) {
		struct effect *effect = effect_add(fx, FX_MAC, bond->active_cause);

		effect->port = shown;
		effect->old_port = bond->told_mac;
	}
	bond->told_mac = shown;
}

static uint64_t next_deadline(const struct bond *bond)
{
	uint64_t deadline_ms = bond->poll_ms;

	earliest(&deadline_ms, monitors_deadline(bond));
	for (size_t i = 0; i < bond->count; i++)
		earliest(&deadline_ms, bond->ports[i].deadline_ms);
	if (bond->linger_ms)
		earliest(&deadline_ms, bond->linger_ms);
	if (bond->late_port)
		earliest(&deadline_ms, bond->late_ms);
	earliest(&deadline_ms, notify_deadline(bond));
	earliest(&deadline_ms, bond_lacp_deadline(bond));
	earliest(&deadline_ms, mode_deadline(bond));
	return deadline_ms;
}

/* Derives the new state from the facts. */
static void decide(struct bond *bond, uint64_t now_ms)
{
	if (now_ms >= bond->linger_ms)
		bond->linger_ms = 0;
	if (now_ms >= bond->late_ms || bond->late_port == bond->active)
		bond->late_port = 0;
	monitors_run(bond, now_ms);
	links_run(bond, now_ms);
	select_run(bond, now_ms);
	mode_run(bond, now_ms);
	bond_lacp_run(bond, now_ms);
	spill_run(bond, now_ms);
}

/* Emits what changed since the last step, in the order of enum effect_kind. */
static void emit(struct bond *bond, uint64_t now_ms, struct bond_effects *fx)
{
	emit_table(bond, fx);
	emit_mac(bond, fx);
	alb_emit_addresses(bond, fx);
	emit_carrier(bond, fx);
	bond->told = true;
	emit_links(bond, fx);
	emit_active(bond, fx, now_ms);
	notify_run(bond, now_ms, fx);
	spill_emit(bond, fx);
	bond_lacp_emit(bond, fx);
	mode_emit(bond, now_ms, fx);
	monitors_send(bond, now_ms, fx);
	emit_poll(bond, fx, now_ms);
}

void bond_step(struct bond *bond, uint64_t now_ms, struct bond_effects *fx)
{
	fx->count = 0;
	if (now_ms > bond->now_ms)
		bond->now_ms = now_ms;
	if (bond->now_ms < bond->deadline_ms)
		return;
	decide(bond, bond->now_ms);
	emit(bond, bond->now_ms, fx);
	bond->deadline_ms = next_deadline(bond);
	assert(bond->deadline_ms > bond->now_ms);
}

uint64_t bond_next_deadline(const struct bond *bond)
{
	return bond->deadline_ms;
}
