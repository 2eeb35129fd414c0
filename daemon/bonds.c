/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of bonds and each bond's beginning and end; used by commands.c and world.c. */
#include "bonds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "effects.h"
#include "log.h"
#include "macs.h"
#include "nic.h"
#include "port.h"
#include "probes.h"
#include "core/refuse.h"
#include "steering.h"

/* What veth allows at most: the hidden end never limits bond0's MTU. */
#define HIDDEN_MTU 65535

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

int bonds_add(struct ebondd *daemon, struct managed_bond *bond)
{
	if (daemon->bond_count == BONDS_MAX)
		return -ENOSPC;
	daemon->bonds[daemon->bond_count++] = bond;
	return 0;
}

static void bond_release(struct managed_bond *bond)
{
	datapath_free(bond->path);
	bond_free(bond->core);
	free(bond);
}

DEFINE_CLEANUP(managed_bond, struct managed_bond *, bond_release)

void bonds_forget(struct ebondd *daemon, struct managed_bond *bond)
{
	for (size_t i = 0; i < bond->port_count; i++)
		probes_stop(daemon, &bond->ports[i]);
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

/* "eb.bond0", or "eb.<ifindex-like number>" where that is too long or taken. */
static void name_hidden_end(struct ebondd *daemon, const char *name, char hidden[BOND_NAME_MAX])
{
	struct link link;

	if (strlen(name) <= BOND_NAME_MAX - 1 - 3) {
		snprintf(hidden, BOND_NAME_MAX, "eb.%.12s", name);
		if (nl_link_by_name(daemon->nl, hidden, &link) == -ENODEV)
			return;
	}
	for (unsigned int number = 0; number < 100000; number++) {
		snprintf(hidden, BOND_NAME_MAX, "eb.%u", number);
		if (nl_link_by_name(daemon->nl, hidden, &link) == -ENODEV)
			return;
	}
}

static int refuse_pair(struct ebondd *daemon, const char *name, int err, struct refusal *why)
{
	if (err == -EEXIST)
		return refuse(why, err, "%s: an interface of that name exists: choose another name",
			      name);
	if (err == -EOPNOTSUPP)
		return refuse(why, err, "%s: this kernel has no veth: it needs CONFIG_VETH", name);
	if (err == -EPERM)
		return refuse(why, err,
			      "%s: creating interfaces was forbidden: run as root with "
			      "CAP_NET_ADMIN",
			      name);
	return refuse(why, err, "%s: cannot be created (%s%s%s)", name, strerror(-err),
		      nl_last_message(daemon->nl)[0] ? ": " : "", nl_last_message(daemon->nl));
}

void bonds_prepare_hidden(struct ebondd *daemon, const struct managed_bond *bond)
{
	char alias[64];
	int err;

	snprintf(alias, sizeof(alias), "hidden end of ebond's %s: leave it alone", bond->name);
	nl_set_alias(daemon->nl, bond->hidden_ifindex, alias);
	nl_set_mtu(daemon->nl, bond->hidden_ifindex, HIDDEN_MTU);
	/* What this end would send of its own (router solicitations) would arrive on bond0. */
	nic_set_ipv6_disabled(bond->hidden_name, true);
	err = daemon->sysfs_fd < 0 ? daemon->sysfs_fd
				   : steering_set(daemon->sysfs_fd, bond->hidden_name);
	if (err)
		log_warning(bond->name,
			    "flows cannot be steered (%s): packets of one flow may "
			    "overtake each other",
			    strerror(-err));
}

/* bond0 and its hidden end, and what of them the bond keeps. */
static int create_pair(struct ebondd *daemon, struct managed_bond *bond, struct refusal *why)
{
	uint8_t hidden_mac[MAC_LENGTH];
	struct link link;
	int err;

	name_hidden_end(daemon, bond->name, bond->hidden_name);
	/*
	 * Our own chance, not the kernel's: udev replaces an address that the kernel
	 * made up (MACAddressPolicy=persistent), which would then pass for chosen.
	 */
	err = nic_random_mac(bond->mac);
	err = err ?: nic_random_mac(hidden_mac);
	err = err
		      ?: nl_create_veth(daemon->nl, bond->name, bond->mac, bond->hidden_name,
					hidden_mac);
	if (err)
		return refuse_pair(daemon, bond->name, err, why);
	err = nl_link_by_name(daemon->nl, bond->hidden_name, &link);
	bond->hidden_ifindex = err ? 0 : link.ifindex;
	err = err ?: nl_link_by_name(daemon->nl, bond->name, &link);
	if (err)
		return refuse(why, err, "%s: vanished while it was created (%s)", bond->name,
			      strerror(-err));
	bond->ifindex = link.ifindex;
	bond->mtu = link.mtu;
	bond->mac_is_chance = true;
	bonds_prepare_hidden(daemon, bond);
	return 0;
}

static int load_path(struct ebondd *daemon, struct managed_bond *bond,
		     const struct bond_options *options, struct refusal *why)
{
	int err = datapath_load(options, bond->hidden_ifindex, &bond->path, why);

	if (err)
		return err;
	err = datapath_attach_tx(bond->path, daemon->hook, bond->hidden_ifindex);
	if (err)
		return refuse(why, err,
			      "%s: the transmit program cannot be attached (%s): the kernel needs "
			      "CONFIG_NET_XGRESS, or CONFIG_NET_SCH_INGRESS and CONFIG_NET_CLS_BPF",
			      bond->name, strerror(-err));
	return 0;
}

int bonds_create(struct ebondd *daemon, const char *name, const struct bond_options *options,
		 struct refusal *why)
{
	_cleanup_(managed_bond) struct managed_bond *bond = calloc(1, sizeof(*bond));
	int err;

	if (bond)
		bond->core = bond_new(options, loop_now_ms());
	if (!bond || !bond->core)
		return refuse(why, -ENOMEM, "%s: no memory for another bond", name);
	if (daemon->bond_count == BONDS_MAX)
		return refuse(why, -ENOSPC, "%s: this daemon has %d bonds, the most there can be",
			      name, BONDS_MAX);
	snprintf(bond->name, sizeof(bond->name), "%s", name);
	err = create_pair(daemon, bond, why);
	if (err)
		return err;
	err = load_path(daemon, bond, options, why);
	if (err) {
		nl_delete_link(daemon->nl, bond->ifindex);
		return err;
	}
	bond_in_up(bond->core, false, loop_now_ms()); /* its operator sets it up */
	log_notice(name, "created, mode %s", bond_mode_word(options->mode));
	bonds_add(daemon, bond);
	effects_run(daemon, TAKE_PTR(bond), loop_now_ms());
	daemon->state_changed = true;
	return 0;
}

void bonds_delete(struct ebondd *daemon, struct managed_bond *bond, bool gone)
{
	if (gone)
		bond->carrier = false; /* there is nothing left to turn off */
	while (bond->port_count)
		port_detach(daemon, bond, &bond->ports[bond->port_count - 1], false);
	if (!gone) {
		/* Both ends go; this one is here even when bond0 was moved elsewhere. */
		int err = nl_delete_link(daemon->nl, bond->hidden_ifindex);

		if (err)
			log_error(bond->name, "cannot be deleted (%s)", strerror(-err));
		else
			log_notice(bond->name, "deleted");
	}
	bonds_forget(daemon, bond);
	daemon->state_changed = true;
}

/*
 * New programs on every hook; they find the table of @core as their first. The
 * ports' side goes first: until the transmit program follows, nothing is sent
 * that the new receive programs would not take an answer to.
 */
static int replace_programs(struct ebondd *daemon, struct managed_bond *bond,
			    const struct bond *core, struct refusal *why)
{
	struct datapath *old = bond->path, *new = NULL;
	int err = datapath_load(bond_get_options(core), bond->hidden_ifindex, &new, why);

	if (err)
		return err;
	datapath_publish(new, bond_get_table(core));
	datapath_adopt_counters(new, old, daemon->hook, bond->hidden_ifindex);
	bond->path = new;
	for (size_t i = 0; i < bond->port_count && !err; i++)
		err = datapath_attach_rx(new, daemon->hook, bond->ports[i].ifindex,
					 &bond->ports[i].saved.made_qdisc);
	err = err ?: datapath_attach_tx(new, daemon->hook, bond->hidden_ifindex);
	if (!err) {
		datapath_free(old);
		return 0;
	}
	/* Back to the old ones, which still have the old table. */
	bond->path = old;
	datapath_attach_tx(old, daemon->hook, bond->hidden_ifindex);
	for (size_t i = 0; i < bond->port_count; i++)
		datapath_attach_rx(old, daemon->hook, bond->ports[i].ifindex, NULL);
	datapath_free(new);
	return refuse(why, err, "%s: the new programs cannot be attached (%s): nothing was changed",
		      bond->name, strerror(-err));
}

int bonds_become(struct ebondd *daemon, struct managed_bond *bond, struct bond *future,
		 struct refusal *why)
{
	enum bond_fail_over_mac policy = macs_policy(bond->core);
	struct bond_effects effects;
	int err;

	bond_step(future, loop_now_ms(), &effects);
	if (datapath_needs_reload(bond_get_options(bond->core), bond_get_options(future))) {
		err = replace_programs(daemon, bond, future, why);
		if (err)
			return err;
	}
	bond_free(bond->core);
	bond->core = future;
	bond->paths_due_ms = bond->sample_due_ms = 0; /* there may be other targets */
	if (macs_policy(future) != policy)
		macs_policy_changed(daemon, bond);
	effects_carry_out(daemon, bond, &effects, loop_now_ms());
	effects_run(daemon, bond, loop_now_ms());
	daemon->state_changed = true;
	return 0;
}
