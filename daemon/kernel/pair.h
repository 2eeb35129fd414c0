/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bond0 and its hidden end: a pair of interfaces of one of two kinds.
 *
 * netkit (Linux 6.7): the transmit program runs inside bond0's own transmit
 * function. veth: what bond0 sends is queued, comes out at the hidden end, and
 * the transmit program runs at the ingress hook there. A bond keeps the kind that
 * it was made with.
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

/* The opposite of pair_kind_word(); false when @word is neither. */
bool pair_kind_parse(const char *word, enum pair_kind *ret_kind);

/*
 * Chooses the hidden end's name for @bond->name: "eb.bond0", or "eb.NUMBER" where that is too
 * long or taken.
 */
void pair_choose_name(struct ebondd *daemon, struct managed_bond *bond);

/*
 * Makes bond0 and its hidden end, both down, of the daemon's kind or, when none
 * was asked for, of the best that the kernel has. @bond has the names; ifindexes,
 * address, MTU and kind are filled in.
 * Returns 0, or a negative errno with @why filled and nothing made.
 */
int pair_create(struct ebondd *daemon, struct managed_bond *bond, struct refusal *why);

/* Whether @link says by its kind and alias that it is a hidden end. */
bool pair_is_hidden(const struct link *link);

/*
 * What the hidden end needs besides being there, whoever made it: no IPv6 of
 * its own, no MTU in the way, flows kept in order.
 */
void pair_prepare_hidden(struct ebondd *daemon, const struct managed_bond *bond);

/* Where the transmit program of @bond belongs. */
struct hook_place pair_tx_place(const struct ebondd *daemon, const struct managed_bond *bond);
