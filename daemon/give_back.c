/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inverse of port_enforce(). */
#include "daemon/give_back.h"

#include <errno.h>
#include <string.h>

#include "daemon/kernel/nic.h"
#include "daemon/log.h"

int link_set_mac(struct nl *nl, const struct link *link, const uint8_t mac[MAC_LENGTH])
{
	int err = nl_set_mac(nl, link->ifindex, mac);

	if (err != -EBUSY || !(link->flags & IFF_UP))
		return err;
	err = nl_set_flags(nl, link->ifindex, 0, IFF_UP);
	err = err ?: nl_set_mac(nl, link->ifindex, mac);
	/* Set it up again in any case: a failed change must not leave it down. */
	return nl_set_flags(nl, link->ifindex, IFF_UP, IFF_UP) ?: err;
}

static void warn(const struct port *port, const char *what, int err)
{
	if (err)
		log_warning(port->name, "cannot restore its %s (%s): set it manually", what,
			    strerror(-err));
}

uint32_t saved_flags(const struct saved_link *saved)
{
	return (saved->allmulti ? IFF_ALLMULTI : 0) | (saved->promisc ? IFF_PROMISC : 0) |
	       (saved->up ? IFF_UP : 0);
}

void give_back(struct nl *nl, const struct port *port)
{
	const struct saved_link *saved = &port->saved;
	struct link link;
	int err = nl_link_by_index(nl, port->ifindex, &link);

	if (err == -ENODEV)
		return;
	if (err) /* not known: as a port is, and with an address and an MTU that nothing has */
		link = (struct link){.ifindex = port->ifindex, .flags = IFF_UP};
	/* First, as some drivers change their address only while down. */
	if (!saved->up && nl_set_flags(nl, port->ifindex, 0, IFF_UP) == 0)
		link.flags &= ~(uint32_t)IFF_UP;
	if (memcmp(link.mac, saved->mac, MAC_LENGTH) != 0)
		warn(port, "own address", link_set_mac(nl, &link, saved->mac));
	if (link.mtu != saved->mtu)
		warn(port, "MTU", nl_set_mtu(nl, port->ifindex, saved->mtu));
	warn(port, "flags",
	     nl_set_flags(nl, port->ifindex, saved_flags(saved),
			  IFF_ALLMULTI | IFF_PROMISC | IFF_UP));
	if (saved->addr_gen_mode >= 0)
		nic_set_sysctl(port->name, "ipv6", "addr_gen_mode", saved->addr_gen_mode);
	if (saved->arp_ignore >= 0)
		nic_set_sysctl(port->name, "ipv4", "arp_ignore", saved->arp_ignore);
	if (saved->has_ipv6 && !saved->ipv6_disabled)
		nic_set_sysctl(port->name, "ipv6", "disable_ipv6", 0);
}
