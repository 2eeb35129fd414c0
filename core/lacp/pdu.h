/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frames of LACP and of the Marker protocol, as bytes and as structs
 * (IEEE 802.1AX-2014 6.4.2 and 6.5.3; slow protocols: IEEE 802.3 Annex 57A).
 * Frames start with the Ethernet header and have no FCS.
 *
 *    0  destination 01:80:c2:00:00:02      14  subtype 1 (LACP), 2 (Marker)
 *    6  source                             15  version
 *   12  0x8809                             16  TLVs, see pdu.c
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/lacp/lacp.h"

/* The kind of a received frame. */
enum lacp_frame_kind {
	LACP_FRAME_LACPDU,
	LACP_FRAME_MARKER,
	LACP_FRAME_MARKER_RESPONSE,
	LACP_FRAME_MARKER_UNKNOWN, /* Marker subtype, but neither of the two */
	LACP_FRAME_UNKNOWN,	   /* another slow protocol, or not one */
	LACP_FRAME_ILLEGAL,	   /* see the flaw */
};

/* A Marker or its response, which repeats the contents. */
struct lacp_marker {
	uint8_t version;
	uint8_t tlv_length;
	uint16_t requester_port;
	uint8_t requester_system[LACP_MAC_SIZE];
	uint32_t transaction;
};

struct lacp_frame {
	enum lacp_frame_kind kind;
	enum lacp_flaw flaw; /* LACP_FLAW_NONE unless kind is LACP_FRAME_ILLEGAL */
	uint8_t source[LACP_MAC_SIZE];
	uint8_t version;
	struct lacp_info actor, partner; /* LACP_FRAME_LACPDU: as the sender wrote them */
	uint16_t collector_max_delay;	 /* LACP_FRAME_LACPDU: tens of microseconds */
	struct lacp_marker marker;	 /* LACP_FRAME_MARKER, LACP_FRAME_MARKER_RESPONSE */
};

/*
 * Decodes @length arbitrary bytes at @bytes; never reads beyond them. @ret_frame
 * is overwritten; members not used by its kind are 0.
 *
 * A LACPDU must contain its three TLVs with the standard's types and lengths, and
 * have an individual, non-zero system address. Versions above 1 are read as
 * version 1 (6.4.2.3); reserved fields and the additional TLVs of later versions
 * are ignored.
 */
void lacp_frame_decode(const uint8_t *bytes, size_t length, struct lacp_frame *ret_frame);

/* Writes a version 1 LACPDU from @source: LACP_FRAME_SIZE bytes. */
void lacp_pdu_encode(uint8_t bytes[LACP_FRAME_SIZE], const uint8_t source[LACP_MAC_SIZE],
		     const struct lacp_info *actor, const struct lacp_info *partner);

/* Writes a Marker, or with @response its response, from @source: LACP_FRAME_SIZE bytes. */
void lacp_marker_encode(uint8_t bytes[LACP_FRAME_SIZE], const uint8_t source[LACP_MAC_SIZE],
			const struct lacp_marker *marker, bool response);
