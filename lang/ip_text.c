/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses as text. */
#include "lang/ip_text.h"

#include <stdio.h>
#include <string.h>

#define GROUPS 8

bool ip4_parse(const char *text, uint8_t ret_ip[static 4])
{
	uint8_t ip[4];

	for (size_t i = 0; i < 4; i++) {
		unsigned int number = 0;
		const char *start = text;

		while (*text >= '0' && *text <= '9' && text - start < 3)
			number = number * 10 + (unsigned int)(*text++ - '0');
		if (text == start || number > 255 || (*start == '0' && text - start > 1))
			return false;
		if (*text++ != (i < 3 ? '.' : '\0'))
			return false;
		ip[i] = (uint8_t)number;
	}
	memcpy(ret_ip, ip, sizeof(ip));
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* One to four hexadecimal digits; advances *@text past them. */
static bool parse_group(const char **text, uint8_t bytes[2])
{
	unsigned int number = 0, digits = 0;

	while (digits < 4 && hex_digit(**text) >= 0) {
		number = number << 4 | (unsigned int)hex_digit(*(*text)++);
		digits++;
	}
	bytes[0] = (uint8_t)(number >> 8);
	bytes[1] = (uint8_t)number;
	return digits > 0;
}

/* What has been read so far: two bytes per group, and the position of "::". */
struct ip6_reading {
	uint8_t bytes[16];
	size_t groups;
	size_t gap; /* groups before "::"; GROUPS + 1: no "::" */
};

/* Expands what was read to 16 bytes, with zeros for "::". */
static bool finish(const struct ip6_reading *reading, uint8_t ret_ip[static 16])
{
	size_t tail;

	if (reading->gap > GROUPS) {
		if (reading->groups != GROUPS)
			return false;
		memcpy(ret_ip, reading->bytes, 16);
		return true;
	}
	if (reading->groups >= GROUPS)
		return false;
	tail = (reading->groups - reading->gap) * 2;
	memset(ret_ip, 0, 16);
	memcpy(ret_ip, reading->bytes, reading->gap * 2);
	memcpy(ret_ip + 16 - tail, reading->bytes + reading->gap * 2, tail);
	return true;
}

bool ip6_parse(const char *text, uint8_t ret_ip[static 16])
{
	struct ip6_reading reading = {.gap = GROUPS + 1};

	if (text[0] == ':' && text[1] != ':')
		return false;
	while (*text) {
		if (text[0] == ':' && text[1] == ':') {
			if (reading.gap <= GROUPS)
				return false;
			reading.gap = reading.groups;
			text += 2;
			continue;
		}
		if (reading.groups <= GROUPS - 2 &&
		    ip4_parse(text, &reading.bytes[reading.groups * 2])) {
			reading.groups += 2;
			break;
		}
		if (reading.groups == GROUPS ||
		    !parse_group(&text, &reading.bytes[reading.groups * 2]))
			return false;
		reading.groups++;
		if (*text == ':' && text[1] != ':')
			text++;
		else if (*text == ':')
			continue;
		else if (*text)
			return false;
		else
			break;
		if (!*text)
			return false; /* ends in a single colon */
	}
	return finish(&reading, ret_ip);
}

void ip4_format(const uint8_t ip[static 4], char text[static IP4_TEXT_MAX])
{
	snprintf(text, IP4_TEXT_MAX, "%d.%d.%d.%d", ip[0], ip[1], ip[2], ip[3]);
}

/* The first of the longest runs of zero groups, two at least; @ret_length 0: none. */
static size_t longest_zeros(const uint8_t *ip, size_t *ret_length)
{
	size_t best = 0, best_length = 0, length = 0;

	for (size_t i = 0; i < GROUPS; i++) {
		length = ip[2 * i] || ip[2 * i + 1] ? 0 : length + 1;
		if (length > best_length) {
			best_length = length;
			best = i + 1 - length;
		}
	}
	*ret_length = best_length >= 2 ? best_length : 0;
	return best;
}

void ip6_format(const uint8_t ip[static 16], char text[static IP6_TEXT_MAX])
{
	size_t length, gap = longest_zeros(ip, &length), used = 0;

	for (size_t i = 0; i < GROUPS; i++) {
		const char *colon = i && !(length && i == gap + length) ? ":" : "";

		if (length && i == gap) {
			used += (size_t)snprintf(text + used, IP6_TEXT_MAX - used, "::");
			i += length - 1;
			continue;
		}
		used += (size_t)snprintf(text + used, IP6_TEXT_MAX - used, "%s%x", colon,
					 (unsigned int)(ip[2 * i] << 8 | ip[2 * i + 1]));
	}
}
