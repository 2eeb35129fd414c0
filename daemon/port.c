/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attaching and detaching ports. */
#include "daemon/port.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/if_arp.h>

#include "daemon/bonds.h"
#include "daemon/give_back.h"
#include "daemon/run_effects.h"
#include "daemon/kernel/nic.h"
#include "daemon/log.h"
#include "daemon/macs.h"
#include "daemon/no_ipv6.h"
#include "daemon/port_filters.h"
#include "daemon/port_uppers.h"
#include "daemon/protocol/lacp_speaker.h"
#include "daemon/protocol/probes.h"
#include "daemon/service/state.h"
#include "daemon/text_list.h"
#include "lang/refuse.h"

int port_check(const struct ebondd *daemon, const struct managed_bond *bond,
	       const struct link *link, struct refusal *why)
{
	const struct managed_bond *other = bonds_by_port(daemon, link->ifindex, NULL);
	struct link master;

	if (other)
		return refuse(why, -EBUSY, "%s: is already a port of %s%s%s", link->name,
			      other->name,
			      other == bond ? ": nothing to do" : ": first 'ebond detach ",
			      other == bond ? "" : other->name);
	if (link->flags & IFF_LOOPBACK)
		return refuse(why, -EINVAL, "%s: is the loopback interface: name a network card",
			      link->name);
	if (bonds_by_ifindex(daemon, link->ifindex) || bonds_by_hidden(daemon, link->ifindex))
		return refuse(why, -EINVAL,
			      "%s: is a bond: bonds cannot be nested: attach its ports instead",
			      link->name);
	if (strcmp(link->kind, "bond") == 0 || strcmp(link->kind, "team") == 0 ||
	    strcmp(link->kind, "bridge") == 0)
		return refuse(why, -EINVAL, "%s: is a %s: attach its member interfaces instead",
			      link->name, link->kind);
	if (link->type != ARPHRD_ETHER || !link->has_mac)
		return refuse(why, -EINVAL,
			      "%s: has no Ethernet address: only Ethernet interfaces can be ports",
			      link->name);
	if (link->master && nl_link_by_index(daemon->nl, link->master, &master) == 0)
		return refuse(why, -EBUSY, "%s: belongs to %s: first 'ip link set %s nomaster'",
			      link->name, master.name, link->name);
	if (bond->port_count == BOND_PORTS_MAX)
		return refuse(why, -ENOSPC, "%s: %s already has %d ports, the maximum", link->name,
			      bond->name, BOND_PORTS_MAX);
	return port_uppers_check(daemon, link, why);
}

/* ARP requests also reach the stack on the port, which must not learn neighbours there. */
#define ARP_IGNORE_ALL 8

static void save_sysctls(struct saved_link *saved, const char *name)
{
	int disabled;

	saved->has_ipv6 = nic_get_sysctl(name, "ipv6", "disable_ipv6", &disabled) == 0;
	saved->ipv6_disabled = saved->has_ipv6 && disabled;
	if (nic_get_sysctl(name, "ipv6", "addr_gen_mode", &saved->addr_gen_mode) < 0)
		saved->addr_gen_mode = -1;
	if (nic_get_sysctl(name, "ipv4", "arp_ignore", &saved->arp_ignore) < 0)
		saved->arp_ignore = -1;
}

static void save_link(struct saved_link *saved, const struct link *link)
{
	*saved = (struct saved_link){
		.mtu = link->mtu,
		.up = link->flags & IFF_UP,
		.allmulti = link->flags & IFF_ALLMULTI,
		.promisc = link->flags & IFF_PROMISC,
	};
	memcpy(saved->mac, link->mac, MAC_LENGTH);
	save_sysctls(saved, link->name);
}

int port_set_mac(struct ebondd *daemon, const struct port *port, const uint8_t mac[MAC_LENGTH])
{
	struct link link;
	int err = nl_link_by_index(daemon->nl, port->ifindex, &link);

	return err ?: link_set_mac(daemon->nl, &link, mac);
}

static int enforce_mac(struct ebondd *daemon, const struct managed_bond *bond,
		       const struct port *port, const struct link *link, char *wrong,
		       struct refusal *why)
{
	const uint8_t *mac = port_mac(bond, port);
	int err;

	if (memcmp(link->mac, mac, MAC_LENGTH) == 0)
		return 0;
	text_list_add(wrong, PORT_WRONG_MAX, "address");
	err = link_set_mac(daemon->nl, link, mac);
	if (err)
		return refuse(why, err,
			      "%s: its address cannot be set to %s's (%s): use fail_over_mac "
			      "active",
			      link->name, bond->name, strerror(-err));
	return 0;
}

static int enforce_mtu(struct ebondd *daemon, const struct managed_bond *bond,
		       const struct link *link, char *wrong, struct refusal *why)
{
	int err;

	if (link->mtu == bond->mtu)
		return 0;
	text_list_add(wrong, PORT_WRONG_MAX, "MTU");
	err = nl_set_mtu(daemon->nl, link->ifindex, bond->mtu);
	if (err)
		return refuse(
			why, err,
			"%s: does not support %s's MTU %u (%s): lower it with 'ip link set %s mtu'",
			link->name, bond->name, bond->mtu, strerror(-err), bond->name);
	return 0;
}

