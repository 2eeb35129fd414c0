/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Restoring an interface that leaves its bond. */
#pragma once

#include "daemon/ebondd.h"

/*
 * Restores @port's interface to @port->saved: address, MTU, flags, IPv6. A failure is
 * logged and does not prevent the rest. If the current state cannot be read,
 * everything is set, needed or not. An interface that no longer exists is ignored.
 */
void give_back(struct nl *nl, const struct port *port);

/*
 * Sets an interface's address, setting it down for a moment if the driver requires it.
 * @link is its current state. Returns 0 or the kernel's negative errno.
 */
int link_set_mac(struct nl *nl, const struct link *link, const uint8_t mac[MAC_LENGTH]);

/* IFF_UP, IFF_ALLMULTI and IFF_PROMISC, as far as an interface had them before it was a port. */
uint32_t saved_flags(const struct saved_link *saved);
