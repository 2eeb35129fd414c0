/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a port's link is good: what the monitors say, joined by link_watch,
 * unless the port's record forbids its use (error_threshold.c). link.c makes a link
 * state of it.
 */
#include "core/bond_state.h"

static bool monitors_agree(const struct bond *bond, const struct port *port)
{
	if (!bond->options.arp_interval_ms)
		return port->carrier;
	switch (bond->options.link_watch) {
	case BOND_WATCH_ONE:
		return port->probe.ok;
	case BOND_WATCH_ANY:
		return port->carrier || port->probe.ok;
	case BOND_WATCH_ALL:
		return port->carrier && port->probe.ok;
	case BOND_WATCH_MAX:
		break;
	}
	return port->carrier;
}

void watch_run(struct bond *bond, struct port *port, uint64_t now_ms)
{
	bool by_probe = bond->options.arp_interval_ms && port->probe.ok_ms > port->carrier_ms;
	enum cause cause = by_probe ? CAUSE_PROBE : CAUSE_CARRIER;
	uint64_t at_ms = by_probe ? port->probe.ok_ms : port->carrier_ms;
	bool good = monitors_agree(bond, port);

	if (bond->options.arp_interval_ms && bond->options.link_watch == BOND_WATCH_ONE) {
		cause = CAUSE_PROBE;
		at_ms = port->probe.ok_ms;
	}
	/* nothing new from the monitors: it is the ban that has ended */
	if (good && !port->good && at_ms <= port->good_ms) {
		cause = CAUSE_HOLD;
		at_ms = now_ms;
	}
	if (good && !health_allows(bond, port, now_ms, &cause)) {
		good = false;
		at_ms = now_ms;
	}
	if (good == port->good && (good || cause == port->good_cause))
		return;
	port->good = good;
	port->good_ms = at_ms;
	port->good_cause = cause;
}
