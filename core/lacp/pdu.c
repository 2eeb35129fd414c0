/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encodes and decodes LACPDUs and Markers. Offsets from the start of the frame:
 *
 *   LACPDU                                    Marker, Marker response
 *    16  type 1, length 20: actor              16  type 1 (2: response), length 16
 *    18    system priority       2             18    requester's port      2
 *    20    system                6             20    requester's system    6
 *    26    key                   2             26    transaction           4
 *    28    port priority         2             30    pad                   2
 *    30    port                  2             32  type 0, length 0: end
 *    32    state                 1
 *    33    reserved              3
 *    36  type 2, length 20: partner, as above
 *    56  type 3, length 16: collector
 *    58    max delay             2
 *    60    reserved             12
 *    72  type 0, length 0: end
 *    74  reserved               50            124  end of frame
 *
 * Editions of the standard differ in the Marker's length (16 is the sum of its
 * fields with type and length; 22 occurs in practice): both are answered, each
 * with the same length.
 */
#include "core/lacp/pdu.h"

#include <string.h>

enum {
	AT_SOURCE = 6,
	AT_ETHERTYPE = 12,
	AT_SUBTYPE = 14,
	AT_VERSION = 15,
	AT_TLV = 16,
	AT_PARTNER_TLV = 36,
	AT_COLLECTOR_TLV = 56,
	AT_END_TLV = 72,
	AT_MARKER_END_TLV = 32,

	ETHERTYPE_SLOW = 0x8809,
	SUBTYPE_LACP = 1,
	SUBTYPE_MARKER = 2,
	SUBTYPE_LAST = 10, /* 57A: those above are not slow protocols */
	VERSION = 1,

	TLV_END = 0,
	TLV_ACTOR = 1,
	TLV_PARTNER = 2,
	TLV_COLLECTOR = 3,
	TLV_MARKER = 1,
	TLV_MARKER_RESPONSE = 2,
	LENGTH_INFO = 20,
	LENGTH_COLLECTOR = 16,
	LENGTH_MARKER = 16,
	LENGTH_MARKER_OTHER = 22,

	FRAME_MAX = 1518,
};

static const uint8_t slow_address[LACP_MAC_SIZE] = {0x01, 0x80, 0xc2, 0x00, 0x00, 0x02};

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, (uint16_t)(value >> 16));
	put16(at + 2, (uint16_t)value);
}

static bool tlv_is(const uint8_t *tlv, uint8_t type, uint8_t length)
{
	return tlv[0] == type && tlv[1] == length;
}

static void put_tlv(uint8_t *tlv, uint8_t type, uint8_t length)
{
	tlv[0] = type;
	tlv[1] = length;
}

/* A non-zero individual address. */
static bool is_individual(const uint8_t *address)
{
	static const uint8_t zero[LACP_MAC_SIZE];

	return !(address[0] & 1) && memcmp(address, zero, sizeof(zero)) != 0;
}

static void get_info(const uint8_t *tlv, struct lacp_info *info)
{
	info->system_priority = get16(tlv + 2);
	memcpy(info->system, tlv + 4, LACP_MAC_SIZE);
	info->key = get16(tlv + 10);
	info->port_priority = get16(tlv + 12);
	info->port = get16(tlv + 14);
	info->state = tlv[16];
}

static void put_info(uint8_t *tlv, uint8_t type, const struct lacp_info *info)
{
	put_tlv(tlv, type, LENGTH_INFO);
	put16(tlv + 2, info->system_priority);
	memcpy(tlv + 4, info->system, LACP_MAC_SIZE);
	put16(tlv + 10, info->key);
	put16(tlv + 12, info->port_priority);
	put16(tlv + 14, info->port);
	tlv[16] = info->state;
}

static enum lacp_flaw decode_lacpdu(const uint8_t *bytes, struct lacp_frame *frame)
{
	const uint8_t *end = bytes + AT_END_TLV;

	if (!tlv_is(bytes + AT_TLV, TLV_ACTOR, LENGTH_INFO))
		return LACP_FLAW_ACTOR_TLV;
	if (!tlv_is(bytes + AT_PARTNER_TLV, TLV_PARTNER, LENGTH_INFO))
		return LACP_FLAW_PARTNER_TLV;
	if (!tlv_is(bytes + AT_COLLECTOR_TLV, TLV_COLLECTOR, LENGTH_COLLECTOR))
		return LACP_FLAW_COLLECTOR_TLV;
	if (end[0] == TLV_END && end[1] != 0)
		return LACP_FLAW_END_TLV;
	if (!is_individual(bytes + AT_TLV + 4))
		return LACP_FLAW_SYSTEM;
	frame->kind = LACP_FRAME_LACPDU;
	get_info(bytes + AT_TLV, &frame->actor);
	get_info(bytes + AT_PARTNER_TLV, &frame->partner);
	frame->collector_max_delay = get16(bytes + AT_COLLECTOR_TLV + 2);
	return LACP_FLAW_NONE;
}

