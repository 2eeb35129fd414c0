/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The carrier monitor: a link is good while it has carrier.
 */
#include "core/bond_state.h"

#include <stdio.h>

static bool carrier_good(const struct port *port, uint64_t now_ms, uint64_t *ret_since_ms)
{
	(void)now_ms;
	*ret_since_ms = port->carrier_ms;
	return port->carrier;
}

static bool carrier_reason(const struct bond *bond, const struct port *port, uint64_t now_ms,
			   char *text, size_t size)
{
	(void)bond;
	(void)port;
	(void)now_ms;
	snprintf(text, size, "no carrier");
	return true;
}

const struct monitor monitor_carrier = {
	.word = "carrier",
	.good = carrier_good,
	.reason = carrier_reason,
};

void bond_in_carrier(struct bond *bond, uint32_t id, bool carrier, uint64_t now_ms)
{
	struct port *port = port_find(bond, id);

	if (!port || port->carrier == carrier)
		return;
	port->carrier = carrier;
	port->carrier_ms = now_ms;
	if (!carrier)
		monitors_trouble(bond, port, 1, now_ms);
	bond_touch(bond, now_ms);
}
