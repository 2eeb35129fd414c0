/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The input of the hash policies, and the small parsers that all ways of finding
 * it share.
 *
 * Headers are read with bpf_skb_load_bytes(), which works however little of the
 * frame is linear and fails exactly at the frame's end.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* More-fragments flag and offset, host order. */
#define EBOND_IP_FRAGMENT 0x3fff

/* <linux/icmp.h> needs the C library's headers, which have no BPF variant. */
#define IPPROTO_ICMPV6 58
enum icmp4_type {
	ICMP4_ECHO_REPLY = 0,
	ICMP4_UNREACHABLE = 3,
	ICMP4_SOURCE_QUENCH = 4,
	ICMP4_REDIRECT = 5,
	ICMP4_ECHO = 8,
	ICMP4_TIME_EXCEEDED = 11,
	ICMP4_PARAMETER_PROBLEM = 12,
	ICMP4_TIMESTAMP = 13,
	ICMP4_TIMESTAMP_REPLY = 14,
};
enum icmp6_type {
	ICMP6_UNREACHABLE = 1,
	ICMP6_TOO_BIG = 2,
	ICMP6_TIME_EXCEEDED = 3,
	ICMP6_PARAMETER_PROBLEM = 4,
	ICMP6_ECHO = 128,
	ICMP6_ECHO_REPLY = 129,
};

/* The first 8 bytes of ICMP and ICMPv6. */
struct icmp_header {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be16 id; /* in messages that have one */
	__be16 sequence;
};

/* ICMP's substitute for ports; hashed in this layout. id 0: the message has none. */
struct icmp_key {
	__u8 type;
	__u8 code;
	__u16 id; /* host order; an id of 0 on the wire is 1 here */
};

/* Words are as in the frame, network order in a host integer, as the kernel hashes them. */
struct flow {
	__u32 addresses; /* XOR of all words of source and destination */
	__u32 ports;	 /* source and destination port, or SPI; 0: none */
	struct icmp_key icmp;
};

static __always_inline bool same_mac(const __u8 *a, const __u8 *b)
{
	return !((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3]) | (a[4] ^ b[4]) |
		 (a[5] ^ b[5]));
}

static __always_inline __u32 ipv6_words(const struct ipv6hdr *ip)
{
	const __u32 *s = ip->saddr.in6_u.u6_addr32, *d = ip->daddr.in6_u.u6_addr32;

	return s[0] ^ s[1] ^ s[2] ^ s[3] ^ d[0] ^ d[1] ^ d[2] ^ d[3];
}

/* The two ports as one word, or the SPI, of @proto at @offset; 0: none, or beyond the end. */
static __always_inline __u32 flow_ports(struct __sk_buff *skb, __u32 offset, __u32 proto)
{
	__u32 ports = 0;

	switch (proto) {
	case IPPROTO_AH:
		offset += 4;
		break;
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_DCCP:
	case IPPROTO_ESP:
	case IPPROTO_SCTP:
	case IPPROTO_UDPLITE:
		break;
	default:
		return 0;
	}
	if (bpf_skb_load_bytes(skb, offset, &ports, sizeof(ports)))
		return 0;
	return ports;
}

/* By number only, as in the kernel, which does not distinguish the two ICMPs here. */
static __always_inline bool icmp_has_id(__u8 type)
{
	return type == ICMP4_ECHO || type == ICMP4_ECHO_REPLY || type == ICMP4_TIMESTAMP ||
	       type == ICMP4_TIMESTAMP_REPLY || type == ICMP6_ECHO || type == ICMP6_ECHO_REPLY;
}

/* Fills @key from the ICMP or ICMPv6 header at @offset; leaves it alone when truncated. */
static __always_inline void flow_icmp(struct __sk_buff *skb, __u32 offset, struct icmp_key *key)
{
	struct icmp_header icmp;

	if (bpf_skb_load_bytes(skb, offset, &icmp, sizeof(icmp)))
		return;
	key->type = icmp.type;
	key->code = icmp.code;
	key->id = 0;
	if (icmp_has_id(icmp.type)) {
		key->id = bpf_ntohs(icmp.id);
		if (!key->id)
			key->id = 1;
	}
}
