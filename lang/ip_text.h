/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses and formats IPv4 and IPv6 addresses without the system's resolver. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IP4_TEXT_MAX 16 /* with the NUL */
#define IP6_TEXT_MAX 40

/*
 * Parses "192.0.2.1": four decimal numbers, no leading zeros, nothing else
 * (inet_pton(3)). False: not an address; @ret_ip is then untouched.
 */
bool ip4_parse(const char *text, uint8_t ret_ip[static 4]);

/*
 * Parses RFC 4291 2.2: groups, "::" at most once, an IPv4 address in the last
 * 32 bits. No zone. False: not an address; @ret_ip is then untouched.
 */
bool ip6_parse(const char *text, uint8_t ret_ip[static 16]);

/* Writes the address; @text has room for IP4_TEXT_MAX. */
void ip4_format(const uint8_t ip[static 4], char text[static IP4_TEXT_MAX]);

/* Writes the address as RFC 5952 recommends; @text has room for IP6_TEXT_MAX. */
void ip6_format(const uint8_t ip[static 16], char text[static IP6_TEXT_MAX]);
