/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From state.json to running bonds. */
#include "daemon/service/takeover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/bonds.h"
#include "daemon/run_effects.h"
#include "daemon/kernel/nic.h"
#include "daemon/kernel/pair.h"
#include "daemon/log.h"
#include "daemon/port.h"
#include "daemon/service/lacp_state.h"
#include "daemon/service/state.h"
#include "daemon/world.h"
#include "lang/refuse.h"
#include "lib/cleanup.h"

static bool parse_saved(json_t *object, struct saved_link *ret_saved)
{
	struct saved_link saved = {};
	const char *mac;
	json_int_t mtu;
	int up, allmulti, promisc, has_ipv6, ipv6_disabled, made_qdisc, addr_gen_mode = -1;

	if (json_unpack(object, "{s:s, s:I, s:b, s:b, s:b, s:b, s:b, s:b}", "mac", &mac, "mtu",
			&mtu, "up", &up, "allmulti", &allmulti, "promisc", &promisc, "has_ipv6",
			&has_ipv6, "ipv6_disabled", &ipv6_disabled, "made_qdisc",
			&made_qdisc) < 0 ||
	    !mac_parse(mac, saved.mac))
		return false;
	saved.mtu = (uint32_t)mtu;
	saved.up = up;
	saved.allmulti = allmulti;
	saved.promisc = promisc;
	saved.has_ipv6 = has_ipv6;
	saved.ipv6_disabled = ipv6_disabled;
	saved.made_qdisc = made_qdisc;
	/* an earlier daemon left it alone */
	json_unpack(object, "{s?i}", "addr_gen_mode", &addr_gen_mode);
	saved.addr_gen_mode = addr_gen_mode;
	*ret_saved = saved;
	return true;
}

/* Tells the core of a port as it was, with its carrier as it is now. */
static void restore_in_core(struct ebondd *daemon, struct managed_bond *bond, struct port *port,
			    json_t *object, bool active)
{
	struct bond_port_facts facts = {};
	int link = LINK_DOWN, prio = 0, queue_id = 0, actor_port_prio = -1, number = 0;
	struct lacp_port_state lacp;
	json_int_t failures = 0;

	json_unpack(object, "{s:i, s:I, s:i, s:i}", "link", &link, "link_failures", &failures,
		    "prio", &prio, "queue_id", &queue_id);
	/* a daemon without 802.3ad did not write these */
	json_unpack(object, "{s?i, s?i}", "actor_port_prio", &actor_port_prio, "number", &number);
	memcpy(facts.name, port->name, sizeof(facts.name));
	memcpy(facts.mac, port->saved.mac, sizeof(facts.mac));
	facts.number = (uint16_t)number;
	if (lacp_state_from_json(json_object_get(object, "lacp"), loop_now_ms(), &lacp,
				 &facts.lacp_age_ms))
		facts.lacp = &lacp;
	bond_port_options_init(&facts.options);
	if (actor_port_prio >= 0)
		facts.options.actor_port_prio = (uint16_t)actor_port_prio;
	memcpy(facts.restored_mac, port->mac, MAC_LENGTH);
	facts.options.prio = prio;
	facts.options.queue_id = (uint16_t)queue_id;
	facts.link_failures = (uint32_t)failures;
	facts.carrier = port->carrier = port_carrier(daemon, bond, port);
	nic_speed(daemon->socket, port->name, &facts.speed_mbps, &facts.duplex);
	bond_in_restore(bond->core, port->ifindex, &facts,
			link >= LINK_UP && link <= LINK_BACK ? (enum link_state)link : LINK_DOWN,
			active, loop_now_ms());
}

/* Adds the port to the bond's list; NULL when it does not exist (any more). */
static struct port *restore_port(struct ebondd *daemon, struct managed_bond *bond, json_t *object)
{
	struct port *port = &bond->ports[bond->port_count];
	const char *name;
	json_int_t ifindex;
	struct link link;
	json_t *saved;

