/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's state, created by main.c and passed to everything else.
 */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/bond.h"
#include "core/uneven.h"
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

/* Maximum number of bonds; bounds the daemon's memory. */
#define BONDS_MAX 256

/* How often other programs' changes were reverted recently (revert.c). */
struct revert_budget {
	uint64_t window_start_ms;
	uint32_t count;
};

/* Other programs' filters at a port's ingress (port_filters.c). */
#define PORT_FILTERS_MAX 256
struct port_filters {
	bool come_first; /* bond0 gets what they let through; otherwise they are bypassed */
	char known[PORT_FILTERS_MAX]; /* as logged; "": none */
	bool known_first;
	uint32_t order; /* of the tcx programs */
	bool is_ours_first;
	char tc[PORT_FILTERS_MAX]; /* what there is in tc, as last seen */
	/* while looking: */
	char seen[PORT_FILTERS_MAX];
	bool has_chain; /* of ours */
};

/* When to look for them. */
struct filters_schedule {
	uint64_t due_ms;
	uint64_t tc_looked_ms, tc_due_ms;
	uint64_t nft_retry_ms;	   /* until then nftables has nothing to say */
	uint64_t collect_retry_ms; /* until then it refuses our chain */
};

struct port {
	uint32_t ifindex;
	char name[BOND_NAME_MAX];
	char kind[16];			   /* IFLA_INFO_KIND, "" of hardware */
	uint8_t permanent_mac[MAC_LENGTH]; /* all zero: it has none */
	bool carrier;			   /* as last passed to the core */
	uint32_t master;		   /* another master, set behind our back */
	uint32_t starved_upper;	  /* the newest upper that receives nothing and was logged */
	uint8_t mac[MAC_LENGTH];  /* its address, if fail_over_mac gives it its own */
	int listen_fd;		  /* receives ARP and NS/NA for arp_validate; negative: closed */
	bool listen_failed;	  /* opening it failed: retried only once it is needed again */
	int probe_fd;		  /* sends the monitor's probes; negative: closed */
	uint64_t rx_packets;	  /* at sampled_ms */
	uint64_t sampled_ms;	  /* 0: never */
	struct lacp_sockets lacp; /* 802.3ad */
	struct saved_link saved;
	struct revert_budget budget;
	struct port_filters filters;
};

/* The initial state of a port, with nothing open. */
#define PORT_CLOSED                                                                                \
	((struct port){.listen_fd = -EBADF, .probe_fd = -EBADF, .lacp = LACP_SOCKETS_CLOSED})

/* An upper of bond0 whose address or VLAN switches must learn as well (balancing.c). */
struct upper {
	uint8_t mac[MAC_LENGTH];
	uint32_t vlan; /* protocol << 16 | id; 0: none */
};

#define UPPERS_MAX 64

/* neighbours.c: state of reading the packet path's neighbours, and our addresses. */
#define NEIGHBOURHOOD_OWN_MAX 128
struct neighbourhood {
	uint32_t program; /* to which the counters belong */
	uint32_t news, arp_broadcasts;
	uint64_t all_due_ms;
	bool own_is_known; /* own was just read */
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
	bool mac_is_chance;	 /* random, not set by anyone: replaced by the first port's */
	uint32_t mtu;
	bool promisc; /* bond0 is promiscuous: so must the ports be */
	bool is_up;   /* set by the operator */
	bool carrier; /* the hidden end is up */
	bool touched; /* facts changed: a step is due */
	struct revert_budget budget;
	uint64_t sample_due_ms; /* counters of the ports */
	uint64_t uppers_due_ms; /* until then `uppers` is valid */
	uint32_t stand_in;	/* bond_get_stand_in(), which is promiscuous for that purpose */
	struct neighbourhood neighbourhood;
	size_t upper_count;
	struct upper uppers[UPPERS_MAX];
	uint64_t balance_due_ms; /* loads of flows */
	uint64_t load_due_ms;	 /* the same, where flows go by load */
	struct uneven_watch uneven;
	uint64_t paths_due_ms; /* until then `paths` is valid */
	struct paths paths;
	struct lacp_log_budget lacp_log;
	bool lacp_received; /* since the partners' information was last evaluated */
	struct bond *core;
	struct datapath *path;
	size_t port_count;
	struct port ports[BOND_PORTS_MAX];
};

struct await_list;

struct ebondd {
	struct namespace_id netns; /* that it serves */
	struct loop *loop;
	struct nl *nl;
	struct nft *nft; /* NULL: not available */
	struct filters_schedule filters;
	int socket;	   /* for ioctls */
	int sysfs_fd;	   /* steering.h; negative: not available */
	int moved_fd;	   /* moved_port.h; negative: not available */
	int packet_socket; /* packet_open(); negative: not available */
	enum hook_kind hook;
	bool kind_given; /* new bonds must be of this kind; otherwise of the best available */
	enum pair_kind kind;
	bool exit_when_empty; /* started by `ebond`: exits with its last bond */
	bool teardown_on_stop;
	bool has_served;	    /* a request was answered: an empty daemon may exit */
	bool state_changed;	    /* the state file must be written */
	bool state_failed;	    /* the last attempt to write it failed */
	uint64_t state_due_ms;	    /* then it is tried again */
	bool text_changed;	    /* the text that procfiles.c writes may have changed */
	bool stopping;		    /* on purpose: the state file tells the next daemon */
	struct await_list *awaited; /* ports of configuration files (await.h), or NULL */
	uint64_t sweep_due_ms;
	uint64_t sweep_fast_until_ms; /* there was a link event: sweep at the full rate */
	uint64_t silent_due_ms;
	uint64_t inspect_due_ms;
	size_t bond_count;
	struct managed_bond *bonds[BONDS_MAX];
};