static int enforce_flags(struct ebondd *daemon, const struct managed_bond *bond,
			 const struct port *port, const struct link *link, bool bring_up,
			 struct refusal *why)
{
	uint32_t mask = IFF_ALLMULTI | IFF_PROMISC | (bring_up ? IFF_UP : 0);
	uint32_t wanted = IFF_ALLMULTI | (bring_up ? IFF_UP : 0);
	int err;

	/* bond0, a veth, has no multicast filter: the port must accept all multicast. */
	if (bond->promisc || port->saved.promisc || bond->stand_in == port->ifindex)
		wanted |= IFF_PROMISC;
	if ((link->flags & mask) == wanted)
		return 0;
	err = nl_set_flags(daemon->nl, link->ifindex, wanted, mask);
	if (err)
		return refuse(why, err, "%s: cannot be brought up (%s): see 'ip link' and dmesg",
			      link->name, strerror(-err));
	return 0;
}

int port_enforce(struct ebondd *daemon, struct managed_bond *bond, const struct link *link,
		 bool bring_up, char *ret_wrong, struct refusal *why)
{
	const struct port *port = bond_port_indexed(bond, link->ifindex);
	char wrong[PORT_WRONG_MAX] = "";
	int err;

	err = enforce_mac(daemon, bond, port, link, wrong, why);
	err = err ?: enforce_mtu(daemon, bond, link, wrong, why);
	err = err ?: enforce_flags(daemon, bond, port, link, bring_up, why);
	if (ret_wrong)
		memcpy(ret_wrong, wrong, sizeof(wrong));
	return err;
}

static void drop_from_list(struct managed_bond *bond, struct port *port)
{
	size_t index = (size_t)(port - bond->ports);

	memmove(port, port + 1, (bond->port_count - index - 1) * sizeof(*port));
	bond->port_count--;
}

/* The first port's address becomes bond0's, unless bond0's was set. */
static int adopt_mac(struct ebondd *daemon, struct managed_bond *bond, const struct link *link,
		     struct refusal *why)
{
	int err;

	if (bond->port_count > 1 || !bond->mac_is_chance)
		return 0;
	err = nl_set_mac(daemon->nl, bond->ifindex, link->mac);
	if (err)
		return refuse(why, err, "%s: cannot take %s's address (%s)", bond->name, link->name,
			      strerror(-err));
	memcpy(bond->mac, link->mac, MAC_LENGTH);
	return 0;
}

/* As in the kernel's driver: a bond without ports gets an address of its own again. */
static void disown_mac(struct ebondd *daemon, struct managed_bond *bond, const struct port *port,
		       enum port_fate fate)
{
	uint8_t mac[MAC_LENGTH];

	if (bond->port_count > 1) {
		if (fate != PORT_IS_REMOVED &&
		    bond_get_options(bond->core)->fail_over_mac != BOND_FOM_ACTIVE &&
		    memcmp(port->saved.mac, bond->mac, MAC_LENGTH) == 0)
			log_warning(
				port->name,
				"its permanent address is in use by %s, which keeps it: change one "
				"of them before connecting both to the same network",
				bond->name);
		return;
	}
	if (nic_random_mac(mac) == 0 && nl_set_mac(daemon->nl, bond->ifindex, mac) == 0) {
		memcpy(bond->mac, mac, MAC_LENGTH);
		bond->mac_is_chance = true;
	}
}

void port_follow_name(struct ebondd *daemon, struct managed_bond *bond, struct port *port,
		      const char *name)
{
	if (strcmp(port->name, name) == 0)
		return;
	log_notice(bond->name, "port %s was renamed to %s", port->name, name);
	snprintf(port->name, sizeof(port->name), "%s", name);
	bond_in_name(bond->core, port->ifindex, port->name);
	port_filters_tc_changed(daemon);
	bond->touched = daemon->state_changed = true;
}

bool port_carrier(struct ebondd *daemon, struct managed_bond *bond, struct port *port)
{
	bool carrier = false;
	struct link link;

	if (nic_carrier(daemon->socket, daemon->nl, port->name, &carrier) == 0 ||
	    nl_link_by_index(daemon->nl, port->ifindex, &link) < 0)
		return carrier;
	port_follow_name(daemon, bond, port, link.name);
	nic_carrier(daemon->socket, daemon->nl, port->name, &carrier);
	return carrier;
}

static int add_to_core(struct ebondd *daemon, struct managed_bond *bond, struct port *port,
		       struct refusal *why)
{
	struct bond_port_facts facts = {};
	int err;

