/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telling routers and switches which multicast groups are wanted behind another port now. */
#pragma once

#include "daemon/ebondd.h"

/*
 * IGMP and MLD reports, once, for the multicast groups of bond0, of what sits on it (VLANs,
 * macvlans) and of the bridge that it is in, with the sources that hosts joined with. The core
 * says when.
 */
void memberships_report(struct ebondd *daemon, const struct managed_bond *bond);
