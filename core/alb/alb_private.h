/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What balance-tlb and balance-alb keep in a bond: addresses.c (whose address is
 * whose), tlb.c (which port sends), rlb.c and rlb_deal.c (which port a neighbour
 * sends to), alb.c (the step, and learning frames).
 */
#pragma once

#include "core/alb/alb.h"

struct port;

/* How flows are spread; all zero while nobody asks for it. */
struct tlb {
	bool is_read;	   /* bytes is there */
	bool is_fresh;	   /* what the next flows are to take must be thought over */
	bool was_read;	   /* a reading came since buckets were last judged */
	bool has_taken;	   /* buckets took ports, or lost them, since the reading before */
	bool wants_move;   /* a port came: do not wait for the 10 s to pass */
	uint64_t read_ms;  /* of bytes */
	uint64_t moved_ms; /* when buckets were last looked at for a move */
	uint64_t moved_bytes[BOND_BUCKETS]; /* as they were then */
	struct bond_buckets last;
	uint64_t kbps[BOND_BUCKETS]; /* of late */
	uint64_t unbalanced_kbps;
	bool has_levelled;	 /* the last look moved flows for their number */
	uint64_t level_after_ms; /* until then that is not done */
	struct bond_balance out;
};

/* A neighbour, and what it has been told. */
struct neighbour {
	struct bond_neighbour id;
	uint32_t hash; /* of the addresses: the first look */
	uint32_t port; /* 0: none is usable */
	uint64_t seen_ms;
	uint64_t due_ms; /* of the next update, when some are left */
	uint8_t left;
	bool changed; /* the packet path does not know its port yet */
	bool gone;
};

struct rlb {
	size_t count;
	struct neighbour neighbours[BOND_NEIGHBOURS_MAX];
	size_t cursor;	   /* bond_take_neighbour() */
	uint32_t budget;   /* updates until the next step */
	bool has_orders;   /* a look for them is worth it */
	uint64_t due_ms;   /* of the next one; BOND_NEVER */
	uint64_t asked_ms; /* when all were told again after a broadcast; 0: never */
	bool asked;	   /* another one since then */
	uint64_t aged_ms;  /* when the old were looked for */
};

struct alb {
	bool macs_changed;    /* a port has another address than was told */
	uint64_t learn_ms;    /* next learning frames; 0: not started */
	uint32_t usable;      /* bit per place in the list of ports, as at the last step */
	uint32_t usable_hash; /* of their ids: the same bits may be other ports */
	struct tlb tlb;
	struct rlb rlb;
};

static inline bool mac_equal(const uint8_t a[static 6], const uint8_t b[static 6])
{
	return !((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3]) | (a[4] ^ b[4]) |
		 (a[5] ^ b[5]));
}

/* alb.c: most of it is the modes' rows, see core/mode_rules.h */

void alb_enter(struct bond *bond);
void alb_leave(struct bond *bond);
void alb_table(const struct bond *bond, struct bond_table *table);

/* After the selection and the table. */
void alb_run(struct bond *bond, uint64_t now_ms, struct bond_effects *fx);

/* When alb_run() has something to do next, or BOND_NEVER. */
uint64_t alb_deadline(const struct bond *bond);

void alb_view(const struct bond *bond, const struct port *port, struct bond_port_view *view);

/* addresses.c */

/* @port was added: finds it an address that no other port has. */
void alb_attached(struct bond *bond, struct port *port);

/* @port is about to go. */
void alb_detached(struct bond *bond, struct port *port);

/* After the selection: the active port has bond0's address. */
void alb_addresses(struct bond *bond, uint64_t now_ms);

/* The mode became ours: until now every port had bond0's address. */
void alb_start_addresses(struct bond *bond);

/* FX_MAC, when addresses changed since the last one. */
void alb_tell_addresses(struct bond *bond, struct bond_effects *fx);

/* rlb_deal.c */

/* The usable ports are not those of before; @more: one came. Nothing in other modes. */
void rlb_ports_changed(struct bond *bond, bool more);

/* The port that a new neighbour is to have; 0: none is usable. */
uint32_t rlb_port_for(const struct bond *bond, const struct bond_neighbour *neighbour);

bool rlb_is_ip4(const struct bond_neighbour *neighbour);

/* rlb.c; nothing in other modes */

/* @neighbour is to send to @port (0: there is none), and is told so. */
void rlb_assign(struct bond *bond, struct neighbour *neighbour, uint32_t port);

/* @port has another address: who sends there must be told. */
void rlb_address_changed(struct bond *bond, const struct port *port);

/* FX_NEIGHBOURS, when bond_take_neighbour() has something now. */
void rlb_run(struct bond *bond, uint64_t now_ms, struct bond_effects *fx);
uint64_t rlb_deadline(const struct bond *bond);

uint32_t rlb_neighbours_on(const struct bond *bond, uint32_t port);
void rlb_reset(struct bond *bond);

/* tlb.c */

/* The usable ports are not those of before; @more: one came. */
void tlb_ports_changed(struct bond *bond, bool more);

/* Judges a new reading; FX_BALANCE, when bond_get_balance() is to be published. */
void tlb_run(struct bond *bond, uint64_t now_ms, struct bond_effects *fx);

/* Forgets all: other ports, another mode. */
void tlb_reset(struct bond *bond);