	memcpy(facts.name, port->name, sizeof(facts.name));
	memcpy(facts.mac, port->saved.mac, sizeof(facts.mac));
	bond_port_options_init(&facts.options);
	memcpy(facts.mac, port->saved.mac, MAC_LENGTH);
	bond_in_mac(bond->core, bond->mac, loop_now_ms());
	facts.carrier = port->carrier = port_carrier(daemon, bond, port);
	nic_speed(daemon->socket, port->name, &facts.speed_mbps, &facts.duplex);
	err = bond_in_attach(bond->core, port->ifindex, &facts, loop_now_ms());
	if (err)
		return refuse(why, err, "%s: cannot be added to %s (%s)", port->name, bond->name,
			      strerror(-err));
	return 0;
}

struct hook_place port_place(const struct ebondd *daemon, const struct port *port)
{
	return (struct hook_place){.kind = daemon->hook, .ifindex = port->ifindex};
}

static int set_up(struct ebondd *daemon, struct managed_bond *bond, struct port *port,
		  const struct link *link, struct refusal *why)
{
	int err = adopt_mac(daemon, bond, link, why);

	if (!err) {
		no_ipv6(link->name);
		nic_set_sysctl(link->name, "ipv4", "arp_ignore", ARP_IGNORE_ALL);
	}
	err = err ?: port_enforce(daemon, bond, link, true, NULL, why);
	if (err)
		return err;
	port_uppers_refresh(daemon, bond);
	err = datapath_attach_port(bond->path, NULL, port_place(daemon, port), port->saved.mac,
				   &port->saved.made_qdisc);
	if (err)
		return refuse(why, err,
			      "%s: the port's programs cannot be attached (%s): the kernel needs "
			      "CONFIG_NET_XGRESS, or CONFIG_NET_SCH_INGRESS and CONFIG_NET_CLS_BPF",
			      link->name, strerror(-err));
	return add_to_core(daemon, bond, port, why);
}

void port_describe(struct port *port, const struct link *link)
{
	port->ifindex = link->ifindex;
	memcpy(port->name, link->name, sizeof(port->name));
	memcpy(port->kind, link->kind, sizeof(port->kind));
	if (link->has_permanent_mac)
		memcpy(port->permanent_mac, link->permanent_mac, MAC_LENGTH);
}

int port_attach(struct ebondd *daemon, struct managed_bond *bond, const struct link *link,
		struct refusal *why)
{
	struct port *port = &bond->ports[bond->port_count];
	uint8_t old_mac[MAC_LENGTH];
	int err;

	memcpy(old_mac, bond->mac, MAC_LENGTH);
	*port = PORT_CLOSED;
	port_describe(port, link);
	save_link(&port->saved, link);
	bond->port_count++;
	macs_port_attached(bond, port, link->mac);
	/* On disk before the first change, so that it can always be restored. */
	err = state_save(daemon);
	if (err) {
		bond->port_count--;
		return refuse(why, err, "%s: the state cannot be saved (%s): nothing was changed",
			      link->name, strerror(-err));
	}
	err = set_up(daemon, bond, port, link, why);
	if (err) {
		port_detach(daemon, bond, port, PORT_IS_HERE);
		if (memcmp(bond->mac, old_mac, MAC_LENGTH) != 0 &&
		    nl_set_mac(daemon->nl, bond->ifindex, old_mac) == 0)
			memcpy(bond->mac, old_mac, MAC_LENGTH);
		return err;
	}
	log_notice(bond->name, "port %s attached", port->name);
	port_filters_tc_changed(daemon);
	bond->touched = true;
	daemon->state_changed = true;
	return 0;
}

static const char *fate_text(enum port_fate fate)
{
	switch (fate) {
	case PORT_IS_HERE:
		return "detached";
	case PORT_IS_REMOVED:
		return "was removed: its interface no longer exists";
	case PORT_IS_MOVED:
		return "was moved to another network namespace";
	}
	return "?";
}

void port_detach(struct ebondd *daemon, struct managed_bond *bond, struct port *port,
		 enum port_fate fate)
{
	bool was_in = bond_in_detach(bond->core, port->ifindex, loop_now_ms()) == 0;

	/* Nothing may be sent to it by the time it changes. */
	if (was_in)
		effects_run(daemon, bond, loop_now_ms());
	port_filters_forget(daemon, port);
	if (fate == PORT_IS_HERE) {
		datapath_detach_port(bond->path, daemon->nl, port_place(daemon, port),
				     port->saved.made_qdisc);
		give_back(daemon->nl, port);
	}
	if (was_in)
		log_notice(bond->name, "port %s %s", port->name, fate_text(fate));
	disown_mac(daemon, bond, port, fate);
	probes_stop(daemon, port);
	lacp_stop(daemon, port);
	drop_from_list(bond, port);
	bond->touched = true;
	daemon->state_changed = true;
}

void port_read_speed(struct ebondd *daemon, struct managed_bond *bond, const struct port *port)
{
	enum duplex duplex;
	int32_t mbps;

	nic_speed(daemon->socket, port->name, &mbps, &duplex);
	bond_in_speed(bond->core, port->ifindex, mbps, duplex);
	bond->touched = true;
}
