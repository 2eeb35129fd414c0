/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the packet path's virtual clocks say of a bond: each port's load, and whether a
 * port is full that no move of a flow can relieve. Read from mapped memory.
 */
#pragma once

#include "core/uneven.h"
#include "daemon/ebondd.h"

/* A bond's load at one moment. */
struct load_view {
	struct load_snapshot snapshot; /* of the ports that send; its buckets are loads.buckets */
	uint32_t used[BOND_PORTS_MAX]; /* buckets that each of its ports has, in the same order */
	struct datapath_loads loads;
};

/* The present load. The caller frees it; NULL: no clocks are in use, or no memory. */
struct load_view *load_read(const struct managed_bond *bond);

/* Room for any text of load_uneven_text(), with the NUL. */
#define LOAD_UNEVEN_SIZE 320

/*
 * One line about a port that is full while another has room, and why that stays so; "" when
 * there is none, or flows do not go by load. Returns @text.
 */
const char *load_uneven_text(const struct managed_bond *bond, const struct load_view *view,
			     char text[static LOAD_UNEVEN_SIZE]);

/* Once a second where flows go by load: logs what load_uneven_text() says when it is news. */
uint64_t load_turn(struct managed_bond *bond, uint64_t now_ms);
