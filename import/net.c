/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses and routes of files, checked: see net.h. */
#include "import/net.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/ip_text.h"

#define MTU_MIN 68 /* RFC 791: the least that every link has */
#define MTU_MAX 65535

bool import_is_ip6(const char *text)
{
	return text && strchr(text, ':');
}

bool import_parse_number(const char *text, uint32_t max, uint32_t *ret_number)
{
	uint64_t number = 0;

	if (!*text || strlen(text) > 10)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		number = number * 10 + (uint64_t)(*text - '0');
	}
	if (number > max)
		return false;
	*ret_number = (uint32_t)number;
	return true;
}

/* "192.0.2.1" or "2001:db8::1" as the system prints it, in @text. */
static bool canonical(const char *ip, char text[static IP6_TEXT_MAX])
{
	uint8_t ip4[4], ip6[16];

	if (ip4_parse(ip, ip4)) {
		ip4_format(ip4, text);
		return true;
	}
	if (!ip6_parse(ip, ip6))
		return false;
	ip6_format(ip6, text);
	return true;
}

/* "IP/LENGTH", checked, as the system prints it; NULL: it is no such thing, or no memory. */
static const char *with_length(struct import_model *model, const char *text)
{
	size_t ip_length = strcspn(text, "/");
	char ip[64], shown[IP6_TEXT_MAX], whole[IP6_TEXT_MAX + 8];
	uint32_t most = import_is_ip6(text) ? 128 : 32, length = most;

	if (ip_length >= sizeof(ip))
		return NULL;
	memcpy(ip, text, ip_length);
	ip[ip_length] = '\0';
	if (!canonical(ip, shown))
		return NULL;
	if (text[ip_length] && !import_parse_number(text + ip_length + 1, most, &length))
		return NULL;
	snprintf(whole, sizeof(whole), "%s/%u", shown, length);
	return import_text(model, whole);
}

/* One address without a length, checked; NULL as above. */
static const char *plain(struct import_model *model, const char *ip)
{
	char text[IP6_TEXT_MAX];

	return canonical(ip, text) ? import_text(model, text) : NULL;
}

int import_add_address(struct import_model *model, struct import_link *link, const char *text,
		       const char *broadcast, const char *label, struct import_place place)
{
	struct import_address *address = import_alloc(model, sizeof(*address));

	if (!address)
		return import_no_memory(model);
	address->place = place;
	address->text = with_length(model, text);
	if (!address->text)
		return import_refuse(model, place, -EINVAL,
				     "'%.60s' is no address: write 192.0.2.1/24 or "
				     "2001:db8::1/64",
				     text);
	if (broadcast) {
		address->broadcast = plain(model, broadcast);
		if (!address->broadcast || import_is_ip6(broadcast))
			return import_refuse(model, place, -EINVAL,
					     "'%.60s' is no broadcast address", broadcast);
	}
	if (label && strlen(label) >= BOND_NAME_MAX)
		return import_refuse(model, place, -EINVAL,
				     "%.40s: a label has at most %d "
				     "characters",
				     label, BOND_NAME_MAX - 1);
	address->label = label ? import_text(model, label) : NULL;
	if (label && !address->label)
		return import_no_memory(model);
	*link->addresses_end = address;
	link->addresses_end = &address->next;
	return 0;
}

/* The length of the mask "255.255.255.0", or of "24"; false: it is none. */
static bool mask_length(const char *mask, uint32_t *ret_length)
{
	uint8_t bytes[4];
	uint32_t bits, length = 0;

	if (!strchr(mask, '.'))
		return import_parse_number(mask, 32, ret_length);
	if (!ip4_parse(mask, bytes))
		return false;
	bits = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
	for (; bits & 0x80000000; bits <<= 1)
		length++;
	*ret_length = length;
	return bits == 0;
}

int import_add_masked(struct import_model *model, struct import_link *link, const char *ip,
		      const char *mask, const char *broadcast, const char *label,
		      struct import_place place)
{
	char text[80];
	uint32_t length;

