/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * balance-alb: neighbours and the address that each is told to send to. ARP and
 * neighbour discovery that bond0 sends to a neighbour is sent on that neighbour's port and
 * carries that port's address (rlb_arp_xmit()); the kernel's driver does not do this for
 * IPv6. Frames received for a port's own address get bond0's as their destination
 * (bond_handle_frame()).
 */
#pragma once

#include "bpf/alb_memory.h"
#include "bpf/flow.h"
#include "bpf/maps.h"

/* Minimum interval between reported changes of a neighbour's address. */
#define NEIGHBOUR_MAC_GAP_NS 1000000000ULL

#define NEIGHBOUR_OPTIONS_MAX 4 /* of neighbour discovery; the kernel sends one */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, EBOND_NEIGHBOURS_MAX);
	__type(key, struct ebond_neighbour_key);
	__type(value, struct ebond_neighbour);
} neighbours SEC(".maps");

/*
 * Recent requests by bond0: only a reply to one adds a neighbour, unsolicited frames do not. The
 * least recently used is evicted when the map is full.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, EBOND_NEIGHBOURS_MAX);
	__type(key, struct ebond_neighbour_key);
	__type(value, __u64);
} questions SEC(".maps");

/* Addresses from which bond0 sent ARP or neighbour discovery; the key's `ip` is zero. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, EBOND_NEIGHBOURS_MAX);
	__type(key, struct ebond_neighbour_key);
	__type(value, __u64);
} own_addresses SEC(".maps");

struct arp_frame {
	__be16 hardware, protocol;
	__u8 hardware_length, protocol_length;
	__be16 operation;
	__u8 sender_mac[6];
	__u8 sender[4];
	__u8 target_mac[6];
	__u8 target[4];
} __attribute__((packed));

#define ARP_REQUEST 1
#define ARP_REPLY 2

/* Neighbour solicitation or advertisement, up to its options. */
struct nd_frame {
	struct ipv6hdr ip;
	__u8 type, code;
	__be16 checksum;
	__u32 flags;
	__u8 target[16];
} __attribute__((packed));

#define ND_CHECKSUM (ETH_HLEN + offsetof(struct nd_frame, checksum))
#define ND_OPTIONS (ETH_HLEN + sizeof(struct nd_frame))

static __always_inline void map_ip4(__u8 to[16], const __u8 ip[4])
{
	to[10] = to[11] = 0xff;
	__builtin_memcpy(to + 12, ip, 4);
}

static __always_inline __u32 vlan_of(const struct __sk_buff *skb)
{
	return skb->vlan_present ? bpf_ntohs(skb->vlan_proto) << 16 | (skb->vlan_tci & 0xfff) : 0;
}

static __always_inline bool arp_read(struct __sk_buff *skb, struct arp_frame *arp)
{
	return bpf_skb_load_bytes(skb, ETH_HLEN, arp, sizeof(*arp)) == 0 &&
	       arp->hardware == bpf_htons(1) && arp->protocol == bpf_htons(ETH_P_IP) &&
	       arp->hardware_length == 6 && arp->protocol_length == 4;
}

static __always_inline bool nd_read(struct __sk_buff *skb, struct nd_frame *nd)
{
	return bpf_skb_load_bytes(skb, ETH_HLEN, nd, sizeof(*nd)) == 0 &&
	       nd->ip.nexthdr == IPPROTO_ICMPV6 && nd->ip.hop_limit == 255 && nd->code == 0 &&
	       (nd->type == EBOND_ND_SOLICIT || nd->type == EBOND_ND_ADVERT);
}

/* Adds a neighbour, to which the daemon will assign a port. */
static __always_inline void neighbour_add(const struct ebond_neighbour_key *key, const __u8 *mac)
{
	struct ebond_neighbour neighbour = {.seen_ns = bpf_ktime_get_ns(), .is_new = 1};

	neighbour.mac_ns = neighbour.seen_ns;
	__builtin_memcpy(neighbour.mac, mac, sizeof(neighbour.mac));
	if (bpf_map_update_elem(&neighbours, key, &neighbour, BPF_NOEXIST))
		count(EBOND_COUNT_NEIGHBOURS_FULL);
	else
		__sync_fetch_and_add(&balance.news, 1);
}

/* The neighbour was seen with @mac. */
static __always_inline void neighbour_seen(struct ebond_neighbour *neighbour, const __u8 *mac)
{
	__u64 now_ns = bpf_ktime_get_ns();

	neighbour->seen_ns = now_ns;
	if (same_mac(neighbour->mac, mac) || now_ns - neighbour->mac_ns < NEIGHBOUR_MAC_GAP_NS)
		return;
	neighbour->mac_ns = now_ns;
	__builtin_memcpy(neighbour->mac, mac, sizeof(neighbour->mac));
	neighbour->is_new = 1;
	__sync_fetch_and_add(&balance.news, 1);
}

