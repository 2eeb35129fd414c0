/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The modes and how they differ: one table with each mode's name and traits. Code
 * tests for a trait rather than for a mode, so that a new mode is a new row. What a
 * bond does in a mode: core/mode_rules.h.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Numbers are the kernel's (uapi/linux/if_bonding.h): they are user-visible. */
enum bond_mode {
	BOND_MODE_ROUNDROBIN,
	BOND_MODE_ACTIVEBACKUP,
	BOND_MODE_XOR,
	BOND_MODE_BROADCAST,
	BOND_MODE_8023AD,
	BOND_MODE_TLB,
	BOND_MODE_ALB,
	BOND_MODE_MAX,
};

/* Bits of struct mode_spec's @traits. */
enum mode_trait {
	MODE_ANY = 0, /* what every mode has */

	MODE_ACTIVE_PORT = 1 << 0,   /* one port is the active one (bond_mode_uses_primary()) */
	MODE_FAIL_OVER_MAC = 1 << 1, /* fail_over_mac selects bond0's address */
	MODE_PEER_NOTICES = 1 << 2,  /* gratuitous ARP and NA announce a new active port */
	MODE_GROUP_REPORTS = 1 << 3, /* memberships are reported again through it */
	MODE_ARP_MONITOR = 1 << 4,   /* the ARP/NS monitor can be used (bond_mode_uses_arp()) */
	MODE_STRIPE = 1 << 5,	     /* ports take turns, packet by packet */
	MODE_SPILL = 1 << 6,	     /* spill_threshold: ports join as the load grows */
	MODE_LACP = 1 << 7,	     /* runs LACP */
	MODE_BALANCE = 1 << 8,	     /* flows go by load, ports keep addresses (bond_is_lb()) */
	MODE_NEIGHBOURS = 1 << 9,    /* each neighbour is told which port to send to */
	MODE_DYNAMIC_LB = 1 << 10, /* setting the mode turns tlb_dynamic_lb on, as in the driver */
	MODE_PLACEMENT = 1 << 11,  /* tx_placement: flows go by load instead of by hash */
};

/* What chooses a flow's port. */
enum mode_hash {
	MODE_HASH_NONE,	      /* no hash */
	MODE_HASH_FIXED,      /* layer3+4 where a hash is needed; not configurable */
	MODE_HASH_POLICY,     /* xmit_hash_policy */
	MODE_HASH_UNLESS_DYN, /* xmit_hash_policy while tlb_dynamic_lb is 0 */
};

/* One row. Immutable, static storage. */
struct mode_spec {
	const char *word;      /* iproute2's */
	const char *proc_text; /* in the kernel's /proc/net/bonding: bond_mode_name() */
	uint32_t traits;       /* bits of enum mode_trait */
	enum mode_hash hash;
	uint32_t miimon_ms; /* setting the mode sets miimon to this, unless that is set too */
};

/* The row of @mode, which is below BOND_MODE_MAX. */
const struct mode_spec *mode_spec(enum bond_mode mode);

/* Every mode's word, by number; NULL ends. */
extern const char *const mode_words[BOND_MODE_MAX + 1];

/* As the kernel prints it; static storage. "unknown" for a number out of range. */
const char *bond_mode_word(enum bond_mode mode);

/* The mode with this name; BOND_MODE_MAX: there is none. NULL is fine. */
enum bond_mode mode_find(const char *word);

/* Whether @mode has every bit of @traits; false for a number out of range. */
bool mode_has(enum bond_mode mode, uint32_t traits);
