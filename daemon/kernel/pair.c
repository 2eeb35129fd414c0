/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Creating bond0 and its hidden end, of either kind. */
#include "daemon/kernel/pair.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/ebondd.h"
#include "daemon/kernel/nic.h"
#include "daemon/kernel/steering.h"
#include "daemon/log.h"
#include "daemon/no_ipv6.h"

/* The start of every hidden end's alias, since the first release. */
#define ALIAS "hidden end of ebond's "

/* The maximum of either kind, so that the hidden end never limits bond0's MTU. */
#define HIDDEN_MTU 65535

/* The interface group of all hidden ends; 0xeb. */
#define HIDDEN_GROUP 235

const char *pair_kind_word(enum pair_kind kind)
{
	switch (kind) {
	case PAIR_NETKIT:
		return "netkit";
	case PAIR_VETH:
		return "veth";
	}
	return "?";
}

bool pair_kind_parse(const char *word, enum pair_kind *ret_kind)
{
	for (enum pair_kind kind = PAIR_NETKIT; kind <= PAIR_VETH; kind++) {
		if (strcmp(word, pair_kind_word(kind)) != 0)
			continue;
		*ret_kind = kind;
		return true;
	}
	return false;
}

bool pair_is_hidden(const struct link *link)
{
	enum pair_kind kind;

	return pair_kind_parse(link->kind, &kind) &&
	       strncmp(link->alias, ALIAS, strlen(ALIAS)) == 0;
}

void pair_choose_name(struct ebondd *daemon, struct managed_bond *bond)
{
	struct link link;

	if (strlen(bond->name) <= BOND_NAME_MAX - 1 - 3) {
		snprintf(bond->hidden_name, BOND_NAME_MAX, "eb.%.12s", bond->name);
		if (nl_link_by_name(daemon->nl, bond->hidden_name, &link) == -ENODEV)
			return;
	}
	for (unsigned int number = 0; number < 100000; number++) {
		snprintf(bond->hidden_name, BOND_NAME_MAX, "eb.%u", number);
		if (nl_link_by_name(daemon->nl, bond->hidden_name, &link) == -ENODEV)
			return;
	}
}

static int refuse_pair(struct ebondd *daemon, const struct managed_bond *bond, int err,
		       struct refusal *why)
{
	const char *name = bond->name;

	if (err == -EEXIST)
		return refuse(why, err, "%s: an interface of that name exists: choose another name",
			      name);
	if (err == -EOPNOTSUPP && bond->kind == PAIR_NETKIT)
		return refuse(why, err,
			      "%s: this kernel has no netkit: it needs Linux 6.10 and "
			      "CONFIG_NETKIT, or start ebondd with --kind veth",
			      name);
	if (err == -EOPNOTSUPP)
		return refuse(why, err, "%s: this kernel has no veth: it needs CONFIG_VETH", name);
	if (err == -EPERM)
		return refuse(why, err,
			      "%s: creating interfaces was not permitted: run as root with "
			      "CAP_NET_ADMIN",
			      name);
	return refuse(why, err, "%s: cannot be created (%s%s%s)", name, strerror(-err),
		      nl_last_message(daemon->nl)[0] ? ": " : "", nl_last_message(daemon->nl));
}

/* Before Linux 6.10 a netkit interface's address could not be changed, as a bond's must. */
static int create_netkit(struct nl *nl, const struct pair_end *bond0, const struct pair_end *hidden)
{
	/* The hidden end is the primary, as bond0 may be moved to another network namespace. */
	int err = nl_create_netkit(nl, hidden, bond0);
	struct link link;

	if (err)
		return err;
	err = nl_link_by_name(nl, bond0->name, &link);
	err = err ?: nl_set_mac(nl, link.ifindex, bond0->mac);
	if (!err)
		return 0;
	nl_delete_link(nl, link.ifindex);
	return -EOPNOTSUPP;
}

