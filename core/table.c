/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may send and who may receive: the snapshot for the packet path, and what
 * several modes' tables are made of.
 */
#include "core/bond_state.h"
#include "core/mode_rules.h"

#include <string.h>

/* The first usable port from @start on, going round; 0: none (bond_get_slave_by_id()). */
static uint32_t usable_from(const struct bond *bond, size_t start)
{
	for (size_t i = 0; i < bond->count; i++) {
		const struct port *port = &bond->ports[(start + i) % bond->count];

		if (port_is_usable(port))
			return port->id;
	}
	return 0;
}

/* An entry per port, so that a lost port's share goes to its neighbour and nothing else moves. */
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

/* bond_slave_override(): in the modes where the kernel looks for it, and while the port works. */
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

void table_build(const struct bond *bond, struct bond_table *table)
{
	memset(table, 0, sizeof(*table));
	table->rx_any = true;
	mode_rules(bond)->build_table(bond, table);
	assert(table->tx_count <= BOND_PORTS_MAX && table->tx_awake <= table->tx_count);
	assert(table->rx_count <= BOND_PORTS_MAX);
}

bool table_equal(const struct bond_table *a, const struct bond_table *b)
{
	return a->tx_count == b->tx_count && a->rx_count == b->rx_count && a->rx_any == b->rx_any &&
	       a->igmp_port == b->igmp_port && a->active == b->active &&
	       memcmp(a->bond_mac, b->bond_mac, sizeof(a->bond_mac)) == 0 &&
	       memcmp(a->tx_mac, b->tx_mac, sizeof(a->tx_mac)) == 0 &&
	       memcmp(a->rx_mac, b->rx_mac, sizeof(a->rx_mac)) == 0 && a->tx_awake == b->tx_awake &&
	       memcmp(a->tx_port, b->tx_port, sizeof(a->tx_port)) == 0 &&
	       memcmp(a->queue_id, b->queue_id, sizeof(a->queue_id)) == 0 &&
	       memcmp(a->queue_port, b->queue_port, sizeof(a->queue_port)) == 0 &&
	       memcmp(a->rx_port, b->rx_port, sizeof(a->rx_port)) == 0;
}
