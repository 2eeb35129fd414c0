/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns the reply to `show` into an ebond.conf: see import_before.h. */
#include "cli/import/import_before.h"

#include <stdio.h>
#include <string.h>

#include "cli/client/links.h"
#include "cli/client/request.h"
#include "lib/json.h"

DEFINE_CLEANUP(config, struct config *, config_free)

/* A JSON value as an option accepts it; false: not set ("null", an object). */
static bool value_text(const json_t *value, char *text, size_t size)
{
	const json_t *item;
	size_t i, used = 0;

	text[0] = '\0';
	if (json_is_string(value))
		snprintf(text, size, "%s", json_string_value(value));
	else if (json_is_integer(value))
		snprintf(text, size, "%lld", (long long)json_integer_value(value));
	json_array_foreach(value, i, item)
		if (used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s", i ? "," : "",
						 json_string_value(item) ?: "");
	return text[0];
}

/*
 * Sets the options of @port or, if that is NULL, of @bond. Skips keys that are
 * not options (the active port, LACP's state).
 */
static void take_options(struct config_bond *bond, struct config_port *port, const json_t *values)
{
	const json_t *value;
	const char *key;
	char text[OPTION_TEXT_MAX];
	struct refusal why;

	json_object_foreach((json_t *)values, key, value) {
		const struct option_spec *spec = option_find(key);

		if (!spec || spec->per_port != !!port || !value_text(value, text, sizeof(text)))
			continue;
		if (port)
			bond_port_options_set(&port->options, key, text, &why);
		else
			bond_options_set(&bond->options, key, text, false, &why);
	}
}

static void take_bond(struct config *config, const json_t *links, const json_t *link)
{
	struct config_bond *bond = config_add_bond(config, link_name(link));
	const json_t *own = json_object_get(link, "ebond"), *port;
	size_t i;

	if (!bond)
		return;
	take_options(bond, NULL, json_object_get(json_object_get(link, "linkinfo"), "info_data"));
	take_options(bond, NULL, json_object_get(own, "options"));
	take_options(bond, NULL, own); /* "primary", including a port that is not attached */
	bond_options_fit_mode(&bond->options);
	json_array_foreach(links, i, port) {
		struct config_port *added = link_is_port(port, bond->name)
						    ? config_add_port(bond, link_name(port))
						    : NULL;

		if (!added)
			continue;
		take_options(bond, added,
			     json_object_get(json_object_get(port, "linkinfo"), "info_slave_data"));
		bond_port_options_fit_mode(&added->options, bond->options.mode);
	}
}

char *import_before(const struct config *config)
{
	_cleanup_(config) struct config *running = config_new(), *nothing = config_new();
	_cleanup_json_ json_t *reply = NULL;
	const json_t *links;

	if (!running || !nothing)
		return NULL;
	if (request_quietly("show", &reply) < 0)
		return strdup("");
	links = json_object_get(reply, "links");
	for (size_t i = 0; i < config->count; i++) {
		const json_t *link = links_find(links, config->bonds[i].name);

		if (link && !json_object_get(link, "master"))
			take_bond(running, links, link);
	}
	return config_diff(running, nothing, false);
}
