/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * I/O of balance-tlb and balance-alb: reads the load of flows, sends learning frames.
 * The decisions are made in core/alb.
 */
#pragma once

#include "daemon/ebondd.h"

/* Passes the buckets' counters to the core when due. Returns when it is due next. */
uint64_t balance_turn(struct managed_bond *bond, uint64_t now_ms);

/*
 * FX_LEARN: sends learning frames on @port_id with @whose_id's address, untagged and in each
 * VLAN on bond0; on the active port also with the addresses of macvlans and VLANs on bond0
 * that differ from bond0's.
 */
void balance_learn(struct ebondd *daemon, struct managed_bond *bond, uint32_t port_id,
		   uint32_t whose_id);
