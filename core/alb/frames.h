/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames of balance-tlb and balance-alb, as bytes; sending them is the daemon's
 * work. Each function writes one Ethernet frame (without FCS) to @buf and returns its
 * length, or 0 when it does not fit in @size bytes; then @buf is untouched.
 * @vlan is a VLAN tag's protocol and TCI, 0x8100 << 16 | id; 0: no tag.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/alb/alb.h"

#define ALB_LEARN_SIZE 64

/*
 * A learning frame for @mac: from it and to it, of protocol 0x9000 (loopback), 60 bytes and
 * the tag. A switch notes where it came from and, finding that its
 * destination is there, too, sends it nowhere (alb_send_lp_vid()).
 */
size_t alb_learn(uint8_t *buf, size_t size, const uint8_t mac[static 6], uint32_t vlan);

#define ALB_TELL_SIZE 90

/*
 * Tells one neighbour where to send, from @mac: for IPv4 (both addresses are ::ffff:a.b.c.d)
 * an ARP reply as rlb_update_client() sends it; when @insist, one in the form of a gratuitous one,
 * which neighbours take that have just been told otherwise (Linux: within locktime, a second).
 * For IPv6 an unsolicited neighbour advertisement with the override flag (RFC 4861 4.4);
 * @router: the host forwards IPv6.
 */
size_t alb_tell(uint8_t *buf, size_t size, const struct bond_neighbour *neighbour,
		const uint8_t mac[static 6], bool insist, bool router);
