/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of bonds; creating and deleting bonds. */
#include "daemon/bonds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/run_effects.h"
#include "daemon/kernel/pair.h"
#include "daemon/log.h"
#include "daemon/macs.h"
#include "daemon/port.h"
#include "daemon/port_filters.h"
#include "daemon/port_uppers.h"
#include "daemon/protocol/lacp_speaker.h"
#include "daemon/protocol/neighbours.h"
#include "daemon/protocol/probes.h"
#include "daemon/service/await.h"
#include "daemon/service/state.h"
#include "lang/refuse.h"
#include "lib/cleanup.h"

struct managed_bond *bonds_by_name(const struct ebondd *daemon, const char *name)
{
	for (size_t i = 0; i < daemon->bond_count; i++)
		if (strcmp(daemon->bonds[i]->name, name) == 0)
			return daemon->bonds[i];
	return NULL;
}

struct managed_bond *bonds_by_ifindex(const struct ebondd *daemon, uint32_t ifindex)
{
	for (size_t i = 0; i < daemon->bond_count; i++)
		if (daemon->bonds[i]->ifindex == ifindex)
			return daemon->bonds[i];
	return NULL;
}

struct managed_bond *bonds_by_hidden(const struct ebondd *daemon, uint32_t ifindex)
{
	for (size_t i = 0; i < daemon->bond_count; i++)
		if (daemon->bonds[i]->hidden_ifindex == ifindex)
			return daemon->bonds[i];
	return NULL;
}

struct port *bond_port_named(struct managed_bond *bond, const char *name)
{
	for (size_t i = 0; i < bond->port_count; i++)
		if (strcmp(bond->ports[i].name, name) == 0)
			return &bond->ports[i];
	return NULL;
}

bool bond_has_port_named(const struct managed_bond *bond, const char *name)
{
	for (size_t i = 0; i < bond->port_count; i++)
		if (strcmp(bond->ports[i].name, name) == 0)
			return true;
	return false;
}

struct port *bond_port_indexed(struct managed_bond *bond, uint32_t ifindex)
{
	for (size_t i = 0; i < bond->port_count; i++)
		if (bond->ports[i].ifindex == ifindex)
			return &bond->ports[i];
	return NULL;
}

struct managed_bond *bonds_by_port(const struct ebondd *daemon, uint32_t ifindex,
				   struct port **ret_port)
{
	for (size_t i = 0; i < daemon->bond_count; i++) {
		struct port *port = bond_port_indexed(daemon->bonds[i], ifindex);

		if (!port)
			continue;
		if (ret_port)
			*ret_port = port;
		return daemon->bonds[i];
	}
	return NULL;
}

static void bond_release(struct managed_bond *bond)
{
	datapath_free(bond->path);
	bond_free(bond->core);
	free(bond);
}

DEFINE_CLEANUP(managed_bond, struct managed_bond *, bond_release)

struct managed_bond *bonds_new(struct ebondd *daemon, const struct bond_options *options)
{
	_cleanup_(managed_bond) struct managed_bond *bond = calloc(1, sizeof(*bond));

	if (!bond || daemon->bond_count == BONDS_MAX)
		return NULL;
	bond->core = bond_new(options, loop_now_ms());
	if (!bond->core)
		return NULL;
	daemon->bonds[daemon->bond_count++] = bond;
	return TAKE_PTR(bond);
}

void bonds_forget(struct ebondd *daemon, struct managed_bond *bond)
{
	for (size_t i = 0; i < bond->port_count; i++) {
		probes_stop(daemon, &bond->ports[i]);
		lacp_stop(daemon, &bond->ports[i]);
	}
	for (size_t i = 0; i < daemon->bond_count; i++) {
		if (daemon->bonds[i] != bond)
			continue;
		memmove(&daemon->bonds[i], &daemon->bonds[i + 1],
			(daemon->bond_count - i - 1) * sizeof(daemon->bonds[0]));
		daemon->bond_count--;
		break;
	}
	bond_release(bond);
}

/* Only lldpd is any worse off without it. */
static void attach_lldp(const struct ebondd *daemon, const struct managed_bond *bond,
			const struct datapath *old)
{
	struct hook_place place;
	int err = pair_lldp_place(daemon, bond, &place)
			  ? datapath_attach_lldp(bond->path, old, place)
			  : 0;

	if (err)
		log_warning(bond->name, "%s hears the LLDP that is sent on %s (%s)",
			    bond->hidden_name, bond->name, strerror(-err));
}

static int load_path(struct ebondd *daemon, struct managed_bond *bond,
		     const struct bond_options *options, struct refusal *why)
{
	int err = datapath_load(options, bond->hidden_ifindex, &bond->path, why);

	if (err)
		return err;
	err = datapath_attach_tx(bond->path, NULL, pair_tx_place(daemon, bond));
	if (err)
		return refuse(why, err,
			      "%s: the transmit program cannot be attached (%s): the kernel needs "
			      "CONFIG_NET_XGRESS, or CONFIG_NET_SCH_INGRESS and CONFIG_NET_CLS_BPF",
			      bond->name, strerror(-err));
	attach_lldp(daemon, bond, NULL);
	return 0;
}

