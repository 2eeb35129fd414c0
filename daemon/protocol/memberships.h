/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reporting to routers and switches which multicast groups are now wanted behind another port. */
#pragma once

#include "daemon/ebondd.h"

/*
 * IGMP and MLD reports, once, for the multicast groups of bond0, of what sits on it (VLANs,
 * macvlans) and of the bridge that it is in, with the sources that hosts joined with. The core
 * says when.
 */
void memberships_report(struct ebondd *daemon, const struct managed_bond *bond);
