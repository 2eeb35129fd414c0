/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding the interfaces on top of ports. */
#include "daemon/port_uppers.h"

#include <errno.h>
#include <string.h>

#include "daemon/bonds.h"
#include "daemon/log.h"
#include "lang/refuse.h"

/* Kinds that take all frames of the lower device (the kernel's netdev_rx_handler_register()). */
static bool takes_all_frames(const struct link *link)
{
	static const char *const kinds[] = {"macvlan", "macvtap", "ipvlan", "ipvtap", "macsec"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(link->kind, kinds[i]) == 0)
			return true;
	return false;
}

struct search {
	uint32_t lower;
	struct link found;
};

static void find_upper(const struct link *link, void *data)
{
	struct search *search = data;

	if (link->lower == search->lower && !link->lower_is_elsewhere && takes_all_frames(link))
		search->found = *link;
}

int port_uppers_check(const struct ebondd *daemon, const struct link *link, struct refusal *why)
{
	struct search search = {.lower = link->ifindex};

	if (nl_links(daemon->nl, find_upper, &search) < 0 || !search.found.ifindex)
		return 0;
	return refuse(
		why, -EBUSY,
		"%s: has %s (%s) on top, which would receive nothing: delete it, and create it on "
		"the bond instead",
		link->name, search.found.name, search.found.kind);
}

struct collection {
	struct managed_bond *bond;
	struct ebond_port_vlans vlans;
};

/* Returns false when there is no room for another. */
static bool add_vlan(struct collection *all, const struct link *link)
{
	if (all->vlans.count == EBOND_PORT_VLANS_MAX)
		return false;
	all->vlans.list[all->vlans.count++] = (struct ebond_port_vlan){
		link->lower, (uint32_t)link->vlan_protocol << 16 | link->vlan_id};
	return true;
}

/* Warns once about each: newer ones have higher ifindexes. */
static void warn_starved(const struct managed_bond *bond, struct port *port,
			 const struct link *link)
{
	if (link->ifindex <= port->starved_upper)
		return;
	port->starved_upper = link->ifindex;
	log_warning(
		bond->name,
		"%s (%s) on port %s receives nothing, as %s gets all frames of %s: create it on %s",
		link->name, link->kind, port->name, bond->name, port->name, bond->name);
}

static void collect(const struct link *link, void *data)
{
	struct collection *all = data;
	struct port *port = bond_port_indexed(all->bond, link->lower);

	if (!port || link->lower_is_elsewhere)
		return;
	if (strcmp(link->kind, "vlan") == 0 ? !add_vlan(all, link) : takes_all_frames(link))
		warn_starved(all->bond, port, link);
}

void port_uppers_refresh(struct ebondd *daemon, struct managed_bond *bond)
{
	struct collection all = {.bond = bond};
	int err = nl_links(daemon->nl, collect, &all);

	err = err ?: datapath_set_port_vlans(bond->path, &all.vlans);
	if (err)
		log_warning(bond->name,
			    "cannot look up VLAN devices on its ports (%s): they may receive "
			    "nothing",
			    strerror(-err));
}
