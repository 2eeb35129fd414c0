/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bonds and ports as plain data, and as JSON. */
#include "daemon/service/saved.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define FIELD(key, kind, type_, member)                                                            \
	{                                                                                          \
		.name = key, .type = kind, .offset = offsetof(type_, member),                      \
		.size = sizeof(((type_ *)NULL)->member)                                            \
	}

static const struct field before_fields[] = {
	FIELD("mac", FIELD_MAC, struct saved_link, mac),
	FIELD("mtu", FIELD_NUMBER, struct saved_link, mtu),
	FIELD("up", FIELD_BOOL, struct saved_link, up),
	FIELD("allmulti", FIELD_BOOL, struct saved_link, allmulti),
	FIELD("promisc", FIELD_BOOL, struct saved_link, promisc),
	FIELD("has_ipv6", FIELD_BOOL, struct saved_link, has_ipv6),
	FIELD("ipv6_disabled", FIELD_BOOL, struct saved_link, ipv6_disabled),
	FIELD("addr_gen_mode", FIELD_INT, struct saved_link, addr_gen_mode),
	FIELD("arp_ignore", FIELD_INT, struct saved_link, arp_ignore),
	FIELD("made_qdisc", FIELD_BOOL, struct saved_link, made_qdisc),
};

static const struct field port_fields[] = {
	{"link", FIELD_NUMBER, offsetof(struct saved_port, link), sizeof(enum link_state), 0,
	 LINK_BACK},
	FIELD("name", FIELD_NAME, struct saved_port, name),
	FIELD("ifindex", FIELD_NUMBER, struct saved_port, ifindex),
	FIELD("kind", FIELD_TEXT, struct saved_port, kind),
	FIELD("permanent_mac", FIELD_MAC, struct saved_port, permanent_mac),
	FIELD("link_failures", FIELD_NUMBER, struct saved_port, link_failures),
	FIELD("number", FIELD_NUMBER, struct saved_port, number),
	FIELD("clock", FIELD_NUMBER, struct saved_port, clock),
};
#define PORT_LINK_BIT 1u /* of the first row */

static const struct field bond_fields[] = {
	FIELD("name", FIELD_NAME, struct saved_bond, name),
	FIELD("hidden_name", FIELD_NAME, struct saved_bond, hidden_name),
	FIELD("ifindex", FIELD_NUMBER, struct saved_bond, ifindex),
	FIELD("hidden_ifindex", FIELD_NUMBER, struct saved_bond, hidden_ifindex),
	FIELD("programs", FIELD_NUMBER, struct saved_bond, programs),
	FIELD("being_made", FIELD_BOOL, struct saved_bond, is_being_made),
	FIELD("mtu", FIELD_NUMBER, struct saved_bond, mtu),
	FIELD("mac", FIELD_MAC, struct saved_bond, mac),
	FIELD("mac_is_chance", FIELD_BOOL, struct saved_bond, mac_is_chance),
	FIELD("active", FIELD_NUMBER, struct saved_bond, active),
};

static const struct field state_fields[] = {
	FIELD("boot", FIELD_TEXT, struct saved_state, boot),
	FIELD("netns", FIELD_NUMBER, struct saved_state, netns),
	FIELD("stopped", FIELD_BOOL, struct saved_state, stopped),
};

/* The numbers of the format: those of the enum today, and of the first release. */
_Static_assert(LINK_UP == 0 && LINK_FAIL == 1 && LINK_DOWN == 2 && LINK_BACK == 3,
	       "link states are numbered otherwise in state.json: translate them");

/* Options are text, as an operator writes them; those of a port are numbers in the port itself. */
static void port_options_to_json(const struct bond_port_options *options, json_t *object)
{
	size_t count;
	const struct option_spec *table = option_table(&count);
	char value[OPTION_TEXT_MAX];

	for (size_t i = 0; i < count; i++) {
		if (!table[i].per_port ||
		    bond_port_options_get(options, table[i].name, value, sizeof(value)) < 0)
			continue;
		json_object_set_new(object, table[i].name,
				    table[i].type == OPTION_NUMBER
					    ? json_integer(strtoll(value, NULL, 10))
					    : json_text(value));
	}
}

static json_t *port_to_json(const struct saved_port *port)
{
	json_t *object = fields_to_json(port_fields, ARRAY_SIZE(port_fields), port);

	port_options_to_json(&port->options, object);
	json_object_set_new(
		object, "saved",
		fields_to_json(before_fields, ARRAY_SIZE(before_fields), &port->before));
	if (port->has_lacp)
		json_object_set_new(object, "lacp", saved_lacp_to_json(&port->lacp));
	return object;
}

