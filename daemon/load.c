/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See load.h. */
#include "daemon/load.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/bonds.h"
#include "daemon/log.h"
#include "lib/cleanup.h"

#define TURN_MS 1000
#define MEGA 1000000

static bool is_listed(const struct load_snapshot *snapshot, uint32_t id)
{
	for (size_t i = 0; i < snapshot->port_count; i++)
		if (snapshot->ports[i].id == id)
			return true;
	return false;
}

/* balance-rr lists a port once for each lost port whose turns it takes. */
static void add_ports(const struct managed_bond *bond, struct load_view *view)
{
	const struct bond_table *table = bond_get_table(bond->core);
	struct load_snapshot *snapshot = &view->snapshot;

	for (uint32_t i = 0; i < table->tx_count; i++) {
		struct bond_port_view port;

		if (is_listed(snapshot, table->tx_port[i]) ||
		    !bond_port_by_id(bond->core, table->tx_port[i], &port))
			continue;
		snapshot->ports[snapshot->port_count++] = (struct load_port){
			.id = port.id,
			.speed_assumed = port.speed_assumed,
			.speed_bps = port.clock_mbps * MEGA,
			.load_bps = view->loads.clock_bps[table->tx_clock[i]],
		};
	}
}

static void count_buckets(struct load_view *view)
{
	for (size_t i = 0; i < view->snapshot.bucket_count; i++)
		for (size_t port = 0; port < view->snapshot.port_count; port++)
			view->used[port] +=
				view->snapshot.ports[port].id == view->loads.buckets[i].port;
}

struct load_view *load_read(const struct managed_bond *bond)
{
	struct load_view *view = bond_uses_clocks(bond->core) ? calloc(1, sizeof(*view)) : NULL;

	if (!view)
		return NULL;
	datapath_read_loads(bond->path, loop_now_ms(), &view->loads);
	view->snapshot.buckets = view->loads.buckets;
	view->snapshot.bucket_count = EBOND_BUCKETS;
	view->snapshot.paused_only = bond_get_options(bond->core)->paused_only;
	add_ports(bond, view);
	count_buckets(view);
	return view;
}

/* Whether hashing takes all that goes to one host for one flow. */
static bool policy_is_coarse(const struct bond_options *options)
{
	return options->xmit_policy != BOND_XMIT_LAYER34 &&
	       options->xmit_policy != BOND_XMIT_ENCAP34;
}

static const char *name_of(const struct managed_bond *bond, uint32_t id,
			   struct bond_port_view *view)
{
	return bond_port_by_id(bond->core, id, view) ? view->name : "none";
}

static const char *describe(const struct managed_bond *bond, const struct uneven *uneven,
			    char text[static LOAD_UNEVEN_SIZE])
{
	const struct bond_options *options = bond_get_options(bond->core);
	struct bond_port_view full, idle;
	char flows[32];
	int used;

	snprintf(flows, sizeof(flows), "%u flows fill", uneven->flows);
	used = snprintf(
		text, LOAD_UNEVEN_SIZE,
		"%s %s (%llu of %llu Mbit/s) while %s sends %llu of %llu: %s",
		uneven->flows == 1 ? "one flow fills" : flows, name_of(bond, uneven->port, &full),
		(unsigned long long)(uneven->load_bps / MEGA),
		(unsigned long long)(uneven->speed_bps / MEGA), name_of(bond, uneven->idle, &idle),
		(unsigned long long)(uneven->idle_load_bps / MEGA),
		(unsigned long long)(uneven->idle_speed_bps / MEGA),
		uneven->movable ? "placement_moves any would even that out"
				: "no move of a flow can even that out");
	if (!uneven->movable && policy_is_coarse(options))
		snprintf(text + used, LOAD_UNEVEN_SIZE - (size_t)used,
			 "; with xmit_hash_policy %s all that goes to one host is one flow: "
			 "layer3+4 tells connections apart",
			 bond_xmit_policy_word(options->xmit_policy));
	return text;
}

static bool judge(const struct managed_bond *bond, const struct load_view *view,
		  struct uneven *ret_uneven)
{
	return bond_get_options(bond->core)->adaptive && uneven_judge(&view->snapshot, ret_uneven);
}

const char *load_uneven_text(const struct managed_bond *bond, const struct load_view *view,
			     char text[static LOAD_UNEVEN_SIZE])
{
	struct uneven uneven;

	text[0] = '\0';
	return judge(bond, view, &uneven) ? describe(bond, &uneven, text) : text;
}

uint64_t load_turn(struct managed_bond *bond, uint64_t now_ms)
{
	_cleanup_free_ struct load_view *view = NULL;
	char text[LOAD_UNEVEN_SIZE];
	struct uneven uneven;
	bool is_uneven;

	if (!bond_get_options(bond->core)->adaptive)
		return BOND_NEVER;
	if (now_ms < bond->load_due_ms)
		return bond->load_due_ms;
	bond->load_due_ms = now_ms + TURN_MS;
	view = load_read(bond);
	if (!view)
		return bond->load_due_ms;
	is_uneven = judge(bond, view, &uneven);
	if (uneven_is_news(&bond->uneven, is_uneven ? &uneven : NULL, now_ms))
		log_notice(bond->name, "%s", describe(bond, &uneven, text));
	return bond->load_due_ms;
}
