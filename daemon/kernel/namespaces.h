/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network namespaces as this process sees them: mounted ones, and those of processes. */
#pragma once

#include <stdint.h>

#include "daemon/kernel/netlink.h"

/*
 * Opens the network namespace that @nl's own one knows by @nsid. Returns a descriptor for setns(),
 * or a negative errno: -ENOENT where none of the mounts (`ip netns`, Docker, Podman, CNI) is it,
 * and no process whose namespaces may be looked at (CAP_SYS_PTRACE, mostly) is in it.
 */
int namespaces_open(struct nl *nl, int32_t nsid);
