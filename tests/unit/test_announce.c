/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Announcement frames, byte by byte. The expected bytes, including checksums,
 * come from another program (scapy).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/active/announce.h"

/* One field per line, with its meaning above: clang-format would join them. */
/* clang-format off */
static const uint8_t mac[6] = { 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 };
static const uint8_t ip4[4] = { 192, 0, 2, 7 };
/* 2001:db8::7 */
static const uint8_t ip6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 0x07 };
/* fe80::7 */
static const uint8_t link_local[16] = { 0xfe, 0x80, [15] = 0x07 };

/* Compares, and checks that the builder refuses every smaller buffer without touching it. */
#define EXPECT(wanted, call)                                                                       \
	do {                                                                                       \
		for (size_t size = 0; size < sizeof(wanted); size++) {                             \
			uint8_t *buf = malloc(size + 1);                                           \
			assert_non_null(buf);                                                      \
			memset(buf, 0xa5, size + 1);                                               \
			assert_int_equal(call, 0);                                                 \
			for (size_t i = 0; i <= size; i++)                                         \
				assert_int_equal(buf[i], 0xa5);                                    \
			free(buf);                                                                 \
		}                                                                                  \
		size_t size = sizeof(wanted) + 1;                                                  \
		uint8_t buf[sizeof(wanted) + 1];                                                   \
		memset(buf, 0xa5, sizeof(buf));                                                    \
		assert_int_equal(call, sizeof(wanted));                                            \
		assert_memory_equal(buf, wanted, sizeof(wanted));                                  \
		assert_int_equal(buf[sizeof(wanted)], 0xa5);                                       \
	} while (0)

static void test_arp(void **state)
{
	static const uint8_t wanted[ANNOUNCE_ARP_SIZE] = {
		/* Ethernet: broadcast, from mac, ARP */
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 0x08, 0x06,
		/* hardware Ethernet, protocol IPv4, lengths 6 and 4, operation 1: request */
		0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x01,
		/* sender: mac, 192.0.2.7 */
		0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 0xc0, 0x00, 0x02, 0x07,
		/* target: unknown, 192.0.2.7 */
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xc0, 0x00, 0x02, 0x07,
	};

	(void)state;
	EXPECT(wanted, announce_arp(buf, size, mac, ip4));
}

static void test_na(void **state)
{
	uint8_t wanted[ANNOUNCE_NA_SIZE] = {
		/* Ethernet: to 33:33 and the low 32 bits of ff02::1, from mac, IPv6 */
		0x33, 0x33, 0x00, 0x00, 0x00, 0x01, 0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 0x86, 0xdd,
		/* IPv6: version 6, length 32, next header 58 ICMPv6, hop limit 255 */
		0x60, 0x00, 0x00, 0x00, 0x00, 0x20, 0x3a, 0xff,
		/* from 2001:db8::7 */
		0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x07,
		/* to ff02::1 */
		0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01,
		/* type 136 neighbour advertisement, code 0, checksum */
		0x88, 0x00, 0x92, 0x86,
		/* flags: not a router, not solicited, override; reserved */
		0x20, 0x00, 0x00, 0x00,
		/* target 2001:db8::7 */
		0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x07,
		/* option 2 target link-layer address, 1 x 8 bytes, mac */
		0x02, 0x01, 0x02, 0x11, 0x22, 0x33, 0x44, 0x55,
	};

	(void)state;
	EXPECT(wanted, announce_na(buf, size, mac, ip6, false));
	wanted[56] = 0x12; /* checksum */
	wanted[58] = 0xa0; /* flags: router, override */
	EXPECT(wanted, announce_na(buf, size, mac, ip6, true));
}

static void test_rarp(void **state)
{
	static const uint8_t wanted[ANNOUNCE_RARP_SIZE] = {
		/* Ethernet: broadcast, from mac, RARP */
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 0x80, 0x35,
		/* Ethernet, IPv4, lengths, reverse request */
		0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x03,
		/* who asks, and for whom: mac, addresses unknown */
		0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 0, 0, 0, 0,
		0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 0, 0, 0, 0,
	};

	(void)state;
	EXPECT(wanted, announce_rarp(buf, size, mac));
}

