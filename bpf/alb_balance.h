/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * balance-tlb and balance-alb: the port a frame is sent on, and its source address
 * there. As bond_xmit_tlb_slave_get(), bond_xmit_alb_slave_get() and
 * bond_do_alb_xmit() in the kernel's driver.
 *
 * A switch that is not configured for the bond must see each address on one port. So
 * frames sent on a port other than the active one get that port's address, whatever
 * their source, and broadcasts are sent on the active port.
 */
#pragma once

#include "bpf/alb_memory.h"
#include "bpf/maps.h"
#include "bpf/alb_neighbours.h"
#include "bpf/policy.h"

/* Neighbour solicitations and advertisements, and truncated packets (alb_determine_nd()). */
static __always_inline bool is_discovery(struct __sk_buff *skb)
{
	__u8 next, type;

	if (bpf_skb_load_bytes(skb, ETH_HLEN + offsetof(struct ipv6hdr, nexthdr), &next, 1))
		return true;
	if (next != IPPROTO_ICMPV6)
		return false;
	if (bpf_skb_load_bytes(skb, ETH_HLEN + sizeof(struct ipv6hdr), &type, 1))
		return true;
	return type == EBOND_ND_SOLICIT || type == EBOND_ND_ADVERT;
}

static __always_inline __u32 fold_byte(__u32 word)
{
	word ^= word >> 16;
	return (word ^ word >> 8) & 0xff;
}

/*
 * The hash of a frame, which selects its bucket, or -1 when it is not balanced.
 * balance-alb hashes only the destination's address, so that a neighbour receives from one
 * address; without tlb_dynamic_lb it uses the policy, as balance-tlb does.
 */
static __always_inline __s64 balance_hash(struct __sk_buff *skb, const struct ethhdr *eth)
{
	bool by_address = config.mode == EBOND_MODE_ALB && config.dynamic;

	if (eth->h_dest[0] & 1)
		return -1;
	if (eth->h_proto == bpf_htons(ETH_P_IP)) {
		struct iphdr ip;

		if (!by_address)
			return hash_frame(skb);
		if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip)))
			return -1;
		return fold_byte(ip.daddr);
	}
	if (eth->h_proto == bpf_htons(ETH_P_IPV6)) {
		__u32 to[4];

		if (is_discovery(skb))
			return -1;
		if (!by_address)
			return hash_frame(skb);
		if (bpf_skb_load_bytes(skb, ETH_HLEN + offsetof(struct ipv6hdr, daddr), to,
				       sizeof(to)))
			return -1;
		return fold_byte(to[0] ^ to[1] ^ to[2] ^ to[3]);
	}
	return -1;
}

/* A port's index for a bucket without port. Two CPUs may take the same one: harmless. */
static __always_inline __u32 fresh_place(const struct ebond_table *table)
{
	__u32 next = balance.next;
	int place = place_of(table, balance.fresh[next & (EBOND_FRESH - 1)]);

	balance.next = next + 1;
	/* The port was just lost, or `fresh` has not been published yet. */
	return place >= 0 ? place : next % table->tx_count;
}

static __noinline __u32 flows_place(const struct ebond_table *table, __u32 hash, __u32 bytes)
{
	struct ebond_flows *flows = &balance.flows[hash & (EBOND_FLOWS - 1)];
	int place;

	/* For the verifier, which checks this function separately, with arbitrary arguments. */
	if (!table || !table->tx_count)
		return 0;
	place = flows->port ? place_of(table, flows->port) : -1;
	if (place < 0) {
		place = fresh_place(table);
		flows->port = table->tx_port[place & (EBOND_PORTS_MAX - 1)];
	}
	__sync_fetch_and_add(&flows->bytes, bytes);
	return place;
}

/* The index in tx_port for a balanced frame. */
static __always_inline __u32 balance_place(const struct ebond_table *table, __u32 hash, __u32 bytes)
{
	if (!config.dynamic)
		return hash % table->tx_count;
	return flows_place(table, hash, bytes);
}

/* The port for a frame, whose source address is set to that port's; 0: no port. */
static __always_inline __u32 balance_frame(struct __sk_buff *skb, const struct ebond_table *table)
{
	struct ethhdr eth;
	__u32 place, port;
	__s64 hash;

	if (table->tx_count == 0 || bpf_skb_load_bytes(skb, 0, &eth, sizeof(eth)))
		return 0;
	hash = balance_hash(skb, &eth);
	if (hash < 0) {
		port = config.mode == EBOND_MODE_ALB ? neighbours_send(skb, table, &eth) : 0;
		if (port)
			return port;
		__sync_fetch_and_add(&balance.unbalanced, skb->len);
		return table->active;
	}
	place = balance_place(table, hash, skb->len) & (EBOND_PORTS_MAX - 1);
	port = table->tx_port[place];
	if (port != table->active &&
	    bpf_skb_store_bytes(skb, ETH_ALEN, table->tx_mac[place].bytes, ETH_ALEN, 0))
		return 0;
	return port;
}