static json_t *options_to_json(const struct bond_options *options)
{
	json_t *object = json_object();
	size_t count;
	const struct option_spec *table = option_table(&count);
	char value[OPTION_TEXT_MAX];

	for (size_t i = 0; i < count; i++)
		if (!table[i].per_port &&
		    bond_options_get(options, table[i].name, value, sizeof(value)) == 0)
			json_object_set_new(object, table[i].name, json_text(value));
	return object;
}

json_t *saved_bond_to_json(const struct saved_bond *bond)
{
	json_t *object = fields_to_json(bond_fields, ARRAY_SIZE(bond_fields), bond);
	json_t *ports = json_array();

	for (size_t i = 0; i < bond->port_count; i++)
		json_array_append_new(ports, port_to_json(&bond->ports[i]));
	json_object_set_new(object, "options", options_to_json(&bond->options));
	json_object_set_new(object, "ports", ports);
	return object;
}

json_t *saved_to_json(const struct saved_state *state)
{
	json_t *root = fields_to_json(state_fields, ARRAY_SIZE(state_fields), state);
	json_t *bonds = json_array();

	for (size_t i = 0; i < state->bond_count; i++)
		json_array_append_new(bonds, saved_bond_to_json(&state->bonds[i]));
	json_object_set_new(root, "version", json_integer(SAVED_VERSION));
	json_object_set_new(root, "bonds", bonds);
	return root;
}

/* An option's value as text; numbers and truth values are no reason to lose it. */
static const char *option_text(const json_t *value, char buffer[24])
{
	if (json_is_integer(value))
		snprintf(buffer, 24, "%lld", (long long)json_integer_value(value));
	else if (json_is_boolean(value))
		snprintf(buffer, 24, "%d", json_is_true(value));
	else
		return json_string_value(value);
	return buffer;
}

static void read_option(const struct option_spec *spec, const json_t *object, void *options,
			struct notes *notes)
{
	const json_t *value = json_object_get(object, spec->name);
	struct refusal why = {};
	char buffer[24];
	const char *text = option_text(value, buffer);

	if (!value)
		return;
	if (!text)
		note(notes, "%s is not text: its default is taken", spec->name);
	else if (spec->per_port ? bond_port_options_set(options, spec->name, text, &why) < 0
				: bond_options_set(options, spec->name, text, false, &why) < 0)
		note(notes, "%s: its default is taken", why.text);
}

static void read_options(const json_t *object, bool per_port, void *options, struct notes *notes)
{
	size_t count;
	const struct option_spec *table = option_table(&count);

	for (size_t i = 0; i < count; i++)
		if (table[i].per_port == per_port && strcmp(table[i].name, "mode") != 0)
			read_option(&table[i], object, options, notes);
}

/* What goes together, and with the mode, is for takeover.c: it may know the mode better. */
static void bond_options_from_json(const json_t *object, struct saved_bond *bond,
				   struct notes *notes)
{
	unsigned int before = notes->count;

	bond_options_init(&bond->options);
	if (object && !json_is_object(object))
		note(notes, "options is not an object: defaults are taken");
	read_option(option_find("mode"), object, &bond->options, notes);
	bond->has_mode = json_object_get(object, "mode") && notes->count == before;
	read_options(object, false, &bond->options, notes);
}

void saved_port_from_json(const json_t *object, struct saved_port *ret_port, struct notes *notes)
{
	const json_t *before = json_object_get(object, "saved");
	const json_t *lacp = json_object_get(object, "lacp");
	uint64_t missing;

	*ret_port = (struct saved_port){
		.before = {.up = true, .has_ipv6 = true, .addr_gen_mode = -1, .arp_ignore = -1}};
	missing = fields_from_json(port_fields, ARRAY_SIZE(port_fields), object, ret_port, notes);
	ret_port->has_link = !(missing & PORT_LINK_BIT);
	bond_port_options_init(&ret_port->options);
	read_options(object, true, &ret_port->options, notes);
	fields_from_json(before_fields, ARRAY_SIZE(before_fields), before, &ret_port->before,
			 notes);
	if (before && !json_is_object(before))
		note(notes, "saved is not an object: its defaults are taken");
	ret_port->has_lacp = json_is_object(lacp);
	if (ret_port->has_lacp)
		saved_lacp_from_json(lacp, &ret_port->lacp, notes);
	else if (lacp)
		note(notes, "lacp is not an object: it starts over");
}

