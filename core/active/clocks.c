/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ports' virtual clocks, by which the packet path predicts when a frame has left: which
 * clock is whose, and how fast each runs. Not in the kernel's driver.
 */
#include "core/bond_state.h"

/* Time per byte in 2^-16 ns, of a port of 1 Mbit/s. */
#define COST_OF_1_MBPS (8000U << 16)

/*
 * By how much a frame may arrive later than predicted: a driver's queue and interrupt where the
 * speed is known; where it is not, a full queue of a port that is slower than assumed.
 */
#define MARGIN_NS 1000000U
#define MARGIN_ASSUMED_NS 20000000U

bool bond_uses_clocks(const struct bond *bond)
{
	const struct bond_options *options = &bond->options;

	return spill_runs(bond) || (options->adaptive && mode_has(options->mode, MODE_PLACEMENT)) ||
	       (options->earliest && mode_has(options->mode, MODE_STRIPE));
}

static bool is_taken(const struct bond *bond, uint32_t clock)
{
	for (size_t i = 0; i < bond->count; i++)
		if (bond->ports[i].clock == clock)
			return true;
	return false;
}

uint32_t clocks_take(const struct bond *bond, uint32_t wanted)
{
	uint32_t clock = 1;

	if (wanted >= 1 && wanted <= BOND_PORTS_MAX && !is_taken(bond, wanted))
		return wanted;
	while (is_taken(bond, clock))
		clock++;
	assert(clock <= BOND_PORTS_MAX);
	return clock;
}

/* What is assumed of a port of unknown speed here: the slowest of the known ones. */
static uint64_t assumed_mbps(const struct bond *bond)
{
	uint64_t slowest_mbps = 0;

	for (size_t i = 0; i < bond->count; i++) {
		const struct port *port = &bond->ports[i];

		if (!port_speed_is_assumed(port) &&
		    (!slowest_mbps || port_load_mbps(port) < slowest_mbps))
			slowest_mbps = port_load_mbps(port);
	}
	return slowest_mbps ?: BOND_ASSUMED_MBPS;
}

uint64_t clocks_mbps(const struct bond *bond, const struct port *port)
{
	return port_speed_is_assumed(port) ? assumed_mbps(bond) : port_load_mbps(port);
}

void clocks_table(const struct bond *bond, struct bond_table *table)
{
	if (!bond_uses_clocks(bond))
		return;
	for (size_t i = 0; i < table->tx_count; i++) {
		const struct port *port = &bond->ports[port_index(bond, table->tx_port[i])];
		bool assumed = port_speed_is_assumed(port);

		table->tx_clock[i] = port->clock - 1;
		table->tx_cost[i] = (uint32_t)(COST_OF_1_MBPS / clocks_mbps(bond, port)) ?: 1;
		table->tx_latency_ns[i] = port->options.latency_us * 1000;
		table->tx_margin_ns[i] = assumed ? MARGIN_ASSUMED_NS : MARGIN_NS;
	}
}