	if (bond->port_count == BOND_PORTS_MAX ||
	    json_unpack(object, "{s:s, s:I, s:o}", "name", &name, "ifindex", &ifindex, "saved",
			&saved) < 0)
		return NULL;
	*port = PORT_CLOSED;
	port->ifindex = (uint32_t)ifindex;
	if (!parse_saved(saved, &port->saved))
		return NULL;
	if (nl_link_by_index(daemon->nl, port->ifindex, &link) < 0) {
		log_warning(bond->name, "port %s is gone since the last daemon", name);
		return NULL;
	}
	memcpy(port->name, link.name, sizeof(port->name));
	memcpy(port->mac, link.mac, MAC_LENGTH);
	bond->port_count++;
	return port;
}

static void restore_options(json_t *object, struct bond_options *options)
{
	struct refusal why;
	const char *name;
	char note[256];
	json_t *value;

	bond_options_init(options);
	json_object_foreach(object, name, value)
		if (bond_options_set(options, name, json_string_value(value), false, &why) < 0)
			log_warning("ebondd", "an option of the last daemon is ignored: %s",
				    why.text);
	if (bond_options_settle(options, NULL, 0, note, sizeof(note), &why) < 0)
		log_warning("ebondd", "the last daemon's options: %s", why.text);
}

/* The facts of bond0 itself; false when this is not the bond of the state file any more. */
static bool read_bond(struct ebondd *daemon, struct managed_bond *bond, json_t *object)
{
	json_int_t ifindex, hidden_ifindex, mtu;
	int mac_is_chance;
	const char *name, *mac;
	struct link link, hidden;

	if (json_unpack(object, "{s:s, s:I, s:I, s:I, s:s, s:b}", "name", &name, "ifindex",
			&ifindex, "hidden_ifindex", &hidden_ifindex, "mtu", &mtu, "mac", &mac,
			"mac_is_chance", &mac_is_chance) < 0 ||
	    !mac_parse(mac, bond->mac))
		return false;
	snprintf(bond->name, sizeof(bond->name), "%s", name);
	bond->ifindex = (uint32_t)ifindex;
	bond->hidden_ifindex = (uint32_t)hidden_ifindex;
	bond->mac_is_chance = mac_is_chance;
	if (nl_link_by_index(daemon->nl, bond->hidden_ifindex, &hidden) < 0 ||
	    !pair_kind_parse(hidden.kind, &bond->kind))
		return false;
	memcpy(bond->hidden_name, hidden.name, sizeof(bond->hidden_name));
	bond->carrier = hidden.flags & IFF_UP;
	bond->mtu = (uint32_t)mtu;
	/* Not here: moved to another network namespace, where it goes on. */
	if (nl_link_by_index(daemon->nl, bond->ifindex, &link) < 0)
		return true;
	if (link.lower != hidden.ifindex)
		return false;
	memcpy(bond->name, link.name, sizeof(bond->name));
	bond->mtu = link.mtu;
	bond->promisc = link.promiscuity > 0;
	/*
	 * The ARP/NS monitor rests until all is in place; world_inspect() tells how bond0 really
	 * is. LACP, which replaces that monitor in its mode, must not rest for a moment.
	 */
	bond_in_up(bond->core, bond_get_lacp(bond->core) && link.flags & IFF_UP, loop_now_ms());
	if (memcmp(bond->mac, link.mac, MAC_LENGTH) != 0) {
		memcpy(bond->mac, link.mac, MAC_LENGTH);
		bond->mac_is_chance = false;
	}
	return true;
}

static int take_port(struct ebondd *daemon, const struct datapath *path, struct port *port)
{
	return datapath_take_port(path, port_place(daemon, port), port->saved.mac,
				  &port->saved.made_qdisc);
}

