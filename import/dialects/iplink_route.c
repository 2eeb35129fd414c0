/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "ip address add" and "ip route add" of a script: see iplink.h. */
#include "import/dialects/iplink.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "import/net.h"
#include "import/tree.h"

/* 0: go on; 1: it only shows something, or is ignored with a warning; else a negative errno. */
static int check_verb(const struct script_command *command, size_t at)
{
	const char *verb = script_word(command, at);

	if (script_matches(verb, "add") || !strcmp(verb, "replace") || !strcmp(verb, "append") ||
	    !strcmp(verb, "change"))
		return 0;
	if (script_matches(verb, "show") || !strcmp(verb, "list") || at == command->count)
		return 1;
	return script_ignored(command, "not understood") ?: 1;
}

int script_read_address(const struct script_command *command, size_t at)
{
	const char *text = NULL, *device = NULL, *broadcast = NULL, *label = NULL;
	struct import_link *link;
	int err = check_verb(command, at);

	if (err)
		return err < 0 ? err : 0;
	for (at++; at < command->count; at++) {
		const char *key = script_word(command, at);

		if (!strcmp(key, "dev"))
			device = script_word(command, ++at);
		else if (script_matches(key, "broadcast") || !strcmp(key, "brd"))
			broadcast = script_word(command, ++at);
		else if (!strcmp(key, "label"))
			label = script_word(command, ++at);
		else if (!strcmp(key, "local"))
			text = script_word(command, ++at);
		else if (!text)
			text = key;
		else
			return script_ignored(command, key);
	}
	if (!text || !device)
		return script_ignored(command, "no address or dev");
	if (broadcast && !strcmp(broadcast, "+"))
		broadcast = NULL;
	return import_link(command->model, device, command->place, &link)
		       ?: import_add_address(command->model, link, text, broadcast, label,
					     command->place);
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

/* Reads one keyword of a route and its value; *@ret_unsupported: ebond does not support it. */
static bool take_word(const struct script_command *command, size_t *at, struct import_route *route,
		      const char **device, bool *ret_unsupported)
{
	const char *key = script_word(command, *at);

	*ret_unsupported = false;
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
		route->to = in_full(command->model, key);
		return true;
	}
	++*at;
	if (!strcmp(key, "to"))
		route->to = in_full(command->model, script_word(command, *at));
	else if (!strcmp(key, "dev"))
		*device = script_word(command, *at);
	else if (!strcmp(key, "via"))
		route->via = script_word(command, *at);
	else if (!strcmp(key, "src"))
		route->source = script_word(command, *at);
	else if (!strcmp(key, "scope"))
		route->scope = script_word(command, *at);
	else if (!strcmp(key, "metric") || !strcmp(key, "preference") || !strcmp(key, "priority"))
		return import_parse_number(script_word(command, *at), UINT32_MAX, &route->metric);
	else if (!strcmp(key, "table"))
		*ret_unsupported = !import_parse_table(script_word(command, *at), &route->table);
	else if (!strcmp(key, "mtu"))
		*ret_unsupported =
			!import_parse_number(script_word(command, *at), UINT32_MAX, &route->mtu);
	else
		*ret_unsupported = strcmp(key, "proto") != 0 && strcmp(key, "protocol") != 0;
	return true;
}

/* The interface of a route that names none: the one whose subnet contains the router. */
static const char *device_towards(const struct script_command *command,
				  const struct import_route *route)
{
	const struct import_link *link =
		route->via ? import_link_towards(command->model, route->via) : NULL;

	return link ? link->name : NULL;
}

int script_read_route_words(const struct script_command *command, size_t at, const char *device,
			    bool is_ip6)
{
	struct import_route route = {.is_ip6 = is_ip6, .place = command->place};
	struct import_link *link;

	for (; at < command->count; at++) {
		const char *key = script_word(command, at);
		bool unsupported;

		if (!take_word(command, &at, &route, &device, &unsupported))
			return import_refuse(command->model, command->place, -EINVAL,
					     "'%.20s' is not a metric", script_word(command, at));
		if (unsupported)
			return import_warn(command->model, command->place,
					   "%.40s: not supported by ebond: route ignored", key);
	}
	device = device ?: device_towards(command, &route);
	if (!device && route.type)
		return script_ignored(command, "no dev given");
	if (!device)
		return script_ignored(command,
				      "no interface above has an address in the router's subnet");
	return import_link(command->model, device, command->place, &link)
		       ?: import_add_route(command->model, link, &route);
}

int script_read_route(const struct script_command *command, size_t at, bool is_ip6)
{
	int err = check_verb(command, at);

	if (err)
		return err < 0 ? err : 0;
	return script_read_route_words(command, at + 1, NULL, is_ip6);
}