	if (!mask_length(mask, &length))
		return import_refuse(model, place, -EINVAL,
				     "'%.40s' is no mask: write 255.255.255.0 or 24", mask);
	snprintf(text, sizeof(text), "%.60s/%u", ip, length);
	return import_add_address(model, link, text, broadcast, label, place);
}

int import_add_route(struct import_model *model, struct import_link *link, const char *to,
		     const char *via, uint32_t metric, struct import_place place)
{
	struct import_route *route = import_alloc(model, sizeof(*route));
	bool is_default =
		!to || !strcmp(to, "default") || !strcmp(to, "0.0.0.0/0") || !strcmp(to, "::/0");

	if (!route)
		return import_no_memory(model);
	route->place = place;
	route->metric = metric;
	route->to = is_default ? NULL : with_length(model, to);
	route->via = via ? plain(model, via) : NULL;
	if ((!is_default && !route->to) || (via && !route->via))
		return import_refuse(model, place, -EINVAL, "'%.60s' is no %s",
				     route->to || is_default ? via : to,
				     route->to || is_default ? "address of a router" : "network");
	if (!route->to && !route->via)
		return import_refuse(model, place, -EINVAL, "a default route needs a router");
	*link->routes_end = route;
	link->routes_end = &route->next;
	return 0;
}

/* Bytes of "192.0.2.1" or "2001:db8::1/64"; their number, 0: it is none. */
static size_t address_bytes(const char *text, uint8_t bytes[static 16])
{
	char ip[64];

	snprintf(ip, sizeof(ip), "%.*s", (int)strcspn(text, "/"), text);
	return ip4_parse(ip, bytes) ? 4 : ip6_parse(ip, bytes) ? 16 : 0;
}

/* Whether @ip is in the network of @address, which the model has checked. */
static bool covers(const char *address, const char *ip)
{
	uint8_t a[16], b[16];
	size_t size = address_bytes(address, a);
	uint32_t length = 0;

	import_parse_number(strchr(address, '/') + 1, 128, &length);
	if (address_bytes(ip, b) != size)
		return false;
	for (uint32_t bit = 0; bit < length; bit++)
		if ((a[bit / 8] ^ b[bit / 8]) & 0x80u >> bit % 8)
			return false;
	return true;
}

struct import_link *import_link_towards(const struct import_model *model, const char *ip)
{
	for (struct import_link *link = model->links; link; link = link->next)
		for (const struct import_address *a = link->addresses; a; a = a->next)
			if (covers(a->text, ip))
				return link;
	return NULL;
}

int import_set_mtu(struct import_model *model, struct import_link *link, const char *text,
		   struct import_place place)
{
	uint32_t mtu;

	if (!import_parse_number(text, MTU_MAX, &mtu) || mtu < MTU_MIN)
		return import_refuse(model, place, -EINVAL, "MTU '%.20s' is not within %d..%d",
				     text, MTU_MIN, MTU_MAX);
	link->mtu = mtu;
	link->mtu_place = place;
	return 0;
}

bool import_parse_mac(const char *text, uint8_t ret_mac[static MAC_LENGTH])
{
	char colons[MAC_TEXT_SIZE];

	snprintf(colons, sizeof(colons), "%s", text);
	for (char *at = strchr(colons, '-'); at; at = strchr(at, '-'))
		*at = ':';
	return strlen(text) < sizeof(colons) && mac_parse(colons, ret_mac);
}

int import_set_mac(struct import_model *model, struct import_link *link, const char *text,
		   struct import_place place)
{
	uint8_t mac[MAC_LENGTH], zero[MAC_LENGTH] = {0};
	char shown[MAC_TEXT_SIZE];

	if (!import_parse_mac(text, mac) || (mac[0] & 1) || !memcmp(mac, zero, sizeof(mac)))
		return import_refuse(model, place, -EINVAL,
				     "'%.40s' is no hardware address for an interface", text);
	link->mac = import_text(model, mac_format(mac, shown));
	link->mac_place = place;
	return link->mac ? 0 : import_no_memory(model);
}
