/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * balance-tlb and balance-alb: facts about the flows that a bond sends and the
 * neighbours it communicates with, and the decisions on them. Part of the
 * interface in core/bond.h, in a separate file because only these two modes need
 * it.
 *
 *   transmit  Flows are hashed into BOND_BUCKETS buckets. The packet path assigns
 *             a bucket without port the next port of `fresh`; the core is given
 *             the buckets' counters, fills `fresh` with the least loaded ports, and
 *             every 10 s moves buckets where that evens out the load (the kernel's
 *             tlb_choose_channel(), bond_alb_monitor()).
 *   receive   balance-alb: each neighbour is told the address of one port, by ARP
 *             or by neighbour advertisement (rlb_choose_channel() and related).
 *   addresses Each port has its own; the active port has bond0's
 *             (bond_alb_handle_active_change()).
 */
#pragma once

#include "core/bond.h"

#define BOND_BUCKETS 256

/* Each bucket's byte counter, and its port; 0: none yet. */
struct bond_buckets {
	uint64_t bytes[BOND_BUCKETS];
	uint32_t port[BOND_BUCKETS];
	uint64_t unbalanced; /* bytes that only the active port may send, such as broadcasts */
};

/*
 * Call it every BOND_BALANCE_SAMPLE_MS; earlier readings are skipped, and so are
 * all in modes that do not need them.
 */
#define BOND_BALANCE_SAMPLE_MS 1000
void bond_in_buckets(struct bond *bond, const struct bond_buckets *buckets, uint64_t now_ms);

/* Whether bond_in_buckets() is needed: tlb_dynamic_lb is 1. */
bool bond_wants_buckets(const struct bond *bond);

/* Length of `fresh`, from which buckets without a port take one in turn, wrapping around. */
#define BOND_FRESH 64

struct bond_balance {
	uint32_t fresh_count; /* BOND_FRESH; 0: no port is usable */
	uint32_t fresh[BOND_FRESH];
	/* Buckets to move now; port 0: the next frame chooses again. */
	uint32_t moved_count;
	struct {
		uint32_t bucket, port;
	} moved[BOND_BUCKETS];
};

/* For the last FX_BALANCE; points into @bond, valid until the next step. */
const struct bond_balance *bond_get_balance(const struct bond *bond);

/*
 * balance-alb: a neighbour seen by ARP or ND. IPv4 addresses are written as ::ffff:a.b.c.d.
 */
struct bond_neighbour {
	uint8_t own[16]; /* our address, to which it sends */
	uint8_t ip[16];	 /* its address */
	uint32_t vlan;	 /* the tag's protocol << 16 | id; 0: none */
	uint8_t mac[6];
};

/* Maximum number of neighbours; further ones use bond0's address. And when idle ones expire. */
#define BOND_NEIGHBOURS_MAX 1024
#define BOND_NEIGHBOUR_AGE_MS 300000

/*
 * A neighbour was seen, last at @seen_ms, by ARP or neighbour discovery; a new mac
 * replaces the previous one. @port: the one an earlier daemon told it to use, 0: none.
 * Returns 0, -ENOSPC (BOND_NEIGHBOURS_MAX), or -EACCES: not this mode.
 */
int bond_in_neighbour(struct bond *bond, const struct bond_neighbour *neighbour, uint32_t port,
		      uint64_t seen_ms, uint64_t now_ms);

/*
 * bond0 sent a broadcast ARP request: neighbours that received it use bond0's address
 * until updated, a little later (rlb_req_update_subnet_clients()).
 */
void bond_in_arp_broadcast(struct bond *bond, uint64_t now_ms);

/* Our address @own was removed: removes its neighbours. */
void bond_in_own_removed(struct bond *bond, const uint8_t own[static 16], uint64_t now_ms);

/* An update of one neighbour, to be carried out. */
struct bond_neighbour_order {
	struct bond_neighbour neighbour;
	uint32_t port;	     /* sends ARP and ND to it */
	uint8_t port_mac[6]; /* the address it must send to */
	bool update;	     /* send it an update now, on that port */
	bool removed;	     /* it was removed: the other members are meaningless */
};

/* The next order of FX_NEIGHBOURS; false: there are no more. */
bool bond_take_neighbour(struct bond *bond, struct bond_neighbour_order *ret_order);

/* The number of neighbours, and the current state of one; @index must be < count. */
size_t bond_neighbour_count(const struct bond *bond);
struct bond_neighbour_order bond_neighbour_at(const struct bond *bond, size_t index);

/*
 * balance-alb: the port that receives in place of those without link and must
 * accept their addresses; 0: none.
 */
uint32_t bond_get_stand_in(const struct bond *bond);
