/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The neighbours of balance-alb: the table, when they are updated, when they expire
 * (rlb_update_rx_clients()). Unlike the driver's table of 256 slots this one is exact:
 * neighbours never share a slot or evict each other. Which neighbour gets which port:
 * rlb_deal.c.
 */
#include <errno.h>
#include <string.h>

#include "core/bond_state.h"

/* RLB_UPDATE_RETRY, at the driver's ticks: how often an update is repeated. */
#define UPDATE_RETRIES 3
#define UPDATE_GAP_MS 100

/* Updates sent in one step, and the pause after it, so that the NIC does not drop a burst. */
#define UPDATE_BURST 128
#define UPDATE_PAUSE_MS 10

/* Interval between updates after broadcasts, and time for the broadcast to arrive. */
#define BROADCAST_GAP_MS 1000
#define BROADCAST_DELAY_MS 20

#define AGING_MS 10000

static bool is_balancing(const struct bond *bond)
{
	return mode_has(bond->options.mode, MODE_NEIGHBOURS);
}

/* FNV-1a */
static uint32_t hash_of(const struct bond_neighbour *neighbour)
{
	uint32_t hash = 2166136261U ^ neighbour->vlan;

	for (size_t i = 0; i < 16; i++) {
		hash = (hash ^ neighbour->ip[i]) * 16777619U;
		hash = (hash ^ neighbour->own[i]) * 16777619U;
	}
	return hash;
}

static struct neighbour *find(struct rlb *rlb, const struct bond_neighbour *id, uint32_t hash)
{
	for (size_t i = 0; i < rlb->count; i++) {
		struct neighbour *neighbour = &rlb->neighbours[i];

		if (neighbour->hash == hash && neighbour->id.vlan == id->vlan &&
		    memcmp(neighbour->id.ip, id->ip, sizeof(id->ip)) == 0 &&
		    memcmp(neighbour->id.own, id->own, sizeof(id->own)) == 0)
			return neighbour;
	}
	return NULL;
}

uint32_t rlb_neighbours_on(const struct bond *bond, uint32_t port)
{
	const struct rlb *rlb = &bond->alb.rlb;
	uint32_t count = 0;

	for (size_t i = 0; i < rlb->count; i++)
		count += rlb->neighbours[i].port == port;
	return count;
}

static void schedule_update(struct bond *bond, struct neighbour *neighbour, uint8_t times,
			    uint64_t at_ms)
{
	if (neighbour->left < times)
		neighbour->left = times;
	neighbour->due_ms = at_ms;
	bond->alb.rlb.has_orders = true;
}

void rlb_assign(struct bond *bond, struct neighbour *neighbour, uint32_t port)
{
	neighbour->port = port;
	neighbour->changed = true;
	bond->alb.rlb.has_orders = true;
	if (port)
		schedule_update(bond, neighbour, 1 + UPDATE_RETRIES, bond->now_ms);
}

int bond_in_neighbour(struct bond *bond, const struct bond_neighbour *id, uint32_t port,
		      uint64_t seen_ms, uint64_t now_ms)
{
	struct rlb *rlb = &bond->alb.rlb;
	const struct port *earlier = port_find(bond, port);
	uint32_t hash = hash_of(id);
	struct neighbour *neighbour;

	if (!is_balancing(bond))
		return -EACCES;
	bond_touch(bond, now_ms);
	neighbour = find(rlb, id, hash);
	if (neighbour) {
		if (!mac_equal(neighbour->id.mac, id->mac) && neighbour->port)
			schedule_update(bond, neighbour, 1, now_ms);
		memcpy(neighbour->id.mac, id->mac, sizeof(id->mac));
		neighbour->seen_ms = seen_ms;
		neighbour->changed |= port != neighbour->port;
		rlb->has_orders |= neighbour->changed;
		return 0;
	}
	if (rlb->count == BOND_NEIGHBOURS_MAX)
		return -ENOSPC;
	neighbour = &rlb->neighbours[rlb->count++];
	*neighbour = (struct neighbour){.id = *id, .hash = hash, .seen_ms = seen_ms};
	rlb->added = true;
	if (earlier && port_is_usable(earlier)) {
		neighbour->port = port; /* set by an earlier daemon */
	} else {
		rlb_assign(bond, neighbour, rlb_port_for(bond, id));
		/* it has just received a reply with bond0's address */
		if (neighbour->port == bond->active)
			neighbour->left = 0;
	}
	return 0;
}

void bond_in_arp_broadcast(struct bond *bond, uint64_t now_ms)
{
	if (!is_balancing(bond))
		return;
	bond->alb.rlb.broadcast = true;
	bond_touch(bond, now_ms);
}

void bond_in_own_removed(struct bond *bond, const uint8_t own[static 16], uint64_t now_ms)
{
	struct rlb *rlb = &bond->alb.rlb;

	for (size_t i = 0; i < rlb->count; i++)
		if (memcmp(rlb->neighbours[i].id.own, own, 16) == 0)
			rlb->neighbours[i].removed = rlb->has_orders = true;
	bond_touch(bond, now_ms);
}

void rlb_address_changed(struct bond *bond, const struct port *port)
{
	struct rlb *rlb = &bond->alb.rlb;

	for (size_t i = 0; is_balancing(bond) && i < rlb->count; i++)
		if (rlb->neighbours[i].port == port->id)
			schedule_update(bond, &rlb->neighbours[i], 1 + UPDATE_RETRIES,
					bond->now_ms);
}

