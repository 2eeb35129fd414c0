/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which ports send and receive: the table for the packet path, and the parts that
 * several modes share.
 */
#include "core/bond_state.h"
#include "core/mode_rules.h"

#include <string.h>

static_assert(sizeof(struct bond_table) ==
		      (8 + 8 * BOND_PORTS_MAX) * sizeof(uint32_t) + (1 + 2 * BOND_PORTS_MAX) * 8,
	      "tables are compared as bytes: no padding");

/* The first usable port from @start on, wrapping around; 0: none (bond_get_slave_by_id()). */
static uint32_t usable_from(const struct bond *bond, size_t start)
{
	for (size_t i = 0; i < bond->count; i++) {
		const struct port *port = &bond->ports[(start + i) % bond->count];

		if (port_is_usable(port))
			return port->id;
	}
	return 0;
}

/* One entry per port, so that only a lost port's share moves, to the next port. */
void table_roundrobin(const struct bond *bond, struct bond_table *table)
{
	table_add_queues(bond, table);
	if (!usable_from(bond, 0))
		return;
	for (size_t i = 0; i < bond->count; i++) {
		const struct port *port = &bond->ports[i];

		table->tx_port[table->tx_count++] = usable_from(bond, i);
		if (port->id == bond->active && port_is_usable(port))
			table->igmp_port = port->id;
	}
}

void table_add_usable(const struct bond *bond, struct bond_table *table)
{
	for (size_t i = 0; i < bond->count; i++)
		if (port_is_usable(&bond->ports[i]))
			table->tx_port[table->tx_count++] = bond->ports[i].id;
}

void table_add_receivers(const struct bond *bond, struct bond_table *table)
{
	table->rx_any = bond_receives_all(bond);
	for (size_t i = 0; !table->rx_any && i < bond->count; i++)
		if (mode_rules(bond)->receives(bond, &bond->ports[i]))
			table->rx_port[table->rx_count++] = bond->ports[i].id;
}

/* bond_slave_override(): in the modes in which the kernel uses it, and while the port is usable. */
void table_add_queues(const struct bond *bond, struct bond_table *table)
{
	size_t count = 0;

	for (size_t i = 0; i < bond->count; i++) {
		const struct port *port = &bond->ports[i];

		if (!port->options.queue_id || !port_is_usable(port))
			continue;
		table->queue_id[count] = port->options.queue_id;
		table->queue_port[count++] = port->id;
	}
}

static bool table_has_receiver(const struct bond_table *table, uint32_t id)
{
	for (size_t i = 0; i < table->rx_count; i++)
		if (table->rx_port[i] == id)
			return true;
	return false;
}

/* Ports that do not receive, so that the packet path can tell them from other interfaces. */
static void table_add_others(const struct bond *bond, struct bond_table *table)
{
	table->port_count = table->rx_count;
	for (size_t i = 0; i < bond->count; i++)
		if (!table_has_receiver(table, bond->ports[i].id))
			table->rx_port[table->port_count++] = bond->ports[i].id;
}

void table_build(const struct bond *bond, struct bond_table *table)
{
	memset(table, 0, sizeof(*table));
	table->rx_any = true;
	memcpy(table->bond_mac, bond->mac, sizeof(bond->mac));
	mode_rules(bond)->build_table(bond, table);
	clocks_table(bond, table);
	table_add_others(bond, table);
	if (!table->rx_any)
		table->rx_late = bond->late_port;
	assert(table->tx_count <= BOND_PORTS_MAX && table->tx_awake <= table->tx_count);
	assert(table->rx_count <= table->port_count && table->port_count == bond->count);
}
