/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sysctls disable_ipv6, kept at 1, and addr_gen_mode. */
#include "daemon/no_ipv6.h"

#include <string.h>

#include "daemon/bonds.h"
#include "daemon/kernel/nic.h"
#include "daemon/log.h"
#include "daemon/revert.h"

#define ADDR_GEN_NONE 1 /* IN6_ADDR_GEN_MODE_NONE */

static bool is_on(const char *ifname)
{
	int disabled;

	return nic_get_sysctl(ifname, "ipv6", "disable_ipv6", &disabled) == 0 && !disabled;
}

bool no_ipv6(const char *ifname)
{
	int err;

	/* If it is turned on again, no link-local address is assigned before we notice. */
	nic_set_sysctl(ifname, "ipv6", "addr_gen_mode", ADDR_GEN_NONE);
	if (!is_on(ifname))
		return false;
	err = nic_set_sysctl(ifname, "ipv6", "disable_ipv6", 1);
	if (err)
		log_warning(ifname,
			    "IPv6 cannot be turned off (%s): it may get addresses; is /proc/sys "
			    "writable?",
			    strerror(-err));
	return !err;
}

static void restore(const struct managed_bond *bond, struct revert_budget *budget,
		    const char *ifname, const char *what)
{
	if (is_on(ifname) && revert_allowed(budget, ifname, loop_now_ms()) && no_ipv6(ifname))
		log_warning(bond->name,
			    "%s %s: IPv6 was turned on by another program (all.disable_ipv6?): "
			    "turned off again, %s has it",
			    what, ifname, bond->name);
}

void no_ipv6_restore(struct ebondd *daemon, uint32_t ifindex)
{
	struct managed_bond *bond;
	struct port *port;

	if ((bond = bonds_by_port(daemon, ifindex, &port)))
		restore(bond, &port->budget, port->name, "port");
	else if ((bond = bonds_by_hidden(daemon, ifindex)))
		restore(bond, &bond->budget, bond->hidden_name, "hidden end");
}