static __always_inline void note_own(const struct ebond_neighbour_key *key)
{
	struct ebond_neighbour_key own = {.vlan = key->vlan};
	__u64 one = 1;

	__builtin_memcpy(own.own, key->own, sizeof(own.own));
	if (!bpf_map_lookup_elem(&own_addresses, &own))
		bpf_map_update_elem(&own_addresses, &own, &one, BPF_ANY);
}

static __always_inline void note_question(const struct ebond_neighbour_key *key)
{
	__u64 now_ns = bpf_ktime_get_ns();

	bpf_map_update_elem(&questions, key, &now_ns, BPF_ANY);
}

/* The index in tx_port of the neighbour's port, or -1: it has no usable one. */
static __always_inline int neighbour_place(const struct ebond_table *table,
					   const struct ebond_neighbour_key *key, const __u8 *mac)
{
	struct ebond_neighbour *neighbour = bpf_map_lookup_elem(&neighbours, key);

	if (!neighbour) {
		if (mac)
			neighbour_add(key, mac);
		return -1;
	}
	if (mac)
		neighbour_seen(neighbour, mac);
	return place_of(table, neighbour->port);
}

/* Sets the frame's source address to that of the port at @place. Returns the port; 0: failed. */
static __always_inline __u32 leave_by(struct __sk_buff *skb, const struct ebond_table *table,
				      __u32 place)
{
	place &= EBOND_PORTS_MAX - 1;
	if (bpf_skb_store_bytes(skb, ETH_ALEN, table->tx_mac[place].bytes, ETH_ALEN, 0))
		return 0;
	return table->tx_port[place];
}

/* bond0's own ARP; frames forwarded through it, such as a bridge's, are left alone. */
static __always_inline __u32 arp_send(struct __sk_buff *skb, const struct ebond_table *table,
				      const struct ethhdr *eth)
{
	struct ebond_neighbour_key key = {.vlan = vlan_of(skb)};
	struct arp_frame arp;
	int place;

	if (!arp_read(skb, &arp) || !same_mac(arp.sender_mac, table->bond_mac.bytes) ||
	    !*(__u32 *)arp.sender || *(__u32 *)arp.sender == *(__u32 *)arp.target)
		return 0;
	map_ip4(key.own, arp.sender);
	map_ip4(key.ip, arp.target);
	note_own(&key);
	if (eth->h_dest[0] & 1) {
		note_question(&key);
		__sync_fetch_and_add(&balance.arp_broadcasts, 1);
		return 0;
	}
	place = neighbour_place(table, &key, eth->h_dest);
	if (place < 0)
		return 0;
	if (bpf_skb_store_bytes(skb, ETH_HLEN + offsetof(struct arp_frame, sender_mac),
				table->tx_mac[place & (EBOND_PORTS_MAX - 1)].bytes, ETH_ALEN, 0))
		return 0;
	return leave_by(skb, table, place);
}

/* The offset of the link-layer address in option @type if it is bond0's; 0: none. */
static __always_inline __u32 nd_option(struct __sk_buff *skb, const struct ebond_table *table,
				       __u8 type)
{
	__u32 at = ND_OPTIONS;

	for (int i = 0; i < NEIGHBOUR_OPTIONS_MAX; i++) {
		struct {
			__u8 type, length;
			__u8 mac[6];
		} option;

		if (bpf_skb_load_bytes(skb, at, &option, sizeof(option)) || !option.length)
			return 0;
		if (option.type == type && option.length == 1)
			return same_mac(option.mac, table->bond_mac.bytes) ? at + 2 : 0;
		at += option.length * 8;
	}
	return 0;
}

/* Writes @mac at @at, an even offset in the ICMPv6 message, and updates the checksum. */
static __always_inline bool nd_rewrite(struct __sk_buff *skb, __u32 at, const __u8 *old,
				       const __u8 *mac)
{
	__u32 from[2] = {}, to[2] = {};
	__s64 difference;

	__builtin_memcpy(from, old, 6);
	__builtin_memcpy(to, mac, 6);
	difference = bpf_csum_diff(from, sizeof(from), to, sizeof(to), 0);
	return bpf_l4_csum_replace(skb, ND_CHECKSUM, 0, difference, 0) == 0 &&
	       bpf_skb_store_bytes(skb, at, mac, 6, 0) == 0;
}

/* As arp_send(). Only its target evaluates a solicitation, so it can be rewritten as well. */
static __noinline __u32 nd_send(struct __sk_buff *skb, const struct ebond_table *table)
{
	struct ebond_neighbour_key key = {.vlan = vlan_of(skb)};
	struct nd_frame nd;
	struct ethhdr eth;
	bool to_all, asks;
	int place;
	__u32 at;

	if (!table || !nd_read(skb, &nd) || bpf_skb_load_bytes(skb, 0, &eth, sizeof(eth)))
		return 0;
	to_all = eth.h_dest[0] & 1;
	asks = nd.type == EBOND_ND_SOLICIT;
	if ((to_all && !asks) || !(nd.ip.saddr.in6_u.u6_addr32[0] | nd.ip.saddr.in6_u.u6_addr32[3]))
		return 0;
	at = nd_option(skb, table, asks ? 1 : 2);
	if (!at)
		return 0;
	__builtin_memcpy(key.own, asks ? nd.ip.saddr.in6_u.u6_addr8 : nd.target, 16);
	__builtin_memcpy(key.ip, asks ? nd.target : nd.ip.daddr.in6_u.u6_addr8, 16);
	note_own(&key);
	if (to_all)
		note_question(&key);
	place = neighbour_place(table, &key, to_all ? NULL : eth.h_dest);
	if (place < 0)
		return 0;
	place &= EBOND_PORTS_MAX - 1;
	if (!nd_rewrite(skb, at, table->bond_mac.bytes, table->tx_mac[place].bytes))
		return 0;
	return to_all ? 0 : leave_by(skb, table, place);
}

