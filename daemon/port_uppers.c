/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding the interfaces on top of ports. */
#include "daemon/port_uppers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/bonds.h"
#include "daemon/log.h"
#include "lang/refuse.h"
#include "lib/cleanup.h"

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
	struct managed_bond *const *bonds;
	size_t count;
	struct ebond_port_vlans *vlans; /* of each bond */
};

/* Returns false when there is no room for another. */
static bool add_vlan(struct ebond_port_vlans *vlans, const struct link *link)
{
	if (vlans->count == EBOND_PORT_VLANS_MAX)
		return false;
	vlans->list[vlans->count++] = (struct ebond_port_vlan){
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

static void collect_for(struct managed_bond *bond, struct ebond_port_vlans *vlans,
			const struct link *link)
{
	struct port *port = bond_port_indexed(bond, link->lower);

	if (!port)
		return;
	if (strcmp(link->kind, "vlan") == 0 ? !add_vlan(vlans, link) : takes_all_frames(link))
		warn_starved(bond, port, link);
}

static void collect(const struct link *link, void *data)
{
	struct collection *all = data;

	if (!link->lower || link->lower_is_elsewhere)
		return;
	for (size_t i = 0; i < all->count; i++)
		collect_for(all->bonds[i], &all->vlans[i], link);
}

/* One look at the interfaces serves all @bonds. */
static void refresh(struct ebondd *daemon, struct managed_bond *const bonds[], size_t count)
{
	_cleanup_free_ struct ebond_port_vlans *vlans = calloc(count, sizeof(*vlans));
	struct collection all = {bonds, count, vlans};
	int err = vlans ? nl_links(daemon->nl, collect, &all) : -ENOMEM;

	for (size_t i = 0; i < count && !err; i++)
		err = datapath_set_port_vlans(bonds[i]->path, &vlans[i]);
	if (err)
		log_warning(bonds[0]->name,
			    "cannot look up VLAN devices on its ports (%s): they may receive "
			    "nothing",
			    strerror(-err));
}

void port_uppers_refresh(struct ebondd *daemon, struct managed_bond *bond)
{
	refresh(daemon, &bond, 1);
}

void port_uppers_refresh_all(struct ebondd *daemon)
{
	if (daemon->bond_count)
		refresh(daemon, daemon->bonds, daemon->bond_count);
}