/* Our programs in the place of the last daemon's, with a table that fits the present. */
static int replace_programs(struct ebondd *daemon, struct managed_bond *bond, struct refusal *why)
{
	struct hook_place place = pair_tx_place(daemon, bond), other = place;
	struct bond_effects effects;
	int err =
		datapath_load(bond_get_options(bond->core), bond->hidden_ifindex, &bond->path, why);

	if (err)
		return err;
	/* The last daemon may have used the other hook that veth can have. */
	if (place.kind == HOOK_TCX)
		other.kind = HOOK_CLSACT;
	else if (place.kind == HOOK_CLSACT)
		other.kind = HOOK_TCX;
	datapath_adopt_found(bond->path, other);
	datapath_adopt_found(bond->path, place);
	/* The first packet that meets the new programs must find a table. */
	bond_step(bond->core, loop_now_ms(), &effects);
	datapath_publish(bond->path, bond_get_table(bond->core));
	err = datapath_take_tx(bond->path, place);
	for (size_t i = 0; i < bond->port_count && !err; i++)
		err = take_port(daemon, bond->path, &bond->ports[i]);
	if (err)
		return refuse(why, err, "%s: programs cannot be replaced (%s)", bond->name,
			      strerror(-err));
	effects_carry_out(daemon, bond, &effects, loop_now_ms());
	effects_run(daemon, bond, loop_now_ms());
	if (bond->carrier != bond_get_carrier(bond->core))
		effects_carrier(daemon, bond, bond_get_carrier(bond->core));
	return 0;
}

/* bond0 is gone, but its ports are still as a bond needs them. */
static void give_ports_back(struct ebondd *daemon, struct managed_bond *bond, json_t *ports)
{
	json_t *object;
	size_t i;

	log_warning(bond->name, "is gone since the last daemon: its ports are given back");
	json_array_foreach(ports, i, object)
		restore_port(daemon, bond, object);
	while (bond->port_count)
		port_detach(daemon, bond, &bond->ports[bond->port_count - 1], false);
}

static int takeover_bond(struct ebondd *daemon, json_t *object)
{
	struct managed_bond *bond = calloc(1, sizeof(*bond));
	json_t *entry, *ports = json_object_get(object, "ports");
	json_int_t active = json_integer_value(json_object_get(object, "active"));
	struct bond_options options;
	struct refusal why;
	size_t i;
	int err;

	restore_options(json_object_get(object, "options"), &options);
	if (bond)
		bond->core = bond_new(&options, loop_now_ms());
	if (!bond || !bond->core || bonds_add(daemon, bond) < 0) {
		log_error("ebondd", "no room for a bond of the last daemon");
		if (bond)
			bond_free(bond->core);
		free(bond);
		return -ENOMEM;
	}
	if (!read_bond(daemon, bond, object)) {
		give_ports_back(daemon, bond, ports);
		bonds_forget(daemon, bond);
		return 0;
	}
	pair_prepare_hidden(daemon, bond);
	bond_in_mac(bond->core, bond->mac, loop_now_ms());
	json_array_foreach(ports, i, entry) {
		struct port *port = restore_port(daemon, bond, entry);

		if (port)
			restore_in_core(daemon, bond, port, entry, port->ifindex == active);
	}
	err = replace_programs(daemon, bond, &why);
	if (err)
		log_error("ebondd", "%s", why.text);
	else
		log_notice(bond->name, "taken over from the last daemon, %zu ports",
			   bond->port_count);
	return err;
}

int takeover_all(struct ebondd *daemon, bool *ret_after_crash)
{
	json_auto_t *state = NULL;
	json_t *bond;
	size_t i;

	*ret_after_crash = false;
	if (state_load(&state) < 0)
		return 0;
	*ret_after_crash = !json_is_true(json_object_get(state, "stopped"));
	json_array_foreach(json_object_get(state, "bonds"), i, bond) {
		int err = takeover_bond(daemon, bond);

		if (err)
			return err;
	}
	world_inspect(daemon);
	state_save(daemon);
	return 0;
}
