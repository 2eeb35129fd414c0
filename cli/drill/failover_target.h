/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The default target of `ebond test failover`. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>

#include <jansson.h>

/*
 * Writes an IPv4 address reachable through @interface: the gateway of its
 * default route, else of any route, else the first ARP target of @bond. False:
 * none found.
 */
bool failover_target(const json_t *bond, const char *interface, char buf[INET_ADDRSTRLEN]);
