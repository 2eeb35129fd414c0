/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ports' addresses in balance-tlb and balance-alb: each port has a unique one,
 * and the active port has bond0's. When another port becomes active the two swap
 * addresses, so that no third port is affected (the kernel's
 * bond_alb_handle_active_change(), alb_swap_mac_addr()); collisions are resolved as
 * in alb_handle_addr_collision_on_attach() and alb_change_hw_addr_on_detach(),
 * including the case in which the driver gives up.
 */
#include <string.h>

#include "core/bond_state.h"

static void set_mac(struct bond *bond, struct port *port, const uint8_t mac[static 6])
{
	if (mac_equal(port->alb_mac, mac))
		return;
	memcpy(port->alb_mac, mac, sizeof(port->alb_mac));
	port->learn = true;
	bond->alb.macs_changed = true;
	rlb_address_changed(bond, port);
}

static struct port *holder_of(struct bond *bond, const uint8_t mac[static 6],
			      const struct port *except)
{
	for (size_t i = 0; i < bond->count; i++)
		if (&bond->ports[i] != except && mac_equal(bond->ports[i].alb_mac, mac))
			return &bond->ports[i];
	return NULL;
}

/* bond0's address is reserved for the active port, even before there is one. */
static bool is_free(struct bond *bond, const uint8_t mac[static 6], const struct port *port)
{
	return !holder_of(bond, mac, port) && (bond->count == 1 || !mac_equal(mac, bond->mac));
}

/*
 * An address for a port whose own is taken: an unused one of another port (the active
 * port does not use its own), or a locally administered one derived from its own.
 */
static void find_free(struct bond *bond, const struct port *port, uint8_t ret_mac[static 6])
{
	for (size_t i = 0; i < bond->count; i++)
		if (is_free(bond, bond->ports[i].mac, port)) {
			memcpy(ret_mac, bond->ports[i].mac, 6);
			return;
		}
	memcpy(ret_mac, port->mac, 6);
	ret_mac[0] = (uint8_t)((ret_mac[0] & 0xfe) | 0x02);
	/* terminates: there are more numbers than ports */
	while (!is_free(bond, ret_mac, port))
		ret_mac[5]++;
}

static void settle_port(struct bond *bond, struct port *port)
{
	uint8_t mac[6];

	if (is_free(bond, port->mac, port)) {
		set_mac(bond, port, port->mac);
		return;
	}
	find_free(bond, port, mac);
	set_mac(bond, port, mac);
}

void alb_attached(struct bond *bond, struct port *port)
{
	settle_port(bond, port);
}

void alb_detached(struct bond *bond, struct port *port)
{
	struct port *user = holder_of(bond, port->mac, port);

	/* It gets its own address back: a port that uses that (except as bond0's) takes another. */
	if (!user || mac_equal(port->mac, bond->mac))
		return;
	if (!mac_equal(port->alb_mac, bond->mac))
		set_mac(bond, user, port->alb_mac);
	else if (is_free(bond, user->mac, user))
		set_mac(bond, user, user->mac);
}

void alb_start_addresses(struct bond *bond)
{
	/* All had bond0's address: the active port keeps it, the others get their own. */
	for (size_t i = 0; i < bond->count; i++)
		memcpy(bond->ports[i].alb_mac, bond->mac, sizeof(bond->ports[i].alb_mac));
	for (size_t i = 0; i < bond->count; i++)
		if (bond->ports[i].id != bond->active)
			settle_port(bond, &bond->ports[i]);
	bond->alb.macs_changed = bond->count > 0;
}

void alb_addresses(struct bond *bond, uint64_t now_ms)
{
	struct port *active = port_find(bond, bond->active), *holder;
	uint8_t old[6];

	(void)now_ms;
	if (!active || mac_equal(active->alb_mac, bond->mac))
		return;
	holder = holder_of(bond, bond->mac, active);
	memcpy(old, active->alb_mac, sizeof(old));
	set_mac(bond, active, bond->mac);
	if (holder)
		set_mac(bond, holder, old);
}

void alb_emit_addresses(struct bond *bond, struct bond_effects *fx)
{
	if (!bond->alb.macs_changed)
		return;
	bond->alb.macs_changed = false;
	effect_add(fx, FX_MAC, bond->active_cause)->port = bond->active;
}
