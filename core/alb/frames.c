/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames of balance-tlb and balance-alb, see frames.h.
 */
#include "core/alb/frames.h"

#include <string.h>

#include "core/frame_bytes.h"

#define ETHERTYPE_ARP 0x0806
#define ETHERTYPE_IPV6 0x86dd
#define ETHERTYPE_LOOPBACK 0x9000
#define PROTOCOL_ICMPV6 58
#define FRAME_MIN 60

/* Addresses and the tag. */
static uint8_t *put_start(uint8_t *at, const uint8_t to[static 6], const uint8_t from[static 6],
			  uint32_t vlan)
{
	at = put(at, to, 6);
	at = put(at, from, 6);
	if (!vlan)
		return at;
	at = put16(at, vlan >> 16);
	return put16(at, vlan & 0xffff);
}

size_t alb_learn(uint8_t *buf, size_t size, const uint8_t mac[static 6], uint32_t vlan)
{
	size_t length = FRAME_MIN + (vlan ? 4 : 0);
	uint8_t *at = buf;

	if (size < length)
		return 0;
	at = put_start(at, mac, mac, vlan);
	at = put16(at, ETHERTYPE_LOOPBACK);
	put_zeros(at, length - (size_t)(at - buf));
	return length;
}

static size_t update_ip4(uint8_t *buf, size_t size, const struct bond_neighbour *neighbour,
			 const uint8_t mac[static 6], bool insist)
{
	size_t length = 42 + (neighbour->vlan ? 4 : 0);
	uint8_t *at = buf;

	if (size < length)
		return 0;
	at = put_start(at, neighbour->mac, mac, neighbour->vlan);
	at = put16(at, ETHERTYPE_ARP);
	put_arp(at, ARP_OP_REPLY, mac, neighbour->own + 12, insist ? mac : neighbour->mac,
		(insist ? neighbour->own : neighbour->ip) + 12);
	return length;
}

static size_t update_ip6(uint8_t *buf, size_t size, const struct bond_neighbour *neighbour,
			 const uint8_t mac[static 6], bool router)
{
	size_t start = 14 + (neighbour->vlan ? 4 : 0), length = start + 40 + 32;
	uint8_t *at = buf, *icmp;
	uint32_t sum = 32 + PROTOCOL_ICMPV6;

	if (size < length)
		return 0;
	at = put_start(at, neighbour->mac, mac, neighbour->vlan);
	at = put16(at, ETHERTYPE_IPV6);
	at = put(at, "\x60\0\0\0\0\x20\x3a\xff", 8); /* 32 bytes of ICMPv6, hop limit 255 */
	at = put(at, neighbour->own, 16);
	at = put(at, neighbour->ip, 16);
	icmp = at;
	at = put16(at, 136 << 8); /* neighbour advertisement */
	at = put16(at, 0);
	at = put8(at, router ? 0xa0 : 0x20); /* override */
	at = put_zeros(at, 3);
	at = put(at, neighbour->own, 16);
	at = put16(at, 2 << 8 | 1); /* target link-layer address, 8 bytes */
	put(at, mac, 6);
	sum = sum_bytes(sum, neighbour->own, 16);
	sum = sum_bytes(sum, neighbour->ip, 16);
	put_checksum(icmp + 2, sum_bytes(sum, icmp, 32));
	return length;
}

size_t alb_update(uint8_t *buf, size_t size, const struct bond_neighbour *neighbour,
		  const uint8_t mac[static 6], bool insist, bool router)
{
	static const uint8_t mapped[12] = {[10] = 0xff, 0xff};

	if (memcmp(neighbour->ip, mapped, sizeof(mapped)) == 0)
		return update_ip4(buf, size, neighbour, mac, insist);
	return update_ip6(buf, size, neighbour, mac, router);
}
