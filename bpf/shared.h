/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interface between the packet path and the daemon: the only header that both
 * include.
 *
 * Each bond has its own loaded copy of the programs. What changes rarely (mode,
 * policy) is a constant in that copy, `config` in .rodata, so the verifier removes
 * the code of all other modes. What changes at every failover is a snapshot,
 * `struct ebond_table`, published as a whole.
 */
#pragma once

#include <linux/types.h>

/* Maximum number of ports of a bond. */
#define EBOND_PORTS_MAX 32

/*
 * Snapshots in the ring. A program reads only the snapshot that was newest when it
 * started; the daemon reuses a slot only after an RCU grace period since it was
 * retired (membarrier(MEMBARRIER_CMD_GLOBAL)), so no program reads a slot that is
 * being written.
 */
#define EBOND_SNAPSHOTS 16

/* CPUs with their own round-robin counter; more CPUs share. Power of two. */
#define EBOND_CPUS_MAX 256

/* Buckets into which flows are hashed to be placed. Power of two. */
#define EBOND_BUCKETS 4096

/* Same numbers as the kernel's BOND_MODE_* (uapi/linux/if_bonding.h). */
enum ebond_mode {
	EBOND_MODE_ROUNDROBIN = 0,
	EBOND_MODE_ACTIVEBACKUP = 1,
	EBOND_MODE_XOR = 2,
	EBOND_MODE_BROADCAST = 3,
	EBOND_MODE_8023AD = 4,
	EBOND_MODE_TLB = 5,
	EBOND_MODE_ALB = 6,
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
	__u32 hidden_ifindex;	  /* bond0's hidden end, to which received frames go */
	__u32 spill;		  /* spill_threshold is on; modes active-backup and xor only */
	__u32 broadcast_neighbor; /* mode 802.3ad only */
	__u32 dynamic;		  /* tlb_dynamic_lb is on; modes tlb and alb only */
	__u32 ipv6;		  /* alb_ipv6 is on; mode alb only */
	/* SO_NETNS_COOKIE of the ports' network namespace; see bpf/home.h */
	__u64 home;
	__u32 adaptive;		 /* tx_placement adaptive; modes xor and 802.3ad only */
	__u32 moves_paused_only; /* placement_moves paused */
	__u32 earliest;		 /* striping earliest; round-robin only */
	__u32 reserved;
};

/* Flows with the same hash, for tx_placement adaptive and spill_threshold. */
struct ebond_bucket {
	__u64 arrives_ns; /* when its last frame will have arrived at the latest */
	__u64 bytes;	  /* what it sent lately, decaying: see bpf/port_clock.h */
	__u32 tick;	  /* to which that refers */
	__u32 moved_tick; /* when it last moved while busy */
	__u32 port;	  /* its ifindex; 0: none yet */
	__u32 place;	  /* where in tx_port it was */
};

/* A port's virtual clock, see bpf/port_clock.h. A cache line. */
struct ebond_clock {
	__u64 free_ns; /* when what was given to the port will have left it */
	__u64 load;    /* bytes given to it lately, decaying */
	__u32 tick;    /* to which that refers */
	__u32 reserved[11];
};

/* A load divided by this time is a rate: the sum of what is left of bytes that flow evenly. */
#define EBOND_LOAD_NS 100722000ULL

/*
 * The memory of bpf/placement.h, mapped into the daemon, which reads it. Written only by the
 * packet path, except when one copy of the programs replaces another.
 */
struct ebond_placement {
	struct ebond_clock clocks[EBOND_PORTS_MAX]; /* by tx_clock */
	struct ebond_bucket buckets[EBOND_BUCKETS]; /* by hash */
	__u64 moved_ns;				    /* when a busy bucket last moved */
	__u64 moves_paused;			    /* of buckets, without disorder */
	__u64 moves_busy;			    /* of busy ones */
	__u64 ahead_ns; /* how far the clocks' time is ahead, see placement_earliest() */
};

