/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reactions to interface events. */
#include "daemon/world.h"

#include <errno.h>
#include <string.h>

#include "daemon/bonds.h"
#include "daemon/run_effects.h"
#include "daemon/kernel/pair.h"
#include "daemon/log.h"
#include "daemon/macs.h"
#include "daemon/moved_port.h"
#include "daemon/no_ipv6.h"
#include "daemon/revert.h"
#include "daemon/port.h"
#include "daemon/port_filters.h"
#include "daemon/port_uppers.h"
#include "daemon/service/await.h"
#include "lang/refuse.h"

/*
 * After a link event the kernel delays the next one by up to a second
 * (net/core/link_watch.c): carriers are read at the full rate for this long.
 */
#define SWEEP_FAST_MS 1100

static void restore_port_programs(struct ebondd *daemon, struct managed_bond *bond,
				  struct port *port)
{
	int err;

	if (datapath_has_port(bond->path, port_place(daemon, port)) ||
	    !revert_allowed(&port->budget, port->name, loop_now_ms()))
		return;
	err = datapath_restore_port(bond->path, port_place(daemon, port), &port->saved.made_qdisc);
	log_warning(bond->name, "a program of port %s was removed by another program: %s",
		    port->name, err ? strerror(-err) : "restored");
}

static void restore_tx_program(struct ebondd *daemon, struct managed_bond *bond)
{
	int err;

	if (datapath_has_tx(bond->path, pair_tx_place(daemon, bond)) ||
	    !revert_allowed(&bond->budget, bond->name, loop_now_ms()))
		return;
	err = datapath_attach_tx(bond->path, NULL, pair_tx_place(daemon, bond));
	log_warning(bond->name, "the transmit program was removed by another program: %s",
		    err ? strerror(-err) : "restored");
}

/* Restores a port's address, MTU and flags; whether it is up is the operator's choice. */
static void restore_port(struct ebondd *daemon, struct managed_bond *bond, struct port *port,
			 const struct link *link)
{
	bool differs =
		memcmp(link->mac, port_mac(bond, port), MAC_LENGTH) != 0 || link->mtu != bond->mtu;
	struct refusal why;
	char wrong[PORT_WRONG_MAX];
	int err;

	if (differs && !revert_allowed(&port->budget, port->name, loop_now_ms()))
		return;
	err = port_enforce(daemon, bond, link, false, wrong, &why);
	if (err)
		log_warning(bond->name, "%s", why.text);
	else if (wrong[0])
		log_warning(bond->name,
			    "port %s: %s was changed by another program: reverted to %s's",
			    port->name, wrong, bond->name);
}

/* Harmless, as bond0 receives every frame first, but surely not intended. */
static void note_master(const struct managed_bond *bond, struct port *port, struct link *link,
			struct nl *nl)
{
	struct link master;

	if (link->master && link->master != port->master &&
	    nl_link_by_index(nl, link->master, &master) == 0)
		log_warning(bond->name,
			    "port %s was also put into %s by another program: its frames still go "
			    "to %s; 'ip link set %s nomaster' takes it out",
			    port->name, master.name, bond->name, port->name);
	port->master = link->master;
}

static void read_port(struct ebondd *daemon, struct managed_bond *bond, struct port *port)
{
	uint64_t now_ms = loop_now_ms();

	effects_poll(daemon, bond, now_ms);
	port_read_speed(daemon, bond, port);
	effects_run(daemon, bond, now_ms);
}

static void port_changed(struct ebondd *daemon, struct managed_bond *bond, struct port *port)
{
	struct link link;

	/* Carrier first: it is the most urgent. */
	read_port(daemon, bond, port);
	/* Events may be older than our own changes: only the current state counts. */
	if (nl_link_by_index(daemon->nl, port->ifindex, &link) < 0)
		return;
	port_follow_name(daemon, bond, port, link.name);
	note_master(bond, port, &link, daemon->nl);
	no_ipv6_restore(daemon, port->ifindex);
	restore_port(daemon, bond, port, &link);
}

static void follow_mtu(struct ebondd *daemon, struct managed_bond *bond, uint32_t mtu)
{
	uint32_t old_mtu = bond->mtu;

	if (mtu == old_mtu)
		return;
	for (size_t i = 0; i < bond->port_count; i++) {
		int err = nl_set_mtu(daemon->nl, bond->ports[i].ifindex, mtu);

		if (!err)
			continue;
		log_warning(bond->name, "MTU stays %u: port %s does not support %u (%s)", old_mtu,
			    bond->ports[i].name, mtu, strerror(-err));
		while (i-- > 0)
			nl_set_mtu(daemon->nl, bond->ports[i].ifindex, old_mtu);
		nl_set_mtu(daemon->nl, bond->ifindex, old_mtu);
		return;
	}
	bond->mtu = mtu;
	log_notice(bond->name, "MTU %u, was %u", mtu, old_mtu);
	daemon->state_changed = true;
}

