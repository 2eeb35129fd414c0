/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interface between probe.bpf.c and the test that reads its results. */
#pragma once

#include <linux/types.h>

/* The last packet of length @match_len, as it left the port. */
struct probe_seen {
	__u32 match_len; /* set by the test */
	__u32 packets;
	__u32 priority;
	__u32 gso_size;
	__u32 has_socket;
	__u32 vlan_present;
	__u32 vlan_tci;
};
