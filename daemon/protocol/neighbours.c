/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Passing neighbours between packet path and core. */
#include "daemon/protocol/neighbours.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "core/alb/frames.h"
#include "daemon/bonds.h"
#include "daemon/kernel/packet.h"
#include "daemon/log.h"
#include "daemon/loop.h"
#include "daemon/protocol/announcer.h"

/* How often the packet path's counters in shared memory are checked ... */
#define LOOK_MS 10
/* ... and all its neighbours are read, as expiry depends on when they were last seen. */
#define ALL_MS 60000

struct listener {
	struct managed_bond *bond;
	uint64_t now_ms;
};

static void add_to_core(const struct bond_neighbour *neighbour, uint32_t port, uint64_t seen_ms,
			void *data)
{
	struct listener *listener = data;

	/* If there is no room it is added when all are read, later. */
	bond_in_neighbour(listener->bond->core, neighbour, port, seen_ms, listener->now_ms);
	listener->bond->touched = true;
}

uint64_t neighbours_turn(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms)
{
	struct listener listener = {.bond = bond, .now_ms = now_ms};
	struct neighbourhood *hood = &bond->neighbourhood;
	uint32_t program = datapath_id(bond->path), news, arp_broadcasts;

	neighbours_stand_in(daemon, bond);
	if (!mode_has(bond_get_options(bond->core)->mode, MODE_NEIGHBOURS))
		return UINT64_MAX;
	news = datapath_neighbour_news(bond->path);
	arp_broadcasts = datapath_arp_broadcasts(bond->path);
	if (program != hood->program)
		hood->all_due_ms = 0;
	else if (arp_broadcasts != hood->arp_broadcasts)
		bond_in_arp_broadcast(bond->core, now_ms);
	if (now_ms >= hood->all_due_ms || news != hood->news) {
		bool all = now_ms >= hood->all_due_ms;

		if (all)
			hood->all_due_ms = now_ms + ALL_MS;
		datapath_read_neighbours(bond->path, all, add_to_core, &listener);
	}
	hood->program = program;
	hood->news = news;
	hood->arp_broadcasts = arp_broadcasts;
	return now_ms + LOOK_MS;
}

static void note_own(const struct address *address, void *data)
{
	struct neighbourhood *hood = data;
	uint8_t *own = hood->own[hood->own_count];

	if (hood->own_count == NEIGHBOURHOOD_OWN_MAX)
		return;
	memset(own, 0, 16);
	if (address->family == AF_INET) {
		own[10] = own[11] = 0xff;
		memcpy(own + 12, address->bytes, 4);
	} else {
		memcpy(own, address->bytes, 16);
	}
	hood->own_count++;
}

/* An address that moved to another host must no longer be claimed. */
static bool is_own(struct ebondd *daemon, struct managed_bond *bond, const uint8_t ip[16])
{
	struct neighbourhood *hood = &bond->neighbourhood;

	if (!hood->own_is_known) {
		hood->own_is_known = true;
		hood->own_count = 0;
		nl_addresses(daemon->nl, note_own, hood);
	}
	for (size_t i = 0; i < hood->own_count; i++)
		if (memcmp(hood->own[i], ip, 16) == 0)
			return true;
	/* Too many to store: assume that it is ours. */
	return hood->own_count == NEIGHBOURHOOD_OWN_MAX;
}

static void update(struct ebondd *daemon, const struct bond_neighbour_order *order, bool router)
{
	uint8_t frame[ALB_UPDATE_SIZE];

	/*
	 * RLB_ARP_BURST_SIZE is two; the second is for hosts that ignore the first. A lost one is
	 * made up for by repetition.
	 */
	for (int second = 0; second < 2; second++)
		packet_send(daemon->packet_socket, order->port, frame,
			    alb_update(frame, sizeof(frame), &order->neighbour, order->port_mac,
				       second, router));
}

void neighbours_carry_out(struct ebondd *daemon, struct managed_bond *bond)
{
	bool router = peers_is_router(bond->name);
	struct bond_neighbour_order order;

	bond->neighbourhood.own_is_known = false; /* they may have changed */
	while (bond_take_neighbour(bond->core, &order)) {
		if (order.update && !is_own(daemon, bond, order.neighbour.own)) {
			bond_in_own_removed(bond->core, order.neighbour.own, loop_now_ms());
			continue;
		}
		/* First, so that requests which the update triggers are answered on that port. */
		datapath_put_neighbour(bond->path, &order);
		if (order.update)
			update(daemon, &order, router);
	}
}

void neighbours_farewell(struct ebondd *daemon, struct managed_bond *bond)
{
	bool router = peers_is_router(bond->name);
	uint32_t active = bond_get_active(bond->core);

	bond->neighbourhood.own_is_known = false;
	for (size_t i = 0; active && i < bond_neighbour_count(bond->core); i++) {
		struct bond_neighbour_order order = bond_neighbour_at(bond->core, i);

		if (order.port == active || !is_own(daemon, bond, order.neighbour.own))
			continue;
		order.port = active;
		memcpy(order.port_mac, bond->mac, MAC_LENGTH);
		update(daemon, &order, router);
	}
}

void neighbours_stand_in(struct ebondd *daemon, struct managed_bond *bond)
{
	uint32_t wanted = bond_get_stand_in(bond->core), before = bond->stand_in;
	const struct port *port = bond_port_indexed(bond, before);

	if (wanted == before)
		return;
	bond->stand_in = wanted;
	if (port && !bond->promisc && !port->saved.promisc)
		nl_set_flags(daemon->nl, before, 0, IFF_PROMISC);
	if (wanted)
		nl_set_flags(daemon->nl, wanted, IFF_PROMISC, IFF_PROMISC);
}
