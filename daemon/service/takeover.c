/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From state.json to running bonds. */
#include "daemon/service/takeover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/bonds.h"
#include "daemon/kernel/nic.h"
#include "daemon/kernel/pair.h"
#include "daemon/log.h"
#include "daemon/port.h"
#include "daemon/port_uppers.h"
#include "daemon/run_effects.h"
#include "daemon/service/state.h"
#include "daemon/service/saved.h"
#include "daemon/service/takeover_found.h"
#include "daemon/service/takeover_match.h"
#include "daemon/world.h"
#include "lang/refuse.h"
#include "lib/cleanup.h"

/* How LACP stood, and how long ago; NULL: the port starts over. */
static const struct lacp_port_state *restored_lacp(const struct saved_port *saved,
						   uint64_t *ret_age_ms)
{
	uint64_t now_ms = loop_now_ms();

	*ret_age_ms =
		saved->lacp.at_ms && saved->lacp.at_ms < now_ms ? now_ms - saved->lacp.at_ms : 0;
	return saved->has_lacp ? &saved->lacp.state : NULL;
}

/* Tells the core of a port as it was, with its carrier as it is now. */
static void restore_in_core(struct ebondd *daemon, struct managed_bond *bond, struct port *port,
			    const struct saved_port *saved, bool active)
{
	struct bond_port_facts facts = {
		.options = saved->options,
		.number = saved->number,
		.clock = saved->clock,
		.link_failures = saved->link_failures,
	};

	memcpy(facts.name, port->name, sizeof(facts.name));
	memcpy(facts.mac, port->saved.mac, sizeof(facts.mac));
	memcpy(facts.restored_mac, port->mac, MAC_LENGTH);
	facts.lacp = restored_lacp(saved, &facts.lacp_age_ms);
	facts.carrier = port->carrier = port_carrier(daemon, bond, port);
	nic_speed(daemon->socket, port->name, &facts.speed_mbps, &facts.duplex);
	bond_in_restore(bond->core, port->ifindex, &facts,
			saved->has_link ? saved->link
			: facts.carrier ? LINK_UP
					: LINK_DOWN,
			active, loop_now_ms());
}

/* What the file does not say of how the interface was: as it is, with the address it was made with.
 */
static void complete_before(struct saved_link *before, const struct link *link)
{
	static const uint8_t none[MAC_LENGTH];

	if (!before->mtu)
		before->mtu = link->mtu;
	if (memcmp(before->mac, none, MAC_LENGTH) == 0)
		memcpy(before->mac, link->has_permanent_mac ? link->permanent_mac : link->mac,
		       MAC_LENGTH);
}

/* Adds the port to the bond's list; NULL when it does not exist (any more). */
static struct port *restore_port(struct ebondd *daemon, struct managed_bond *bond,
				 const struct saved_bond *saved, size_t index, bool is_sure)
{
	const struct saved_link *before = &saved->ports[index].before;
	struct port *port = &bond->ports[bond->port_count];
	char mac[MAC_TEXT_SIZE];
	struct link link;

	if (!match_port(daemon, saved, index, is_sure, &link)) {
		log_warning(bond->name,
			    "port %s is gone since the last daemon: if it was moved to another "
			    "network namespace, there, set address %s and MTU %u",
			    saved->ports[index].name, mac_format(before->mac, mac), before->mtu);
		return NULL;
	}
	*port = PORT_CLOSED;
	port->saved = *before;
	port_describe(port, &link);
	complete_before(&port->saved, &link);
	memcpy(port->mac, link.mac, MAC_LENGTH);
	bond->port_count++;
	return port;
}

