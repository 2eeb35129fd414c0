/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bond's state for balance-tlb and balance-alb: addresses.c (the ports'
 * addresses), tlb.c (which port sends), rlb.c and rlb_deal.c (which port a
 * neighbour sends to), alb.c (the step, and learning frames).
 */
#pragma once

#include "core/alb/alb.h"

struct port;

/* How flows are distributed; all zero while not in use. */
struct tlb {
	bool is_read;	   /* bytes is valid */
	bool is_fresh;	   /* `fresh` must be computed again */
	bool was_read;	   /* there is a reading since the last evaluation */
	bool has_taken;	   /* buckets took or lost ports since the previous reading */
	bool wants_move;   /* a port was added: do not wait for the 10 s to pass */
	uint64_t read_ms;  /* time of the last reading */
	uint64_t moved_ms; /* when moves were last considered */
	uint64_t moved_bytes[BOND_BUCKETS]; /* the counters at that time */
	struct bond_buckets last;
	uint64_t kbps[BOND_BUCKETS]; /* recent average */
	uint64_t unbalanced_kbps;
	bool has_levelled;	 /* the last moves evened out the number of flows */
	uint64_t level_after_ms; /* not again before then */
	struct bond_balance out;
};

/* A neighbour, and what it was told. */
struct neighbour {
	struct bond_neighbour id;
	uint32_t hash; /* of the addresses: compared first */
	uint32_t port; /* 0: none is usable */
	uint64_t seen_ms;
	uint64_t due_ms; /* of the next update, when some are left */
	uint8_t left;
	bool changed; /* the packet path does not have its port yet */
	bool removed;
};

struct rlb {
	size_t count;
	struct neighbour neighbours[BOND_NEIGHBOURS_MAX];
	size_t cursor;	       /* bond_take_neighbour() */
	uint32_t budget;       /* updates until the next step */
	bool has_orders;       /* there may be some */
	bool added;	       /* neighbours, since the last step */
	uint64_t due_ms;       /* of the next one; BOND_NEVER */
	uint64_t broadcast_ms; /* when all were updated after an ARP broadcast; 0: never */
	bool broadcast;	       /* there was another one since */
	uint64_t aged_ms;      /* when expired ones were last removed */
};

struct alb {
	bool macs_changed;    /* a port's address changed since the last FX_MAC */
	uint64_t learn_ms;    /* next learning frames; 0: not started */
	uint32_t usable;      /* a bit per index in the list of ports, as of the last step */
	uint32_t usable_hash; /* of their ids: the same bits may mean other ports */
	struct tlb tlb;
	struct rlb rlb;
};

static inline bool mac_equal(const uint8_t a[static 6], const uint8_t b[static 6])
{
	return !((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3]) | (a[4] ^ b[4]) |
		 (a[5] ^ b[5]));
}

/* alb.c: mostly the modes' functions, see core/mode_rules.h */

void alb_enter(struct bond *bond);
void alb_leave(struct bond *bond);
void alb_table(const struct bond *bond, struct bond_table *table);

/* After the selection and the table. */
void alb_run(struct bond *bond, uint64_t now_ms, struct bond_effects *fx);

/* When alb_run() has something to do next, or BOND_NEVER. */
uint64_t alb_deadline(const struct bond *bond);

void alb_view(const struct bond *bond, const struct port *port, struct bond_port_view *view);

/* addresses.c */

/* @port was attached: finds a unique address for it. */
void alb_attached(struct bond *bond, struct port *port);

/* @port is about to be detached. */
void alb_detached(struct bond *bond, struct port *port);

/* After the selection: the active port has bond0's address. */
void alb_addresses(struct bond *bond, uint64_t now_ms);

/* The mode was entered: until now every port had bond0's address. */
void alb_start_addresses(struct bond *bond);

/* Emits FX_MAC if addresses changed since the last one. */
void alb_emit_addresses(struct bond *bond, struct bond_effects *fx);

/* rlb_deal.c */

/* The set of usable ports may have changed; @more: some were added. Nothing in other modes. */
void rlb_ports_changed(struct bond *bond, bool more);

/* The port to assign to a new neighbour; 0: none is usable. */
uint32_t rlb_port_for(const struct bond *bond, const struct bond_neighbour *neighbour);

bool rlb_is_ip4(const struct bond_neighbour *neighbour);

/* rlb.c; does nothing in other modes */

/* Assigns @port (0: none) to @neighbour and schedules updates. */
void rlb_assign(struct bond *bond, struct neighbour *neighbour, uint32_t port);

/* @port's address changed: its neighbours must be updated. */
void rlb_address_changed(struct bond *bond, const struct port *port);

/* Emits FX_NEIGHBOURS if bond_take_neighbour() has something due. */
void rlb_run(struct bond *bond, uint64_t now_ms, struct bond_effects *fx);
uint64_t rlb_deadline(const struct bond *bond);

uint32_t rlb_neighbours_on(const struct bond *bond, uint32_t port);
void rlb_reset(struct bond *bond);

/* tlb.c */

/* The set of usable ports changed; @more: some were added. */
void tlb_ports_changed(struct bond *bond, bool more);

/* Evaluates a new reading; emits FX_BALANCE if bond_get_balance() must be published. */
void tlb_run(struct bond *bond, uint64_t now_ms, struct bond_effects *fx);

/* Resets everything: other ports, another mode. */
void tlb_reset(struct bond *bond);
