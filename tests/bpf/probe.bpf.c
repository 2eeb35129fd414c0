// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Inspects what leaves a port (tc egress): a packet's metadata cannot be seen
 * from the other end of the cable.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#include "tests/bpf/probe.h"

char _license[] SEC("license") = "GPL";

struct probe_seen seen = {};

SEC("tc")
int ebond_probe(struct __sk_buff *skb)
{
	if (skb->len != seen.match_len)
		return TC_ACT_OK;
	seen.priority = skb->priority;
	seen.gso_size = skb->gso_size;
	seen.has_socket = skb->sk != 0;
	seen.vlan_present = skb->vlan_present;
	seen.vlan_tci = skb->vlan_tci;
	__sync_fetch_and_add(&seen.packets, 1);
	return TC_ACT_OK;
}
