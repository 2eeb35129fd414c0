/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The innermost flow of a frame, for the policies encap2+3 and encap3+4: walks
 * the same headers as the kernel's flow dissector when the bonding driver calls it
 * (__skb_flow_dissect() with flow_keys_bonding and no flags).
 *
 * The walk is a chain of steps, each of which parses one header and determines how
 * to continue. The kernel allows EBOND_WALK_STEPS of them; the result is what is
 * known by then. The innermost addresses win; an outer header's are kept if there
 * are none inside.
 */
#pragma once

#include "bpf/flow.h"

#define EBOND_WALK_STEPS 16

/* Not in the uapi headers, or only in ones that a BPF program cannot include. */
#define ETHERTYPE_TEB 0x6558
#define ETHERTYPE_GRE_PPP 0x880b
#define ETHERTYPE_TIPC 0x88ca
#define ETHERTYPE_PTP 0x88f7
#define ETHERTYPE_CFM 0x8902
#define PPP_PROTO_IP 0x0021
#define PPP_PROTO_IPV6 0x0057
#define PPP_PROTO_MPLS_UC 0x0281
#define PPP_PROTO_MPLS_MC 0x0283
#define PPP_HEADER_LEN 4
#define FCOE_HEADER_LEN 38
#define PTP_HEADER_LEN 34
#define BATMAN_UNICAST 0x40
#define BATMAN_VERSION 15
#define BATMAN_UNICAST_LEN 10
#define TIPC_KEEPALIVE 0x0e080000
#define IPV6_EXT_HOP 0
#define IPV6_EXT_ROUTING 43
#define IPV6_EXT_FRAGMENT 44
#define IPV6_EXT_DEST 60
#define GRE_F_CSUM 0x8000
#define GRE_F_ROUTING 0x4000
#define GRE_F_KEY 0x2000
#define GRE_F_SEQ 0x1000
#define GRE_F_ACK 0x0080
#define GRE_F_VERSION 0x0007

/* How to continue after a header. */
enum walk_next {
	WALK_IN_IP,	/* the header was IP: look at ip_proto, part of the same step */
	WALK_ETHERTYPE, /* next step: a header of type `ethertype` */
	WALK_IP_PROTO,	/* next step: an IPv6 extension header led to `ip_proto` */
	WALK_DONE,	/* nothing more to parse */
	WALK_FAIL,	/* truncated or unknown: use layer2 instead */
};

struct walk {
	struct flow flow;
	__u32 offset;
	__u32 linear_len; /* FCoE is checked against it, not against the frame's end */
	__u16 ethertype;  /* host order */
	__u8 ip_proto;
	bool outer_tag; /* the tag in the skb's metadata has not been processed yet */
};

/* Reads @len bytes at the walk's offset. False: beyond the frame's end. */
static __always_inline bool walk_read(struct __sk_buff *skb, const struct walk *walk, void *to,
				      __u32 len)
{
	return bpf_skb_load_bytes(skb, walk->offset, to, len) == 0;
}

static __always_inline enum walk_next walk_ipv4(struct __sk_buff *skb, struct walk *walk)
{
	struct iphdr ip;

	if (!walk_read(skb, walk, &ip, sizeof(ip)) || ip.ihl < 5)
		return WALK_FAIL;
	walk->offset += ip.ihl * 4;
	walk->ip_proto = ip.protocol;
	walk->flow.addresses = ip.saddr ^ ip.daddr;
	if (ip.frag_off & bpf_htons(EBOND_IP_FRAGMENT))
		return WALK_DONE;
	return WALK_IN_IP;
}

static __always_inline enum walk_next walk_ipv6(struct __sk_buff *skb, struct walk *walk)
{
	struct ipv6hdr ip;

	if (!walk_read(skb, walk, &ip, sizeof(ip)))
		return WALK_FAIL;
	walk->offset += sizeof(ip);
	walk->ip_proto = ip.nexthdr;
	walk->flow.addresses = ipv6_words(&ip);
	return WALK_IN_IP;
}

static __always_inline enum walk_next walk_vlan(struct __sk_buff *skb, struct walk *walk)
{
	__be16 tag[2]; /* control information, type of the payload */

	/* The kernel takes the first tag type it finds as the tag in the metadata, if any. */
	if (walk->outer_tag) {
		walk->outer_tag = false;
		walk->ethertype = bpf_ntohs(skb->protocol);
		return WALK_ETHERTYPE;
	}
	if (!walk_read(skb, walk, tag, sizeof(tag)))
		return WALK_FAIL;
	walk->offset += sizeof(tag);
	walk->ethertype = bpf_ntohs(tag[1]);
	return WALK_ETHERTYPE;
}

