/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks and stores addresses and routes: see net.h. */
#include "import/net.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/ip_text.h"

#define MTU_MIN 68 /* RFC 791: every link carries at least this */
#define MTU_MAX 65535
#define TABLE_MAIN 254

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

/* Writes "192.0.2.1" or "2001:db8::1" to @text in canonical form. */
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

/* "IP/LENGTH", checked, in canonical form; NULL: invalid, or no memory. */
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

/* An address without prefix length, checked, in canonical form; NULL: invalid, or no memory. */
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
		return import_refuse(
			model, place, -EINVAL,
			"'%.60s' is not an address: write 192.0.2.1/24 or 2001:db8::1/64", text);
	if (broadcast) {
		address->broadcast = plain(model, broadcast);
		if (!address->broadcast || import_is_ip6(broadcast))
			return import_refuse(model, place, -EINVAL,
					     "'%.60s' is not a broadcast address", broadcast);
	}
	if (label && strlen(label) >= BOND_NAME_MAX)
		return import_refuse(model, place, -EINVAL,
				     "%.40s: a label has at most %d characters", label,
				     BOND_NAME_MAX - 1);
	address->label = label ? import_text(model, label) : NULL;
	if (label && !address->label)
		return import_no_memory(model);
	*link->addresses_end = address;
	link->addresses_end = &address->next;
	return 0;
}

int import_add_classful(struct import_model *model, struct import_link *link, const char *ip,
			const char *broadcast, const char *label, struct import_place place)
{
	uint8_t bytes[4];
	unsigned int length = 128;
	char text[80];

	if (ip4_parse(ip, bytes))
		length = bytes[0] < 128 ? 8 : bytes[0] < 192 ? 16 : 24;
	snprintf(text, sizeof(text), "%.60s/%u", ip, length);
	return import_add_address(model, link, text, broadcast, label, place)
		       ?: import_warn(model, place, "%.60s has no prefix length: assuming /%u%s",
				      ip, length, length == 128 ? "" : " from its class");
}

bool import_mask_length(const char *mask, uint32_t *ret_length)
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

	if (!import_mask_length(mask, &length))
		return import_refuse(model, place, -EINVAL,
				     "'%.40s' is not a netmask: write 255.255.255.0 or 24", mask);
	snprintf(text, sizeof(text), "%.60s/%u", ip, length);
	return import_add_address(model, link, text, broadcast, label, place);
}

bool import_parse_table(const char *text, uint32_t *ret_table)
{
	static const struct {
		const char *word;
		uint32_t table;
	} words[] = {{"main", 0}, {"default", 253}, {"local", 255}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(text, words[i].word) != 0)
			continue;
		*ret_table = words[i].table;
		return true;
	}
	if (!import_parse_number(text, UINT32_MAX, ret_table))
		return false;
	if (*ret_table == TABLE_MAIN)
		*ret_table = 0;
	return true;
}

const char *import_route_type(const char *word)
{
	static const char *const types[] = {"unreachable", "blackhole", "prohibit", NULL};
	const char *const *type = types;

	while (*type && strcmp(*type, word) != 0)
		type++;
	return *type;
}

static bool is_scope(const char *word)
{
	return !strcmp(word, "global") || !strcmp(word, "site") || !strcmp(word, "link") ||
	       !strcmp(word, "host");
}

/* Whether @via is the unspecified address, i.e. there is no router. */
static bool is_unspecified(const char *via)
{
	return !strcmp(via, "0.0.0.0") || !strcmp(via, "::");
}

static bool is_default(const char *to)
{
	return !to || !strcmp(to, "default") || !strcmp(to, "0.0.0.0/0") || !strcmp(to, "::/0");
}

/* Refuses a route with an invalid field. @route has those of @given's that could be parsed. */
static int check_route(struct import_model *model, const struct import_route *given,
		       const struct import_route *route)
{
	const char *what = NULL, *why = NULL;

	if (!is_default(given->to) && !route->to)
		what = given->to, why = "network";
	else if (given->via && !is_unspecified(given->via) && !route->via)
		what = given->via, why = "router address";
	else if (given->source && !route->source)
		what = given->source, why = "source address";
	else if (given->type && !import_route_type(given->type))
		what = given->type, why = "route type known to ebond";
	else if (given->scope && !is_scope(given->scope))
		what = given->scope, why = "scope";
	if (what)
		return import_refuse(model, given->place, -EINVAL, "'%.60s' is not a %s", what,
				     why);
	if ((route->to && route->via && import_is_ip6(route->to) != import_is_ip6(route->via)) ||
	    (route->source && import_is_ip6(route->source) != route->is_ip6))
		return import_refuse(model, given->place, -EINVAL,
				     "route mixes IPv4 and IPv6: write one for each");
	return 0;
}

int import_add_route(struct import_model *model, struct import_link *link,
		     const struct import_route *given)
{
	struct import_route *route = import_alloc(model, sizeof(*route));
	int err;

	if (!route)
		return import_no_memory(model);
	*route = *given;
	route->next = NULL;
	route->to = is_default(given->to) ? NULL : with_length(model, given->to);
	route->via = given->via && !is_unspecified(given->via) ? plain(model, given->via) : NULL;
	route->source = given->source ? plain(model, given->source) : NULL;
	route->type = given->type ? import_route_type(given->type) : NULL;
	route->scope = given->scope ? import_text(model, given->scope) : NULL;
	if (route->to || route->via || (given->to && strchr(given->to, '/')))
		route->is_ip6 = import_is_ip6(given->to) || import_is_ip6(given->via);
	err = check_route(model, given, route);
	if (err)
		return err;
	*link->routes_end = route;
	link->routes_end = &route->next;
	return 0;
}

int import_add_router(struct import_model *model, struct import_link *link, const char *via,
		      uint32_t metric, struct import_place place)
{
	struct import_route route = {.via = via, .metric = metric, .place = place};

	if (is_unspecified(via))
		return import_refuse(model, place, -EINVAL, "'%.60s' is not a router address", via);
	return import_add_route(model, link, &route);
}

/* The bytes of "192.0.2.1" or "2001:db8::1/64"; returns how many, 0: not an address. */
static size_t address_bytes(const char *text, uint8_t bytes[static 16])
{
	char ip[64];

	snprintf(ip, sizeof(ip), "%.*s", (int)strcspn(text, "/"), text);
	return ip4_parse(ip, bytes) ? 4 : ip6_parse(ip, bytes) ? 16 : 0;
}

/* Whether @ip is in the subnet of @address, which has been checked. */
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
				     "'%.40s' is not a MAC address that an interface can have",
				     text);
	link->mac = import_text(model, mac_format(mac, shown));
	link->mac_place = place;
	return link->mac ? 0 : import_no_memory(model);
}
