/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of `ebond show` that only balance-tlb and balance-alb have. */
#pragma once

#include "daemon/ebondd.h"
#include "lib/json.h"

/* Adds to the `ebond` object of a port what it sends and who sends to it; in other modes nothing.
 */
void report_balance_port(json_t *own, const struct managed_bond *bond,
			 const struct bond_port_view *view);

/* Adds to that of a bond its neighbours; in other modes than balance-alb nothing. */
void report_balance_bond(json_t *own, const struct managed_bond *bond);