static void follow_mac(struct ebondd *daemon, struct managed_bond *bond, const uint8_t *mac)
{
	char text[MAC_TEXT_SIZE];

	if (memcmp(bond->mac, mac, MAC_LENGTH) == 0)
		return;
	if (bond->port_count && macs_move(bond)) {
		if (!revert_allowed(&bond->budget, bond->name, loop_now_ms()))
			return;
		log_warning(bond->name, "address was changed by another program: reverted, as "
					"fail_over_mac controls it");
		nl_set_mac(daemon->nl, bond->ifindex, bond->mac);
		return;
	}
	memcpy(bond->mac, mac, MAC_LENGTH);
	bond->mac_is_chance = false;
	daemon->state_changed = true;
	log_notice(bond->name, "address set to %s: its ports follow", mac_format(mac, text));
	for (size_t i = 0; i < bond->port_count; i++) {
		struct refusal why;
		struct link link;

		if (nl_link_by_index(daemon->nl, bond->ports[i].ifindex, &link) == 0 &&
		    port_enforce(daemon, bond, &link, false, NULL, &why) < 0)
			log_warning(bond->name, "%s", why.text);
	}
}

static void follow_promisc(struct ebondd *daemon, struct managed_bond *bond, bool promisc)
{
	if (bond->promisc == promisc)
		return;
	bond->promisc = promisc;
	for (size_t i = 0; i < bond->port_count; i++) {
		bool on = promisc || bond->ports[i].saved.promisc ||
			  bond->stand_in == bond->ports[i].ifindex;

		nl_set_flags(daemon->nl, bond->ports[i].ifindex, on ? IFF_PROMISC : 0, IFF_PROMISC);
	}
}

static void bond_changed(struct ebondd *daemon, struct managed_bond *bond)
{
	struct link link;

	if (nl_link_by_index(daemon->nl, bond->ifindex, &link) < 0)
		return;
	if (strcmp(bond->name, link.name) != 0) {
		log_notice(link.name, "renamed, was %s", bond->name);
		memcpy(bond->name, link.name, sizeof(bond->name));
		daemon->state_changed = true;
	}
	follow_mtu(daemon, bond, link.mtu);
	follow_mac(daemon, bond, link.mac);
	follow_promisc(daemon, bond, link.promiscuity > 0);
	bond->is_up = link.flags & IFF_UP;
	bond_in_up(bond->core, bond->is_up, loop_now_ms());
	bond->touched = true;
}

static void hidden_changed(struct ebondd *daemon, struct managed_bond *bond)
{
	struct link link;

	if (nl_link_by_index(daemon->nl, bond->hidden_ifindex, &link) < 0)
		return;
	memcpy(bond->hidden_name, link.name, sizeof(bond->hidden_name));
	no_ipv6_restore(daemon, bond->hidden_ifindex);
	if (!!(link.flags & IFF_UP) == bond->carrier ||
	    !revert_allowed(&bond->budget, bond->name, loop_now_ms()))
		return;
	log_warning(bond->name, "%s, its hidden end, was set %s by another program: reverted",
		    link.name, bond->carrier ? "down" : "up");
	effects_carrier(daemon, bond, bond->carrier);
}

/* A macvlan or a bridge on bond0 may need it and its ports to be promiscuous. */
static void upper_changed(struct ebondd *daemon, const struct link *link)
{
	struct managed_bond *bond = bonds_by_ifindex(daemon, link->lower);
	struct link lower;

	if (bond && nl_link_by_index(daemon->nl, bond->ifindex, &lower) == 0)
		follow_promisc(daemon, bond, lower.promiscuity > 0);
}

static void port_upper_changed(struct ebondd *daemon, const struct link *link)
{
	struct managed_bond *bond = bonds_by_port(daemon, link->lower, NULL);

	if (bond && !link->lower_is_elsewhere)
		port_uppers_refresh(daemon, bond);
}

static void on_changed(const struct link *link, void *data)
{
	struct ebondd *daemon = data;
	struct managed_bond *bond;
	struct port *port;

	daemon->sweep_fast_until_ms = loop_now_ms() + SWEEP_FAST_MS;
	if ((bond = bonds_by_port(daemon, link->ifindex, &port)))
		port_changed(daemon, bond, port);
	else if ((bond = bonds_by_ifindex(daemon, link->ifindex)))
		bond_changed(daemon, bond);
	else if ((bond = bonds_by_hidden(daemon, link->ifindex)))
		hidden_changed(daemon, bond);
	else if (link->lower)
		upper_changed(daemon, link);
	port_upper_changed(daemon, link);
	daemon->text_changed |= bond != NULL;
	if (!bond)
		await_look(daemon);
}

