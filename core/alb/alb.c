/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of a step specific to balance-tlb and balance-alb: changes of the
 * usable ports, new readings, learning frames (bond_alb_monitor()).
 */
#include <string.h>

#include "core/bond_state.h"
#include "core/mode_rules.h"

void alb_enter(struct bond *bond)
{
	rlb_reset(bond);
	alb_start_addresses(bond);
}

void alb_leave(struct bond *bond)
{
	tlb_reset(bond);
	rlb_reset(bond);
	bond->alb.learn_ms = 0;
	bond->alb.usable = bond->alb.usable_hash = 0;
	bond->alb.macs_changed = false;
}

/* bond_should_deliver_exact_match(): which ports receive, and with which address. */
void alb_table(const struct bond *bond, struct bond_table *table)
{
	table_add_usable(bond, table);
	table->rx_any = bond_receives_all(bond);
	table->active = bond->active;
	for (size_t i = 0, sender = 0; i < bond->count; i++) {
		const struct port *port = &bond->ports[i];

		if (port_is_usable(port))
			memcpy(table->tx_mac[sender++], port->alb_mac, sizeof(port->alb_mac));
		if (!mode_rules(bond)->receives(bond, port))
			continue;
		memcpy(table->rx_mac[table->rx_count], port->alb_mac, sizeof(port->alb_mac));
		table->rx_port[table->rx_count++] = port->id;
	}
}

/* Whether the set of usable ports changed since the last step, and whether ports were added. */
static bool usable_changed(struct bond *bond, bool *ret_more)
{
	uint32_t usable = 0, hash = 0;

	for (size_t i = 0; i < bond->count; i++)
		if (port_is_usable(&bond->ports[i])) {
			usable |= 1U << i;
			hash = hash * 31 + bond->ports[i].id;
		}
	if (usable == bond->alb.usable && hash == bond->alb.usable_hash)
		return false;
	/* With the first ports there is nothing to move yet. */
	*ret_more = bond->alb.usable &&
		    __builtin_popcount(usable) > __builtin_popcount(bond->alb.usable);
	bond->alb.usable = usable;
	bond->alb.usable_hash = hash;
	return true;
}

static void add_learn(struct bond_effects *fx, uint32_t port, uint32_t whose)
{
	struct effect *effect = effect_add(fx, FX_LEARN, CAUSE_LOAD);

	effect->port = port;
	effect->old_port = whose;
}

/*
 * alb_send_learning_packets(): each port sends its own address, immediately after a change.
 * balance-alb: the address of a port without link is announced on the active one, which
 * receives its frames meanwhile (rlb_teach_disabled_mac_on_primary()) - here as long as
 * the link is down and not only once.
 */
static void learn(struct bond *bond, uint64_t now_ms, struct bond_effects *fx)
{
	bool due = now_ms >= bond->alb.learn_ms;

	for (size_t i = 0; i < bond->count; i++) {
		struct port *port = &bond->ports[i];
		bool wanted = due || port->learn;

		port->learn = false;
		if (!wanted)
			continue;
		if (port->carrier)
			add_learn(fx, port->id, port->id);
		if (mode_has(bond->options.mode, MODE_NEIGHBOURS) && bond->active &&
		    port->id != bond->active && !port_is_usable(port))
			add_learn(fx, bond->active, port->id);
	}
	if (due)
		bond->alb.learn_ms = now_ms + bond->options.lp_interval_s * 1000ULL;
}

void alb_run(struct bond *bond, uint64_t now_ms, struct bond_effects *fx)
{
	bool more = false;

	if (!bond->count) {
		bond->alb.learn_ms = 0;
		return;
	}
	if (usable_changed(bond, &more)) {
		tlb_ports_changed(bond, more);
		rlb_ports_changed(bond, more);
		/* announce a failed port's address on another one now, not after lp_interval */
		for (size_t i = 0; i < bond->count; i++)
			bond->ports[i].learn = true;
	}
	tlb_run(bond, now_ms, fx);
	learn(bond, now_ms, fx);
	rlb_run(bond, now_ms, fx);
}

uint32_t bond_get_stand_in(const struct bond *bond)
{
	if (!mode_has(bond->options.mode, MODE_NEIGHBOURS))
		return 0;
	for (size_t i = 0; i < bond->count; i++)
		if (!port_is_usable(&bond->ports[i]) && bond->ports[i].id != bond->active)
			return bond->active;
	return 0;
}

uint64_t alb_deadline(const struct bond *bond)
{
	uint64_t deadline_ms = BOND_NEVER;

	if (!bond->count)
		return BOND_NEVER;
	if (bond->alb.learn_ms)
		deadline_ms = bond->alb.learn_ms;
	earliest(&deadline_ms, rlb_deadline(bond));
	return deadline_ms;
}

void alb_view(const struct bond *bond, const struct port *port, struct bond_port_view *view)
{
	const struct tlb *tlb = &bond->alb.tlb;

	memcpy(view->mac, port->alb_mac, sizeof(view->mac));
	for (size_t i = 0; tlb->is_read && i < BOND_BUCKETS; i++) {
		if (tlb->last.port[i] != port->id)
			continue;
		view->buckets++;
		view->load_kbps += tlb->kbps[i];
	}
	view->neighbours = rlb_neighbours_on(bond, port->id);
	if (port->id == bond->active)
		view->load_kbps += tlb->unbalanced_kbps;
}
