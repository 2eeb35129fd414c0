/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frames of the ARP/NS monitor: building probes, and parsing received frames.
 * Bytes only, as core/active/announce.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROBE_TAGS_MAX 4
#define PROBE_FRAME_MAX (86 + 4 * PROBE_TAGS_MAX)

/* A VLAN tag on the way to a target. */
struct probe_tag {
	uint16_t protocol; /* 0x8100 or 0x88a8 */
	uint16_t id;
};

/* The source of a probe. */
struct probe_origin {
	uint8_t mac[6];
	uint8_t ip[16]; /* IPv4 in the first four bytes; zero: unknown */
	size_t tag_count;
	struct probe_tag tags[PROBE_TAGS_MAX]; /* the outermost first */
};

/*
 * A broadcast ARP request for @target (bond_arp_send()): 42 bytes and the tags.
 * Returns the length, or 0 when it does not fit in @size.
 */
size_t probe_arp(uint8_t *buf, size_t size, const struct probe_origin *origin,
		 const uint8_t target[static 4]);

/*
 * A neighbour solicitation for @target to its solicited-node group (RFC 4861
 * 4.3, bond_ns_send()); without a source address there is no link-layer option.
 * Returns the length, or 0 when it does not fit in @size.
 */
size_t probe_ns(uint8_t *buf, size_t size, const struct probe_origin *origin,
		const uint8_t target[static 16]);

/* The relevant fields of a received frame. */
struct probe_frame {
	bool is_ip6;
	bool is_reply;	      /* an ARP reply or a neighbour advertisement */
	bool to_all;	      /* IPv6: sent to ff02::1 */
	uint8_t sender[16];   /* ARP: sender's address; IPv6: source */
	uint8_t receiver[16]; /* ARP and NS: the target address; NA: the destination */
};

/*
 * Parses a frame with up to PROBE_TAGS_MAX VLAN tags. False: it is neither ARP for
 * IPv4 over Ethernet nor a neighbour solicitation or advertisement, or is
 * truncated; @ret_frame is then untouched.
 */
bool probe_read(const uint8_t *bytes, size_t length, struct probe_frame *ret_frame);