static enum lacp_flaw decode_marker(const uint8_t *bytes, struct lacp_frame *frame)
{
	const uint8_t *tlv = bytes + AT_TLV;

	if (tlv[0] != TLV_MARKER && tlv[0] != TLV_MARKER_RESPONSE) {
		frame->kind = LACP_FRAME_MARKER_UNKNOWN;
		return LACP_FLAW_NONE;
	}
	if (tlv[1] != LENGTH_MARKER && tlv[1] != LENGTH_MARKER_OTHER)
		return LACP_FLAW_MARKER_TLV;
	frame->kind = tlv[0] == TLV_MARKER ? LACP_FRAME_MARKER : LACP_FRAME_MARKER_RESPONSE;
	frame->marker = (struct lacp_marker){
		.version = frame->version,
		.tlv_length = tlv[1],
		.requester_port = get16(tlv + 2),
		.transaction = get32(tlv + 10),
	};
	memcpy(frame->marker.requester_system, tlv + 4, LACP_MAC_SIZE);
	return LACP_FLAW_NONE;
}

/* The frame is of a slow protocol: determines which, and whether it is complete. */
static enum lacp_flaw decode_slow(const uint8_t *bytes, size_t length, struct lacp_frame *frame)
{
	uint8_t subtype = bytes[AT_SUBTYPE];

	if (subtype == 0 || subtype > SUBTYPE_LAST)
		return LACP_FLAW_SUBTYPE;
	if (subtype != SUBTYPE_LACP && subtype != SUBTYPE_MARKER) {
		frame->kind = LACP_FRAME_UNKNOWN;
		return LACP_FLAW_NONE;
	}
	if (length < LACP_FRAME_SIZE)
		return LACP_FLAW_SHORT;
	if (length > FRAME_MAX)
		return LACP_FLAW_LONG;
	if (!is_individual(bytes + AT_SOURCE))
		return LACP_FLAW_SOURCE;
	frame->version = bytes[AT_VERSION];
	if (!frame->version)
		return LACP_FLAW_VERSION;
	return subtype == SUBTYPE_LACP ? decode_lacpdu(bytes, frame) : decode_marker(bytes, frame);
}

void lacp_frame_decode(const uint8_t *bytes, size_t length, struct lacp_frame *ret_frame)
{
	*ret_frame = (struct lacp_frame){.kind = LACP_FRAME_ILLEGAL};
	if (length <= AT_VERSION) {
		ret_frame->flaw = LACP_FLAW_SHORT;
		return;
	}
	if (memcmp(bytes, slow_address, sizeof(slow_address)) != 0 ||
	    get16(bytes + AT_ETHERTYPE) != ETHERTYPE_SLOW) {
		ret_frame->kind = LACP_FRAME_UNKNOWN;
		return;
	}
	memcpy(ret_frame->source, bytes + AT_SOURCE, LACP_MAC_SIZE);
	ret_frame->flaw = decode_slow(bytes, length, ret_frame);
}

static void put_header(uint8_t *bytes, const uint8_t *source, uint8_t subtype, uint8_t version)
{
	memset(bytes, 0, LACP_FRAME_SIZE);
	memcpy(bytes, slow_address, LACP_MAC_SIZE);
	memcpy(bytes + AT_SOURCE, source, LACP_MAC_SIZE);
	put16(bytes + AT_ETHERTYPE, ETHERTYPE_SLOW);
	bytes[AT_SUBTYPE] = subtype;
	bytes[AT_VERSION] = version;
}

void lacp_pdu_encode(uint8_t bytes[LACP_FRAME_SIZE], const uint8_t source[LACP_MAC_SIZE],
		     const struct lacp_info *actor, const struct lacp_info *partner)
{
	put_header(bytes, source, SUBTYPE_LACP, VERSION);
	put_info(bytes + AT_TLV, TLV_ACTOR, actor);
	put_info(bytes + AT_PARTNER_TLV, TLV_PARTNER, partner);
	put_tlv(bytes + AT_COLLECTOR_TLV, TLV_COLLECTOR, LENGTH_COLLECTOR);
	put_tlv(bytes + AT_END_TLV, TLV_END, 0);
}

void lacp_marker_encode(uint8_t bytes[LACP_FRAME_SIZE], const uint8_t source[LACP_MAC_SIZE],
			const struct lacp_marker *marker, bool response)
{
	uint8_t *tlv = bytes + AT_TLV;

	put_header(bytes, source, SUBTYPE_MARKER, marker->version);
	put_tlv(tlv, response ? TLV_MARKER_RESPONSE : TLV_MARKER, marker->tlv_length);
	put16(tlv + 2, marker->requester_port);
	memcpy(tlv + 4, marker->requester_system, LACP_MAC_SIZE);
	put32(tlv + 10, marker->transaction);
	put_tlv(bytes + AT_MARKER_END_TLV, TLV_END, 0);
}
