/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How an interface was before ebond took it: what giving back means. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct saved_link {
	uint8_t mac[6];
	uint32_t mtu; /* 0: not known */
	bool up;
	bool allmulti;
	bool promisc;
	bool has_ipv6; /* the kernel has IPv6 on it at all */
	bool ipv6_disabled;
	int addr_gen_mode; /* IN6_ADDR_GEN_MODE_*; negative: not changed */
	bool made_qdisc;   /* the clsact qdisc on it is ours */
};
