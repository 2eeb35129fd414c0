/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hands of balance-tlb and balance-alb: reads what flows carry, sends
 * learning frames. What is decided on it: core/alb.
 */
#pragma once

#include "daemon/ebondd.h"

/* Tells the core what the buckets carry when that is due. Returns when it is due next. */
uint64_t balance_turn(struct managed_bond *bond, uint64_t now_ms);

/*
 * FX_LEARN: learning frames out of @port_id with the address of @whose_id, untagged and in
 * each VLAN on bond0; out of the active port also with the addresses of macvlans and VLANs on
 * bond0 that have others than bond0's.
 */
void balance_learn(struct ebondd *daemon, struct managed_bond *bond, uint32_t port_id,
		   uint32_t whose_id);
