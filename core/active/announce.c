/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds announcement frames byte by byte. Each function checks the length once,
 * then writes with a cursor.
 */
#include "core/active/announce.h"
#include "core/frame_bytes.h"

#include <assert.h>

#define ETHERTYPE_IP4 0x0800
#define ETHERTYPE_ARP 0x0806
#define ETHERTYPE_RARP 0x8035
#define ETHERTYPE_VLAN 0x8100
#define ETHERTYPE_IP6 0x86dd

#define IPPROTO_HOP_BY_HOP 0
#define IPPROTO_IGMP_NUMBER 2
#define IPPROTO_ICMP6 58

#define ETH_LEN 14
#define IP4_LEN 24 /* with Router Alert */
#define IP6_LEN 40
#define HOP_BY_HOP_LEN 8
#define DATAGRAM_MAX 65535

static const uint8_t broadcast_mac[ANNOUNCE_MAC_LEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
static const uint8_t all_nodes[ANNOUNCE_IP6_LEN] = {0xff, 0x02, [15] = 0x01};
static const uint8_t mld2_routers[ANNOUNCE_IP6_LEN] = {0xff, 0x02, [15] = 0x16};
static const uint8_t igmp3_routers[ANNOUNCE_IP4_LEN] = {224, 0, 0, 22};

static uint8_t *put_ethernet(uint8_t *at, const uint8_t *to, const uint8_t *from,
			     unsigned int ethertype)
{
	at = put(at, to, ANNOUNCE_MAC_LEN);
	at = put(at, from, ANNOUNCE_MAC_LEN);
	return put16(at, ethertype);
}

/* RFC 1112 6.4: 01:00:5e and the low 23 bits. */
static void multicast_mac4(uint8_t *mac, const uint8_t *group)
{
	const uint8_t bytes[] = {0x01, 0x00, 0x5e, group[1] & 0x7f, group[2], group[3]};

	put(mac, bytes, sizeof(bytes));
}

/* RFC 2464 7: 33:33 and the low 32 bits. */
static void multicast_mac6(uint8_t *mac, const uint8_t *group)
{
	put(put16(mac, 0x3333), group + 12, 4);
}

size_t announce_arp(uint8_t *buf, size_t size, const uint8_t mac[static ANNOUNCE_MAC_LEN],
		    const uint8_t ip[static ANNOUNCE_IP4_LEN])
{
	uint8_t *at = buf;

	if (size < ANNOUNCE_ARP_SIZE)
		return 0;
	at = put_ethernet(at, broadcast_mac, mac, ETHERTYPE_ARP);
	at = put_arp(at, ARP_OP_REQUEST, mac, ip, NULL, ip);
	return (size_t)(at - buf);
}

/* Ethernet and IPv6 header to a multicast address. */
static uint8_t *put_ip6(uint8_t *at, const uint8_t *mac, const uint8_t *source,
			const uint8_t *group, unsigned int next_header, unsigned int hop_limit,
			size_t payload)
{
	uint8_t to[ANNOUNCE_MAC_LEN];

	multicast_mac6(to, group);
	at = put_ethernet(at, to, mac, ETHERTYPE_IP6);
	at = put16(at, 0x6000); /* version 6, no traffic class, no flow label */
	at = put16(at, 0);
	at = put16(at, (unsigned int)payload);
	at = put8(at, next_header);
	at = put8(at, hop_limit);
	at = put(at, source, ANNOUNCE_IP6_LEN);
	return put(at, group, ANNOUNCE_IP6_LEN);
}

/* Over the pseudo-header (RFC 8200 8.1) and @message, whose checksum bytes are 0. */
static void finish_icmp6(uint8_t *message, size_t length, const uint8_t *source,
			 const uint8_t *group)
{
	uint32_t sum = (uint32_t)length + IPPROTO_ICMP6;

	sum = sum_bytes(sum, source, ANNOUNCE_IP6_LEN);
	sum = sum_bytes(sum, group, ANNOUNCE_IP6_LEN);
	sum = sum_bytes(sum, message, length);
	put_checksum(message + 2, sum);
}

size_t announce_rarp(uint8_t *buf, size_t size, const uint8_t mac[static ANNOUNCE_MAC_LEN])
{
	uint8_t *at = buf;

	if (size < ANNOUNCE_RARP_SIZE)
		return 0;
	at = put_ethernet(at, broadcast_mac, mac, ETHERTYPE_RARP);
	at = put_arp(at, ARP_OP_REVERSE_REQUEST, mac, NULL, mac, NULL);
	return (size_t)(at - buf);
}

size_t announce_tag(uint8_t *buf, size_t size, size_t length, uint16_t vlan)
{
	uint8_t *type = buf + 2 * ANNOUNCE_MAC_LEN;

	assert(vlan > 0 && vlan < 4095);
	if (!length || size < length + ANNOUNCE_TAG_SIZE)
		return 0;
	memmove(type + ANNOUNCE_TAG_SIZE, type, length - 2 * ANNOUNCE_MAC_LEN);
	put16(put16(type, ETHERTYPE_VLAN), vlan);
	return length + ANNOUNCE_TAG_SIZE;
}

size_t announce_na(uint8_t *buf, size_t size, const uint8_t mac[static ANNOUNCE_MAC_LEN],
		   const uint8_t ip[static ANNOUNCE_IP6_LEN], bool router)
{
	const size_t length = ANNOUNCE_NA_SIZE - ETH_LEN - IP6_LEN;
	uint8_t *at, *message;

	if (size < ANNOUNCE_NA_SIZE)
		return 0;
	message = put_ip6(buf, mac, ip, all_nodes, IPPROTO_ICMP6, 255, length);
	at = put8(message, 136); /* neighbour advertisement */
	at = put8(at, 0);
	at = put16(at, 0); /* checksum: below */
	at = put8(at, (router ? 0x80 : 0) | 0x20 /* override */);
	at = put_zeros(at, 3);
	at = put(at, ip, ANNOUNCE_IP6_LEN);
	at = put8(at, 2); /* target link-layer address */
	at = put8(at, 1); /* of 8 bytes */
	at = put(at, mac, ANNOUNCE_MAC_LEN);
	finish_icmp6(message, length, ip, all_nodes);
	return (size_t)(at - buf);
}

/* Ethernet and IPv4 header with Router Alert, TTL 1, to a multicast address. */
static uint8_t *put_ip4(uint8_t *at, const uint8_t *mac, const uint8_t *source,
			const uint8_t *group, size_t payload)
{
	uint8_t to[ANNOUNCE_MAC_LEN];
	uint8_t *header;

	multicast_mac4(to, group);
	header = put_ethernet(at, to, mac, ETHERTYPE_IP4);
	at = put8(header, 0x40 | IP4_LEN / 4);
	at = put8(at, 0xc0); /* internetwork control (RFC 3376 4) */
	at = put16(at, (unsigned int)(IP4_LEN + payload));
	at = put16(at, 0);	/* identification: never fragmented */
	at = put16(at, 0x4000); /* don't fragment */
	at = put8(at, 1);
	at = put8(at, IPPROTO_IGMP_NUMBER);
	at = put16(at, 0); /* checksum: below */
	at = put(at, source, ANNOUNCE_IP4_LEN);
	at = put(at, group, ANNOUNCE_IP4_LEN);
	at = put16(at, 0x9404); /* Router Alert (RFC 2113) */
	at = put16(at, 0);
	put_checksum(header + 10, sum_bytes(0, header, IP4_LEN));
	return at;
}

size_t announce_igmp2(uint8_t *buf, size_t size, const uint8_t mac[static ANNOUNCE_MAC_LEN],
		      const uint8_t source[static ANNOUNCE_IP4_LEN],
		      const uint8_t group[static ANNOUNCE_IP4_LEN])
{
	const size_t length = ANNOUNCE_IGMP2_SIZE - ETH_LEN - IP4_LEN;
	uint8_t *at, *message;

	if (size < ANNOUNCE_IGMP2_SIZE)
		return 0;
	message = put_ip4(buf, mac, source, group, length);
	at = put8(message, 0x16); /* version 2 membership report */
	at = put8(at, 0);
	at = put16(at, 0); /* checksum: below */
	at = put(at, group, ANNOUNCE_IP4_LEN);
	put_checksum(message + 2, sum_bytes(0, message, length));
	return (size_t)(at - buf);
}

/* The part after type and checksum is the same in both protocols. */
static uint8_t *put_records(uint8_t *at, size_t address_len, const struct announce_group *groups,
			    size_t count)
{
	at = put16(at, 0); /* reserved */
	at = put16(at, (unsigned int)count);
	for (size_t i = 0; i < count; i++) {
		at = put8(at, groups[i].record);
		at = put8(at, 0); /* no auxiliary data */
		at = put16(at, (unsigned int)groups[i].source_count);
		at = put(at, groups[i].group, address_len);
		if (groups[i].source_count)
			at = put(at, groups[i].sources, groups[i].source_count * address_len);
	}
	return at;
}

/* A report's length if it fits, else 0. */
static size_t report_fits(size_t size, size_t head, size_t address_len,
			  const struct announce_group *groups, size_t count)
{
	size_t length = head;

	for (size_t i = 0; i < count; i++) {
		if (groups[i].source_count > DATAGRAM_MAX / address_len)
			return 0;
		length += 4 + address_len * (1 + groups[i].source_count);
		if (length > size || length > DATAGRAM_MAX)
			return 0;
	}
	return count ? length : 0;
}

size_t announce_igmp3(uint8_t *buf, size_t size, const uint8_t mac[static ANNOUNCE_MAC_LEN],
		      const uint8_t source[static ANNOUNCE_IP4_LEN],
		      const struct announce_group *groups, size_t count)
{
	size_t frame =
		report_fits(size, ANNOUNCE_IGMP3_SIZE(0, 0), ANNOUNCE_IP4_LEN, groups, count);
	size_t length = frame - ETH_LEN - IP4_LEN;
	uint8_t *at, *message;

	if (!frame)
		return 0;
	message = put_ip4(buf, mac, source, igmp3_routers, length);
	at = put8(message, 0x22); /* version 3 membership report */
	at = put8(at, 0);
	at = put16(at, 0); /* checksum: below */
	put_records(at, ANNOUNCE_IP4_LEN, groups, count);
	put_checksum(message + 2, sum_bytes(0, message, length));
	return frame;
}

size_t announce_mld2(uint8_t *buf, size_t size, const uint8_t mac[static ANNOUNCE_MAC_LEN],
		     const uint8_t source[static ANNOUNCE_IP6_LEN],
		     const struct announce_group *groups, size_t count)
{
	size_t frame = report_fits(size, ANNOUNCE_MLD2_SIZE(0, 0), ANNOUNCE_IP6_LEN, groups, count);
	size_t payload = frame - ETH_LEN - IP6_LEN;
	uint8_t *at, *message;

	if (!frame)
		return 0;
	at = put_ip6(buf, mac, source, mld2_routers, IPPROTO_HOP_BY_HOP, 1, payload);
	at = put8(at, IPPROTO_ICMP6);
	at = put8(at, 0);	/* of 8 bytes */
	at = put16(at, 0x0502); /* Router Alert (RFC 2711): MLD */
	at = put16(at, 0);
	message = put16(at, 0x0100); /* PadN, none */
	at = put8(message, 143);     /* version 2 multicast listener report */
	at = put8(at, 0);
	at = put16(at, 0); /* checksum: below */
	put_records(at, ANNOUNCE_IP6_LEN, groups, count);
	finish_icmp6(message, payload - HOP_BY_HOP_LEN, source, mld2_routers);
	return frame;
}