static bool is_same_port(const struct saved_port *a, const struct saved_port *b)
{
	return (a->ifindex && a->ifindex == b->ifindex) ||
	       (a->name[0] && strcmp(a->name, b->name) == 0);
}

/* Whether it is one of the ports that were read before. */
static bool has_port(const struct saved_bond *bond, const struct saved_port *port)
{
	for (size_t i = 0; i < bond->port_count; i++)
		if (is_same_port(&bond->ports[i], port))
			return true;
	return false;
}

static void ports_from_json(const json_t *list, struct saved_bond *bond, struct notes *notes)
{
	const json_t *entry;
	size_t i;

	if (list && !json_is_array(list))
		note(notes, "ports is not a list: there are none");
	json_array_foreach(list, i, entry) {
		struct saved_port *port = &bond->ports[bond->port_count];
		const char *name = json_string_value(json_object_get(entry, "name"));

		if (bond->port_count == BOND_PORTS_MAX) {
			note(notes, "has more than %d ports: the rest is left out", BOND_PORTS_MAX);
			return;
		}
		snprintf(notes->where, sizeof(notes->where), "%s, port %.15s", bond->name,
			 name ?: "?");
		saved_port_from_json(entry, port, notes);
		if (!port->ifindex && !port->name[0])
			note(notes, "has neither name nor ifindex: left out");
		else if (has_port(bond, port))
			note(notes, "is there twice: the first counts");
		else
			bond->port_count++;
	}
}

void saved_bond_from_json(const json_t *object, struct saved_bond *ret_bond, struct notes *notes)
{
	const char *name = json_string_value(json_object_get(object, "name"));

	*ret_bond = (struct saved_bond){.mac_is_chance = true};
	snprintf(notes->where, sizeof(notes->where), "%.15s", name ?: "a bond without a name");
	fields_from_json(bond_fields, ARRAY_SIZE(bond_fields), object, ret_bond, notes);
	bond_options_from_json(json_object_get(object, "options"), ret_bond, notes);
	ports_from_json(json_object_get(object, "ports"), ret_bond, notes);
	saved_lacp_complete(ret_bond);
	notes->where[0] = '\0';
}

/* Whether @bond, or a port of it, is in a bond that was read before. */
static bool is_known(const struct saved_state *state, const struct saved_bond *bond)
{
	for (size_t i = 0; i < state->bond_count; i++) {
		const struct saved_bond *other = &state->bonds[i];

		if ((bond->name[0] && strcmp(bond->name, other->name) == 0) ||
		    (bond->ifindex && bond->ifindex == other->ifindex) ||
		    (bond->hidden_ifindex && bond->hidden_ifindex == other->hidden_ifindex))
			return true;
		for (size_t j = 0; j < bond->port_count; j++)
			if (has_port(other, &bond->ports[j]))
				return true;
	}
	return false;
}

int saved_from_json(const json_t *root, struct saved_state *ret_state, struct notes *notes)
{
	const json_t *list = json_object_get(root, "bonds"), *entry;
	const json_t *version = json_object_get(root, "version");
	size_t i, count = json_array_size(list);

	if (version && json_integer_value(version) != SAVED_VERSION)
		note(notes, "it is of another version than %d: what is understood of it is taken",
		     SAVED_VERSION);
	if (count > SAVED_BONDS_MAX)
		note(notes, "it has %zu bonds: those after the %dth are left out", count,
		     SAVED_BONDS_MAX);
	if (list && !json_is_array(list))
		note(notes, "bonds is not a list: there are none");
	count = count > SAVED_BONDS_MAX ? SAVED_BONDS_MAX : count;
	*ret_state = (struct saved_state){.bonds = calloc(count + 1, sizeof(struct saved_bond))};
	if (!ret_state->bonds)
		return -ENOMEM;
	fields_from_json(state_fields, ARRAY_SIZE(state_fields), root, ret_state, notes);
	json_array_foreach(list, i, entry) {
		struct saved_bond *bond = &ret_state->bonds[ret_state->bond_count];

		if (i == count)
			break;
		saved_bond_from_json(entry, bond, notes);
		if (!bond->name[0] && !bond->ifindex && !bond->hidden_ifindex)
			note(notes, "a bond has neither name nor ifindex: left out");
		else if (!is_known(ret_state, bond))
			ret_state->bond_count++;
		else
			note(notes, "%s is there twice, or a port of it: the first counts",
			     bond->name);
	}
	return 0;
}

void saved_release(struct saved_state *state)
{
	free(state->bonds);
	*state = (struct saved_state){};
}
