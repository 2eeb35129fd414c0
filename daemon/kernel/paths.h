/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The paths to the targets of the ARP/NS monitor: source address and VLAN tags,
 * from the routing table and the interfaces stacked on bond0 (the kernel's
 * bond_verify_device_path()).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/bond.h"
#include "core/monitor/probe_frames.h"
#include "daemon/kernel/netlink.h"

struct path {
	bool is_ours;		    /* through bond0, or unknown: worth probing */
	struct probe_origin origin; /* without the MAC, which is the port's */
};

struct paths {
	struct path arp[BOND_TARGETS_MAX];
	struct path ns[BOND_TARGETS_MAX];
	struct bond_own own;
};

/*
 * Looks up all paths. @ret_paths is for @options' targets, in their order. Returns
 * 0, or a negative errno with @ret_paths untouched.
 */
int paths_find(struct nl *nl, uint32_t bond_ifindex, const struct bond_options *options,
	       struct paths *ret_paths);
