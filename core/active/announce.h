/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames that announce to the network where an address or a multicast group
 * member is now. Bytes only: the daemon sends them.
 *
 * Each function writes a complete Ethernet frame (without FCS; the driver pads it
 * to 60 bytes) to @buf and returns its length, or 0 when it does not fit in @size
 * bytes; @buf is then untouched. All addresses are in network order. @mac is
 * bond0's address.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ANNOUNCE_MAC_LEN 6
#define ANNOUNCE_IP4_LEN 4
#define ANNOUNCE_IP6_LEN 16

#define ANNOUNCE_ARP_SIZE 42
#define ANNOUNCE_RARP_SIZE 42
#define ANNOUNCE_NA_SIZE 86
#define ANNOUNCE_TAG_SIZE 4
#define ANNOUNCE_IGMP2_SIZE 46
#define ANNOUNCE_IGMP3_SIZE(groups, sources) (46 + 8 * (groups) + 4 * (sources))
#define ANNOUNCE_MLD2_SIZE(groups, sources) (70 + 20 * (groups) + 16 * (sources))

/* Kind of a group record; the numbers are those of RFC 3376 4.2.12 and RFC 3810 5.2.12. */
enum announce_record {
	ANNOUNCE_IS_INCLUDE = 1, /* receive from these sources only */
	ANNOUNCE_IS_EXCLUDE = 2, /* receive from all sources except these */
};

/* A group record. Addresses have 4 bytes in IGMP, 16 in MLD. */
struct announce_group {
	enum announce_record record;
	const uint8_t *group;
	const uint8_t *sources; /* one after the other; NULL: none */
	size_t source_count;
};

/*
 * Gratuitous ARP for @ip, as the kernel sends it on NETDEV_NOTIFY_PEERS
 * (inetdev_send_gratuitous_arp()): a broadcast request, @ip in both protocol
 * addresses, target hardware address 0. ANNOUNCE_ARP_SIZE bytes.
 */
size_t announce_arp(uint8_t *buf, size_t size, const uint8_t mac[static ANNOUNCE_MAC_LEN],
		    const uint8_t ip[static ANNOUNCE_IP4_LEN]);

/*
 * For an address whose IP addresses are unknown (a macvlan's in another network namespace): a
 * broadcast reverse ARP request (RFC 903) from and for @mac, as Open vSwitch and QEMU send it:
 * switches on the path learn from it and no host replies. ANNOUNCE_RARP_SIZE bytes.
 */
size_t announce_rarp(uint8_t *buf, size_t size, const uint8_t mac[static ANNOUNCE_MAC_LEN]);

/*
 * Inserts an 802.1Q tag of VLAN @vlan (1..4094), priority 0, into the frame of @length bytes in
 * @buf, which has @size. Returns the new length, ANNOUNCE_TAG_SIZE more, or 0 as above.
 */
size_t announce_tag(uint8_t *buf, size_t size, size_t length, uint16_t vlan);

/*
 * Unsolicited neighbour advertisement for @ip (RFC 4861 4.4, 7.2.6;
 * ndisc_send_unsol_na()): from @ip to ff02::1, override flag, target
 * link-layer option. @router: the host forwards IPv6. ANNOUNCE_NA_SIZE bytes.
 */
size_t announce_na(uint8_t *buf, size_t size, const uint8_t mac[static ANNOUNCE_MAC_LEN],
		   const uint8_t ip[static ANNOUNCE_IP6_LEN], bool router);

/*
 * IGMPv2 membership report for @group, from @source, to the group itself
 * (RFC 2236 2, 9). ANNOUNCE_IGMP2_SIZE bytes.
 */
size_t announce_igmp2(uint8_t *buf, size_t size, const uint8_t mac[static ANNOUNCE_MAC_LEN],
		      const uint8_t source[static ANNOUNCE_IP4_LEN],
		      const uint8_t group[static ANNOUNCE_IP4_LEN]);

/*
 * IGMPv3 membership report to 224.0.0.22 (RFC 3376 4.2) with a record for each of the @count
 * @groups; 0 when @count is 0. ANNOUNCE_IGMP3_SIZE(@count, all sources) bytes, which must not
 * exceed the MTU.
 */
size_t announce_igmp3(uint8_t *buf, size_t size, const uint8_t mac[static ANNOUNCE_MAC_LEN],
		      const uint8_t source[static ANNOUNCE_IP4_LEN],
		      const struct announce_group *groups, size_t count);

/*
 * MLDv2 report to ff02::16 (RFC 3810 5.2), as announce_igmp3(). @source is a
 * link-local address of bond0, or :: while it has none.
 * ANNOUNCE_MLD2_SIZE(@count, all sources) bytes.
 */
size_t announce_mld2(uint8_t *buf, size_t size, const uint8_t mac[static ANNOUNCE_MAC_LEN],
		     const uint8_t source[static ANNOUNCE_IP6_LEN],
		     const struct announce_group *groups, size_t count);
