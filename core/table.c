/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may send and who may receive, per mode: the snapshot for the packet path.
 */
#include "core/bond_state.h"

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
static void build_roundrobin(const struct bond *bond, struct bond_table *table)
{
	if (!usable_from(bond, 0))
		return;
	for (size_t i = 0; i < bond->count; i++) {
		const struct port *port = &bond->ports[i];

		table->tx_port[table->tx_count++] = usable_from(bond, i);
		if (port->id == bond->active && port_is_usable(port))
			table->igmp_port = port->id;
	}
}

static void build_usable(const struct bond *bond, struct bond_table *table)
{
	for (size_t i = 0; i < bond->count; i++)
		if (port_is_usable(&bond->ports[i]))
			table->tx_port[table->tx_count++] = bond->ports[i].id;
}

/* Also those that rest: a flow that has not paused is still on one. */
static void build_spill(const struct bond *bond, struct bond_table *table)
{
	const struct port *ports[BOND_PORTS_MAX];
	size_t count = spill_rank(bond, ports);

	for (size_t i = 0; i < count; i++)
		table->tx_port[table->tx_count++] = ports[i]->id;
	table->tx_awake = bond->spill.awake < count ? bond->spill.awake : (uint32_t)count;
}

static void build_active(const struct bond *bond, struct bond_table *table)
{
	table->rx_any = bond_receives_all(bond);
	if (!bond->active)
		return;
	if (spill_runs(bond)) {
		build_spill(bond, table);
		return;
	}
	table->tx_port[table->tx_count++] = bond->active;
	if (!table->rx_any)
		table->rx_port[table->rx_count++] = bond->active;
}

static void build_lacp(const struct bond *bond, struct bond_table *table)
{
	table->rx_any = bond_receives_all(bond);
	for (size_t i = 0; i < bond->count; i++) {
		const struct port *port = &bond->ports[i];
		struct bond_lacp_flow flow = bond_lacp_flow(bond, port);

		if (flow.sends)
			table->tx_port[table->tx_count++] = port->id;
		if (flow.receives && !table->rx_any)
			table->rx_port[table->rx_count++] = port->id;
	}
}

/* bond_slave_override(): in the modes where the kernel looks for it, and while the port works. */
static void build_queues(const struct bond *bond, struct bond_table *table)
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

/* bond_should_deliver_exact_match(): who receives, and with which address. */
static void build_balance(const struct bond *bond, struct bond_table *table)
{
	bool all = bond->options.mode == BOND_MODE_ALB;

	table->rx_any = bond_receives_all(bond);
	table->active = bond->active;
	memcpy(table->bond_mac, bond->mac, sizeof(table->bond_mac));
	for (size_t i = 0, sender = 0; i < bond->count; i++) {
		const struct port *port = &bond->ports[i];

		if (port_is_usable(port))
			memcpy(table->tx_mac[sender++], port->alb_mac, sizeof(port->alb_mac));
		if (!all && port->id != bond->active)
			continue;
		memcpy(table->rx_mac[table->rx_count], port->alb_mac, sizeof(port->alb_mac));
		table->rx_port[table->rx_count++] = port->id;
	}
}

void table_build(const struct bond *bond, struct bond_table *table)
{
	memset(table, 0, sizeof(*table));
	table->rx_any = true;
	switch (bond->options.mode) {
	case BOND_MODE_ROUNDROBIN:
		build_queues(bond, table);
		build_roundrobin(bond, table);
		break;
	case BOND_MODE_ACTIVEBACKUP:
		build_queues(bond, table);
		build_active(bond, table);
		break;
	case BOND_MODE_XOR:
		if (spill_runs(bond)) {
			build_spill(bond, table);
			break;
		}
		build_usable(bond, table);
		break;
	case BOND_MODE_BROADCAST:
		build_usable(bond, table);
		break;
	case BOND_MODE_8023AD:
		build_lacp(bond, table);
		break;
	case BOND_MODE_TLB:
	case BOND_MODE_ALB:
		build_usable(bond, table);
		build_balance(bond, table);
		break;
	case BOND_MODE_MAX:
		break;
	}
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
