/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "ip address add" and "ip route add" of a script: see iplink.h. */
#include "import/dialects/iplink.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/net.h"
#include "import/tree.h"

/* 0: to go on; 1: it shows only, or is ignored with a warning; else a negative errno. */
static int check_verb(const struct order *order, size_t at)
{
	const char *verb = order_word(order, at);

	if (order_means(verb, "add") || !strcmp(verb, "replace") || !strcmp(verb, "append") ||
	    !strcmp(verb, "change"))
		return 0;
	if (order_means(verb, "show") || !strcmp(verb, "list") || at == order->count)
		return 1;
	return order_left_out(order, "not understood") ?: 1;
}

int order_read_address(const struct order *order, size_t at)
{
	const char *text = NULL, *device = NULL, *broadcast = NULL, *label = NULL;
	struct import_link *link;
	int err = check_verb(order, at);

	if (err)
		return err < 0 ? err : 0;
	for (at++; at < order->count; at++) {
		const char *key = order_word(order, at);

		if (!strcmp(key, "dev"))
			device = order_word(order, ++at);
		else if (order_means(key, "broadcast") || !strcmp(key, "brd"))
			broadcast = order_word(order, ++at);
		else if (!strcmp(key, "label"))
			label = order_word(order, ++at);
		else if (!strcmp(key, "local"))
			text = order_word(order, ++at);
		else if (!text)
			text = key;
		else
			return order_left_out(order, key);
	}
	if (!text || !device)
		return order_left_out(order, "without address or dev");
	if (broadcast && !strcmp(broadcast, "+"))
		broadcast = NULL;
	return import_link(order->model, device, order->place, &link)
		       ?: import_add_address(order->model, link, text, broadcast, label,
					     order->place);
}

/* "10/8" and "192.0.2/24" as "10.0.0.0/8" and "192.0.2.0/24". */
static const char *in_full(struct import_model *model, const char *text)
{
	size_t length = strcspn(text, "/"), dots = 0;
	char whole[80];

	for (size_t i = 0; i < length; i++)
		dots += text[i] == '.';
	if (strspn(text, "0123456789.") != length || !length || length > 40 || dots >= 3)
		return text;
	snprintf(whole, sizeof(whole), "%.*s%s%.10s", (int)length, text,
		 dots == 0   ? ".0.0.0"
		 : dots == 1 ? ".0.0"
			     : ".0",
		 text + length);
	return import_text(model, whole) ?: text;
}

/* One word of a route, and its value; *@ret_odd: ebond has no such thing. */
static bool take_word(const struct order *order, size_t *at, struct import_route *route,
		      const char **device, bool *ret_odd)
{
	const char *key = order_word(order, *at);

	*ret_odd = false;
	if (!strcmp(key, "onlink")) {
		route->is_onlink = true;
		return true;
	}
	if (import_route_type(key) && !route->to) {
		route->type = key;
		return true;
	}
	if (!strcmp(key, "unicast") && !route->to)
		return true;
	if (!route->to && !is_one_of(key, (const char *const[]){"dev", "via", "to", NULL})) {
		route->to = in_full(order->model, key);
		return true;
	}
	++*at;
	if (!strcmp(key, "to"))
		route->to = in_full(order->model, order_word(order, *at));
	else if (!strcmp(key, "dev"))
		*device = order_word(order, *at);
	else if (!strcmp(key, "via"))
		route->via = order_word(order, *at);
	else if (!strcmp(key, "src"))
		route->source = order_word(order, *at);
	else if (!strcmp(key, "scope"))
		route->scope = order_word(order, *at);
	else if (!strcmp(key, "metric") || !strcmp(key, "preference") || !strcmp(key, "priority"))
		return import_parse_number(order_word(order, *at), UINT32_MAX, &route->metric);
	else if (!strcmp(key, "table"))
		*ret_odd = !import_parse_table(order_word(order, *at), &route->table);
	else if (!strcmp(key, "mtu"))
		*ret_odd = !import_parse_number(order_word(order, *at), UINT32_MAX, &route->mtu);
	else
		*ret_odd = strcmp(key, "proto") != 0 && strcmp(key, "protocol") != 0;
	return true;
}

/* The interface of a route that names none: that in whose network the router is. */
static const char *device_towards(const struct order *order, const struct import_route *route)
{
	const struct import_link *link =
		route->via ? import_link_towards(order->model, route->via) : NULL;

	return link ? link->name : NULL;
}

int order_read_route_words(const struct order *order, size_t at, const char *device, bool is_ip6)
{
	struct import_route route = {.is_ip6 = is_ip6, .place = order->place};
	struct import_link *link;

	for (; at < order->count; at++) {
		const char *key = order_word(order, at);
		bool odd;

		if (!take_word(order, &at, &route, &device, &odd))
			return import_refuse(order->model, order->place, -EINVAL,
					     "'%.20s' is no metric", order_word(order, at));
		if (odd)
			return import_warn(order->model, order->place,
					   "%.40s: ebond has no such thing: the route is ignored",
					   key);
	}
	device = device ?: device_towards(order, &route);
	if (!device && route.type)
		return order_left_out(order, "no interface that it goes with is named");
	if (!device)
		return order_left_out(order, "no interface above has an address in that network");
	return import_link(order->model, device, order->place, &link)
		       ?: import_add_route(order->model, link, &route);
}

int order_read_route(const struct order *order, size_t at, bool is_ip6)
{
	int err = check_verb(order, at);

	if (err)
		return err < 0 ? err : 0;
	return order_read_route_words(order, at + 1, NULL, is_ip6);
}