/* Rewrites ARP and neighbour discovery to a neighbour with a port; returns the port, or 0. */
static __always_inline __u32 neighbours_send(struct __sk_buff *skb, const struct ebond_table *table,
					     const struct ethhdr *eth)
{
	if (eth->h_proto == bpf_htons(ETH_P_ARP))
		return arp_send(skb, table, eth);
	if (config.ipv6 && eth->h_proto == bpf_htons(ETH_P_IPV6))
		return nd_send(skb, table);
	return 0;
}

/* A reply to a request of bond0. */
static __always_inline void receive_reply(const struct ebond_neighbour_key *key, const __u8 *mac)
{
	if (!bpf_map_lookup_elem(&questions, key))
		return;
	bpf_map_delete_elem(&questions, key);
	/* A known neighbour's new address counts only once bond0 sends to it. */
	if (!bpf_map_lookup_elem(&neighbours, key))
		neighbour_add(key, mac);
}

static __always_inline bool is_ours(const struct ebond_table *table, const __u8 *mac)
{
	for (__u32 i = 0; i < EBOND_PORTS_MAX; i++) {
		if (i >= table->rx_count)
			break;
		if (same_mac(table->rx_mac[i].bytes, mac))
			return true;
	}
	return same_mac(table->bond_mac.bytes, mac);
}

static __noinline int receive_arp(struct __sk_buff *skb, const struct ebond_table *table)
{
	struct ebond_neighbour_key key = {.vlan = vlan_of(skb)}, own = {.vlan = key.vlan};
	struct arp_frame arp;

	if (!table || !arp_read(skb, &arp))
		return 0;
	map_ip4(own.own, arp.sender);
	if (bpf_map_lookup_elem(&own_addresses, &own) && !is_ours(table, arp.sender_mac)) {
		count(EBOND_COUNT_OWN_CLAIMED);
		return 0;
	}
	if (arp.operation != bpf_htons(ARP_REPLY))
		return 0;
	map_ip4(key.own, arp.target);
	map_ip4(key.ip, arp.sender);
	receive_reply(&key, arp.sender_mac);
	return 0;
}

static __noinline int receive_nd(struct __sk_buff *skb)
{
	struct ebond_neighbour_key key = {.vlan = vlan_of(skb)};
	struct nd_frame nd;
	struct ethhdr eth;

	if (!nd_read(skb, &nd) || nd.type != EBOND_ND_ADVERT ||
	    bpf_skb_load_bytes(skb, 0, &eth, sizeof(eth)))
		return 0;
	__builtin_memcpy(key.own, nd.ip.daddr.in6_u.u6_addr8, 16);
	__builtin_memcpy(key.ip, nd.target, 16);
	receive_reply(&key, eth.h_source);
	return 0;
}

/*
 * Whether the frame is for bond0. The active port receives everything, including frames to a
 * port that is down (whose address is announced there); any other port only what is addressed to
 * it, since broadcasts and flooded frames would otherwise be received more than once.
 */
static __always_inline bool neighbours_receive(struct __sk_buff *skb,
					       const struct ebond_table *table)
{
	bool takes_all = table->rx_any || skb->ifindex == table->active;
	struct ethhdr eth;

	if (bpf_skb_load_bytes(skb, 0, &eth, sizeof(eth)))
		return false;
	if (!(eth.h_dest[0] & 1)) {
		bool found = false;

		for (__u32 i = 0; i < EBOND_PORTS_MAX && !found; i++) {
			if (i >= table->rx_count)
				break;
			found = (takes_all || table->rx_port[i] == skb->ifindex) &&
				same_mac(table->rx_mac[i].bytes, eth.h_dest);
		}
		/* Without BPF_F_RECOMPUTE_CSUM: at ingress skb->csum starts after this header. */
		if (found && bpf_skb_store_bytes(skb, 0, table->bond_mac.bytes, ETH_ALEN, 0))
			return false;
		takes_all |= found;
	}
	if (!takes_all)
		return false;
	if (eth.h_proto == bpf_htons(ETH_P_ARP))
		receive_arp(skb, table);
	else if (config.ipv6 && eth.h_proto == bpf_htons(ETH_P_IPV6))
		receive_nd(skb);
	return true;
}
