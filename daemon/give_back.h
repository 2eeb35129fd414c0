/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An interface leaves its bond as it was before. */
#pragma once

#include "daemon/ebondd.h"

/*
 * Makes the interface of @port what @port->saved says: address, MTU, flags, IPv6. What
 * fails is logged and does not stop the rest. Where its present state cannot be read,
 * everything is set, needed or not. An interface that is gone is left alone.
 */
void give_back(struct nl *nl, const struct port *port);

/*
 * Sets an interface's address, taking it down for a moment where the driver insists.
 * @link is its present state. Returns 0 or the kernel's negative errno.
 */
int link_set_mac(struct nl *nl, const struct link *link, const uint8_t mac[MAC_LENGTH]);
