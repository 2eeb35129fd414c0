/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `ip address`, `ip route` and `ip link` would do, for what other tools' files
 * say of a bond besides bonding. All return 0 or the negative errno of the kernel.
 */
#pragma once

#include "import/model.h"

struct rtnet;

/* -ENOMEM, or what opening the socket gave. */
int rtnet_open(struct rtnet **ret_rtnet);

/* NULL is fine. */
void rtnet_close(struct rtnet *rtnet);

/* Gives @address to, or takes it from, the interface. -EEXIST: it has it. */
int rtnet_address(struct rtnet *rtnet, unsigned int ifindex, const struct import_address *address,
		  bool add);

/* Adds a route by way of the interface, or removes it. -EEXIST: there is one. */
int rtnet_route(struct rtnet *rtnet, unsigned int ifindex, const struct import_route *route,
		bool add);

/* Changes of the link itself. */
int rtnet_set_up(struct rtnet *rtnet, unsigned int ifindex, bool up);
int rtnet_set_mtu(struct rtnet *rtnet, unsigned int ifindex, uint32_t mtu);
int rtnet_set_mac(struct rtnet *rtnet, unsigned int ifindex, const char *mac);
