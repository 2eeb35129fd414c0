/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON of `ebond show`. */
#include "daemon/service/report.h"

#include <stdio.h>
#include <string.h>

#include "daemon/bonds.h"
#include "daemon/loop.h"
#include "daemon/service/lacp_report.h"
#include "daemon/service/report_balance.h"
#include "daemon/service/report_load.h"
#include "lib/json.h"

static const char *operstate_word(uint8_t operstate)
{
	/* RFC 2863, as iproute2 spells it. */
	static const char *const words[] = {"UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN",
					    "TESTING", "DORMANT",    "UP"};

	return operstate < sizeof(words) / sizeof(words[0]) ? words[operstate] : "UNKNOWN";
}

/* iproute2's words for a port's MII status; the kernel's /proc uses others. */
static const char *mii_status_word(enum link_state state)
{
	switch (state) {
	case LINK_UP:
		return "UP";
	case LINK_FAIL:
		return "GOING_DOWN";
	case LINK_DOWN:
		return "DOWN";
	case LINK_BACK:
		return "GOING_BACK";
	}
	return "UNKNOWN";
}

static const char *duplex_word(enum duplex duplex)
{
	switch (duplex) {
	case DUPLEX_IS_HALF:
		return "half";
	case DUPLEX_IS_FULL:
		return "full";
	case DUPLEX_IS_UNKNOWN:
		return "unknown";
	}
	return "unknown";
}

/* The keys that `ip -j link` has for any interface. */
static json_t *describe_link(const struct link *link)
{
	char mac[MAC_TEXT_SIZE];

	mac_format(link->mac, mac);
	return json_pack("{s:I, s:o, s:I, s:s, s:s, s:b}", "ifindex", (json_int_t)link->ifindex,
			 "ifname", json_text(link->name), "mtu", (json_int_t)link->mtu, "operstate",
			 operstate_word(link->operstate), "address", mac, "up",
			 (link->flags & IFF_UP) != 0);
}

static void add_traffic(json_t *object, const struct link *link)
{
	json_object_set_new(object, "rx_packets", json_integer((json_int_t)link->rx_packets));
	json_object_set_new(object, "tx_packets", json_integer((json_int_t)link->tx_packets));
	json_object_set_new(object, "rx_bytes", json_integer((json_int_t)link->rx_bytes));
	json_object_set_new(object, "tx_bytes", json_integer((json_int_t)link->tx_bytes));
}

/* iproute2's JSON key where it differs from its keyword. */
static const char *json_key(const char *name)
{
	static const struct {
		const char *name, *key;
	} others[] = {
		{"num_grat_arp", "num_peer_notif"},
		{"lacp_active", "ad_lacp_active"},
		{"lacp_rate", "ad_lacp_rate"},
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(name, others[i].name) == 0)
			return others[i].key;
	return name;
}

/* "A,B" as ["A", "B"]; NULL when empty, as iproute2 then omits the key. */
static json_t *list_to_json(char *text)
{
	json_t *list = json_array();
	char *rest = NULL;

	for (char *part = strtok_r(text, ",", &rest); part; part = strtok_r(NULL, ",", &rest))
		json_array_append_new(list, json_text(part));
	if (json_array_size(list))
		return list;
	json_decref(list);
	return NULL;
}

/* The option's value as `ip -d -j link` shows it; NULL: not shown. */
static json_t *value_to_json(const struct managed_bond *bond, const struct option_spec *spec)
{
	const struct bond_options *options = bond_get_options(bond->core);
	char text[OPTION_TEXT_MAX];
	int64_t number = 0;

	if (bond_options_get(options, spec->name, text, sizeof(text)) < 0 ||
	    (!mode_has(options->mode, MODE_LACP) && lacp_report_hides(spec->name)))
		return NULL;
	switch (spec->type) {
	case OPTION_NUMBER:
		bond_options_number(options, spec->name, &number);
		return json_integer(number);
	case OPTION_IP4S:
	case OPTION_IP6S:
		return list_to_json(text);
	case OPTION_WORD:
		if (strcmp(spec->name, "arp_validate") == 0 &&
		    options->arp_validate == BOND_ARP_VALIDATE_NONE)
			return json_null();
		return json_text(text);
	case OPTION_PORT:
		if (spec->words)
			return json_text(text);
		return bond_has_port_named(bond, text) ? json_text(text) : NULL;
	case OPTION_RATE:
	case OPTION_MAC:
		break;
	}
	return text[0] ? json_text(text) : NULL;
}

