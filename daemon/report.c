/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON of `ebond show`; requested through commands.c. */
#include "report.h"

#include <string.h>

#include "bonds.h"
#include "json.h"
#include "loop.h"
#include "state.h"

static const char *operstate_word(uint8_t operstate)
{
	/* RFC 2863, as iproute2 spells it. */
	static const char *const words[] = {"UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN",
					    "TESTING", "DORMANT",    "UP"};

	return operstate < sizeof(words) / sizeof(words[0]) ? words[operstate] : "UNKNOWN";
}

/* iproute2's words for a port's MII status; the kernel's /proc has others. */
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

/* What `ip -j link` says of any interface. */
static json_t *describe_link(const struct link *link)
{
	char mac[18];

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
	return strcmp(name, "num_grat_arp") == 0 ? "num_peer_notif" : name;
}

/* linkinfo.info_data: every option under iproute2's key, in the table's order. */
static json_t *describe_options(const struct managed_bond *bond)
{
	const struct bond_options *options = bond_get_options(bond->core);
	json_t *data = json_object();
	struct bond_port_view active;
	size_t count;
	const struct option_spec *table = option_table(&count);
	char text[64];
	int64_t number;

	for (size_t i = 0; i < count; i++) {
		const struct option_spec *spec = &table[i];

		if (spec->per_port || bond_options_get(options, spec->name, text, sizeof(text)) < 0)
			continue;
		if (spec->type == OPTION_NUMBER &&
		    bond_options_number(options, spec->name, &number) == 0)
			json_object_set_new(data, json_key(spec->name), json_integer(number));
		else if (text[0])
			json_object_set_new(data, json_key(spec->name), json_text(text));
	}
	if (options->mode == BOND_MODE_ACTIVEBACKUP &&
	    bond_port_by_id(bond->core, bond_get_active(bond->core), &active))
		json_object_set_new(data, "active_slave", json_text(active.name));
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

static json_t *describe_bond(struct ebondd *daemon, const struct managed_bond *bond)
{
	struct link link = {.ifindex = bond->ifindex, .mtu = bond->mtu};
	json_t *object, *own;

	memcpy(link.name, bond->name, sizeof(link.name));
	memcpy(link.mac, bond->mac, sizeof(link.mac));
	/* Fails when bond0 was moved to another network namespace: what is known stands. */
	nl_link_by_index(daemon->nl, bond->ifindex, &link);
	own = json_pack("{s:b, s:o, s:s, s:o}", "carrier", bond->carrier, "hidden",
			json_text(bond->hidden_name), "hook", hook_word(daemon->hook), "counters",
			describe_counters(bond));
	add_traffic(own, &link);
	object = describe_link(&link);
	json_object_set_new(
		object, "linkinfo",
		json_pack("{s:s, s:o}", "info_kind", "bond", "info_data", describe_options(bond)));
	json_object_set_new(object, "ebond", own);
	return object;
}

/* Why a port is not in use, in words; "" when it is. */
static const char *reason_of(const struct managed_bond *bond, const struct bond_port_view *view,
			     const struct link *link)
{
	if (!(link->flags & IFF_UP))
		return "administratively down";
	switch (view->link) {
	case LINK_DOWN:
		return "no carrier";
	case LINK_FAIL:
		return "no carrier, downdelay is running";
	case LINK_BACK:
		return "carrier is back, updelay is running";
	case LINK_UP:
		break;
	}
	if (bond_get_options(bond->core)->mode == BOND_MODE_ACTIVEBACKUP && !view->active)
		return "standing by";
	return "";
}

static json_t *describe_port(struct ebondd *daemon, const struct managed_bond *bond,
			     const struct port *port)
{
	struct bond_port_view view;
	struct link link = {};
	json_t *object, *own;
	char permanent[18];

	if (!bond_port_by_id(bond->core, port->ifindex, &view) ||
	    nl_link_by_index(daemon->nl, port->ifindex, &link) < 0)
		return NULL;
	mac_format(port->saved.mac, permanent);
	own = json_pack("{s:b, s:i, s:s, s:I, s:s}", "carrier", view.carrier, "speed",
			view.speed_mbps, "duplex", duplex_word(view.duplex), "link_ms",
			(json_int_t)(loop_now_ms() - view.link_since_ms), "reason",
			reason_of(bond, &view, &link));
	add_traffic(own, &link);
	object = describe_link(&link);
	json_object_set_new(object, "master", json_text(bond->name));
	json_object_set_new(
		object, "linkinfo",
		json_pack("{s:s, s:{s:s, s:s, s:I, s:s, s:i, s:i}}", "info_slave_kind", "bond",
			  "info_slave_data", "state", view.active ? "ACTIVE" : "BACKUP",
			  "mii_status", mii_status_word(view.link), "link_failure_count",
			  (json_int_t)view.link_failures, "perm_hwaddr", permanent, "queue_id",
			  view.options.queue_id, "prio", view.options.prio));
	json_object_set_new(object, "ebond", own);
	return object;
}

static void add_bond(struct ebondd *daemon, const struct managed_bond *bond, json_t *links)
{
	json_t *object = describe_bond(daemon, bond);

	if (!object)
		return;
	json_array_append_new(links, object);
	for (size_t i = 0; i < bond->port_count; i++) {
		object = describe_port(daemon, bond, &bond->ports[i]);
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