/* The facts of bond0 itself; of @bond0 only when it is in this network namespace. */
static void restore_bond(struct managed_bond *bond, const struct saved_bond *saved,
			 const struct link *hidden, const struct link *bond0)
{
	pair_kind_parse(hidden->kind, &bond->kind);
	memcpy(bond->name, saved->name, sizeof(bond->name));
	memcpy(bond->hidden_name, hidden->name, sizeof(bond->hidden_name));
	memcpy(bond->mac, saved->mac, MAC_LENGTH);
	bond->hidden_ifindex = hidden->ifindex;
	bond->ifindex = bond0->ifindex ?: saved->ifindex;
	bond->mac_is_chance = saved->mac_is_chance;
	bond->mtu = saved->mtu;
	bond->carrier = hidden->flags & IFF_UP;
	if (!bond0->ifindex)
		return;
	memcpy(bond->name, bond0->name, sizeof(bond->name));
	bond->mtu = bond0->mtu;
	bond->promisc = bond0->promiscuity > 0;
	/*
	 * The ARP/NS monitor rests until all is in place; world_inspect() tells how bond0 really
	 * is. LACP, which replaces that monitor in its mode, must not rest for a moment.
	 */
	bond_in_up(bond->core, bond_get_lacp(bond->core) && bond0->flags & IFF_UP, loop_now_ms());
	if (memcmp(bond->mac, bond0->mac, MAC_LENGTH) != 0) {
		memcpy(bond->mac, bond0->mac, MAC_LENGTH);
		bond->mac_is_chance = false;
	}
}

static int take_port(struct ebondd *daemon, const struct datapath *path, struct port *port)
{
	return datapath_take_port(path, port_place(daemon, port), port->saved.mac,
				  &port->saved.made_qdisc);
}

/* Our programs in the place of the last daemon's, with a table that fits the present. */
static int replace_programs(struct ebondd *daemon, struct managed_bond *bond, struct refusal *why)
{
	struct hook_place place = pair_tx_place(daemon, bond), other = place, lldp;
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
	port_uppers_refresh(daemon, bond);
	err = datapath_take_tx(bond->path, place);
	for (size_t i = 0; i < bond->port_count && !err; i++)
		err = take_port(daemon, bond->path, &bond->ports[i]);
	if (err)
		return refuse(why, err, "%s: programs cannot be replaced (%s)", bond->name,
			      strerror(-err));
	if (pair_lldp_place(daemon, bond, &lldp))
		datapath_take_lldp(bond->path, lldp);
	effects_carry_out(daemon, bond, &effects, loop_now_ms());
	effects_run(daemon, bond, loop_now_ms());
	if (bond->carrier != bond_get_carrier(bond->core))
		effects_carrier(daemon, bond, bond_get_carrier(bond->core));
	return 0;
}

/* bond0 is gone, but its ports are still as a bond needs them. */
static void give_ports_back(struct ebondd *daemon, struct managed_bond *bond,
			    const struct saved_bond *saved, bool is_sure)
{
	memcpy(bond->name, saved->name, sizeof(bond->name));
	log_warning(bond->name, "is gone since the last daemon: its ports are given back");
	for (size_t i = 0; i < saved->port_count; i++)
		restore_port(daemon, bond, saved, i, is_sure);
	while (bond->port_count)
		port_detach(daemon, bond, &bond->ports[bond->port_count - 1], PORT_IS_HERE);
}

static int restore_all(struct ebondd *daemon, struct managed_bond *bond,
		       const struct saved_bond *saved, bool is_sure)
{
	struct refusal why;
	int err;

	pair_prepare_hidden(daemon, bond);
	bond_in_mac(bond->core, bond->mac, loop_now_ms());
	for (size_t i = 0; i < saved->port_count; i++) {
		struct port *port = restore_port(daemon, bond, saved, i, is_sure);

		if (port)
			restore_in_core(daemon, bond, port, &saved->ports[i],
					saved->active && saved->ports[i].ifindex == saved->active);
	}
	err = replace_programs(daemon, bond, &why);
	if (err)
		log_error("ebondd", "%s", why.text);
	else
		log_notice(bond->name, "taken over from the last daemon, %zu ports",
			   bond->port_count);
	return err;
}

