/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flow of the outermost IP header, for the policies layer2+3 and layer3+4
 * (the kernel's bond_flow_ip() and bond_flow_dissect()).
 *
 * Deliberately no more than the kernel does: the header length of IPv4 is not
 * checked, IPv6 extension headers are not walked, fragments have no ports, and an
 * ICMP error counts as the packet it quotes.
 */
#pragma once

#include "bpf/flow.h"

/* An offset in the frame, and the protocol found there. */
struct outer_place {
	__u32 offset;
	int ip_proto; /* -1: unknown, because the packet is a fragment */
};

/* Parses an IP header at @at and advances @at past it. False: not IP, or truncated. */
static __always_inline bool outer_ip(struct __sk_buff *skb, __be16 ethertype, bool want_ports,
				     struct outer_place *at, struct flow *flow)
{
	if (ethertype == bpf_htons(ETH_P_IP)) {
		struct iphdr ip;

		if (bpf_skb_load_bytes(skb, at->offset, &ip, sizeof(ip)))
			return false;
		flow->addresses = ip.saddr ^ ip.daddr;
		at->offset += ip.ihl * 4;
		if (!(ip.frag_off & bpf_htons(EBOND_IP_FRAGMENT)))
			at->ip_proto = ip.protocol;
	} else if (ethertype == bpf_htons(ETH_P_IPV6)) {
		struct ipv6hdr ip;

		if (bpf_skb_load_bytes(skb, at->offset, &ip, sizeof(ip)))
			return false;
		flow->addresses = ipv6_words(&ip);
		at->offset += sizeof(ip);
		at->ip_proto = ip.nexthdr;
	} else {
		return false;
	}

	if (want_ports && at->ip_proto >= 0)
		flow->ports = flow_ports(skb, at->offset, at->ip_proto);
	return true;
}

static __always_inline bool icmp_is_error(int ip_proto, __u8 type)
{
	if (ip_proto == IPPROTO_ICMP)
		return type == ICMP4_UNREACHABLE || type == ICMP4_SOURCE_QUENCH ||
		       type == ICMP4_REDIRECT || type == ICMP4_TIME_EXCEEDED ||
		       type == ICMP4_PARAMETER_PROBLEM;
	return type == ICMP6_UNREACHABLE || type == ICMP6_TOO_BIG || type == ICMP6_TIME_EXCEEDED ||
	       type == ICMP6_PARAMETER_PROBLEM;
}

/* Fills @flow, which must be zero. False: not IP; use layer2 instead. */
static __always_inline bool outer_flow(struct __sk_buff *skb, __be16 ethertype, bool want_ports,
				       struct flow *flow)
{
	struct outer_place at = {.offset = ETH_HLEN, .ip_proto = -1};

	if (!outer_ip(skb, ethertype, want_ports, &at, flow))
		return false;
	if (at.ip_proto != IPPROTO_ICMP && at.ip_proto != IPPROTO_ICMPV6)
		return true;

	flow_icmp(skb, at.offset, &flow->icmp);
	if (!icmp_is_error(at.ip_proto, flow->icmp.type))
		return true;
	at.offset += sizeof(struct icmp_header);
	return outer_ip(skb, ethertype, want_ports, &at, flow);
}
