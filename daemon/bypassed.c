/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nftables, tc filters and tcx programs after ours. */
#include "daemon/bypassed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/bonds.h"
#include "daemon/kernel/nft.h"
#include "daemon/log.h"
#include "daemon/port.h"
#include "daemon/text_list.h"

/* A kernel without nftables looks for the module each time it is asked. */
#define NFT_RETRY_MS 60000

static void add(struct port *port, const char *what)
{
	text_list_add(port->bypassed.seen, BYPASSED_TEXT_MAX, what);
}

static void add_chain(const char *ifname, const char *chain, void *data)
{
	const struct ebondd *daemon = data;

	for (size_t i = 0; i < daemon->bond_count; i++) {
		struct port *port = bond_port_named(daemon->bonds[i], ifname);

		if (port)
			add(port, chain);
	}
}

struct filters {
	enum hook_kind hook;
	struct port *port;
};

/* tcx comes before all filters, and ours among them has a place in their order. */
static void add_filter(uint32_t pref, const char *kind, void *data)
{
	const struct filters *filters = data;
	char text[64];

	if (filters->hook == HOOK_CLSACT && pref <= HOOK_CLSACT_PRIORITY)
		return;
	snprintf(text, sizeof(text), "tc filter pref %u %.16s", pref, kind);
	add(filters->port, text);
}

static void add_programs(struct ebondd *daemon, const struct managed_bond *bond, struct port *port)
{
	struct filters filters = {daemon->hook, port};
	uint32_t ids[HOOK_AFTER_MAX];
	size_t count = datapath_after_rx(bond->path, port_place(daemon, port), ids);

	for (size_t i = 0; i < count; i++) {
		char text[64];

		snprintf(text, sizeof(text), "tcx program id %u", ids[i]);
		add(port, text);
	}
	nl_tc_ingress_filters(daemon->nl, port->ifindex, add_filter, &filters);
}

static void compare(const struct managed_bond *bond, struct port *port)
{
	struct bypassed *bypassed = &port->bypassed;

	if (strcmp(bypassed->known, bypassed->seen) == 0)
		return;
	if (bypassed->seen[0])
		log_warning(bond->name,
			    "what port %s receives bypasses %s, as ebond takes it first: filter on "
			    "%s, or see ebond(8), BYPASSED",
			    port->name, bypassed->seen, bond->name);
	else
		log_notice(bond->name, "what port %s receives bypasses nothing any more",
			   port->name);
	memcpy(bypassed->known, bypassed->seen, sizeof(bypassed->known));
}

/* Returns false when what there is cannot be told this time. */
static bool add_chains(struct ebondd *daemon, uint64_t now_ms)
{
	int err;

	if (!daemon->nft || now_ms < daemon->nft_retry_ms)
		return true;
	err = nft_ingress_chains(daemon->nft, add_chain, daemon);
	if (err == -EINVAL || err == -EOPNOTSUPP || err == -EPERM)
		daemon->nft_retry_ms = now_ms + NFT_RETRY_MS;
	else if (err)
		return false;
	return true;
}

void bypassed_check(struct ebondd *daemon, uint64_t now_ms)
{
	for (size_t i = 0; i < daemon->bond_count; i++)
		for (size_t j = 0; j < daemon->bonds[i]->port_count; j++) {
			daemon->bonds[i]->ports[j].bypassed.seen[0] = '\0';
			add_programs(daemon, daemon->bonds[i], &daemon->bonds[i]->ports[j]);
		}
	if (!add_chains(daemon, now_ms))
		return;
	for (size_t i = 0; i < daemon->bond_count; i++)
		for (size_t j = 0; j < daemon->bonds[i]->port_count; j++)
			compare(daemon->bonds[i], &daemon->bonds[i]->ports[j]);
}
