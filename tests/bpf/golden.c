// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames whose hash was calculated manually, see golden.h. */
#include "tests/bpf/golden.h"

#include <stdio.h>

/* clang-format off */
#define MACS "020000000002" "020000000001"
/* 10.0.0.1 to 10.0.0.2 */
#define V4_HEADER(fragment, protocol) \
	"45000030" "0001" fragment "40" protocol "0000" "0a000001" "0a000002"
#define V4(fragment, protocol) "0800" V4_HEADER(fragment, protocol)
/* the same, inside 192.168.0.1 to 192.168.0.2 */
#define IPIP "0800" "45000044" "00010000" "40040000" "c0a80001" "c0a80002" V4_HEADER("0000", "06")
/* 2001:db8::1 to 2001:db8::2 */
#define V6(protocol) "86dd" "60000000" "0008" protocol "40" \
	"20010db8000000000000000000000001" "20010db8000000000000000000000002"
#define PORTS(ports) ports "0000000000000000000000000000000000000000"
#define TCP_40000 PORTS("9c401451")
#define TCP_40002 PORTS("9c421451")
#define ECHO(type) type "00" "0000" "12340001" "0000000000000000"
#define ARP "0806" "0001080006040001" "020000000001" "0a000001" "000000000000" "0a000002"
/* clang-format on */

#define ROW(words, rule, number, bytes)                                                            \
	.name = words, .policy = EBOND_POLICY_##rule, .hash = number, .hex = bytes

/* clang-format off */
static const struct golden frames[] = {
	{ROW("layer2 IPv4", LAYER2, 0x803, V4("0000", "06") TCP_40000)},
	{ROW("layer2 ARP", LAYER2, 0x805, ARP)},
	{ROW("layer2 IPv6", LAYER2, 0x86de, V6("11") PORTS("00350400"))},
	{ROW("layer2+3 IPv4", LAYER23, 0x03030b08, V4("0000", "06") TCP_40000)},
	{ROW("layer2+3 IPv6", LAYER23, 0x0303855b, V6("11") PORTS("00350400"))},
	{ROW("layer2+3 ARP", LAYER23, 0x805, ARP)},
	{ROW("layer3+4 TCP", LAYER34, 0x2923034d, V4("4000", "06") TCP_40000)},
	{ROW("layer3+4 TCP, next client", LAYER34, 0x2923024c, V4("4000", "06") TCP_40002)},
	{ROW("layer3+4 first fragment", LAYER34, 0x01818181, V4("2000", "06") TCP_40000)},
	{ROW("layer3+4 later fragment", LAYER34, 0x01818181, V4("00b9", "06") TCP_40000)},
	{ROW("layer3+4 UDP in IPv6", LAYER34, 0x01839919, V6("11") PORTS("00350400"))},
	{ROW("layer3+4 echo request", LAYER34, 0x08929296, V4("0000", "01") ECHO("08"))},
	{ROW("layer3+4 echo reply", LAYER34, 0x08929292, V4("0000", "01") ECHO("00"))},
	{ROW("encap3+4 TCP", ENCAP34, 0x2923034d, V4("4000", "06") TCP_40000)},
	{ROW("encap3+4 TCP in IPIP", ENCAP34, 0x2923034d, IPIP TCP_40000)},
	{ROW("encap3+4 ARP", ENCAP34, 0, ARP)},
	{ROW("vlan+srcmac", VLAN_SRCMAC, 0x00406032, V4("0000", "06") TCP_40000),
	 .macs = "020000000002" "525400123456", .tag_count = 1, .tag = {0x8100, 0x0064}},
	{ROW("vlan+srcmac with priority", VLAN_SRCMAC, 0x0040c032, V4("0000", "06") TCP_40000),
	 .macs = "020000000002" "525400123456", .tag_count = 1, .tag = {0x8100, 0xa064}},
};
/* clang-format on */

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
