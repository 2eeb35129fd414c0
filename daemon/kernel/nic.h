/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An interface's state that rtnetlink does not have, or only with a delay: carrier,
 * speed, duplex (ethtool ioctls), and sysctls.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/bond.h"
#include "daemon/kernel/netlink.h"

/*
 * Whether @name is administratively up and has carrier, as currently reported by
 * the driver. Unlike rtnetlink events, which the kernel may delay for up to a
 * second, ETHTOOL_GLINK is current (and flushes the delayed event). @socket is any
 * socket. Returns 0, or -ENODEV when there is no such interface.
 */
int nic_carrier(int socket, struct nl *nl, const char *name, bool *ret_carrier);

/* A random locally administered unicast address. Returns 0 or a negative errno. */
int nic_random_mac(uint8_t ret_mac[MAC_LENGTH]);

/* Speed in Mbit/s and duplex, or SPEED_UNKNOWN_MBPS and DUPLEX_IS_UNKNOWN. */
void nic_speed(int socket, const char *name, int32_t *ret_mbps, enum duplex *ret_duplex);

/*
 * The sysctl net.FAMILY.conf.NAME.KEY of the caller's network namespace; @family is "ipv4" or
 * "ipv6". Return 0 or a negative errno: -ENOENT when the kernel does not have it.
 */
int nic_get_sysctl(const char *name, const char *family, const char *key, int *ret_value);
int nic_set_sysctl(const char *name, const char *family, const char *key, int value);