/* balance-tlb, balance-alb: the buckets of flows. Power of two; the driver's hash is a byte. */
#define EBOND_FLOWS 256

/* Entries of `fresh`. Power of two. */
#define EBOND_FRESH 64

/* A bucket: its byte counter and its port. */
struct ebond_flows {
	__u64 bytes;
	__u32 port; /* its ifindex; 0: the next frame takes the next one of `fresh` */
	__u32 reserved;
};

/*
 * balance-tlb and balance-alb with tlb_dynamic_lb: mapped into the daemon, which reads the
 * counters and writes `fresh` and the ports of buckets that it moves. The packet path assigns
 * ports to buckets that have none. Either side copes with any mixture of old and new values.
 */
struct ebond_balance {
	struct ebond_flows flows[EBOND_FLOWS];
	__u64 unbalanced; /* bytes that had to be sent on the active port */
	__u32 next;	  /* index into fresh */
	__u32 reserved;
	__u32 fresh[EBOND_FRESH]; /* ports, by ifindex; 0: not published yet */
	/* Counters for the daemon; written only by the packet path. */
	__u32 news;	      /* neighbours added, or changed their address */
	__u32 arp_broadcasts; /* broadcast ARP requests that bond0 sent */
};

/*
 * balance-alb: the map `neighbours` has the neighbours that bond0 communicates with. The packet
 * path adds them without a port when they are first seen; the daemon assigns one, and removes
 * them. IPv4 addresses are written as ::ffff:a.b.c.d.
 */
#define EBOND_NEIGHBOURS_MAX 1024

struct ebond_neighbour_key {
	__u8 own[16]; /* our address, to which it sends */
	__u8 ip[16];
	__u32 vlan; /* the tag's protocol << 16 | id; 0: none */
};

struct ebond_neighbour {
	__u64 seen_ns; /* bpf_ktime_get_ns() of the last ARP or neighbour discovery with it */
	__u64 mac_ns;  /* when `mac` last changed */
	__u32 port;    /* ifindex; 0: none yet */
	__u32 is_new;  /* not processed by the daemon yet: new, or its mac changed */
	__u8 mac[6];
	__u16 reserved;
};

/*
 * VLAN devices on ports, which get the frames with their tag. Written by the daemon as a whole; a
 * frame may meet a mixture of two versions.
 */
#define EBOND_PORT_VLANS_MAX 128

struct ebond_port_vlan {
	__u32 port; /* ifindex */
	__u32 vlan; /* the tag's protocol << 16 | id */
};

struct ebond_port_vlans {
	__u32 count;
	struct ebond_port_vlan list[EBOND_PORT_VLANS_MAX];
};

/*
 * Ports on which other programs have filters. There ebond_rx redirects nothing itself: what comes
 * after it sees the frame first, and a chain of ebond's, the last one at nftables' ingress, sends
 * it to the hidden end. Written by the daemon as a whole.
 */
struct ebond_filtered {
	__u32 count;
	__u32 port[EBOND_PORTS_MAX]; /* ifindexes */
};

/* What skb->priority, which is 0 on receive, tells the chain: not for bond0; for the port, too. */
#define EBOND_LEAVE_PRIORITY 0x65620001
#define EBOND_SHARE_PRIORITY 0x65620002

/* The mark (SO_MARK) of the daemon's own frames; larger than any queue_id. */
#define EBOND_DAEMON_MARK 0x65626e64

/* An Ethernet address, padded with zeros. */
struct ebond_mac {
	__u8 bytes[6];
	__u16 reserved;
};

