/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames of balance-tlb and balance-alb, as bytes; the daemon sends them. Each
 * function writes an Ethernet frame (without FCS) to @buf and returns its length, or
 * 0 when it does not fit in @size bytes; @buf is then untouched.
 * @vlan is a VLAN tag's protocol and TCI, 0x8100 << 16 | id; 0: no tag.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/alb/alb.h"

#define ALB_LEARN_SIZE 64

/*
 * A learning frame for @mac: from it and to it, protocol 0x9000 (loopback), 60 bytes and
 * the tag. A switch learns the port it came from and, as that is also the
 * destination's, does not forward it (alb_send_lp_vid()).
 */
size_t alb_learn(uint8_t *buf, size_t size, const uint8_t mac[static 6], uint32_t vlan);

#define ALB_UPDATE_SIZE 90

/*
 * Tells a neighbour to send to @mac, which is also the source: for IPv4 (both addresses are
 * ::ffff:a.b.c.d) by an ARP reply as rlb_update_client() sends it; with @insist by a gratuitous
 * one, which is accepted even right after another update (Linux: within locktime, a second).
 * For IPv6 by an unsolicited neighbour advertisement with the override flag (RFC 4861 4.4);
 * @router: the host forwards IPv6.
 */
size_t alb_update(uint8_t *buf, size_t size, const struct bond_neighbour *neighbour,
		  const uint8_t mac[static 6], bool insist, bool router);
