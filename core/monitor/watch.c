/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a port's link is good: the witnesses' reports, combined by link_watch,
 * unless there is a veto. link.c derives the link state from it.
 */
#include "core/bond_state.h"

/* Whether a port is good, since when, and which monitor's change caused it. */
struct verdict {
	bool good;
	uint64_t since_ms;
	enum cause cause;
};

/* The witnesses' combined verdict; the cause is the one that changed last. */
static struct verdict combine_witnesses(const struct bond *bond, const struct port *port,
					uint64_t now_ms)
{
	enum bond_link_watch watch = bond->options.link_watch;
	struct verdict all = {0};

	for (const struct monitor *const *row = monitor_list; *row; row++) {
		bool is_first = row == monitor_list;
		struct verdict one = {.cause = monitor_cause(*row)};

		if ((*row)->is_veto || !monitor_is_on(*row, &bond->options))
			continue;
		one.good = (*row)->good(port, now_ms, &one.since_ms);
		if (!is_first && watch == BOND_WATCH_ANY)
			one.good |= all.good;
		if (!is_first && watch == BOND_WATCH_ALL)
			one.good &= all.good;
		all.good = one.good;
		if (is_first || watch == BOND_WATCH_ONE || one.since_ms > all.since_ms)
			all = one;
	}
	return all;
}

/* The first active veto against the port; NULL: none. */
static const struct monitor *find_veto(const struct port *port, uint64_t now_ms)
{
	uint64_t since_ms;

	for (const struct monitor *const *row = monitor_list; *row; row++)
		if ((*row)->is_veto && !(*row)->good(port, now_ms, &since_ms))
			return *row;
	return NULL;
}

static bool other_is_usable(const struct bond *bond, const struct port *port)
{
	for (size_t i = 0; i < bond->count; i++)
		if (&bond->ports[i] != port && port_is_usable(&bond->ports[i]))
			return true;
	return false;
}

void watch_run(struct bond *bond, struct port *port, uint64_t now_ms)
{
	struct verdict verdict = combine_witnesses(bond, port, now_ms);
	const struct monitor *veto = find_veto(port, now_ms);

	if (verdict.good && veto && !other_is_usable(bond, port)) {
		monitors_lift(port, now_ms);
		veto = NULL;
	}
	if (verdict.good && veto)
		verdict = (struct verdict){false, now_ms, monitor_cause(veto)};
	else if (verdict.good && !port->good && verdict.since_ms <= port->good_ms)
		/* no change from the witnesses: a veto has ended */
		verdict = (struct verdict){true, now_ms, CAUSE_HOLD};
	if (verdict.good == port->good && (verdict.good || verdict.cause == port->good_cause))
		return;
	port->good = verdict.good;
	port->good_ms = verdict.since_ms;
	port->good_cause = verdict.cause;
}
