/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building probes and parsing replies; see probe_frames.h. */
#include "core/monitor/probe_frames.h"

#include "core/frame_bytes.h"
#include "lib/mac.h"

#define ETHERTYPE_ARP 0x0806
#define ETHERTYPE_IP4 0x0800
#define ETHERTYPE_IP6 0x86dd
#define ETHERTYPE_VLAN 0x8100
#define ETHERTYPE_SERVICE_VLAN 0x88a8

#define ETH_LEN 14
#define IP6_LEN 40
#define SOLICITATION_LEN 24
#define LINK_OPTION_LEN 8
#define ICMP6 58
#define SOLICITATION 135
#define ADVERTISEMENT 136

static const uint8_t zeros[16];
static const uint8_t all_nodes[16] = {0xff, 0x02, [15] = 0x01};

static uint8_t *put_header(uint8_t *at, const uint8_t to[MAC_LENGTH],
			   const struct probe_origin *origin, unsigned int ethertype)
{
	at = put(at, to, MAC_LENGTH);
	at = put(at, origin->mac, MAC_LENGTH);
	for (size_t i = 0; i < origin->tag_count; i++) {
		at = put16(at, origin->tags[i].protocol);
		at = put16(at, origin->tags[i].id & 0xfff);
	}
	return put16(at, ethertype);
}

size_t probe_arp(uint8_t *buf, size_t size, const struct probe_origin *origin,
		 const uint8_t target[static 4])
{
	static const uint8_t broadcast[MAC_LENGTH] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	uint8_t *at;

	if (size < ETH_LEN + ARP_PACKET_LEN + 4 * origin->tag_count)
		return 0;
	at = put_header(buf, broadcast, origin, ETHERTYPE_ARP);
	at = put_arp(at, ARP_OP_REQUEST, origin->mac, origin->ip, NULL, target);
	return (size_t)(at - buf);
}

size_t probe_ns(uint8_t *buf, size_t size, const struct probe_origin *origin,
		const uint8_t target[static 16])
{
	const uint8_t group[16] = {0xff, 0x02, [11] = 1, 0xff, target[13], target[14], target[15]};
	const uint8_t to[MAC_LENGTH] = {0x33, 0x33, 0xff, target[13], target[14], target[15]};
	bool is_known = memcmp(origin->ip, zeros, sizeof(zeros)) != 0;
	size_t length = SOLICITATION_LEN + (is_known ? LINK_OPTION_LEN : 0);
	uint8_t *at, *message;
	uint32_t sum;

	if (size < ETH_LEN + 4 * origin->tag_count + IP6_LEN + length)
		return 0;
	at = put_header(buf, to, origin, ETHERTYPE_IP6);
	at = put16(at, 0x6000); /* version 6 */
	at = put16(at, 0);
	at = put16(at, (unsigned int)length);
	at = put8(at, ICMP6);
	at = put8(at, 255);
	at = put(at, origin->ip, 16);
	message = put(at, group, 16);
	at = put8(message, SOLICITATION);
	at = put8(at, 0);
	at = put16(at, 0); /* checksum: below */
	at = put_zeros(at, 4);
	at = put(at, target, 16);
	if (is_known) {
		at = put8(at, 1); /* source link-layer address */
		at = put8(at, 1); /* of 8 bytes */
		at = put(at, origin->mac, MAC_LENGTH);
	}
	sum = sum_bytes((uint32_t)length + ICMP6, origin->ip, 16);
	sum = sum_bytes(sum, group, 16);
	put_checksum(message + 2, sum_bytes(sum, message, length));
	return (size_t)(at - buf);
}

static unsigned int get16(const uint8_t *at)
{
	return (unsigned int)at[0] << 8 | at[1];
}

static bool read_arp(const uint8_t *arp, size_t length, struct probe_frame *ret_frame)
{
	struct probe_frame frame = {0};

	if (length < ARP_PACKET_LEN || get16(arp) != 1 || get16(arp + 2) != ETHERTYPE_IP4 ||
	    arp[4] != MAC_LENGTH || arp[5] != 4)
		return false;
	frame.is_reply = get16(arp + 6) == 2;
	put(frame.sender, arp + 14, 4);
	put(frame.receiver, arp + 24, 4);
	*ret_frame = frame;
	return true;
}

static bool read_neighbour(const uint8_t *ip, size_t length, struct probe_frame *ret_frame)
{
	struct probe_frame frame = {.is_ip6 = true};
	const uint8_t *message = ip + IP6_LEN;

	if (length < IP6_LEN + SOLICITATION_LEN || ip[6] != ICMP6 ||
	    (message[0] != SOLICITATION && message[0] != ADVERTISEMENT))
		return false;
	frame.is_reply = message[0] == ADVERTISEMENT;
	frame.to_all = memcmp(ip + 24, all_nodes, sizeof(all_nodes)) == 0;
	put(frame.sender, ip + 8, 16);
	put(frame.receiver, frame.is_reply ? ip + 24 : message + 8, 16);
	*ret_frame = frame;
	return true;
}

bool probe_read(const uint8_t *bytes, size_t length, struct probe_frame *ret_frame)
{
	size_t offset = 2 * MAC_LENGTH;
	unsigned int ethertype = 0;

	for (size_t tags = 0; tags <= PROBE_TAGS_MAX; tags++, offset += 4) {
		if (length < offset + 2)
			return false;
		ethertype = get16(bytes + offset);
		if (ethertype != ETHERTYPE_VLAN && ethertype != ETHERTYPE_SERVICE_VLAN)
			break;
	}
	offset += 2;
	if (ethertype == ETHERTYPE_ARP)
		return read_arp(bytes + offset, length - offset, ret_frame);
	if (ethertype == ETHERTYPE_IP6)
		return read_neighbour(bytes + offset, length - offset, ret_frame);
	return false;
}
