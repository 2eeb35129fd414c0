/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of an interface before it was attached, to be restored. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct saved_link {
	uint8_t mac[6];
	uint32_t mtu; /* 0: unknown */
	bool up;
	bool allmulti;
	bool promisc;
	bool has_ipv6; /* the interface supports IPv6 */
	bool ipv6_disabled;
	int addr_gen_mode; /* IN6_ADDR_GEN_MODE_*; negative: not changed */
	int arp_ignore;	   /* the sysctl; negative: not changed */
	bool made_qdisc;   /* the clsact qdisc on it is ours */
};
