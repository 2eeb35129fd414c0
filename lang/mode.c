/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of modes. */
#include "lang/mode.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* clang-format off */
#define MODES(ROW)                                                                                 \
	ROW(BOND_MODE_ROUNDROBIN, "balance-rr",                                                    \
	    .proc_text = "load balancing (round-robin)",                                           \
	    .traits = MODE_ARP_MONITOR | MODE_GROUP_REPORTS | MODE_STRIPE)                         \
	ROW(BOND_MODE_ACTIVEBACKUP, "active-backup",                                               \
	    .proc_text = "fault-tolerance (active-backup)",                                        \
	    .traits = MODE_ACTIVE_PORT | MODE_FAIL_OVER_MAC | MODE_PEER_NOTICES |                  \
		      MODE_GROUP_REPORTS | MODE_ARP_MONITOR | MODE_SPILL,                          \
	    .hash = MODE_HASH_FIXED)                                                               \
	ROW(BOND_MODE_XOR, "balance-xor",                                                          \
	    .proc_text = "load balancing (xor)",                                                   \
	    .traits = MODE_ARP_MONITOR | MODE_SPILL | MODE_PLACEMENT,                              \
	    .hash = MODE_HASH_POLICY)                                                              \
	ROW(BOND_MODE_BROADCAST, "broadcast",                                                      \
	    .proc_text = "fault-tolerance (broadcast)",                                            \
	    .traits = MODE_ARP_MONITOR)                                                            \
	ROW(BOND_MODE_8023AD, "802.3ad",                                                           \
	    .proc_text = "IEEE 802.3ad Dynamic link aggregation",                                  \
	    .traits = MODE_LACP | MODE_PLACEMENT,                                                  \
	    .hash = MODE_HASH_POLICY,                                                              \
	    .miimon_ms = 100)                                                                      \
	ROW(BOND_MODE_TLB, "balance-tlb",                                                          \
	    .proc_text = "transmit load balancing",                                                \
	    .traits = MODE_ACTIVE_PORT | MODE_GROUP_REPORTS | MODE_BALANCE,                        \
	    .hash = MODE_HASH_UNLESS_DYN,                                                          \
	    .miimon_ms = 100)                                                                      \
	ROW(BOND_MODE_ALB, "balance-alb",                                                          \
	    .proc_text = "adaptive load balancing",                                                \
	    .traits = MODE_ACTIVE_PORT | MODE_GROUP_REPORTS | MODE_BALANCE | MODE_NEIGHBOURS |     \
		      MODE_DYNAMIC_LB,                                                             \
	    .hash = MODE_HASH_UNLESS_DYN,                                                          \
	    .miimon_ms = 100)
/* clang-format on */

#define WORD(mode, text, ...) [mode] = (text),
#define SPEC(mode, text, ...) [mode] = {.word = (text), __VA_ARGS__},

const char *const mode_words[BOND_MODE_MAX + 1] = {MODES(WORD)};

static const struct mode_spec specs[BOND_MODE_MAX] = {MODES(SPEC)};

const struct mode_spec *mode_spec(enum bond_mode mode)
{
	assert((unsigned int)mode < BOND_MODE_MAX);
	return &specs[mode];
}

const char *bond_mode_word(enum bond_mode mode)
{
	return (unsigned int)mode < BOND_MODE_MAX ? specs[mode].word : "unknown";
}

enum bond_mode mode_find(const char *word)
{
	enum bond_mode mode = 0;

	while (word && mode < BOND_MODE_MAX && strcmp(specs[mode].word, word) != 0)
		mode++;
	return word ? mode : BOND_MODE_MAX;
}

bool mode_has(enum bond_mode mode, uint32_t traits)
{
	return (unsigned int)mode < BOND_MODE_MAX && (specs[mode].traits & traits) == traits;
}