/* Updates neighbours of other ports that received the broadcast, at most once per second. */
static void update_after_broadcast(struct bond *bond, uint64_t now_ms)
{
	struct rlb *rlb = &bond->alb.rlb;

	if (!rlb->broadcast || (rlb->broadcast_ms && now_ms < rlb->broadcast_ms + BROADCAST_GAP_MS))
		return;
	rlb->broadcast = false;
	rlb->broadcast_ms = now_ms;
	for (size_t i = 0; i < rlb->count; i++) {
		struct neighbour *neighbour = &rlb->neighbours[i];

		if (neighbour->port && neighbour->port != bond->active &&
		    rlb_is_ip4(&neighbour->id) && !neighbour->left)
			schedule_update(bond, neighbour, 1, now_ms + BROADCAST_DELAY_MS);
	}
}

static void age(struct bond *bond, uint64_t now_ms)
{
	struct rlb *rlb = &bond->alb.rlb;

	if (now_ms < rlb->aged_ms + AGING_MS)
		return;
	rlb->aged_ms = now_ms;
	for (size_t i = 0; i < rlb->count; i++)
		if (now_ms >= rlb->neighbours[i].seen_ms + BOND_NEIGHBOUR_AGE_MS)
			rlb->neighbours[i].removed = rlb->has_orders = true;
}

static bool wants_update(const struct neighbour *neighbour, uint64_t now_ms)
{
	return neighbour->left && now_ms >= neighbour->due_ms;
}

void rlb_run(struct bond *bond, uint64_t now_ms, struct bond_effects *fx)
{
	struct rlb *rlb = &bond->alb.rlb;
	bool found = false;

	if (!is_balancing(bond) || !rlb->count)
		return;
	assert(rlb->count <= BOND_NEIGHBOURS_MAX);
	/* A port that came and went since the last step may have been given to them. */
	if (rlb->added)
		rlb_ports_changed(bond, false);
	rlb->added = false;
	age(bond, now_ms);
	update_after_broadcast(bond, now_ms);
	if (!rlb->has_orders && now_ms < rlb->due_ms)
		return;
	rlb->has_orders = false;
	rlb->cursor = 0;
	rlb->budget = UPDATE_BURST;
	rlb->due_ms = BOND_NEVER;
	for (size_t i = 0; i < rlb->count; i++) {
		const struct neighbour *neighbour = &rlb->neighbours[i];

		found |=
			neighbour->removed || neighbour->changed || wants_update(neighbour, now_ms);
		if (neighbour->left && !wants_update(neighbour, now_ms))
			earliest(&rlb->due_ms, neighbour->due_ms);
	}
	if (found)
		effect_add(fx, FX_NEIGHBOURS, CAUSE_LOAD);
}

uint64_t rlb_deadline(const struct bond *bond)
{
	const struct rlb *rlb = &bond->alb.rlb;
	uint64_t due_ms;

	if (!is_balancing(bond) || !rlb->count)
		return BOND_NEVER;
	due_ms = rlb->aged_ms + AGING_MS;
	earliest(&due_ms, rlb->due_ms);
	if (rlb->broadcast)
		earliest(&due_ms, rlb->broadcast_ms + BROADCAST_GAP_MS);
	return due_ms;
}

/* The order that is due for @neighbour; false: none. */
static bool take(struct bond *bond, struct neighbour *neighbour,
		 struct bond_neighbour_order *ret_order)
{
	struct rlb *rlb = &bond->alb.rlb;
	const struct port *port = port_find(bond, neighbour->port);
	bool is_due = wants_update(neighbour, bond->now_ms);

	if (is_due && !rlb->budget) {
		neighbour->due_ms = bond->now_ms + UPDATE_PAUSE_MS;
		is_due = false;
	}
	if (!neighbour->changed && !is_due && !neighbour->removed) {
		if (neighbour->left)
			earliest(&rlb->due_ms, neighbour->due_ms);
		return false;
	}
	*ret_order =
		(struct bond_neighbour_order){.neighbour = neighbour->id, .port = neighbour->port};
	ret_order->removed = neighbour->removed;
	ret_order->update = is_due && port && !neighbour->removed;
	if (port)
		memcpy(ret_order->port_mac, port->alb_mac, sizeof(port->alb_mac));
	neighbour->changed = false;
	if (is_due) {
		rlb->budget--;
		neighbour->left--;
		neighbour->due_ms = bond->now_ms + UPDATE_GAP_MS;
	}
	if (neighbour->left)
		earliest(&rlb->due_ms, neighbour->due_ms);
	return true;
}

bool bond_take_neighbour(struct bond *bond, struct bond_neighbour_order *ret_order)
{
	struct rlb *rlb = &bond->alb.rlb;

	while (rlb->cursor < rlb->count) {
		struct neighbour *neighbour = &rlb->neighbours[rlb->cursor];

		if (!take(bond, neighbour, ret_order)) {
			rlb->cursor++;
			continue;
		}
		if (ret_order->removed)
			*neighbour = rlb->neighbours[--rlb->count]; /* handled next */
		else
			rlb->cursor++;
		return true;
	}
	/* The rest is due later; the step could not know when. */
	earliest(&bond->deadline_ms, rlb->due_ms);
	return false;
}

size_t bond_neighbour_count(const struct bond *bond)
{
	return bond->alb.rlb.count;
}

struct bond_neighbour_order bond_neighbour_at(const struct bond *bond, size_t index)
{
	const struct neighbour *neighbour = &bond->alb.rlb.neighbours[index];

	return (struct bond_neighbour_order){.neighbour = neighbour->id, .port = neighbour->port};
}

void rlb_reset(struct bond *bond)
{
	/* The slots themselves are written before they are read. */
	bond->alb.rlb.count = bond->alb.rlb.cursor = 0;
	bond->alb.rlb.has_orders = bond->alb.rlb.added = bond->alb.rlb.broadcast = false;
	bond->alb.rlb.due_ms = BOND_NEVER;
	bond->alb.rlb.broadcast_ms = bond->alb.rlb.aged_ms = 0;
}
