/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames sent on a port other than through bond0: by a program with a packet socket on the port,
 * by a VLAN device on it, or by the kernel if IPv6 is enabled on it.
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

/* The ports' permanent addresses, by ifindex. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, EBOND_PORTS_MAX);
	__type(key, __u32);
	__type(value, struct ebond_mac);
} port_macs SEC(".maps");

static __always_inline bool is_from_packet_socket(const struct __sk_buff *skb)
{
	return skb->sk && skb->sk->family == AF_PACKET;
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
	if (skb->protocol == bpf_htons(ETH_P_IPV6) && !is_from_packet_socket(skb)) {
		count(EBOND_COUNT_PORT_IPV6);
		return TC_ACT_SHOT;
	}
	if (!keeps_source(skb) && !may_send(table, skb->ifindex))
		use_own_source(skb, table);
	return TC_ACT_UNSPEC;
}
