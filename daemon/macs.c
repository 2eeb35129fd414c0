/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of bond0 and its ports. */
#include "daemon/macs.h"

#include <string.h>
#include <sys/random.h>

#include "daemon/bonds.h"
#include "daemon/log.h"
#include "daemon/port.h"

enum bond_fail_over_mac macs_policy(const struct bond *core)
{
	return bond_options_fail_over_mac(bond_get_options(core));
}

bool macs_move(const struct managed_bond *bond)
{
	return macs_policy(bond->core) != BOND_FOM_NONE;
}

const uint8_t *port_mac(const struct managed_bond *bond, const struct port *port)
{
	return macs_are_own(bond->core) ? port->mac : bond->mac;
}

bool macs_are_own(const struct bond *core)
{
	return macs_policy(core) != BOND_FOM_NONE ||
	       mode_has(bond_get_options(core)->mode, MODE_BALANCE);
}

void macs_port_attached(struct managed_bond *bond, struct port *port, const uint8_t mac[MAC_LENGTH])
{
	memcpy(port->mac, mac, MAC_LENGTH);
	if (macs_policy(bond->core) != BOND_FOM_FOLLOW || bond->port_count < 2 ||
	    memcmp(mac, bond->mac, MAC_LENGTH) != 0)
		return;
	/* Two ports with the same address could not be told apart when swapping. */
	if (getrandom(port->mac, MAC_LENGTH, 0) == MAC_LENGTH)
		port->mac[0] = (uint8_t)((port->mac[0] & 0xfc) | 0x02);
}

static void take_over_bond(struct ebondd *daemon, struct managed_bond *bond,
			   const struct port *port)
{
	int err = nl_set_mac(daemon->nl, bond->ifindex, port->mac);

	if (err) {
		log_error(bond->name, "cannot take the address of port %s (%s)", port->name,
			  strerror(-err));
		return;
	}
	memcpy(bond->mac, port->mac, MAC_LENGTH);
}

static void give_mac(struct ebondd *daemon, struct managed_bond *bond, struct port *port,
		     const uint8_t mac[MAC_LENGTH])
{
	int err = port_set_mac(daemon, port, mac);

	if (err)
		log_error(bond->name, "cannot set the new address of port %s (%s)", port->name,
			  strerror(-err));
	memcpy(port->mac, mac, MAC_LENGTH);
}

/* The active port first: some port must have bond0's address at all times. */
void macs_follow(struct ebondd *daemon, struct managed_bond *bond)
{
	uint32_t active = bond_get_active(bond->core);

	for (int turn = 0; turn < 2; turn++) {
		for (size_t i = 0; i < bond->port_count; i++) {
			struct port *port = &bond->ports[i];
			struct bond_port_view view;

			if ((port->ifindex == active) != (turn == 0) ||
			    !bond_port_by_id(bond->core, port->ifindex, &view) ||
			    memcmp(port->mac, view.mac, MAC_LENGTH) == 0)
				continue;
			give_mac(daemon, bond, port, view.mac);
		}
	}
}

/* bond_get_old_active(): the other port that has bond0's address. */
static struct port *holder_of_bond_mac(struct managed_bond *bond, const struct port *except)
{
	for (size_t i = 0; i < bond->port_count; i++)
		if (&bond->ports[i] != except &&
		    memcmp(bond->ports[i].mac, bond->mac, MAC_LENGTH) == 0)
			return &bond->ports[i];
	return NULL;
}

static void swap(struct ebondd *daemon, struct managed_bond *bond, struct port *port,
		 struct port *old)
{
	uint8_t own[MAC_LENGTH];

	if (!old)
		old = holder_of_bond_mac(bond, port);
	memcpy(own, port->mac, MAC_LENGTH);
	if (memcmp(own, bond->mac, MAC_LENGTH) != 0)
		give_mac(daemon, bond, port, bond->mac);
	if (old)
		give_mac(daemon, bond, old, own);
}

void macs_active_changed(struct ebondd *daemon, struct managed_bond *bond, uint32_t new_id,
			 uint32_t old_id)
{
	struct port *port = bond_port_indexed(bond, new_id);

	if (mode_has(bond_get_options(bond->core)->mode, MODE_BALANCE))
		macs_follow(daemon, bond);
	if (!port)
		return;
	switch (macs_policy(bond->core)) {
	case BOND_FOM_ACTIVE:
		take_over_bond(daemon, bond, port);
		break;
	case BOND_FOM_FOLLOW:
		swap(daemon, bond, port, bond_port_indexed(bond, old_id));
		break;
	case BOND_FOM_NONE:
	case BOND_FOM_MAX:
		break;
	}
	daemon->state_changed = true;
}

void macs_policy_changed(struct ebondd *daemon, struct managed_bond *bond)
{
	for (size_t i = 0; i < bond->port_count; i++) {
		struct port *port = &bond->ports[i];

		if (mode_has(bond_get_options(bond->core)->mode, MODE_BALANCE))
			memcpy(port->mac, bond->mac, MAC_LENGTH); /* which all had until now */
		else
			give_mac(daemon, bond, port, macs_move(bond) ? port->saved.mac : bond->mac);
	}
	macs_active_changed(daemon, bond, bond_get_active(bond->core), 0);
}
