/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `ip address`, `ip route` and `ip link` do, as far as imported bonds need
 * it. All return 0 or the kernel's negative errno.
 */
#pragma once

#include "import/model.h"

struct rtnet;

/* -ENOMEM, or an error from opening the socket. */
int rtnet_open(struct rtnet **ret_rtnet);

/* NULL is allowed. */
void rtnet_close(struct rtnet *rtnet);

/* Adds @address to, or removes it from, the interface. -EEXIST: already there. */
int rtnet_address(struct rtnet *rtnet, unsigned int ifindex, const struct import_address *address,
		  bool add);

/* Adds or removes a route via the interface. -EEXIST: already there. */
int rtnet_route(struct rtnet *rtnet, unsigned int ifindex, const struct import_route *route,
		bool add);

/* Changes of the interface itself. */
int rtnet_set_up(struct rtnet *rtnet, unsigned int ifindex, bool up);
int rtnet_set_mtu(struct rtnet *rtnet, unsigned int ifindex, uint32_t mtu);
int rtnet_set_mac(struct rtnet *rtnet, unsigned int ifindex, const char *mac);
