/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whom `ebond test failover` pings when nobody is named. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>

#include <jansson.h>

/*
 * Writes an address that is reached through @interface: the gateway of its
 * default route, else of any route, else the first target of the ARP monitor of
 * the bond @bond. False when there is none. IPv4.
 */
bool failover_target(const json_t *bond, const char *interface, char buf[INET_ADDRSTRLEN]);
