/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Users of a port other than bond0. Frames sent on it: by a program with a packet socket, by a
 * VLAN device, or by the kernel if IPv6 is enabled on the port. Frames received for them.
 */
#pragma once

#include <stdbool.h>

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "bpf/flow.h"
#include "bpf/maps.h"

/* In cb[0], which is preserved from the transmit program to the port. */
#define SENT_BY_BOND 0x65626f6e

/* Not in <linux/socket.h>. */
#define AF_PACKET 17

#ifndef ETH_P_LLDP
#define ETH_P_LLDP 0x88cc
#endif

/* The ports' permanent addresses, by ifindex. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, EBOND_PORTS_MAX);
	__type(key, __u32);
	__type(value, struct ebond_mac);
} port_macs SEC(".maps");

/* Out of .bss, as rr_counters. */
struct ebond_port_vlans port_vlans SEC(".data.vlans");

/* Whether a VLAN device on the port receives the frame, as with the driver. */
static __always_inline bool is_for_vlan_device(const struct __sk_buff *skb)
{
	__u32 vlan;

	if (port_vlans.count == 0 || !skb->vlan_present)
		return false;
	vlan = bpf_ntohs(skb->vlan_proto) << 16 | (skb->vlan_tci & 0xfff);
	for (__u32 i = 0; i < EBOND_PORT_VLANS_MAX; i++) {
		if (i >= port_vlans.count)
			break;
		if (port_vlans.list[i].port == skb->ifindex && port_vlans.list[i].vlan == vlan)
			return true;
	}
	return false;
}

/*
 * Whether sockets on the port that receive the frame's protocol get it in addition to bond0: ARP,
 * PPPoE, LLDP. Not IP, which the stack would receive a second time, as the port's. Nor frames with
 * a second tag, which may be bulk traffic, too much to copy.
 */
static __always_inline bool is_for_port_sockets(const struct __sk_buff *skb)
{
	__u32 protocol = skb->protocol;

	return protocol != bpf_htons(ETH_P_IP) && protocol != bpf_htons(ETH_P_IPV6) &&
	       protocol != bpf_htons(ETH_P_8021Q) && protocol != bpf_htons(ETH_P_8021AD);
}

/* Whether the frame has that protocol and was not sent by a packet socket. */
static __always_inline bool is_from_stack(const struct __sk_buff *skb, __u16 protocol)
{
	return skb->protocol == bpf_htons(protocol) && !(skb->sk && skb->sk->family == AF_PACKET);
}

/*
 * A switch learns bond0's address on the port where it last saw it, so a port that does not send
 * for bond0 must not use it. It is replaced by the permanent address or, if that is bond0's as
 * well, by a locally administered one derived from it (as lldpd's bond-slave-src-mac-type).
 */
static __always_inline void use_own_source(struct __sk_buff *skb, const struct ebond_table *table)
{
	__u32 ifindex = skb->ifindex;
	const struct ebond_mac *permanent = bpf_map_lookup_elem(&port_macs, &ifindex);
	__u8 source[ETH_ALEN];

	if (!permanent || bpf_skb_load_bytes(skb, ETH_ALEN, source, ETH_ALEN) ||
	    !same_mac(source, table->bond_mac.bytes))
		return;
	if (same_mac(source, permanent->bytes))
		source[0] ^= source[0] & 0x02 ? 0x04 : 0x02;
	else
		__builtin_memcpy(source, permanent->bytes, ETH_ALEN);
	if (bpf_skb_store_bytes(skb, ETH_ALEN, source, ETH_ALEN, 0) == 0)
		count(EBOND_COUNT_PORT_SOURCE);
}

/* 802.1X authenticates the address itself, and the daemon chooses its source deliberately. */
static __always_inline bool keeps_source(const struct __sk_buff *skb)
{
	return skb->mark == EBOND_DAEMON_MARK || skb->protocol == bpf_htons(ETH_P_PAE);
}

/* The verdict on a frame that did not come through bond0. */
static __always_inline int send_port_frame(struct __sk_buff *skb, const struct ebond_table *table)
{
	/* A VLAN is a separate network, configured on this port on purpose. */
	if (skb->vlan_present)
		return TC_ACT_UNSPEC;
	if (is_from_stack(skb, ETH_P_IPV6)) {
		count(EBOND_COUNT_PORT_IPV6);
		return TC_ACT_SHOT;
	}
	/* It hears requests, too, and would answer some as a proxy. */
	if (is_from_stack(skb, ETH_P_ARP)) {
		count(EBOND_COUNT_PORT_ARP);
		return TC_ACT_SHOT;
	}
	if (!keeps_source(skb) && !may_send(table, skb->ifindex))
		use_own_source(skb, table);
	return TC_ACT_UNSPEC;
}
