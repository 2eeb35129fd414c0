/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding others' filters, and giving way to them. */
#include "daemon/port_filters.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/deadline.h"
#include "daemon/bonds.h"
#include "daemon/kernel/nft.h"
#include "daemon/log.h"
#include "daemon/port.h"
#include "daemon/revert.h"
#include "daemon/text_list.h"

/* A kernel without nftables looks for the module each time it is asked. */
#define NFT_RETRY_MS 60000

/* tc takes a request per port: filters that change all the time do not keep the daemon busy. */
#define TC_PAUSE_MS 100

/* When the rules changed while they were read. */
#define NFT_AGAIN_MS 10

/* In case an event was lost. */
#define LOOK_MS 10000

static void add_chain(const char *ifname, const char *chain, void *data)
{
	const struct ebondd *daemon = data;

	for (size_t i = 0; i < daemon->bond_count; i++) {
		struct port *port = bond_port_named(daemon->bonds[i], ifname);

		if (port && chain)
			text_list_add(port->filters.seen, PORT_FILTERS_MAX, chain);
		else if (port)
			port->filters.has_chain = true;
	}
}

struct search {
	enum hook_kind hook;
	struct port *port;
};

static void add_filter(uint32_t pref, const char *kind, void *data)
{
	const struct search *search = data;
	char text[64];

	if (search->hook == HOOK_CLSACT && pref == HOOK_CLSACT_PRIORITY) /* ours */
		return;
	snprintf(text, sizeof(text), "tc filter pref %u %.16s", pref, kind);
	text_list_add(search->port->filters.tc, PORT_FILTERS_MAX, text);
}

static size_t other_programs(const struct ebondd *daemon, const struct managed_bond *bond,
			     const struct port *port, uint32_t ret_ids[HOOK_OTHERS_MAX],
			     bool *ret_first)
{
	return datapath_other_rx(bond->path, port_place(daemon, port), ret_ids, ret_first);
}

/* Changes with the tcx programs and their order. */
static uint32_t order_of(const uint32_t ids[HOOK_OTHERS_MAX], size_t count, bool first)
{
	uint32_t order = first;

	for (size_t i = 0; i < count; i++)
		order = order * 31 + ids[i];
	return order;
}

static void read_tc(struct ebondd *daemon, const struct managed_bond *bond, struct port *port)
{
	struct search search = {daemon->hook, port};
	uint32_t ids[HOOK_OTHERS_MAX];
	size_t count = other_programs(daemon, bond, port, ids, &port->filters.is_ours_first);

	port->filters.tc[0] = '\0';
	port->filters.order = order_of(ids, count, port->filters.is_ours_first);
	for (size_t i = 0; i < count; i++) {
		char text[64];

		snprintf(text, sizeof(text), "tcx program id %u", ids[i]);
		text_list_add(port->filters.tc, PORT_FILTERS_MAX, text);
	}
	nl_tc_ingress_filters(daemon->nl, port->ifindex, add_filter, &search);
}

/* Returns false when what there is cannot be told this time. */
static bool add_chains(struct ebondd *daemon, uint64_t now_ms)
{
	int err;

	if (!daemon->nft || now_ms < daemon->filters.nft_retry_ms)
		return true;
	err = nft_ingress_chains(daemon->nft, add_chain, daemon);
	if (err == -EINVAL || err == -EOPNOTSUPP || err == -EPERM)
		daemon->filters.nft_retry_ms = now_ms + NFT_RETRY_MS;
	else if (err)
		return false;
	return true;
}

int port_filters_publish(const struct managed_bond *bond)
{
	struct ebond_filtered filtered = {};

	for (size_t i = 0; i < bond->port_count; i++)
		if (bond->ports[i].filters.come_first)
			filtered.port[filtered.count++] = bond->ports[i].ifindex;
	return datapath_set_filtered(bond->path, &filtered);
}

static bool collect(struct ebondd *daemon, const struct managed_bond *bond, const struct port *port,
		    uint64_t now_ms)
{
	int err;

	if (!daemon->nft || now_ms < daemon->filters.collect_retry_ms)
		return false;
	err = nft_collect(daemon->nft, port->name, port->ifindex, bond->hidden_ifindex);
	if (!err)
		return true;
	daemon->filters.collect_retry_ms = now_ms + NFT_RETRY_MS;
	log_warning(bond->name,
		    "other programs' filters on port %s cannot come first: nftables refused a "
		    "chain with fwd and dup (%s)",
		    port->name, strerror(-err));
	return false;
}

/* The chain is there before the packet path relies on it. */
static void give_way(struct ebondd *daemon, const struct managed_bond *bond, struct port *port,
		     uint64_t now_ms)
{
	struct port_filters *filters = &port->filters;

	if (!filters->come_first || !filters->has_chain)
		filters->come_first = collect(daemon, bond, port, now_ms);
	port_filters_publish(bond);
	/* A program before ours that accepts a frame would hide it from ours. */
	if (filters->come_first && !filters->is_ours_first &&
	    revert_allowed(&port->budget, port->name, now_ms))
		filters->is_ours_first =
			datapath_make_rx_first(bond->path, port_place(daemon, port)) == 0;
}