/*
 * A snapshot: the ports that send and receive, by ifindex. The core's struct bond_table has the
 * same layout.
 *
 * tx_port: round-robin: one entry per attached port, in order of attachment, where an unusable
 * port is replaced by the next usable one (as in the kernel's bond_get_slave_by_id());
 * active-backup: the active port; xor, broadcast, tlb and alb: the usable ports; 802.3ad: those
 * that distribute. tx_count 0: nothing can be sent.
 *
 * rx_port: all ports of the bond, starting with the rx_count that receive (in 802.3ad those that
 * collect). A frame received on any other interface is not the bond's.
 *
 * With config.spill the first tx_awake of the usable ports (at least 1) share the flows; the
 * others only finish the flows they have.
 */
struct ebond_table {
	__u32 tx_count;
	__u32 tx_awake;	 /* with config.spill */
	__u32 igmp_port; /* round-robin sends IGMP here; 0: use tx_port[0] */
	__u32 rx_any;	 /* 1: every port receives; 0: the first rx_count of rx_port */
	__u32 rx_late;	 /* this one also receives unicast frames; 0: none */
	__u32 rx_count;
	__u32 port_count;
	__u32 tx_port[EBOND_PORTS_MAX];
	__u32 rx_port[EBOND_PORTS_MAX];
	/* A frame with mark queue_id[i] is sent on queue_port[i]; terminated by 0. */
	__u32 queue_id[EBOND_PORTS_MAX];
	__u32 queue_port[EBOND_PORTS_MAX];
	/*
	 * bond0's address; tlb and alb: the port that sends what is not balanced (0: none), and
	 * the address of each tx_port and rx_port.
	 */
	__u32 active;
	struct ebond_mac bond_mac;
	struct ebond_mac tx_mac[EBOND_PORTS_MAX];
	struct ebond_mac rx_mac[EBOND_PORTS_MAX];
	/*
	 * The virtual clock of each tx_port, with tx_placement adaptive, striping earliest or
	 * spill_threshold: its number, which stays the port's as long as it is attached; the time
	 * that a byte takes, in 2^-16 ns, never 0; the latency of the path behind the port; and
	 * by how much a frame may arrive later than the clock says.
	 */
	__u32 tx_clock[EBOND_PORTS_MAX];
	__u32 tx_cost[EBOND_PORTS_MAX];
	__u32 tx_latency_ns[EBOND_PORTS_MAX];
	__u32 tx_margin_ns[EBOND_PORTS_MAX];
};

/* The ring; `newest` is written last, with a release store. */
struct ebond_ring {
	__u32 newest; /* index into snapshot */
	__u32 reserved[15];
	struct ebond_table snapshot[EBOND_SNAPSHOTS];
};

/*
 * The packet path's counters, of drops by reason and other events: indices into the
 * per-CPU array map `counters` (__u64 each). X(enum suffix, word, meaning).
 */
#define EBOND_COUNTERS(X)                                                                          \
	X(TX_NO_PORT, "tx_no_port", "sent while no port was usable")                               \
	X(TX_CLONE, "tx_clone", "copy for another port could not be made")                         \
	X(RX_INACTIVE, "rx_inactive", "received on a port that is not active")                     \
	X(RX_LINK_LOCAL, "rx_link_local", "link-local frame, also left to the port (no drop)")     \
	X(NEIGHBOURS_FULL, "peers_full",                                                           \
	  "neighbour in excess of the 1024 that balance-alb can track (no drop)")                  \
	X(OWN_CLAIMED, "own_claimed",                                                              \
	  "ARP from another host claiming one of our addresses (no drop)")                         \
	X(TX_LLDP, "tx_lldp", "LLDP sent through the bond instead of its ports")                   \
	X(PORT_IPV6, "port_ipv6", "IPv6 sent by a port itself")                                    \
	X(PORT_ARP, "port_arp", "ARP sent by a port's own stack")                                  \
	X(PORT_SOURCE, "port_source",                                                              \
	  "sent by an inactive port itself, with its own address as the source (no drop)")

enum ebond_counter {
#define X(suffix, word, meaning) EBOND_COUNT_##suffix,
	EBOND_COUNTERS(X)
#undef X
		EBOND_COUNTER_MAX,
};