static int create_links(struct ebondd *daemon, struct managed_bond *bond)
{
	struct pair_end bond0 = {.name = bond->name}, hidden = {.name = bond->hidden_name};
	int err;

	/*
	 * Our own random address rather than the kernel's, which udev would replace
	 * (MACAddressPolicy=persistent) and which would then look like a configured one.
	 */
	err = nic_random_mac(bond0.mac);
	err = err ?: nic_random_mac(hidden.mac);
	if (err)
		return err;
	memcpy(bond->mac, bond0.mac, MAC_LENGTH);
	bond->kind = daemon->kind_given ? daemon->kind : PAIR_NETKIT;
	if (bond->kind == PAIR_NETKIT) {
		err = create_netkit(daemon->nl, &bond0, &hidden);
		if (err != -EOPNOTSUPP || daemon->kind_given)
			return err;
		bond->kind = PAIR_VETH;
	}
	return nl_create_veth(daemon->nl, &bond0, &hidden);
}

int pair_create(struct ebondd *daemon, struct managed_bond *bond, struct refusal *why)
{
	struct link link;
	int err;

	err = create_links(daemon, bond);
	if (err)
		return refuse_pair(daemon, bond, err, why);
	err = nl_link_by_name(daemon->nl, bond->hidden_name, &link);
	bond->hidden_ifindex = err ? 0 : link.ifindex;
	err = err ?: nl_link_by_name(daemon->nl, bond->name, &link);
	if (err)
		return refuse(why, err, "%s: disappeared while it was created (%s)", bond->name,
			      strerror(-err));
	bond->ifindex = link.ifindex;
	bond->mtu = link.mtu;
	bond->mac_is_chance = true;
	pair_prepare_hidden(daemon, bond);
	return 0;
}

/* Only veth has a queue between bond0 and the transmit program. */
static void steer(struct ebondd *daemon, const struct managed_bond *bond)
{
	int err = daemon->sysfs_fd < 0 ? daemon->sysfs_fd
				       : steering_set(daemon->sysfs_fd, bond->hidden_name);

	if (err)
		log_warning(bond->name,
			    "cannot configure RPS for flow steering (%s): packets of one flow "
			    "may be reordered",
			    strerror(-err));
}

void pair_prepare_hidden(struct ebondd *daemon, const struct managed_bond *bond)
{
	char alias[64];

	snprintf(alias, sizeof(alias), ALIAS "%s: leave it alone", bond->name);
	nl_set_alias(daemon->nl, bond->hidden_ifindex, alias);
	nl_set_mtu(daemon->nl, bond->hidden_ifindex, HIDDEN_MTU);
	nl_set_group(daemon->nl, bond->hidden_ifindex, HIDDEN_GROUP);
	/* lldpd, dhcpcd and IPv6 wait for it to run instead of using it. */
	nl_set_dormant(daemon->nl, bond->hidden_ifindex);
	/* What this end sends on its own (router solicitations) would be received on bond0. */
	no_ipv6(bond->hidden_name);
	if (bond->kind == PAIR_VETH)
		steer(daemon, bond);
}

struct hook_place pair_tx_place(const struct ebondd *daemon, const struct managed_bond *bond)
{
	enum hook_kind kind = bond->kind == PAIR_NETKIT ? HOOK_NETKIT : daemon->hook;

	return (struct hook_place){.kind = kind, .ifindex = bond->hidden_ifindex};
}

bool pair_lldp_place(const struct ebondd *daemon, const struct managed_bond *bond,
		     struct hook_place *ret_place)
{
	struct link hidden;

	if (bond->kind != PAIR_VETH || daemon->hook != HOOK_TCX ||
	    nl_link_by_index(daemon->nl, bond->hidden_ifindex, &hidden) < 0 ||
	    hidden.lower_is_elsewhere)
		return false;
	*ret_place = (struct hook_place){HOOK_TCX, hidden.lower, .egress = true};
	return true;
}