static void test_tag(void **state)
{
	uint8_t frame[ANNOUNCE_RARP_SIZE + ANNOUNCE_TAG_SIZE] = {};
	static const uint8_t wanted[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0x11, 0x22,
					  0x33, 0x44, 0x55, 0x81, 0x00, 0x0f, 0xa1, 0x80, 0x35 };
	size_t length = announce_rarp(frame, sizeof(frame), mac);

	(void)state;
	assert_int_equal(announce_tag(frame, sizeof(frame) - 1, length, 4001), 0);
	assert_int_equal(announce_tag(frame, sizeof(frame), 0, 4001), 0);
	assert_int_equal(announce_tag(frame, sizeof(frame), length, 4001), length + 4);
	assert_memory_equal(frame, wanted, sizeof(wanted));
	assert_int_equal(frame[length + 4 - 10], mac[0]); /* the last address is whole */
}

static void test_igmp2(void **state)
{
	static const uint8_t group[4] = { 239, 129, 2, 3 };
	static const uint8_t wanted[ANNOUNCE_IGMP2_SIZE] = {
		/* Ethernet: to 01:00:5e and the low 23 bits of the group, from mac, IPv4 */
		0x01, 0x00, 0x5e, 0x01, 0x02, 0x03, 0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 0x08, 0x00,
		/* IPv4: 6 words, TOS internetwork control, length 32, id 0, don't fragment */
		0x46, 0xc0, 0x00, 0x20, 0x00, 0x00, 0x40, 0x00,
		/* TTL 1, protocol 2 IGMP, checksum */
		0x01, 0x02, 0x30, 0x8c,
		/* from 192.0.2.7 to 239.129.2.3, the group itself */
		0xc0, 0x00, 0x02, 0x07, 0xef, 0x81, 0x02, 0x03,
		/* option Router Alert */
		0x94, 0x04, 0x00, 0x00,
		/* type 0x16 version 2 report, 0, checksum, group */
		0x16, 0x00, 0xf8, 0x7a, 0xef, 0x81, 0x02, 0x03,
	};

	(void)state;
	EXPECT(wanted, announce_igmp2(buf, size, mac, ip4, group));
}

static void test_igmp3(void **state)
{
	static const uint8_t group[4] = { 232, 1, 2, 3 }, mdns[4] = { 224, 0, 0, 251 };
	static const uint8_t sources[] = { 10, 66, 0, 2, 10, 66, 0, 3 };
	static const struct announce_group groups[] = {
		{ ANNOUNCE_IS_INCLUDE, group, sources, 2 },
		{ ANNOUNCE_IS_EXCLUDE, mdns, NULL, 0 },
	};
	static const uint8_t wanted[ANNOUNCE_IGMP3_SIZE(2, 2)] = {
		/* Ethernet: to the address of 224.0.0.22, from mac, IPv4 */
		0x01, 0x00, 0x5e, 0x00, 0x00, 0x16, 0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 0x08, 0x00,
		/* IPv4: 6 words, TOS internetwork control, length 56, id 0, don't fragment */
		0x46, 0xc0, 0x00, 0x38, 0x00, 0x00, 0x40, 0x00,
		/* TTL 1, protocol 2 IGMP, checksum */
		0x01, 0x02, 0x41, 0xe2,
		/* from 192.0.2.7 to 224.0.0.22 */
		0xc0, 0x00, 0x02, 0x07, 0xe0, 0x00, 0x00, 0x16,
		/* option Router Alert */
		0x94, 0x04, 0x00, 0x00,
		/* type 0x22 version 3 report, 0, checksum, reserved, 2 records */
		0x22, 0x00, 0xfb, 0x71, 0x00, 0x00, 0x00, 0x02,
		/* is include, no auxiliary data, 2 sources, 232.1.2.3, 10.66.0.2, 10.66.0.3 */
		0x01, 0x00, 0x00, 0x02, 0xe8, 0x01, 0x02, 0x03, 0x0a, 0x42, 0x00, 0x02, 0x0a, 0x42,
		0x00, 0x03,
		/* is exclude, no auxiliary data, 0 sources, 224.0.0.251 */
		0x02, 0x00, 0x00, 0x00, 0xe0, 0x00, 0x00, 0xfb,
	};
	uint8_t frame[128];

	(void)state;
	EXPECT(wanted, announce_igmp3(buf, size, mac, ip4, groups, 2));
	assert_int_equal(announce_igmp3(frame, sizeof(frame), mac, ip4, groups, 0), 0);
}

