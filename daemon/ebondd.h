/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's one state: what main.c creates and hands to everything else.
 */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/bond.h"
#include "daemon/kernel/datapath.h"
#include "daemon/kernel/hook.h"
#include "daemon/kernel/netlink.h"
#include "daemon/kernel/pair.h"
#include "daemon/kernel/paths.h"
#include "daemon/loop.h"
#include "daemon/protocol/lacp_log.h"
#include "daemon/protocol/lacp_socket.h"
#include "daemon/saved_link.h"
#include "lang/config.h"
#include "lib/namespace.h"

/* A bond the daemon can hold; memory is bounded from the start. */
#define BONDS_MAX 256

/* How often changes of other programs were reverted of late (revert.c). */
struct revert_budget {
	uint64_t window_start_ms;
	uint32_t count;
};

struct port {
	uint32_t ifindex;
	char name[BOND_NAME_MAX];
	char kind[16];			   /* IFLA_INFO_KIND, "" of hardware */
	uint8_t permanent_mac[MAC_LENGTH]; /* all zero: it has none */
	bool carrier;			   /* as last told to the core */
	uint32_t master;		   /* what else it was put into, behind our back */
	uint8_t mac[MAC_LENGTH];  /* its address, where fail_over_mac lets it have one of its own */
	int listen_fd;		  /* hears ARP and NS/NA for arp_validate; negative: not */
	bool listen_failed;	  /* it could not: not tried again until it is wanted again */
	int probe_fd;		  /* the monitor's probes leave through it; negative: not open */
	uint64_t rx_packets;	  /* as read at sampled_ms */
	uint64_t sampled_ms;	  /* 0: never */
	struct lacp_sockets lacp; /* 802.3ad */
	struct saved_link saved;
	struct revert_budget budget;
};

/* A port with nothing open, as each begins. */
#define PORT_CLOSED                                                                                \
	((struct port){.listen_fd = -EBADF, .probe_fd = -EBADF, .lacp = LACP_SOCKETS_CLOSED})

/* An interface on bond0 whose address, or VLAN, switches must learn, too (balance.c). */
struct upper {
	uint8_t mac[MAC_LENGTH];
	uint32_t vlan; /* protocol << 16 | id; 0: none */
};

#define UPPERS_MAX 64

/* What neighbours.c knows of the packet path's neighbours, and of our addresses. */
#define NEIGHBOURHOOD_OWN_MAX 128
struct neighbourhood {
	uint32_t program; /* whose counts they are */
	uint32_t news, arp_broadcasts;
	uint64_t all_due_ms;
	bool own_is_known; /* own is what was just looked up */
	size_t own_count;
	uint8_t own[NEIGHBOURHOOD_OWN_MAX][16];
};

struct managed_bond {
	char name[BOND_NAME_MAX];
	char hidden_name[BOND_NAME_MAX];
	uint32_t ifindex;
	uint32_t hidden_ifindex;
	enum pair_kind kind;
	uint8_t mac[MAC_LENGTH]; /* bond0's address, which every port shares */
	bool mac_is_chance;	 /* nobody chose it: the first port's takes its place */
	uint32_t mtu;
	bool promisc; /* bond0 must receive everything: so must the ports */
	bool is_up;   /* by its operator */
	bool carrier; /* the hidden end is up */
	bool touched; /* facts changed: a step is due */
	struct revert_budget budget;
	uint64_t sample_due_ms; /* counters of the ports */
	uint64_t uppers_due_ms; /* until then `uppers` is good */
	uint32_t stand_in;	/* bond_get_stand_in(), which is promiscuous for it */
	struct neighbourhood neighbourhood;
	size_t upper_count;
	struct upper uppers[UPPERS_MAX];
	uint64_t balance_due_ms; /* loads of flows */
	uint64_t paths_due_ms;	 /* until then `paths` is good */
	struct paths paths;
	struct lacp_log_budget lacp_log;
	bool lacp_heard; /* since the last look at what partners say */
	struct bond *core;
	struct datapath *path;
	size_t port_count;
	struct port ports[BOND_PORTS_MAX];
};

struct ebondd {
	struct namespace_id netns; /* what it serves */
	struct loop *loop;
	struct nl *nl;
	int socket;	   /* for ioctls */
	int sysfs_fd;	   /* steering.h; negative: not to be had */
	int packet_socket; /* packet_open(); negative: not to be had */
	enum hook_kind hook;
	bool kind_given; /* new bonds must be of this kind; otherwise of the best there is */
	enum pair_kind kind;
	bool exit_when_empty; /* started by `ebond`: goes with its last bond */
	bool teardown_on_stop;
	bool was_asked;		/* a request was answered: an empty daemon may go */
	bool state_changed;	/* the state file is to be written */
	bool state_failed;	/* the last time it could not be */
	bool text_changed;	/* what procfiles.c writes may be another */
	bool stopping;		/* asked to: the state file says so to the next daemon */
	struct config *awaited; /* ports of the configuration file that do not exist yet */
	uint64_t sweep_due_ms;
	uint64_t hurry_until_ms; /* link events are about: sweep at the full rate */
	uint64_t silent_due_ms;
	uint64_t inspect_due_ms;
	size_t bond_count;
	struct managed_bond *bonds[BONDS_MAX];
};