static __always_inline enum walk_next walk_pppoe(struct __sk_buff *skb, struct walk *walk)
{
	struct {
		__u8 version_type;
		__u8 code;
		__be16 session, length, proto;
	} ppp;

	if (!walk_read(skb, walk, &ppp, sizeof(ppp)))
		return WALK_FAIL;
	if (ppp.version_type != 0x11 || ppp.code != 0)
		return WALK_FAIL;
	walk->offset += sizeof(ppp);
	switch (bpf_ntohs(ppp.proto)) {
	case PPP_PROTO_IP:
		walk->ethertype = ETH_P_IP;
		return WALK_ETHERTYPE;
	case PPP_PROTO_IPV6:
		walk->ethertype = ETH_P_IPV6;
		return WALK_ETHERTYPE;
	case PPP_PROTO_MPLS_UC:
	case PPP_PROTO_MPLS_MC:
		walk->ethertype = ETH_P_MPLS_UC;
		return WALK_ETHERTYPE;
	default:
		/* RFC 1661 section 2: odd, and the upper byte even. */
		return (bpf_ntohs(ppp.proto) & 0x0101) == 0x0001 ? WALK_DONE : WALK_FAIL;
	}
}

static __always_inline enum walk_next walk_tipc(struct __sk_buff *skb, struct walk *walk)
{
	__be32 word[4];

	if (!walk_read(skb, walk, word, sizeof(word)))
		return WALK_FAIL;
	/* Keepalives have no node to hash; the kernel distributes them randomly, too. */
	if ((bpf_ntohl(word[0]) & TIPC_KEEPALIVE) == TIPC_KEEPALIVE)
		walk->flow.addresses = bpf_get_prandom_u32();
	else
		walk->flow.addresses = word[3];
	return WALK_DONE;
}

static __always_inline enum walk_next walk_batman(struct __sk_buff *skb, struct walk *walk)
{
	struct {
		__u8 packet_type, version, rest[BATMAN_UNICAST_LEN - 2];
		__u8 addresses[2 * ETH_ALEN];
		__be16 ethertype;
	} unicast;

	if (!walk_read(skb, walk, &unicast, sizeof(unicast)))
		return WALK_FAIL;
	if (unicast.version != BATMAN_VERSION || unicast.packet_type != BATMAN_UNICAST)
		return WALK_FAIL;
	walk->offset += sizeof(unicast);
	walk->ethertype = bpf_ntohs(unicast.ethertype);
	return WALK_ETHERTYPE;
}

static __always_inline enum walk_next walk_hsr(struct __sk_buff *skb, struct walk *walk)
{
	__be16 tag[3]; /* path and size, sequence number, type of the payload */

	if (!walk_read(skb, walk, tag, sizeof(tag)))
		return WALK_FAIL;
	walk->offset += sizeof(tag);
	walk->ethertype = bpf_ntohs(tag[2]);
	return WALK_ETHERTYPE;
}

/* A header that only has to be complete within the frame. */
static __always_inline enum walk_next walk_whole(struct __sk_buff *skb, const struct walk *walk,
						 __u32 len)
{
	return walk->offset + len <= skb->len ? WALK_DONE : WALK_FAIL;
}

static __always_inline enum walk_next walk_ethertype(struct __sk_buff *skb, struct walk *walk)
{
	switch (walk->ethertype) {
	case ETH_P_IP:
		return walk_ipv4(skb, walk);
	case ETH_P_IPV6:
		return walk_ipv6(skb, walk);
	case ETH_P_8021Q:
	case ETH_P_8021AD:
		return walk_vlan(skb, walk);
	case ETH_P_PPP_SES:
		return walk_pppoe(skb, walk);
	case ETHERTYPE_TIPC:
		return walk_tipc(skb, walk);
	case ETH_P_FCOE:
		return walk->offset + FCOE_HEADER_LEN <= walk->linear_len ? WALK_DONE : WALK_FAIL;
	case ETH_P_BATMAN:
		return walk_batman(skb, walk);
	case ETHERTYPE_PTP:
		return walk_whole(skb, walk, PTP_HEADER_LEN);
	case ETH_P_PRP:
	case ETH_P_HSR:
		return walk_hsr(skb, walk);
	case ETH_P_MPLS_UC:
	case ETH_P_MPLS_MC:
	case ETH_P_ARP:
	case ETH_P_RARP:
	case ETHERTYPE_CFM:
		return WALK_DONE; /* known to the dissector, but nothing in it is hashed */
	default:
		return WALK_FAIL;
	}
}