static void test_mld2(void **state)
{
	/* ff02::fb, ff02::1:ff00:7 */
	static const uint8_t mdns[16] = { 0xff, 0x02, [15] = 0xfb };
	static const uint8_t node[16] = { 0xff, 0x02, [11] = 0x01, 0xff, 0x00, 0x00, 0x07 };
	static const struct announce_group groups[] = {
		{ ANNOUNCE_IS_EXCLUDE, mdns, NULL, 0 },
		{ ANNOUNCE_IS_EXCLUDE, node, NULL, 0 },
	};
	static const uint8_t wanted[ANNOUNCE_MLD2_SIZE(2, 0)] = {
		/* Ethernet: to 33:33 and the low 32 bits of ff02::16, from mac, IPv6 */
		0x33, 0x33, 0x00, 0x00, 0x00, 0x16, 0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 0x86, 0xdd,
		/* IPv6: version 6, length 56, next header 0 hop-by-hop, hop limit 1 */
		0x60, 0x00, 0x00, 0x00, 0x00, 0x38, 0x00, 0x01,
		/* from fe80::7 */
		0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x07,
		/* to ff02::16 */
		0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x16,
		/* hop-by-hop: then ICMPv6, 8 bytes, Router Alert MLD, PadN of none */
		0x3a, 0x00, 0x05, 0x02, 0x00, 0x00, 0x01, 0x00,
		/* type 143 version 2 report, 0, checksum, reserved, 2 records */
		0x8f, 0x00, 0x70, 0xe8, 0x00, 0x00, 0x00, 0x02,
		/* is exclude, no auxiliary data, 0 sources, ff02::fb */
		0x02, 0x00, 0x00, 0x00, 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xfb,
		/* is exclude, no auxiliary data, 0 sources, ff02::1:ff00:7 */
		0x02, 0x00, 0x00, 0x00, 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01, 0xff, 0x00,
		0x00, 0x07,
	};
	uint8_t frame[128];

	(void)state;
	EXPECT(wanted, announce_mld2(buf, size, mac, link_local, groups, 2));
	assert_int_equal(announce_mld2(frame, sizeof(frame), mac, link_local, groups, 0), 0);
}

/* More groups than fit in a datagram, and a number whose size would overflow a size_t. */
static void test_too_many_groups(void **state)
{
	static const uint8_t group[16];
	static struct announce_group groups[8187];
	uint8_t frame[64];

	(void)state;
	for (size_t i = 0; i < 8187; i++)
		groups[i] = (struct announce_group){ ANNOUNCE_IS_EXCLUDE, group, NULL, 0 };
	assert_int_equal(announce_igmp3(frame, SIZE_MAX, mac, ip4, groups, 8187), 0);
	groups[0].source_count = SIZE_MAX / 4;
	assert_int_equal(announce_igmp3(frame, sizeof(frame), mac, ip4, groups, 1), 0);
	assert_int_equal(announce_mld2(frame, SIZE_MAX, mac, ip6, groups, 1), 0);
}

/* clang-format on */

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rarp),  cmocka_unit_test(test_tag),
		cmocka_unit_test(test_arp),   cmocka_unit_test(test_na),
		cmocka_unit_test(test_igmp2), cmocka_unit_test(test_igmp3),
		cmocka_unit_test(test_mld2),  cmocka_unit_test(test_too_many_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