static void take_back(struct ebondd *daemon, const struct managed_bond *bond, struct port *port)
{
	port->filters.come_first = false;
	port_filters_publish(bond);
	datapath_wait_grace_period();
	nft_collect_stop(daemon->nft, port->ifindex);
}

static void tell(const struct managed_bond *bond, struct port *port)
{
	struct port_filters *filters = &port->filters;

	if (strcmp(filters->known, filters->seen) == 0 &&
	    filters->come_first == filters->known_first)
		return;
	if (filters->come_first)
		log_notice(bond->name, "what port %s receives passes %s, and then reaches %s",
			   port->name, filters->seen, bond->name);
	else if (filters->seen[0])
		log_warning(bond->name,
			    "what port %s receives bypasses %s, as ebond takes it first: filter on "
			    "%s, or see ebond(8), FILTERS ON PORTS",
			    port->name, filters->seen, bond->name);
	else
		log_notice(bond->name, "other programs have no filters on port %s any more",
			   port->name);
	memcpy(filters->known, filters->seen, sizeof(filters->known));
	filters->known_first = filters->come_first;
}

static void settle(struct ebondd *daemon, const struct managed_bond *bond, struct port *port,
		   uint64_t now_ms)
{
	if (port->filters.seen[0])
		give_way(daemon, bond, port, now_ms);
	else if (port->filters.come_first)
		take_back(daemon, bond, port);
	tell(bond, port);
}

static void read_all_tc(struct ebondd *daemon, uint64_t now_ms)
{
	daemon->filters.tc_looked_ms = now_ms;
	daemon->filters.tc_due_ms = now_ms + LOOK_MS;
	for (size_t i = 0; i < daemon->bond_count; i++)
		for (size_t j = 0; j < daemon->bonds[i]->port_count; j++)
			read_tc(daemon, daemon->bonds[i], &daemon->bonds[i]->ports[j]);
}

static void look(struct ebondd *daemon, uint64_t now_ms)
{
	daemon->filters.due_ms = now_ms + LOOK_MS;
	for (size_t i = 0; i < daemon->bond_count; i++)
		for (size_t j = 0; j < daemon->bonds[i]->port_count; j++) {
			struct port_filters *filters = &daemon->bonds[i]->ports[j].filters;

			memcpy(filters->seen, filters->tc, sizeof(filters->seen));
			filters->has_chain = false;
		}
	if (!add_chains(daemon, now_ms)) {
		daemon->filters.due_ms = now_ms + NFT_AGAIN_MS;
		return;
	}
	for (size_t i = 0; i < daemon->bond_count; i++)
		for (size_t j = 0; j < daemon->bonds[i]->port_count; j++)
			settle(daemon, daemon->bonds[i], &daemon->bonds[i]->ports[j], now_ms);
}

void port_filters_look(struct ebondd *daemon, uint64_t now_ms)
{
	read_all_tc(daemon, now_ms);
	look(daemon, now_ms);
}

void port_filters_changed(struct ebondd *daemon)
{
	daemon->filters.due_ms = 0;
}

void port_filters_tc_changed(struct ebondd *daemon)
{
	earliest(&daemon->filters.tc_due_ms, daemon->filters.tc_looked_ms + TC_PAUSE_MS);
}

void port_filters_watch_tcx(struct ebondd *daemon)
{
	for (size_t i = 0; i < daemon->bond_count; i++)
		for (size_t j = 0; j < daemon->bonds[i]->port_count; j++) {
			const struct port *port = &daemon->bonds[i]->ports[j];
			uint32_t ids[HOOK_OTHERS_MAX];
			bool first;
			size_t count = other_programs(daemon, daemon->bonds[i], port, ids, &first);

			if (order_of(ids, count, first) != port->filters.order)
				port_filters_tc_changed(daemon);
		}
}

uint64_t port_filters_turn(struct ebondd *daemon, uint64_t now_ms)
{
	uint64_t next_ms;

	if (now_ms >= daemon->filters.tc_due_ms)
		port_filters_look(daemon, now_ms);
	else if (now_ms >= daemon->filters.due_ms)
		look(daemon, now_ms);
	next_ms = daemon->filters.due_ms;
	earliest(&next_ms, daemon->filters.tc_due_ms);
	return next_ms;
}

void port_filters_forget(struct ebondd *daemon, struct port *port)
{
	if (port->filters.come_first)
		nft_collect_stop(daemon->nft, port->ifindex);
	port->filters.come_first = false;
}

void port_filters_open(struct ebondd *daemon)
{
	if (daemon->nft)
		nft_collect_clear(daemon->nft);
}
