/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of `ebond show` specific to balance-tlb and balance-alb. */
#pragma once

#include "daemon/ebondd.h"
#include "lib/json.h"

/* Adds a port's load and neighbours to its `ebond` object; nothing in other modes. */
void report_balance_port(json_t *own, const struct managed_bond *bond,
			 const struct bond_port_view *view);

/* Adds a bond's neighbours to its `ebond` object; nothing in modes other than balance-alb. */
void report_balance_bond(json_t *own, const struct managed_bond *bond);
