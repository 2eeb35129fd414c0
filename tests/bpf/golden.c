// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames whose hash was worked out by hand, see golden.h.
 */
#include "golden.h"

#include <stdio.h>

#define MACS "020000000002" "020000000001"
/* 10.0.0.1 to 10.0.0.2 */
#define V4(fragment, protocol) "0800" "45000030" "0001" fragment "40" protocol "0000" \
			       "0a000001" "0a000002"
/* 2001:db8::1 to 2001:db8::2 */
#define V6(protocol) "86dd" "60000000" "0008" protocol "40" \
		     "20010db8000000000000000000000001" "20010db8000000000000000000000002"
#define PORTS(ports) ports "0000000000000000000000000000000000000000"
#define TCP_40000 PORTS("9c401451")
#define TCP_40002 PORTS("9c421451")
#define ECHO_BODY "0000" "12340001" "0000000000000000"
#define ARP "0806" "0001080006040001" "020000000001" "0a000001" "000000000000" "0a000002"

static const struct golden frames[] = {
	{"layer2 IPv4", EBOND_POLICY_LAYER2, V4("0000", "06") TCP_40000, NULL, 0x803, 0, {0}},
	{"layer2 ARP", EBOND_POLICY_LAYER2, ARP, NULL, 0x805, 0, {0}},
	{"layer2 IPv6", EBOND_POLICY_LAYER2, V6("11") PORTS("00350400"), NULL, 0x86de, 0, {0}},
	{"layer2+3 IPv4", EBOND_POLICY_LAYER23, V4("0000", "06") TCP_40000, NULL, 0x03030b08, 0, {0}},
	{"layer2+3 IPv6", EBOND_POLICY_LAYER23, V6("11") PORTS("00350400"), NULL, 0x0303855b, 0, {0}},
	{"layer2+3 ARP", EBOND_POLICY_LAYER23, ARP, NULL, 0x805, 0, {0}},
	{"layer3+4 TCP", EBOND_POLICY_LAYER34, V4("4000", "06") TCP_40000, NULL, 0x2923034d, 0, {0}},
	{"layer3+4 TCP, next port", EBOND_POLICY_LAYER34, V4("4000", "06") TCP_40002, NULL,
	 0x2923024c, 0, {0}},
	{"layer3+4 first fragment", EBOND_POLICY_LAYER34, V4("2000", "06") TCP_40000, NULL,
	 0x01818181, 0, {0}},
	{"layer3+4 later fragment", EBOND_POLICY_LAYER34, V4("00b9", "06") TCP_40000, NULL,
	 0x01818181, 0, {0}},
	{"layer3+4 UDP in IPv6", EBOND_POLICY_LAYER34, V6("11") PORTS("00350400"), NULL, 0x01839919,
	 0, {0}},
	{"layer3+4 echo request", EBOND_POLICY_LAYER34, V4("0000", "01") "0800" ECHO_BODY, NULL,
	 0x08929296, 0, {0}},
	{"layer3+4 echo reply", EBOND_POLICY_LAYER34, V4("0000", "01") "0000" ECHO_BODY, NULL,
	 0x08929292, 0, {0}},
	{"encap3+4 TCP", EBOND_POLICY_ENCAP34, V4("4000", "06") TCP_40000, NULL, 0x2923034d, 0, {0}},
	{"encap3+4 TCP in IPIP", EBOND_POLICY_ENCAP34,
	 "0800" "45000044" "00010000" "40040000" "c0a80001" "c0a80002"
	 "45000030" "00010000" "40060000" "0a000001" "0a000002" TCP_40000, NULL, 0x2923034d, 0, {0}},
	{"encap3+4 ARP", EBOND_POLICY_ENCAP34, ARP, NULL, 0, 0, {0}},
	{"vlan+srcmac", EBOND_POLICY_VLAN_SRCMAC, V4("0000", "06") TCP_40000,
	 "020000000002" "525400123456", 0x00406032, 1, {0x8100, 0x0064}},
	{"vlan+srcmac with priority", EBOND_POLICY_VLAN_SRCMAC, V4("0000", "06") TCP_40000,
	 "020000000002" "525400123456", 0x0040c032, 1, {0x8100, 0xa064}},
};

const struct golden *golden_frames(size_t *ret_count)
{
	*ret_count = sizeof(frames) / sizeof(*frames);
	return frames;
}

static size_t append_hex(unsigned char *frame, size_t used, size_t size, const char *hex)
{
	for (; *hex && used < size; hex += 2) {
		unsigned int byte = 0;

		sscanf(hex, "%2x", &byte);
		frame[used++] = (unsigned char)byte;
	}
	return used;
}

size_t golden_bytes(const struct golden *golden, unsigned char *frame, size_t size)
{
	size_t used = append_hex(frame, 0, size, golden->macs ? golden->macs : MACS);

	return append_hex(frame, used, size, golden->hex);
}
