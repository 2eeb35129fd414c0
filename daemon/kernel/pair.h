/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bond0 and its hidden end: a pair of interfaces of one of two kinds.
 *
 * netkit (Linux 6.7): the transmit program runs in bond0's own transmit function.
 * veth: what bond0 sends is queued and received on the hidden end, at whose
 * ingress hook the transmit program runs. A bond keeps the kind it was created
 * with.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/kernel/hook.h"
#include "lang/refuse.h"

struct ebondd;
struct managed_bond;

enum pair_kind { PAIR_NETKIT, PAIR_VETH };

/* "netkit" or "veth", as the kernel's IFLA_INFO_KIND; static storage. */
const char *pair_kind_word(enum pair_kind kind);

/* The inverse of pair_kind_word(); false when @word is neither. */
bool pair_kind_parse(const char *word, enum pair_kind *ret_kind);

/*
 * Chooses the hidden end's name for @bond->name: "eb.bond0", or "eb.NUMBER" if that is too long
 * or in use.
 */
void pair_choose_name(struct ebondd *daemon, struct managed_bond *bond);

/*
 * Creates bond0 and its hidden end, both down, of the daemon's kind or, if none
 * was given, of the best that the kernel supports. @bond has the names; ifindexes,
 * address, MTU and kind are filled in.
 * Returns 0, or a negative errno with @why filled and nothing created.
 */
int pair_create(struct ebondd *daemon, struct managed_bond *bond, struct refusal *why);

/* Whether @link is a hidden end, by its kind and alias. */
bool pair_is_hidden(const struct link *link);

/*
 * Configures the hidden end, whoever created it: dormant, no IPv6 of its own, maximum
 * MTU, flow steering.
 */
void pair_prepare_hidden(struct ebondd *daemon, const struct managed_bond *bond);

/* The hook of @bond's transmit program. */
struct hook_place pair_tx_place(const struct ebondd *daemon, const struct managed_bond *bond);

/*
 * The hook at which LLDP must be dropped, so that the hidden end does not hear it: bond0's egress.
 * Returns false when there is none: netkit drops it before, clsact would be in the operator's way,
 * or bond0 is in another network namespace.
 */
bool pair_lldp_place(const struct ebondd *daemon, const struct managed_bond *bond,
		     struct hook_place *ret_place);
