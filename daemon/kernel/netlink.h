/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rtnetlink requests: one socket, one synchronous request at a time. Nothing is
 * cached. Notifications are in events.h.
 */
#pragma once

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include <linux/netlink.h>

#include "lib/mac.h"

/* An interface as the kernel describes it in RTM_NEWLINK. */
struct link {
	uint32_t ifindex;
	char name[IFNAMSIZ];
	uint16_t type;		 /* ARPHRD_* */
	uint32_t flags;		 /* IFF_* */
	uint32_t mtu;		 /* bytes */
	uint32_t master;	 /* ifindex, 0: none */
	uint32_t lower;		 /* IFLA_LINK: the lower device, 0: none */
	bool lower_is_elsewhere; /* `lower` is in another network namespace */
	uint32_t promiscuity;
	uint8_t operstate; /* IF_OPER_* */
	char kind[16];	   /* IFLA_INFO_KIND, "" for hardware */
	char alias[64];	   /* IFLA_IFALIAS, truncated; "": none */
	bool has_mac;	   /* an Ethernet address of 6 bytes */
	uint8_t mac[MAC_LENGTH];
	bool has_permanent_mac;
	uint8_t permanent_mac[MAC_LENGTH];
	/* RTM_DELLINK: moved to the network namespace with our id new_nsid, where its index is
	 * new_ifindex (0: the same). */
	bool moved;
	int32_t new_nsid;
	uint32_t new_ifindex;
	uint16_t vlan_id;	/* of a VLAN interface, 0: not a VLAN */
	uint16_t vlan_protocol; /* 0x8100 or 0x88a8 */
	uint64_t rx_packets, tx_packets, rx_bytes, tx_bytes; /* if requested */
	uint64_t rx_errors, tx_errors, rx_crc_errors;	     /* if requested */
};

struct nl;

/* Opens the socket in the caller's network namespace. Returns 0 or a negative errno. */
int nl_open(struct nl **ret_nl);
void nl_close(struct nl *nl);

/* The kernel's message about the last failure, or "". Valid until the next request. */
const char *nl_last_message(const struct nl *nl);

/* One interface, by any of its names or its index, with counters. Returns 0, -ENODEV, or another
 * negative errno. */
int nl_link_by_name(struct nl *nl, const char *name, struct link *ret_link);
int nl_link_by_index(struct nl *nl, uint32_t ifindex, struct link *ret_link);

/* The id that @nl's network namespace has for that of @fd (RTM_GETNSID); -1: none. Returns 0 or
 * a negative errno. */
int nl_nsid(struct nl *nl, int fd, int32_t *ret_nsid);

/* Calls @each for every interface (without counters). Returns 0 or a negative errno. */
int nl_links(struct nl *nl, void (*each)(const struct link *link, void *data), void *data);

/* Decodes an RTM_NEWLINK or RTM_DELLINK message. */
void nl_parse_link(const struct nlmsghdr *message, struct link *ret_link);

/* Which VLANs a port of a VLAN-aware bridge carries, and which of them with a tag. */
struct bridge_vlans {
	bool carried[4096];
	bool tagged[4096];
};

/* Those of the port @ifindex; all false when it is in no such bridge. Returns 0 or a negative
 * errno. */
int nl_bridge_vlans(struct nl *nl, uint32_t ifindex, struct bridge_vlans *ret_vlans);

/* An address of an interface. */
struct address {
	uint32_t ifindex;
	uint8_t family; /* AF_INET or AF_INET6 */
	uint8_t prefix; /* its length, in bits */
	uint8_t bytes[16];
	bool tentative; /* IPv6: must not be announced yet */
};

/* Calls @each for every IPv4 and IPv6 address. Returns 0 or a negative errno. */
int nl_addresses(struct nl *nl, void (*each)(const struct address *address, void *data),
		 void *data);

/* A unicast entry of a forwarding database. */
struct fdb_entry {
	uint32_t ifindex;
	uint32_t bridge; /* that has the entry; 0: the interface's own list (NTF_SELF) */
	uint16_t vlan;	 /* 0: none */
	bool is_own;	 /* the bridge's or a port's own address: neither learned nor added */
	uint8_t mac[MAC_LENGTH];
};

/*
 * Calls @each for every unicast entry of all bridges, and for the addresses besides their own for
 * which interfaces accept frames: those of macvlans on them (also in other network namespaces),
 * and from 'bridge fdb add ... self'. Returns 0 or a negative errno.
 */
int nl_fdb(struct nl *nl, void (*each)(const struct fdb_entry *entry, void *data), void *data);

/* The route of a packet. */
struct route {
	uint32_t ifindex;
	bool has_gateway;
	uint8_t source[16]; /* its source address; zero: none */
};

/*
 * Looks up the route to @target, of @family AF_INET (4 bytes) or AF_INET6 (16).
 * Returns 0, or a negative errno such as -ENETUNREACH.
 */
int nl_route(struct nl *nl, int family, const uint8_t *target, struct route *ret_route);

/*
 * Counts the unicast routes over an interface, in all tables, but for those that the kernel adds by
 * itself: default routes, and others. Returns 0 or a negative errno.
 */
int nl_count_routes(struct nl *nl, uint32_t ifindex, size_t *ret_defaults, size_t *ret_others);

/* Changes to an interface. Each returns 0 or the kernel's negative errno. */
int nl_set_mac(struct nl *nl, uint32_t ifindex, const uint8_t mac[MAC_LENGTH]);
int nl_set_mtu(struct nl *nl, uint32_t ifindex, uint32_t mtu);
int nl_set_flags(struct nl *nl, uint32_t ifindex, uint32_t flags, uint32_t mask);
int nl_delete_link(struct nl *nl, uint32_t ifindex);

/* Makes the interface dormant (RFC 2863): it works, but nobody takes it for running. */
int nl_set_dormant(struct nl *nl, uint32_t ifindex);

/* Puts the interface into an interface group (`ip link show group`); 0 is the default one. */
int nl_set_group(struct nl *nl, uint32_t ifindex, uint32_t group);

/* Sets the alias that `ip link` shows. */
int nl_set_alias(struct nl *nl, uint32_t ifindex, const char *alias);

/* One interface of a pair. */
struct pair_end {
	const char *name;
	uint8_t mac[MAC_LENGTH];
};

/* Creates a pair of interfaces, both down; -EOPNOTSUPP: the kernel does not support the kind. */
int nl_create_veth(struct nl *nl, const struct pair_end *end, const struct pair_end *peer);

/*
 * The same of kind netkit, as Ethernet interfaces. Programs of either end are attached
 * through the primary; the peer drops what is sent through it while it has no program.
 */
int nl_create_netkit(struct nl *nl, const struct pair_end *primary, const struct pair_end *peer);

/* Calls @each for every preference that has filters at the ingress. 0 or a negative errno. */
int nl_tc_ingress_filters(struct nl *nl, uint32_t ifindex,
			  void (*each)(uint32_t pref, const char *kind, void *data), void *data);

/* The clsact qdisc of @ifindex: whether there are filters on it; deleting it. */
int nl_has_tc_filters(struct nl *nl, uint32_t ifindex, bool *ret_has);
int nl_delete_clsact(struct nl *nl, uint32_t ifindex);
