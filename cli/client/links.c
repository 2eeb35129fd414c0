/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks up interfaces in a reply to `show`: see links.h. */
#include "cli/client/links.h"

#include <string.h>

#include "cli/client/request.h"
#include "cli/client/say.h"
#include "lib/json.h"
#include "lib/protocol.h"

int links_of_bond(const char *name, json_t **ret_reply, const json_t **ret_links)
{
	_cleanup_json_ json_t *reply = NULL;
	const json_t *links, *bond;
	int code = request("show", 1, (char *[]){(char *)name}, START_TO_RECOVER, &reply);

	if (code != CONTROL_DONE)
		return code;
	links = json_object_get(reply, "links");
	bond = links_find(links, name) ?: links_bond(links);
	if (!bond) {
		say_error("%s: missing in ebondd's reply: see 'ebond version'", name);
		return CONTROL_REFUSED;
	}
	if (json_object_get(bond, "master")) {
		say_error("%s: is a port of %s: name the bond", name,
			  json_string_value(json_object_get(bond, "master")) ?: "a bond");
		return CONTROL_REFUSED;
	}
	*ret_reply = TAKE_PTR(reply);
	*ret_links = links;
	return CONTROL_DONE;
}

const char *link_name(const json_t *link)
{
	return json_string_value(json_object_get(link, "ifname")) ?: "?";
}

const json_t *links_find(const json_t *links, const char *name)
{
	const json_t *link;
	size_t i;

	json_array_foreach(links, i, link)
		if (strcmp(link_name(link), name) == 0)
			return link;
	return NULL;
}

const json_t *links_bond(const json_t *links)
{
	const json_t *link;
	size_t i;

	json_array_foreach(links, i, link)
		if (!json_object_get(link, "master"))
			return link;
	return NULL;
}

const char *link_option(const json_t *link, const char *key)
{
	const json_t *data = json_object_get(json_object_get(link, "linkinfo"), "info_data");

	return json_string_value(json_object_get(data, key)) ?: "";
}

bool link_is_port(const json_t *link, const char *bond)
{
	const char *master = json_string_value(json_object_get(link, "master"));

	return master && bond && strcmp(master, bond) == 0;
}

static bool has_word(const json_t *link, const char *key, const char *word)
{
	const json_t *data = json_object_get(json_object_get(link, "linkinfo"), "info_slave_data");
	const char *value = json_string_value(json_object_get(data, key));

	return value && strcmp(value, word) == 0;
}

bool link_is_usable(const json_t *link)
{
	return json_is_true(json_object_get(link, "up")) && has_word(link, "mii_status", "UP");
}

bool link_is_active(const json_t *link)
{
	return has_word(link, "state", "ACTIVE");
}

uint64_t link_set_mbps(const json_t *link)
{
	const json_t *options = json_object_get(json_object_get(link, "ebond"), "options");
	json_int_t mbps = json_number(options, "speed_mbps");

	return mbps > 0 ? (uint64_t)mbps : 0;
}

uint64_t link_mbps(const json_t *link)
{
	json_int_t mbps = json_number(json_object_get(link, "ebond"), "speed");

	return link_set_mbps(link) ?: (mbps > 0 ? (uint64_t)mbps : 0);
}

size_t links_usable(const json_t *links, const char *bond)
{
	size_t count = 0, i;
	const json_t *link;

	json_array_foreach(links, i, link) {
		if (link_is_port(link, bond) && link_is_usable(link))
			count++;
	}
	return count;
}