/* Creates the pair and loads its programs; deletes the pair again on failure. */
static int make(struct ebondd *daemon, struct managed_bond *bond,
		const struct bond_options *options, struct refusal *why)
{
	int err = pair_create(daemon, bond, why);

	if (err)
		return err;
	err = load_path(daemon, bond, options, why);
	if (err)
		nl_delete_link(daemon->nl, bond->ifindex);
	return err;
}

int bonds_create(struct ebondd *daemon, const char *name, const struct bond_options *options,
		 struct refusal *why)
{
	struct managed_bond *bond;
	int err;

	if (daemon->bond_count == BONDS_MAX)
		return refuse(why, -ENOSPC, "%s: there are already %d bonds, the maximum", name,
			      BONDS_MAX);
	bond = bonds_new(daemon, options);
	if (!bond)
		return refuse(why, -ENOMEM, "%s: no memory for another bond", name);
	snprintf(bond->name, sizeof(bond->name), "%s", name);
	pair_choose_name(daemon, bond);
	/* On disk before it is created, so that a crash leaves nothing unknown behind. */
	err = state_save(daemon);
	if (err)
		refuse(why, err, "%s: the state cannot be saved (%s): nothing was changed", name,
		       strerror(-err));
	err = err ?: make(daemon, bond, options, why);
	if (err) {
		bonds_forget(daemon, bond);
		daemon->state_changed = true;
		return err;
	}
	bond_in_up(bond->core, false, loop_now_ms()); /* the operator sets it up */
	log_notice(name, "created as %s, mode %s", pair_kind_word(bond->kind),
		   bond_mode_word(options->mode));
	effects_run(daemon, bond, loop_now_ms());
	daemon->state_changed = true;
	return 0;
}

void bonds_delete(struct ebondd *daemon, struct managed_bond *bond, bool gone)
{
	if (gone)
		bond->carrier = false; /* nothing left to turn off */
	while (bond->port_count)
		port_detach(daemon, bond, &bond->ports[bond->port_count - 1], PORT_IS_HERE);
	if (!gone) {
		/* Deletes both ends; this one is here even if bond0 is in another namespace. */
		int err = nl_delete_link(daemon->nl, bond->hidden_ifindex);

		if (err)
			log_error(bond->name, "cannot be deleted (%s)", strerror(-err));
		else
			log_notice(bond->name, "deleted");
	}
	await_forget(daemon, bond->name, 0);
	bonds_forget(daemon, bond);
	daemon->state_changed = true;
}

static int attach_port(struct ebondd *daemon, const struct datapath *path,
		       const struct datapath *old, struct port *port)
{
	return datapath_attach_port(path, old, port_place(daemon, port), port->saved.mac,
				    &port->saved.made_qdisc);
}

/*
 * Replaces the programs on every hook; the new ones start with the table of @core. The
 * ports' come first: until the transmit program follows, nothing is sent to which the
 * new receive programs would not accept a reply.
 */
static int replace_programs(struct ebondd *daemon, struct managed_bond *bond,
			    const struct bond *core, struct refusal *why)
{
	struct datapath *old = bond->path, *new = NULL;
	int err = datapath_load(bond_get_options(core), bond->hidden_ifindex, &new, why);

	if (err)
		return err;
	datapath_publish(new, bond_get_table(core));
	datapath_adopt(new, old);
	bond->path = new;
	port_uppers_refresh(daemon, bond);
	port_filters_publish(bond);
	for (size_t i = 0; i < bond->port_count && !err; i++)
		err = attach_port(daemon, new, old, &bond->ports[i]);
	err = err ?: datapath_attach_tx(new, old, pair_tx_place(daemon, bond));
	if (!err) {
		attach_lldp(daemon, bond, old);
		datapath_free(old);
		return 0;
	}
	/* Restores the old ones, which still have the old table; fails where they were not
	 * replaced. */
	bond->path = old;
	datapath_attach_tx(old, new, pair_tx_place(daemon, bond));
	for (size_t i = 0; i < bond->port_count; i++)
		attach_port(daemon, old, new, &bond->ports[i]);
	datapath_free(new);
	return refuse(why, err, "%s: the new programs cannot be attached (%s): nothing was changed",
		      bond->name, strerror(-err));
}

int bonds_become(struct ebondd *daemon, struct managed_bond *bond, struct bond *future,
		 struct refusal *why)
{
	enum bond_fail_over_mac policy = macs_policy(bond->core);
	bool balanced = mode_has(bond_get_options(bond->core)->mode, MODE_BALANCE);
	struct bond_effects effects;
	int err;

	bond_in_mac(future, bond->mac, loop_now_ms());
	bond_step(future, loop_now_ms(), &effects);
	/* Before the programs, which take a while to load: until then both directions work. */
	if (bond_get_options(future)->mode != bond_get_options(bond->core)->mode)
		neighbours_farewell(daemon, bond);
	if (datapath_needs_reload(bond_get_options(bond->core), bond_get_options(future))) {
		err = replace_programs(daemon, bond, future, why);
		if (err)
			return err;
	}
	bond_free(bond->core);
	bond->core = future;
	bond->paths_due_ms = bond->sample_due_ms = 0; /* there may be other targets */
	if (macs_policy(future) != policy ||
	    mode_has(bond_get_options(future)->mode, MODE_BALANCE) != balanced)
		macs_policy_changed(daemon, bond);
	effects_carry_out(daemon, bond, &effects, loop_now_ms());
	effects_run(daemon, bond, loop_now_ms());
	daemon->state_changed = true;
	return 0;
}