/* A daemon died while it made this bond, and nobody was told yet that there is one. */
static void undo_making(struct ebondd *daemon, const struct saved_bond *saved)
{
	struct link hidden, bond0;
	enum pair_kind kind;

	if (nl_link_by_name(daemon->nl, saved->hidden_name, &hidden) < 0 ||
	    nl_link_by_name(daemon->nl, saved->name, &bond0) < 0 ||
	    !pair_kind_parse(hidden.kind, &kind) || hidden.lower != bond0.ifindex ||
	    bond0.lower != hidden.ifindex)
		return;
	nl_delete_link(daemon->nl, hidden.ifindex);
	log_notice(saved->name, "was half made when the last daemon died: removed");
}

/* The mode of the programs that run, where the file has none; and what goes together. */
static struct bond_options settled_options(const struct saved_bond *saved,
					   const struct link *hidden)
{
	struct bond_options options = saved->options;
	struct ebond_config config;
	struct refusal why;
	char remark[256] = "";

	if (!saved->has_mode && datapath_find_tx(hidden->ifindex, &config) &&
	    config.mode < BOND_MODE_MAX)
		options.mode = config.mode;
	if (bond_options_settle(&options, NULL, 0, remark, sizeof(remark), &why) < 0)
		log_warning(saved->name, "options of the last daemon: %s", why.text);
	else if (remark[0])
		log_warning(saved->name, "options of the last daemon: %s", remark);
	return options;
}

static int takeover_bond(struct ebondd *daemon, const struct saved_bond *saved, bool is_sure)
{
	struct link hidden = {}, bond0;
	struct bond_options options;
	struct managed_bond *bond;
	bool is_here;

	if (saved->is_being_made) {
		if (is_sure)
			undo_making(daemon, saved);
		return 0;
	}
	if (daemon->bond_count == BONDS_MAX) {
		log_error(saved->name,
			  "runs on without a daemon: this one has %d bonds, the maximum",
			  BONDS_MAX);
		return 0;
	}
	is_here = match_bond(daemon, saved, &hidden, &bond0);
	options = settled_options(saved, &hidden);
	bond = bonds_new(daemon, &options);
	if (!bond) {
		log_error("ebondd", "no room for %s of the last daemon", saved->name);
		return -ENOMEM;
	}
	if (!is_here) {
		give_ports_back(daemon, bond, saved, is_sure);
		bonds_forget(daemon, bond);
		return 0;
	}
	restore_bond(bond, saved, &hidden, &bond0);
	return restore_all(daemon, bond, saved, is_sure);
}

/* Whether the state is this namespace's and this boot's, or does not say (the first release). */
static bool is_of_here(const struct ebondd *daemon, const struct saved_state *state)
{
	struct namespace_id id = {.cookie = state->netns};

	memcpy(id.boot, state->boot, sizeof(id.boot));
	return !state->netns || namespace_id_equal(&id, &daemon->netns);
}

static int takeover_state(struct ebondd *daemon, const struct saved_state *state)
{
	int err = 0;

	if (!is_of_here(daemon, state)) {
		log_warning("ebondd", "the state file is of another network namespace, or of an "
				      "earlier boot: it is not believed");
		return 0;
	}
	for (size_t i = 0; i < state->bond_count && !err; i++)
		err = takeover_bond(daemon, &state->bonds[i], state->netns != 0);
	return err;
}

static int takeover_found_bond(struct ebondd *daemon, const struct saved_bond *saved)
{
	return takeover_bond(daemon, saved, true);
}

int takeover_all(struct ebondd *daemon, bool *ret_after_crash)
{
	struct saved_state state;
	size_t known;
	int err = state_load(&state);

	if (err)
		return err;
	*ret_after_crash = state.bond_count && !state.stopped;
	err = takeover_state(daemon, &state);
	saved_release(&state);
	known = daemon->bond_count;
	err = err ?: takeover_find(daemon, takeover_found_bond);
	*ret_after_crash |= daemon->bond_count > known;
	if (err)
		return err;
	world_inspect(daemon);
	state_save(daemon);
	return 0;
}