/* The driver's options, or those that only ebond has, in table order. */
static json_t *describe_options(const struct managed_bond *bond, bool own)
{
	json_t *data = json_object();
	size_t count;
	const struct option_spec *table = option_table(&count);

	for (size_t i = 0; i < count; i++) {
		const struct option_spec *spec = &table[i];

		json_t *value = NULL;

		if (!spec->per_port && spec->own == own)
			value = value_to_json(bond, spec);

		if (value)
			json_object_set_new(data, json_key(spec->name), value);
	}
	return data;
}

/*
 * linkinfo.info_data: the keys that iproute2 prints for the driver's bond. The
 * primary is present while it is a port, as in the kernel.
 */
static json_t *describe_driver_options(const struct managed_bond *bond)
{
	json_t *data = describe_options(bond, false);
	struct bond_port_view active;

	if (mode_has(bond_get_options(bond->core)->mode, MODE_ACTIVE_PORT) &&
	    bond_port_by_id(bond->core, bond_get_active(bond->core), &active))
		json_object_set_new(data, "active_slave", json_text(active.name));
	lacp_report_bond(bond, data);
	return data;
}

static json_t *describe_counters(const struct managed_bond *bond)
{
	static const char *const words[] = {
#define X(suffix, word, meaning) word,
		EBOND_COUNTERS(X)
#undef X
	};
	uint64_t counters[EBOND_COUNTER_MAX];
	json_t *object = json_object();

	datapath_counters(bond->path, counters);
	for (size_t i = 0; i < EBOND_COUNTER_MAX; i++)
		json_object_set_new(object, words[i], json_integer((json_int_t)counters[i]));
	return object;
}

/* NULL while spill_threshold is off. */
static json_t *describe_spill(const struct managed_bond *bond)
{
	json_t *awake = json_array(), *assumed = json_array();
	struct bond_spill_view spill;

	if (!bond_get_spill(bond->core, &spill)) {
		json_decref(awake);
		json_decref(assumed);
		return NULL;
	}
	for (size_t i = 0; i < bond_port_count(bond->core); i++) {
		struct bond_port_view view = bond_port_at(bond->core, i);

		if (view.spills)
			json_array_append_new(awake, json_text(view.name));
		if (view.speed_assumed)
			json_array_append_new(assumed, json_text(view.name));
	}
	return json_pack("{s:o, s:I, s:I, s:o}", "awake", awake, "load_mbps",
			 (json_int_t)spill.load_mbps, "speed_mbps", (json_int_t)spill.speed_mbps,
			 "speed_assumed", assumed);
}

static json_t *describe_bond(struct ebondd *daemon, const struct managed_bond *bond,
			     const struct load_view *load)
{
	const struct bond_options *options = bond_get_options(bond->core);
	struct link link = {.ifindex = bond->ifindex, .mtu = bond->mtu};
	json_t *object, *own, *spill = describe_spill(bond);

	memcpy(link.name, bond->name, sizeof(link.name));
	memcpy(link.mac, bond->mac, sizeof(link.mac));
	/* Fails if bond0 was moved to another network namespace; the rest is still reported. */
	nl_link_by_index(daemon->nl, bond->ifindex, &link);
	own = json_pack("{s:b, s:o, s:s, s:s, s:o, s:o}", "carrier", bond->carrier, "hidden",
			json_text(bond->hidden_name), "kind", pair_kind_word(bond->kind), "hook",
			hook_word(daemon->hook), "options", describe_options(bond, true),
			"counters", describe_counters(bond));
	if (options->primary[0])
		json_object_set_new(own, "primary", json_text(options->primary));
	if (spill)
		json_object_set_new(own, "spill", spill);
	report_balance_bond(own, bond);
	report_load_bond(own, bond, load);
	add_traffic(own, &link);
	object = describe_link(&link);
	json_object_set_new(object, "linkinfo",
			    json_pack("{s:s, s:o}", "info_kind", "bond", "info_data",
				      describe_driver_options(bond)));
	json_object_set_new(object, "ebond", own);
	return object;
}

