/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packet's priority, for qdiscs on the ports: the hop from bond0 to its
 * hidden end clears it, so it is determined again.
 */
#pragma once

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/*
 * The kernel's rt_tos2priority(): its table's four classes best effort 0, bulk 2,
 * interactive 6, interactive bulk 4 (TC_PRIO_*), selected by two bits of TOS, are
 * twice the Gray code of those bits.
 */
static __always_inline __u32 tos_priority(__u8 tos)
{
	__u32 class = (tos >> 3) & 3;

	return (class ^ class >> 1) << 1;
}

/* Forwarded IPv4 gets the priority of its TOS field, other forwarded packets have none. */
static __always_inline void restore_forwarded_priority(struct __sk_buff *skb)
{
	const void *data = (const void *)(long)skb->data;
	const void *data_end = (const void *)(long)skb->data_end;
	const struct iphdr *ip = data + ETH_HLEN;

	if (skb->protocol != bpf_htons(ETH_P_IP) || (const void *)(ip + 1) > data_end)
		return;
	skb->priority = tos_priority(ip->tos);
}

/* Sets @skb's priority to that of the socket that sent it, or else that of a forwarded packet. */
static __always_inline void restore_priority(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;

	if (sk)
		sk = bpf_sk_fullsock(sk);
	if (sk)
		skb->priority = sk->priority;
	else
		restore_forwarded_priority(skb);
}
