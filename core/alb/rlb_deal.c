/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Assignment of neighbours to ports (rlb_next_rx_slave(), rlb_clear_slave(), rlb_rebalance()):
 * the port with the fewest neighbours of that kind relative to its speed; when ports are added or
 * lost, as few moves as possible. What an assignment entails: rlb.c.
 */
#include <string.h>

#include "core/bond_state.h"

/* Each kind is distributed separately, as most hosts have an address of each. */
enum neighbour_kind { NEIGHBOUR_IP4, NEIGHBOUR_IP6, NEIGHBOUR_LINK_LOCAL, NEIGHBOUR_KINDS };

static enum neighbour_kind kind_of(const struct bond_neighbour *neighbour)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (memcmp(neighbour->ip, mapped, sizeof(mapped)) == 0)
		return NEIGHBOUR_IP4;
	return neighbour->ip[0] == 0xfe && (neighbour->ip[1] & 0xc0) == 0x80 ? NEIGHBOUR_LINK_LOCAL
									     : NEIGHBOUR_IP6;
}

/* The number of neighbours of each usable port: of one kind, and in total. */
struct tally {
	enum neighbour_kind kind;
	size_t count;
	struct {
		uint32_t id;
		uint64_t speed_mbps, neighbours, all;
	} list[BOND_PORTS_MAX];
};

static void tally_ports(const struct bond *bond, enum neighbour_kind kind, struct tally *tally)
{
	const struct rlb *rlb = &bond->alb.rlb;

	tally->kind = kind;
	tally->count = 0;
	for (size_t i = 0; i < bond->count; i++) {
		const struct port *port = &bond->ports[i];

		if (!port_is_usable(port))
			continue;
		tally->list[tally->count].id = port->id;
		tally->list[tally->count].neighbours = tally->list[tally->count].all = 0;
		tally->list[tally->count++].speed_mbps = port_load_mbps(port);
	}
	for (size_t i = 0; i < rlb->count; i++)
		for (size_t place = 0; place < tally->count; place++)
			if (tally->list[place].id == rlb->neighbours[i].port) {
				tally->list[place].all++;
				tally->list[place].neighbours +=
					kind_of(&rlb->neighbours[i].id) == kind;
			}
}

/* The best port for one more neighbour; the list must not be empty. */
static size_t least(const struct tally *tally)
{
	size_t best = 0;

	for (size_t i = 1; i < tally->count; i++) {
		uint64_t speed = tally->list[i].speed_mbps,
			 best_speed = tally->list[best].speed_mbps;
		uint64_t fill = (tally->list[i].neighbours + 1) * best_speed;
		uint64_t best_fill = (tally->list[best].neighbours + 1) * speed;

		if (fill < best_fill ||
		    (fill == best_fill &&
		     tally->list[i].all * best_speed < tally->list[best].all * speed))
			best = i;
	}
	return best;
}

/* The port with the most neighbours relative to its speed. */
static size_t most(const struct tally *tally)
{
	size_t best = 0;

	for (size_t i = 1; i < tally->count; i++)
		if (tally->list[i].neighbours * tally->list[best].speed_mbps >
		    tally->list[best].neighbours * tally->list[i].speed_mbps)
			best = i;
	return best;
}

bool rlb_is_ip4(const struct bond_neighbour *neighbour)
{
	return kind_of(neighbour) == NEIGHBOUR_IP4;
}

uint32_t rlb_port_for(const struct bond *bond, const struct bond_neighbour *neighbour)
{
	struct tally tally;

	tally_ports(bond, kind_of(neighbour), &tally);
	return tally.count ? tally.list[least(&tally)].id : 0;
}

/* Assigns new ports to neighbours whose port was lost. */
static void replace_lost(struct bond *bond, struct tally *tally)
{
	struct rlb *rlb = &bond->alb.rlb;

	for (size_t i = 0; i < rlb->count; i++) {
		const struct port *port = port_find(bond, rlb->neighbours[i].port);
		size_t place;

		if (kind_of(&rlb->neighbours[i].id) != tally->kind ||
		    (port && port_is_usable(port)))
			continue;
		if (!tally->count) {
			rlb_assign(bond, &rlb->neighbours[i], 0);
			continue;
		}
		place = least(tally);
		tally->list[place].neighbours++;
		tally->list[place].all++;
		rlb_assign(bond, &rlb->neighbours[i], tally->list[place].id);
	}
}

static struct neighbour *first_on(struct rlb *rlb, uint32_t port, enum neighbour_kind kind)
{
	for (size_t i = 0; i < rlb->count; i++)
		if (rlb->neighbours[i].port == port && kind_of(&rlb->neighbours[i].id) == kind)
			return &rlb->neighbours[i];
	return NULL;
}

/* Moves neighbours from the fullest to the emptiest port until the order would be reversed. */
static void even_out(struct bond *bond, struct tally *tally)
{
	struct rlb *rlb = &bond->alb.rlb;

	for (size_t i = 0; tally->count > 1 && i < rlb->count; i++) {
		size_t to = least(tally), from = most(tally);
		struct neighbour *neighbour = first_on(rlb, tally->list[from].id, tally->kind);

		if (!neighbour ||
		    tally->list[from].neighbours * tally->list[to].speed_mbps <=
			    (tally->list[to].neighbours + 1) * tally->list[from].speed_mbps)
			return;
		tally->list[from].neighbours--;
		tally->list[to].neighbours++;
		rlb_assign(bond, neighbour, tally->list[to].id);
	}
}

void rlb_ports_changed(struct bond *bond, bool more)
{
	struct tally tally;

	if (!mode_has(bond->options.mode, MODE_NEIGHBOURS))
		return;
	for (enum neighbour_kind kind = 0; kind < NEIGHBOUR_KINDS; kind++) {
		tally_ports(bond, kind, &tally);
		replace_lost(bond, &tally);
		if (more)
			even_out(bond, &tally);
	}
}