/* Deleted, or moved to another network namespace: a container's, say. */
static void bond_gone(struct ebondd *daemon, struct managed_bond *bond)
{
	struct link link;

	if (nl_link_by_index(daemon->nl, bond->hidden_ifindex, &link) == 0) {
		log_notice(bond->name,
			   "was moved to another network namespace: it works there, but changes of "
			   "its MTU and address are not followed and failovers not announced");
		/* not visible from here: assume that it is up, for monitors and LACP */
		bond_in_up(bond->core, true, loop_now_ms());
		bond->touched = true;
		return;
	}
	log_warning(bond->name, "was deleted by another program: its ports are released");
	bonds_delete(daemon, bond, true);
}

static void on_gone(const struct link *link, void *data)
{
	struct ebondd *daemon = data;
	struct managed_bond *bond;
	struct link still;
	struct port *port;

	/* An old event, of an interface that is back (moved to a namespace and returned)? */
	if (nl_link_by_index(daemon->nl, link->ifindex, &still) == 0)
		return;
	port_upper_changed(daemon, link);
	if ((bond = bonds_by_port(daemon, link->ifindex, &port))) {
		if (link->moved)
			moved_port_give_back(daemon, bond, port, link);
		port_detach(daemon, bond, port, link->moved ? PORT_IS_MOVED : PORT_IS_REMOVED);
		effects_run(daemon, bond, loop_now_ms());
	} else if ((bond = bonds_by_ifindex(daemon, link->ifindex)) ||
		   (bond = bonds_by_hidden(daemon, link->ifindex))) {
		bond_gone(daemon, bond);
	}
	await_look(daemon);
}

static void on_filter_new(uint32_t ifindex, void *data)
{
	if (bonds_by_port(data, ifindex, NULL))
		port_filters_tc_changed(data);
}

static void on_filter_gone(uint32_t ifindex, void *data)
{
	struct ebondd *daemon = data;
	struct managed_bond *bond;
	struct port *port;

	on_filter_new(ifindex, daemon);
	if ((bond = bonds_by_port(daemon, ifindex, &port)))
		restore_port_programs(daemon, bond, port);
	else if ((bond = bonds_by_hidden(daemon, ifindex)))
		restore_tx_program(daemon, bond);
}

static void on_ipv6_changed(uint32_t ifindex, void *data)
{
	no_ipv6_restore(data, ifindex);
}

/*
 * Checks everything, without an event. But the event of a port that is gone is there by then, and
 * tells more (that it was moved, and where to), unless @events_lost.
 */
static void inspect_bond(struct ebondd *daemon, struct managed_bond *bond, bool events_lost)
{
	struct link link;

	if (nl_link_by_index(daemon->nl, bond->hidden_ifindex, &link) == -ENODEV) {
		bond_gone(daemon, bond);
		return;
	}
	bond_changed(daemon, bond);
	hidden_changed(daemon, bond);
	for (size_t i = bond->port_count; i-- > 0;) {
		struct port *port = &bond->ports[i];

		if (nl_link_by_index(daemon->nl, port->ifindex, &link) != -ENODEV)
			port_changed(daemon, bond, port);
		else if (events_lost)
			port_detach(daemon, bond, port, PORT_IS_REMOVED);
	}
	effects_run(daemon, bond, loop_now_ms());
}

void world_check_silent(struct ebondd *daemon)
{
	for (size_t i = 0; i < daemon->bond_count; i++) {
		struct managed_bond *bond = daemon->bonds[i];

		restore_tx_program(daemon, bond);
		no_ipv6_restore(daemon, bond->hidden_ifindex);
		for (size_t port = 0; port < bond->port_count; port++) {
			restore_port_programs(daemon, bond, &bond->ports[port]);
			no_ipv6_restore(daemon, bond->ports[port].ifindex);
		}
	}
	await_look(daemon);
}

static void inspect(struct ebondd *daemon, bool events_lost)
{
	for (size_t i = daemon->bond_count; i-- > 0;)
		inspect_bond(daemon, daemon->bonds[i], events_lost);
	port_uppers_refresh_all(daemon);
	world_check_silent(daemon);
}

void world_inspect(struct ebondd *daemon)
{
	inspect(daemon, false);
}

static void on_lost(void *data)
{
	log_warning("ebondd", "the kernel dropped link events (too many at once): checking all");
	inspect(data, true);
}

const struct events_handlers world_handlers = {
	.changed = on_changed,
	.gone = on_gone,
	.filter_new = on_filter_new,
	.filter_gone = on_filter_gone,
	.ipv6_changed = on_ipv6_changed,
	.lost = on_lost,
};
