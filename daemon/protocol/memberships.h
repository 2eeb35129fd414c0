/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reporting multicast memberships on a new port to routers and switches. */
#pragma once

#include "daemon/ebondd.h"

/*
 * Sends IGMP and MLD reports once, for the multicast groups of bond0, its uppers (VLANs, macvlans)
 * and the bridge it is a port of, including source filters. The core decides when.
 */
void memberships_report(struct ebondd *daemon, const struct managed_bond *bond);
