/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions and requests to the kernel's rtnetlink: one socket, one request at
 * a time, answered before the call returns. Nothing is cached. What the kernel
 * tells unasked comes through events.h.
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
	uint32_t lower;		 /* IFLA_LINK: what it sits on, 0: nothing */
	bool lower_is_elsewhere; /* `lower` is of another network namespace */
	uint32_t promiscuity;
	uint8_t operstate; /* IF_OPER_* */
	char kind[16];	   /* IFLA_INFO_KIND, "" for hardware */
	char alias[64];	   /* IFLA_IFALIAS, cut to that; "": none */
	bool has_mac;	   /* an Ethernet address of 6 bytes */
	uint8_t mac[MAC_LENGTH];
	bool has_permanent_mac;
	uint8_t permanent_mac[MAC_LENGTH];
	uint16_t vlan_id;	/* of a VLAN interface, 0: of another kind */
	uint16_t vlan_protocol; /* 0x8100 or 0x88a8 */
	uint64_t rx_packets, tx_packets, rx_bytes, tx_bytes; /* when asked for */
	uint64_t rx_errors, tx_errors, rx_crc_errors;	     /* as well */
};

struct nl;

/* Opens the socket in the caller's network namespace. Returns 0 or a negative errno. */
int nl_open(struct nl **ret_nl);
void nl_close(struct nl *nl);

/* The kernel's own words about the last refusal, or "". Valid until the next request. */
const char *nl_last_message(const struct nl *nl);

/* One interface. Returns 0, -ENODEV, or another negative errno. Counters included. */
int nl_link_by_name(struct nl *nl, const char *name, struct link *ret_link);
int nl_link_by_index(struct nl *nl, uint32_t ifindex, struct link *ret_link);

/* Calls @each for every interface (without counters). Returns 0 or a negative errno. */
int nl_links(struct nl *nl, void (*each)(const struct link *link, void *data), void *data);

/* Decodes an RTM_NEWLINK or RTM_DELLINK message. */
void nl_parse_link(const struct nlmsghdr *message, struct link *ret_link);

/* An address of an interface. */
struct address {
	uint32_t ifindex;
	uint8_t family; /* AF_INET or AF_INET6 */
	uint8_t bytes[16];
	bool tentative; /* IPv6: not yet ours to announce */
};

/* Calls @each for every IPv4 and IPv6 address. Returns 0 or a negative errno. */
int nl_addresses(struct nl *nl, void (*each)(const struct address *address, void *data),
		 void *data);

/* An entry of a forwarding database: a unicast address and the interface that it is behind. */
struct fdb_entry {
	uint32_t ifindex;
	uint32_t bridge; /* whose database it is; 0: the interface's own list (NTF_SELF) */
	uint16_t vlan;	 /* 0: in none */
	bool is_own;	 /* of the bridge or of a port itself: not learned, not added */
	uint8_t mac[MAC_LENGTH];
};

/*
 * Calls @each for every unicast entry of all bridges, and of the addresses that interfaces take
 * frames for besides their own: those of macvlans above them (also in other network namespaces),
 * and what 'bridge fdb add ... self' gave them. Returns 0 or a negative errno.
 */
int nl_fdb(struct nl *nl, void (*each)(const struct fdb_entry *entry, void *data), void *data);

/* Where a packet would go. */
struct route {
	uint32_t ifindex;
	bool has_gateway;
	uint8_t source[16]; /* the address it would come from; zero: none */
};

/*
 * Asks the routing table for the way to @target, of @family AF_INET (4 bytes)
 * or AF_INET6 (16). Returns 0, or a negative errno such as -ENETUNREACH.
 */
int nl_route(struct nl *nl, int family, const uint8_t *target, struct route *ret_route);

/* Changes to an interface. Each returns 0 or the kernel's negative errno. */
int nl_set_mac(struct nl *nl, uint32_t ifindex, const uint8_t mac[MAC_LENGTH]);
int nl_set_mtu(struct nl *nl, uint32_t ifindex, uint32_t mtu);
int nl_set_flags(struct nl *nl, uint32_t ifindex, uint32_t flags, uint32_t mask);
int nl_delete_link(struct nl *nl, uint32_t ifindex);

/* The line that `ip link` shows as alias. */
int nl_set_alias(struct nl *nl, uint32_t ifindex, const char *alias);

/* One of two interfaces that are made together. */
struct pair_end {
	const char *name;
	uint8_t mac[MAC_LENGTH];
};

/* A pair of interfaces, both down; -EOPNOTSUPP: the kernel does not have the kind. */
int nl_create_veth(struct nl *nl, const struct pair_end *end, const struct pair_end *peer);

/*
 * The same of kind netkit, as Ethernet interfaces. Programs are attached by way of
 * the primary end, to either; the peer drops what is sent through it while it has none.
 */
int nl_create_netkit(struct nl *nl, const struct pair_end *primary, const struct pair_end *peer);

/* The clsact qdisc of @ifindex: is it there, are there filters on it, remove it. */
int nl_has_tc_filters(struct nl *nl, uint32_t ifindex, bool *ret_has);
int nl_delete_clsact(struct nl *nl, uint32_t ifindex);
