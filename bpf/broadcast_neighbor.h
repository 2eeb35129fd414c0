/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frames that broadcast_neighbor sends on every port: ARP, neighbour solicitations and
 * advertisements (the kernel's bond_should_broadcast_neighbor()).
 */
#pragma once

#include "bpf/flow.h"

enum { ICMP6_SOLICITATION = 135, ICMP6_ADVERTISEMENT = 136 };

/* As in the kernel, a tag in the frame hides its payload; one in the metadata does not. */
static __always_inline bool is_neighbor(struct __sk_buff *skb)
{
	__u8 next, type;

	if (skb->protocol == bpf_htons(ETH_P_ARP))
		return true;
	if (skb->protocol != bpf_htons(ETH_P_IPV6))
		return false;
	if (bpf_skb_load_bytes(skb, ETH_HLEN + offsetof(struct ipv6hdr, nexthdr), &next, 1) ||
	    next != IPPROTO_ICMPV6)
		return false;
	if (bpf_skb_load_bytes(skb, ETH_HLEN + sizeof(struct ipv6hdr), &type, 1))
		return false;
	return type == ICMP6_SOLICITATION || type == ICMP6_ADVERTISEMENT;
}
