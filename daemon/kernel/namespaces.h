/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network namespaces visible to this process: mounted ones, and those of processes. */
#pragma once

#include <stdint.h>

#include "daemon/kernel/netlink.h"

/*
 * Opens the network namespace that has the id @nsid in @nl's own. Returns a descriptor for setns(),
 * or a negative errno: -ENOENT if it is neither mounted (`ip netns`, Docker, Podman, CNI) nor
 * that of a process whose namespaces are accessible (which usually takes CAP_SYS_PTRACE).
 */
int namespaces_open(struct nl *nl, int32_t nsid);
