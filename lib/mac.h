/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses and formats Ethernet addresses, "02:00:00:00:00:01". */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MAC_LENGTH 6
#define MAC_TEXT_SIZE 18 /* with the NUL */

/* Writes @mac to @text in lower case; returns @text. */
static inline const char *mac_format(const uint8_t mac[MAC_LENGTH], char text[MAC_TEXT_SIZE])
{
	snprintf(text, MAC_TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	return text;
}

/*
 * Whether @text is an address: six pairs of hexadecimal digits separated by ':', as in the
 * kernel's mac_pton(), and nothing else. If not, @ret_mac is untouched.
 */
static inline bool mac_parse(const char *text, uint8_t ret_mac[MAC_LENGTH])
{
	uint8_t mac[MAC_LENGTH];

	if (strlen(text) != MAC_TEXT_SIZE - 1)
		return false;
	for (int i = 0; i < MAC_LENGTH; i++) {
		const char *pair = text + 3 * i;

		if (strspn(pair, "0123456789abcdefABCDEF") != 2 ||
		    (i < MAC_LENGTH - 1 && pair[2] != ':') || sscanf(pair, "%2hhx", &mac[i]) != 1)
			return false;
	}
	memcpy(ret_mac, mac, sizeof(mac));
	return true;
}