/* GRE version 1 carries PPP (RFC 2637). */
static __always_inline enum walk_next walk_pptp(struct __sk_buff *skb, struct walk *walk,
						__u16 flags)
{
	__u8 ppp[PPP_HEADER_LEN]; /* address, control, protocol */

	if (flags & GRE_F_ACK)
		walk->offset += 4;
	if (!walk_read(skb, walk, ppp, sizeof(ppp)))
		return WALK_FAIL;
	walk->offset += sizeof(ppp);
	switch (ppp[2] << 8 | ppp[3]) {
	case PPP_PROTO_IP:
		walk->ethertype = ETH_P_IP;
		break;
	case PPP_PROTO_IPV6:
		walk->ethertype = ETH_P_IPV6;
		break;
	default:
		break; /* stays "PPP", which the next step does not know */
	}
	return WALK_ETHERTYPE;
}

static __always_inline enum walk_next walk_gre(struct __sk_buff *skb, struct walk *walk)
{
	__be16 gre[2]; /* flags and version, type of the payload */
	__u16 flags, version;
	__u32 key;

	if (!walk_read(skb, walk, gre, sizeof(gre)))
		return WALK_FAIL;
	flags = bpf_ntohs(gre[0]);
	version = flags & GRE_F_VERSION;
	if ((flags & GRE_F_ROUTING) || version > 1)
		return WALK_DONE;
	walk->ethertype = bpf_ntohs(gre[1]);
	if (version == 1 && (walk->ethertype != ETHERTYPE_GRE_PPP || !(flags & GRE_F_KEY)))
		return WALK_DONE;

	walk->offset += sizeof(gre);
	if (flags & GRE_F_CSUM)
		walk->offset += 4;
	if (flags & GRE_F_KEY) {
		if (!walk_read(skb, walk, &key, sizeof(key)))
			return WALK_FAIL;
		walk->offset += sizeof(key);
	}
	if (flags & GRE_F_SEQ)
		walk->offset += 4;
	if (version == 1)
		return walk_pptp(skb, walk, flags);

	if (walk->ethertype == ETHERTYPE_TEB) {
		struct ethhdr eth;

		if (!walk_read(skb, walk, &eth, sizeof(eth)))
			return WALK_FAIL;
		walk->ethertype = bpf_ntohs(eth.h_proto);
		walk->offset += sizeof(eth);
	}
	return WALK_ETHERTYPE;
}

/* An IPv6 extension header that gives its own length in units of 8 bytes. */
static __always_inline enum walk_next walk_extension(struct __sk_buff *skb, struct walk *walk)
{
	__u8 ext[2]; /* next header, length - 1 */

	if (!walk_read(skb, walk, ext, sizeof(ext)))
		return WALK_FAIL;
	walk->ip_proto = ext[0];
	walk->offset += (ext[1] + 1) * 8;
	return WALK_IP_PROTO;
}

static __always_inline enum walk_next walk_ip_proto(struct __sk_buff *skb, struct walk *walk)
{
	bool v6 = walk->ethertype == ETH_P_IPV6;

	switch (walk->ip_proto) {
	case IPPROTO_GRE:
		return walk_gre(skb, walk);
	case IPV6_EXT_HOP:
	case IPV6_EXT_ROUTING:
	case IPV6_EXT_DEST:
		return v6 ? walk_extension(skb, walk) : WALK_DONE;
	case IPV6_EXT_FRAGMENT:
		/* A complete fragment header ends the walk without ports. */
		return v6 ? walk_whole(skb, walk, 8) : WALK_DONE;
	case IPPROTO_IPIP:
		walk->ethertype = ETH_P_IP;
		return WALK_ETHERTYPE;
	case IPPROTO_IPV6:
		walk->ethertype = ETH_P_IPV6;
		return WALK_ETHERTYPE;
	case IPPROTO_MPLS:
		walk->ethertype = ETH_P_MPLS_UC;
		return WALK_ETHERTYPE;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		flow_icmp(skb, walk->offset, &walk->flow.icmp);
		return WALK_DONE;
	default:
		walk->flow.ports = flow_ports(skb, walk->offset, walk->ip_proto);
		return WALK_DONE;
	}
}

/*
 * Fills @walk->flow; @walk must be zero except offset, linear_len, ethertype and
 * outer_tag. False: no flow was found; use layer2 instead.
 */
static __always_inline bool walk_flow(struct __sk_buff *skb, struct walk *walk)
{
	enum walk_next next = WALK_ETHERTYPE;

	for (int step = 0; step < EBOND_WALK_STEPS; step++) {
		if (next == WALK_ETHERTYPE)
			next = walk_ethertype(skb, walk);
		else
			next = WALK_IN_IP;
		if (next == WALK_IN_IP)
			next = walk_ip_proto(skb, walk);
		if (next == WALK_DONE)
			return true;
		if (next == WALK_FAIL)
			return false;
	}
	/* Out of steps right after an extension header: the kernel has already read the ports. */
	if (next == WALK_IP_PROTO)
		walk->flow.ports = flow_ports(skb, walk->offset, walk->ip_proto);
	return true;
}