/* Why a port is not in use; "" when it is. @text is a buffer for the result. */
static const char *reason_of(const struct managed_bond *bond, const struct bond_port_view *view,
			     const struct link *link, char *text, size_t size)
{
	size_t used;

	if (!(link->flags & IFF_UP))
		return "administratively down";
	switch (view->link) {
	case LINK_DOWN:
		bond_port_reason(bond->core, view->id, loop_now_ms(), text, size);
		return text;
	case LINK_FAIL:
		bond_port_reason(bond->core, view->id, loop_now_ms(), text, size);
		used = strlen(text);
		snprintf(text + used, size - used, ", downdelay is running");
		return text;
	case LINK_BACK:
		return "carrier is back, updelay is running";
	case LINK_UP:
		break;
	}
	if (lacp_report_reason(bond, view->id, text, size))
		return text;
	if (view->resting)
		return "resting until the load exceeds spill_threshold";
	if (mode_has(bond_get_options(bond->core)->mode, MODE_ACTIVE_PORT) && !view->active &&
	    !view->spills)
		return "standing by";
	return "";
}

/* The driver's options as in iproute2, in any mode, except what only LACP provides; or ebond's. */
static void add_port_options(json_t *data, const struct managed_bond *bond,
			     const struct bond_port_view *view, bool own)
{
	bool has_lacp = mode_has(bond_get_options(bond->core)->mode, MODE_LACP);
	size_t count;
	const struct option_spec *table = option_table(&count);

	for (size_t i = 0; i < count; i++) {
		int64_t number;

		if (table[i].own == own && (!(table[i].needs & MODE_LACP) || has_lacp) &&
		    bond_port_options_number(&view->options, table[i].name, &number) == 0)
			json_object_set_new(data, table[i].name, json_integer(number));
	}
}

/* linkinfo of a port: its own kind, unless it is hardware, and its part in the bond. */
static json_t *describe_membership(const struct managed_bond *bond, const struct port *port,
				   const struct bond_port_view *view, const struct link *link)
{
	char permanent[MAC_TEXT_SIZE];
	json_t *object, *data;

	data = json_pack("{s:s, s:s, s:I, s:s}", "state", view->active ? "ACTIVE" : "BACKUP",
			 "mii_status", mii_status_word(view->link), "link_failure_count",
			 (json_int_t)view->link_failures, "perm_hwaddr",
			 mac_format(port->saved.mac, permanent));
	add_port_options(data, bond, view, false);
	lacp_report_membership(bond, view, data);
	object = json_pack("{s:s, s:o}", "info_slave_kind", "bond", "info_slave_data", data);
	if (link->kind[0])
		json_object_set_new(object, "info_kind", json_text(link->kind));
	return object;
}

static json_t *describe_port(struct ebondd *daemon, const struct managed_bond *bond,
			     const struct port *port, const struct load_view *load)
{
	struct bond_port_view view;
	struct link link = {};
	json_t *object, *own, *options;
	char reason[128];

	if (!bond_port_by_id(bond->core, port->ifindex, &view) ||
	    nl_link_by_index(daemon->nl, port->ifindex, &link) < 0)
		return NULL;
	own = json_pack("{s:b, s:i, s:s, s:I, s:s}", "carrier", view.carrier, "speed",
			view.speed_mbps, "duplex", duplex_word(view.duplex), "link_ms",
			(json_int_t)(loop_now_ms() - view.link_since_ms), "reason",
			reason_of(bond, &view, &link, reason, sizeof(reason)));
	options = json_object();
	add_port_options(options, bond, &view, true);
	json_object_set_new(own, "options", options);
	if (view.spills || view.resting)
		json_object_set_new(own, "spill", json_string(view.resting ? "resting" : "awake"));
	if (port->filters.known[0])
		json_object_set_new(own, port->filters.known_first ? "filtered" : "bypassed",
				    json_text(port->filters.known));
	lacp_report_port(bond, port, own);
	report_balance_port(own, bond, &view);
	report_load_port(own, bond, load, view.id);
	add_traffic(own, &link);
	object = describe_link(&link);
	json_object_set_new(object, "master", json_text(bond->name));
	json_object_set_new(object, "linkinfo", describe_membership(bond, port, &view, &link));
	json_object_set_new(object, "ebond", own);
	return object;
}

static void add_bond(struct ebondd *daemon, const struct managed_bond *bond, json_t *links)
{
	_cleanup_free_ struct load_view *load = load_read(bond);
	json_t *object = describe_bond(daemon, bond, load);

	if (!object)
		return;
	json_array_append_new(links, object);
	for (size_t i = 0; i < bond->port_count; i++) {
		object = describe_port(daemon, bond, &bond->ports[i], load);
		if (object)
			json_array_append_new(links, object);
	}
}

json_t *report_links(struct ebondd *daemon, const struct managed_bond *only)
{
	json_t *links = json_array();

	for (size_t i = 0; i < daemon->bond_count; i++)
		if (!only || daemon->bonds[i] == only)
			add_bond(daemon, daemon->bonds[i], links);
	return links;
}
