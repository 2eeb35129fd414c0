/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * balance-tlb and balance-alb: what a bond is told about the flows that it
 * sends and the neighbours that it talks to, and what it decides on them. Part
 * of the contract in core/bond.h, in a file of its own because only these two
 * modes need it.
 *
 *   transmit  Flows fall into BOND_BUCKETS buckets by their hash. The packet path
 *             gives a bucket that has no port the next one of `fresh`; the core
 *             is told what the buckets carry, keeps `fresh` in the order in which
 *             ports are worth it, and moves buckets every 10 s where that evens
 *             out the load (the kernel's tlb_choose_channel(), bond_alb_monitor()).
 *   receive   balance-alb: each neighbour is told the address of one port, by ARP
 *             or by neighbour advertisement (rlb_choose_channel() and what follows).
 *   addresses Each port has its own; the active port has bond0's
 *             (bond_alb_handle_active_change()).
 */
#pragma once

#include "core/bond.h"

#define BOND_BUCKETS 256

/* What each bucket sent since whenever, and where it is; 0: nowhere yet. */
struct bond_buckets {
	uint64_t bytes[BOND_BUCKETS];
	uint32_t port[BOND_BUCKETS];
	uint64_t unbalanced; /* bytes that only the active port may send, such as broadcasts */
};

/*
 * Tell it every BOND_BALANCE_SAMPLE_MS; what comes earlier is passed over, and
 * so is all of it where the mode does not ask for it.
 */
#define BOND_BALANCE_SAMPLE_MS 1000
void bond_in_buckets(struct bond *bond, const struct bond_buckets *buckets, uint64_t now_ms);

/* Whether the mode wants bond_in_buckets(): tlb_dynamic_lb is 1. */
bool bond_wants_buckets(const struct bond *bond);

/* Buckets without a port take these in turn, going round. */
#define BOND_FRESH 64

struct bond_balance {
	uint32_t fresh_count; /* BOND_FRESH; 0: no port is usable */
	uint32_t fresh[BOND_FRESH];
	/* Buckets to be put elsewhere now; port 0: the next frame chooses again. */
	uint32_t moved_count;
	struct {
		uint32_t bucket, port;
	} moved[BOND_BUCKETS];
};

/* Of the last FX_BALANCE; into @bond, valid until the next step. */
const struct bond_balance *bond_get_balance(const struct bond *bond);

/*
 * balance-alb: a neighbour that was talked to. IPv4 addresses are written as ::ffff:a.b.c.d.
 */
struct bond_neighbour {
	uint8_t own[16]; /* our address that it uses */
	uint8_t ip[16];	 /* its own */
	uint32_t vlan;	 /* the tag's protocol << 16 | id; 0: none */
	uint8_t mac[6];
};

/* Neighbours there can be; further ones use bond0's address. Kept until silent for so long. */
#define BOND_NEIGHBOURS_MAX 1024
#define BOND_NEIGHBOUR_AGE_MS 300000

/*
 * A neighbour was talked to, at @seen_ms by the latest ARP or neighbour discovery; another
 * mac replaces the one that was known. @port: what it was told to use by an
 * earlier daemon, 0: nothing. Returns 0, -ENOSPC (BOND_NEIGHBOURS_MAX), or -EACCES: not this mode.
 */
int bond_in_neighbour(struct bond *bond, const struct bond_neighbour *neighbour, uint32_t port,
		      uint64_t seen_ms, uint64_t now_ms);

/*
 * bond0 sent a broadcast ARP request: whoever heard it takes bond0's address for ours
 * until told again, a little later (rlb_req_update_subnet_clients()).
 */
void bond_in_asked(struct bond *bond, uint64_t now_ms);

/* @own is none of our addresses any more: its neighbours are forgotten. */
void bond_in_own_gone(struct bond *bond, const uint8_t own[static 16], uint64_t now_ms);

/* What is to be done about one neighbour. */
struct bond_neighbour_order {
	struct bond_neighbour neighbour;
	uint32_t port;	     /* what its own questions and answers are to leave by */
	uint8_t port_mac[6]; /* the address that it is to send to */
	bool tell;	     /* tell it now, out of that port */
	bool gone;	     /* it is forgotten: nothing else counts */
};

/* The next order of FX_NEIGHBOURS; false: there are no more. */
bool bond_take_neighbour(struct bond *bond, struct bond_neighbour_order *ret_order);

/* How many neighbours there are, and one of them as it stands; @index must be < count. */
size_t bond_neighbour_count(const struct bond *bond);
struct bond_neighbour_order bond_neighbour_at(const struct bond *bond, size_t index);

/*
 * balance-alb: the port that receives in place of those without link, and so
 * must let their addresses in; 0: none.
 */
uint32_t bond_get_stand_in(const struct bond *bond);
