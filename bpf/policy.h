/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The transmit hash of a frame under each policy: the same number as the
 * kernel's bond_xmit_hash().
 *
 * Plain TCP and UDP, which is nearly everything, is read in place; all other
 * frames take the slow path, out of line.
 */
#pragma once

#include "bpf/dissect.h"
#include "bpf/flow.h"
#include "bpf/outer.h"

static __always_inline bool policy_wants_ports(__u32 policy)
{
	return policy == EBOND_POLICY_LAYER34 || policy == EBOND_POLICY_ENCAP34;
}

static __always_inline __u32 hash_ethernet(const struct ethhdr *eth)
{
	return eth->h_dest[5] ^ eth->h_source[5] ^ bpf_ntohs(eth->h_proto);
}

/* Only a tag in the metadata counts, with all its 16 bits. */
static __always_inline __u32 hash_vlan_srcmac(const struct __sk_buff *skb, const struct ethhdr *eth)
{
	const __u8 *mac = eth->h_source;
	__u32 vendor = mac[0] << 16 | mac[1] << 8 | mac[2];
	__u32 device = mac[3] << 16 | mac[4] << 8 | mac[5];
	__u32 vlan = skb->vlan_present ? skb->vlan_tci : 0;

	return vlan ^ vendor ^ device;
}

static __always_inline __u32 hash_flow(__u32 policy, const struct ethhdr *eth,
				       const struct flow *flow)
{
	__u32 hash;

	if (!policy_wants_ports(policy))
		hash = hash_ethernet(eth);
	else if (flow->icmp.id)
		__builtin_memcpy(&hash, &flow->icmp, sizeof(hash));
	else
		hash = flow->ports;

	hash ^= flow->addresses;
	hash ^= hash >> 16;
	hash ^= hash >> 8;
	/* Clients often use even ports only: the lowest bit carries no information. */
	return policy_wants_ports(policy) ? hash >> 1 : hash;
}

/* Any frame, any policy; copies every header out of the frame. */
static __noinline __u32 hash_any(struct __sk_buff *skb)
{
	__u32 policy = config.policy;
	struct ethhdr eth;

	if (bpf_skb_load_bytes(skb, 0, &eth, sizeof(eth)))
		return 0;
	if (policy == EBOND_POLICY_VLAN_SRCMAC)
		return hash_vlan_srcmac(skb, &eth);
	if (policy == EBOND_POLICY_LAYER2)
		return hash_ethernet(&eth);

	if (policy == EBOND_POLICY_ENCAP23 || policy == EBOND_POLICY_ENCAP34) {
		struct walk walk = {
			.offset = ETH_HLEN,
			.linear_len = skb->data_end - skb->data,
			.ethertype = bpf_ntohs(eth.h_proto),
			.outer_tag = skb->vlan_present,
		};

		if (walk_flow(skb, &walk))
			return hash_flow(policy, &eth, &walk.flow);
	} else {
		struct flow flow = {};

		if (outer_flow(skb, eth.h_proto, policy_wants_ports(policy), &flow))
			return hash_flow(policy, &eth, &flow);
	}
	return hash_ethernet(&eth);
}

/*
 * The flow of TCP or UDP directly in IPv4 without options or in IPv6 without
 * extension headers, not fragmented and with its ports before @data_end. False:
 * anything else.
 */
static __always_inline bool flow_plain(const void *data, const void *data_end, bool want_ports,
				       struct flow *flow)
{
	/* Not via struct ethhdr, which is packed and therefore read byte by byte. */
	__be16 ethertype = *(const __be16 *)(data + offsetof(struct ethhdr, h_proto));
	const void *ports;

	if (ethertype == bpf_htons(ETH_P_IP)) {
		const struct iphdr *ip = data + ETH_HLEN;

		ports = ip + 1;
		if (ports + sizeof(flow->ports) > data_end)
			return false;
		if (*(const __u8 *)ip != 0x45) /* version 4, five words */
			return false;
		if (want_ports && (ip->frag_off & bpf_htons(EBOND_IP_FRAGMENT)))
			return false;
		if (ip->protocol != IPPROTO_UDP && ip->protocol != IPPROTO_TCP)
			return false;
		flow->addresses = ip->saddr ^ ip->daddr;
	} else if (ethertype == bpf_htons(ETH_P_IPV6)) {
		const struct ipv6hdr *ip = data + ETH_HLEN;

		ports = ip + 1;
		if (ports + sizeof(flow->ports) > data_end)
			return false;
		if (ip->nexthdr != IPPROTO_UDP && ip->nexthdr != IPPROTO_TCP)
			return false;
		flow->addresses = ipv6_words(ip);
	} else {
		return false;
	}
	if (want_ports)
		flow->ports = *(const __u32 *)ports;
	return true;
}

/* As hash_frame(), for one of the four policies that hash IP; @policy must be a constant. */
static __always_inline __u32 hash_ip(struct __sk_buff *skb, const void *data, const void *data_end,
				     enum ebond_policy policy)
{
	struct flow flow = {};

	if (flow_plain(data, data_end, policy_wants_ports(policy), &flow))
		return hash_flow(policy, data, &flow);
	return hash_any(skb);
}

/*
 * The hash of a frame to be sent, by config.policy. Each policy has its own copy
 * of the code, of which the verifier keeps one, without branches on the policy.
 */
static __always_inline __u32 hash_frame(struct __sk_buff *skb)
{
	const void *data = (const void *)(long)skb->data;
	const void *data_end = (const void *)(long)skb->data_end;

	if (data + ETH_HLEN > data_end)
		return hash_any(skb);

	switch ((enum ebond_policy)config.policy) {
	case EBOND_POLICY_LAYER2:
		return hash_ethernet(data);
	case EBOND_POLICY_VLAN_SRCMAC:
		return hash_vlan_srcmac(skb, data);
	case EBOND_POLICY_LAYER34:
		return hash_ip(skb, data, data_end, EBOND_POLICY_LAYER34);
	case EBOND_POLICY_LAYER23:
		return hash_ip(skb, data, data_end, EBOND_POLICY_LAYER23);
	case EBOND_POLICY_ENCAP23:
		return hash_ip(skb, data, data_end, EBOND_POLICY_ENCAP23);
	case EBOND_POLICY_ENCAP34:
		return hash_ip(skb, data, data_end, EBOND_POLICY_ENCAP34);
	}
	return 0;
}
