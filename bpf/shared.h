/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the packet path and the daemon agree on: the only header that both
 * sides include.
 *
 * Each bond has its own loaded copy of the programs. What changes rarely
 * (mode, policy) is a constant of that copy, `config` in .rodata, so the
 * verifier removes the code of all other modes. What changes at every failover
 * is a snapshot, `struct ebond_table`, published as a whole.
 */
#pragma once

#include <linux/types.h>

/* Ports a bond can have. */
#define EBOND_PORTS_MAX 32

/*
 * Snapshots in the ring. A running program holds at most the newest one; the
 * daemon reuses a slot only after an RCU grace period since it was retired
 * (membarrier(MEMBARRIER_CMD_GLOBAL)), so no program ever reads a slot that is
 * being written.
 */
#define EBOND_SNAPSHOTS 16

/* CPUs with their own round-robin counter; more CPUs share. Power of two. */
#define EBOND_CPUS_MAX 256

/* Buckets that flows are counted into by spill_threshold. Power of two. */
#define EBOND_BUCKETS 256

/* Same numbers as the kernel's BOND_MODE_* (uapi/linux/if_bonding.h). */
enum ebond_mode {
	EBOND_MODE_ROUNDROBIN = 0,
	EBOND_MODE_ACTIVEBACKUP = 1,
	EBOND_MODE_XOR = 2,
	EBOND_MODE_BROADCAST = 3,
	EBOND_MODE_8023AD = 4,
};

/* Same numbers as the kernel's BOND_XMIT_POLICY_*. */
enum ebond_policy {
	EBOND_POLICY_LAYER2 = 0,
	EBOND_POLICY_LAYER34 = 1,
	EBOND_POLICY_LAYER23 = 2,
	EBOND_POLICY_ENCAP23 = 3,
	EBOND_POLICY_ENCAP34 = 4,
	EBOND_POLICY_VLAN_SRCMAC = 5,
};

/* Constants of one loaded copy of the programs. */
struct ebond_config {
	__u32 mode;   /* enum ebond_mode */
	__u32 policy; /* enum ebond_policy; used by modes xor and 802.3ad, and by spill */
	__u32 packets_per_slave;  /* round-robin: 0 = random port per packet */
	__u32 hidden_ifindex;	  /* bond0's hidden end: where received frames go */
	__u32 spill;		  /* spill_threshold is on; modes active-backup and xor only */
	__u32 broadcast_neighbor; /* mode 802.3ad only */
};

/* What flows of one hash did last, for spill_threshold. */
struct ebond_bucket {
	__u64 last_ns; /* bpf_ktime_get_ns() of the last frame */
	__u32 port;    /* its ifindex; 0: none yet */
	__u32 reserved;
};

/*
 * One snapshot: who may send and who may receive, by ifindex.
 *
 * tx_port: round-robin: one entry per attached port, in order of attachment,
 * an unusable port's entry naming the next usable one (as the kernel's
 * bond_get_slave_by_id does); active-backup: the active port; xor: the usable
 * ports; broadcast: the usable ports; 802.3ad: those that distribute, and in rx_port
 * those that collect. tx_count 0: nothing can be sent.
 *
 * With config.spill the first tx_awake of the usable ports share the flows (at least
 * 1 of them); the others only finish what they have begun.
 */
struct ebond_table {
	__u32 tx_count;
	__u32 tx_awake;	 /* with config.spill */
	__u32 igmp_port; /* round-robin sends IGMP here; 0: use tx_port[0] */
	__u32 rx_any;	 /* 1: every port may receive; 0: those in rx_port */
	__u32 rx_count;
	__u32 tx_port[EBOND_PORTS_MAX];
	__u32 rx_port[EBOND_PORTS_MAX];
	/* A frame with the mark queue_id[i] leaves through queue_port[i]; in order, 0 ends. */
	__u32 queue_id[EBOND_PORTS_MAX];
	__u32 queue_port[EBOND_PORTS_MAX];
};

/* The ring; `newest` is written last, with a release store. */
struct ebond_ring {
	__u32 newest; /* index into snapshot */
	__u32 reserved[15];
	struct ebond_table snapshot[EBOND_SNAPSHOTS];
};

/*
 * Why the packet path dropped a frame, or what else it counted. The index into
 * the per-CPU array map `counters` (__u64 each). X(enum suffix, word, meaning).
 */
#define EBOND_COUNTERS(X)                                                                          \
	X(TX_NO_PORT, "tx_no_port", "sent while no port was usable")                               \
	X(TX_CLONE, "tx_clone", "copy for a broadcast port could not be made")                     \
	X(RX_INACTIVE, "rx_inactive", "received on a port that is not active")                     \
	X(RX_LINK_LOCAL, "rx_link_local", "link-local frame, left to the port, too (no drop)")

enum ebond_counter {
#define X(suffix, word, meaning) EBOND_COUNT_##suffix,
	EBOND_COUNTERS(X)
#undef X
		EBOND_COUNTER_MAX,
};
