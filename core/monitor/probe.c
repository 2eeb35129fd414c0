/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ARP/NS monitor: every arp_interval it evaluates each port by what was sent
 * and received on it, then probes the targets through the ports that need it.
 * Rules: bond_ab_arp_inspect(), _commit() and _probe(), bond_loadbalance_arp_mon(),
 * bond_arp_rcv(), bond_na_rcv().
 *
 * Known differences from the kernel's driver:
 *   - the candidate that is probed while no port is active stays DOWN until it
 *     gets a reply (the kernel shows it as going back, then as going down)
 *   - arp_all_targets counts only where arp_validate does, as documented, and
 *     covers ns_ip6_target too
 *   - a neighbour solicitation is validated by its target address; the kernel
 *     uses the destination, which is a multicast group
 *   - a round that is more than a quarter of an interval late counts as if the
 *     clock had stopped meanwhile
 *   - starting the monitor, or changing its options, gives every port the grace
 *     of one that was just attached
 */
#include "core/bond_state.h"

#include <stdio.h>
#include <string.h>

#include "core/monitor/probe_frames.h"

/* bond_time_in_interval(): half an interval is allowed for slow replies. */
static bool in_interval(const struct bond *bond, uint64_t last_ms, uint32_t times)
{
	uint64_t interval_ms = bond->options.arp_interval_ms;

	return bond->now_ms <= last_ms + times * interval_ms + interval_ms / 2;
}

static bool probe_is_on(const struct bond_options *options)
{
	return options->arp_interval_ms;
}

static bool probe_good(const struct port *port, uint64_t now_ms, uint64_t *ret_since_ms)
{
	(void)now_ms;
	*ret_since_ms = port->monitors.probe.ok_ms;
	return port->monitors.probe.ok;
}

/* bond_is_active_slave(): also true for the candidate. */
static bool is_active(const struct bond *bond, const struct port *port)
{
	return !bond_uses_active(bond) || port->id == bond->active ||
	       port->id == bond->monitors.probe.candidate;
}

static bool validates(const struct bond *bond, const struct port *port)
{
	return bond->options.arp_validate &
	       (is_active(bond, port) ? BOND_ARP_VALIDATE_ACTIVE : BOND_ARP_VALIDATE_BACKUP);
}

/* slave_last_rx() */
static uint64_t last_rx(const struct bond *bond, const struct port *port)
{
	const struct bond_options *options = &bond->options;
	uint64_t oldest_ms = BOND_NEVER;

	if (options->arp_all_targets != BOND_ARP_TARGETS_ALL || !validates(bond, port))
		return port->monitors.probe.rx_ms;
	for (size_t i = 0; i < options->arp_targets.count; i++)
		if (port->monitors.probe.arp_ms[i] < oldest_ms)
			oldest_ms = port->monitors.probe.arp_ms[i];
	for (size_t i = 0; i < options->ns_targets.count; i++)
		if (port->monitors.probe.ns_ms[i] < oldest_ms)
			oldest_ms = port->monitors.probe.ns_ms[i];
	return oldest_ms == BOND_NEVER ? port->monitors.probe.rx_ms : oldest_ms;
}

/* last_link_up: attached, made active, or probed as the candidate. */
static uint64_t up_ms(const struct port *port)
{
	uint64_t asked_ms = port->monitors.probe.up_ms;

	return asked_ms > port->active_ms ? asked_ms : port->active_ms;
}

/* With the grace period of a newly attached port (bond_enslave()). */
static void probe_start(const struct bond *bond, struct port *port, bool ok, uint64_t now_ms)
{
	uint64_t age_ms = bond->options.arp_interval_ms + 1;
	uint64_t last_ms = now_ms > age_ms ? now_ms - age_ms : 0;

	port->monitors.probe = (struct probe){
		.ok = ok,
		.ok_ms = now_ms,
		.rx_ms = last_ms,
		.tx_ms = last_ms,
		.up_ms = now_ms,
	};
	for (size_t i = 0; i < BOND_TARGETS_MAX; i++)
		port->monitors.probe.arp_ms[i] = port->monitors.probe.ns_ms[i] = last_ms;
}

static void set_ok(struct bond *bond, struct port *port, bool ok)
{
	port->monitors.probe.ok = ok;
	port->monitors.probe.ok_ms = bond->now_ms;
	if (ok)
		bond->monitors.probe.candidate = 0;
}

static void inspect_active_backup(struct bond *bond, struct port *port)
{
	uint32_t missed_max = bond->options.arp_missed_max;
	uint64_t rx_ms = last_rx(bond, port);

	if (!port->monitors.probe.ok) {
		if (in_interval(bond, rx_ms, 1))
			set_ok(bond, port, true);
		return;
	}
	/* while no port is active, one that cannot send is marked down at once */
	if (!bond->active && !port->carrier) {
		set_ok(bond, port, false);
		return;
	}
	if (in_interval(bond, up_ms(port), 2))
		return;
	if (!is_active(bond, port)) {
		if (!bond->monitors.probe.candidate && !in_interval(bond, rx_ms, missed_max + 1))
			set_ok(bond, port, false);
		return;
	}
	if (!in_interval(bond, port->monitors.probe.tx_ms, missed_max) ||
	    !in_interval(bond, rx_ms, missed_max)) {
		set_ok(bond, port, false);
		if (port->id == bond->active)
			bond->monitors.probe.candidate = 0;
	}
}

static void inspect_all_active(struct bond *bond, struct port *port)
{
	uint32_t times = port->monitors.probe.ok ? bond->options.arp_missed_max : 1;
	bool replied = in_interval(bond, port->monitors.probe.tx_ms, times) &&
		       in_interval(bond, last_rx(bond, port), times);

	if (replied != port->monitors.probe.ok)
		set_ok(bond, port, replied);
}

static void move_time(uint64_t *at_ms, uint64_t late_ms, uint64_t now_ms)
{
	*at_ms = *at_ms + late_ms < now_ms ? *at_ms + late_ms : now_ms;
}

/*
 * Before a late round the daemon could neither send nor receive: that time is not
 * counted against the ports. The kernel's timer has no such delays.
 */
static void forgive(struct bond *bond, uint64_t late_ms, uint64_t now_ms)
{
	for (size_t i = 0; i < bond->count; i++) {
		struct probe *probe = &bond->ports[i].monitors.probe;

		probe->up_ms = up_ms(&bond->ports[i]);
		move_time(&probe->rx_ms, late_ms, now_ms);
		move_time(&probe->tx_ms, late_ms, now_ms);
		move_time(&probe->up_ms, late_ms, now_ms);
		for (size_t target = 0; target < BOND_TARGETS_MAX; target++) {
			move_time(&probe->arp_ms[target], late_ms, now_ms);
			move_time(&probe->ns_ms[target], late_ms, now_ms);
		}
	}
}

/* Evaluates every port when a round is due. */
static void probe_run(struct bond *bond, uint64_t now_ms)
{
	struct probe_round *round = &bond->monitors.probe;

	if (!probe_is_on(&bond->options) || !bond->is_up || !bond->count) {
		round->runs = false;
		round->candidate = 0;
		return;
	}
	if (!round->runs) {
		for (size_t i = 0; i < bond->count; i++)
			probe_start(bond, &bond->ports[i], bond->ports[i].link != LINK_DOWN,
				    now_ms);
		round->runs = true;
		round->next_ms = now_ms;
	}
	if (now_ms < round->next_ms)
		return;
	if (now_ms - round->next_ms > bond->options.arp_interval_ms / 4) {
		forgive(bond, now_ms - round->next_ms, now_ms);
		round->next_ms = now_ms;
	}
	round->due = true;
	for (size_t i = 0; i < bond->count; i++) {
		struct port *port = &bond->ports[i];

		/* probes of the last round that were not answered */
		if (port->monitors.probe.sent && last_rx(bond, port) < port->monitors.probe.tx_ms)
			monitors_trouble(bond, port, 1, now_ms);
		port->monitors.probe.sent = false;
		if (bond_uses_active(bond))
			inspect_active_backup(bond, port);
		else
			inspect_all_active(bond, port);
	}
}

/* The next port with carrier after the candidate, wrapping around; 0: none. */
static uint32_t next_candidate(const struct bond *bond)
{
	size_t start = 0;

	for (size_t i = 0; i < bond->count; i++)
		if (bond->ports[i].id == bond->monitors.probe.candidate)
			start = i + 1;
	/* the kernel takes the second port first: the first one was active last */
	if (!bond->monitors.probe.candidate)
		start = 1;
	for (size_t i = 0; i < bond->count; i++) {
		const struct port *port = &bond->ports[(start + i) % bond->count];

		if (port->carrier)
			return port->id;
	}
	return 0;
}

static void send_probe(struct bond *bond, uint32_t id, struct bond_effects *fx)
{
	struct port *port = port_find(bond, id);

	if (!port)
		return;
	port->monitors.probe.sent = true;
	effect_add(fx, FX_PROBE, CAUSE_DELAY)->port = id;
}

/* Emits FX_PROBE for each port to probe. */
static void probe_send(struct bond *bond, uint64_t now_ms, struct bond_effects *fx)
{
	struct probe_round *round = &bond->monitors.probe;

	if (bond->active)
		round->candidate = 0;
	if (!round->due)
		return;
	round->due = false;
	round->next_ms += bond->options.arp_interval_ms; /* later than now: see forgive() */
	if (!bond_uses_active(bond)) {
		for (size_t i = 0; i < bond->count; i++)
			if (bond->ports[i].carrier)
				send_probe(bond, bond->ports[i].id, fx);
		return;
	}
	if (!bond->active) {
		uint32_t id = next_candidate(bond);

		if (!id)
			return;
		round->candidate = id;
		port_find(bond, id)->monitors.probe.up_ms = now_ms;
	}
	send_probe(bond, bond->active ? bond->active : round->candidate, fx);
}

static bool is_own(const struct bond *bond, bool is_ip6, const uint8_t *ip)
{
	const struct bond_own *own = &bond->monitors.probe.own;

	for (size_t i = 0; !is_ip6 && i < own->count4; i++)
		if (memcmp(own->ip4[i], ip, 4) == 0)
			return true;
	for (size_t i = 0; is_ip6 && i < own->count6; i++)
		if (memcmp(own->ip6[i], ip, 16) == 0)
			return true;
	return false;
}

/* bond_validate_arp(), bond_validate_na(): a target sent us something. */
static void note_target(const struct bond *bond, struct port *port, bool is_ip6,
			const uint8_t *target, const uint8_t *own, bool to_all, uint64_t now_ms)
{
	const struct bond_options *options = &bond->options;

	if (!to_all && !is_own(bond, is_ip6, own))
		return;
	for (size_t i = 0; !is_ip6 && i < options->arp_targets.count; i++)
		if (memcmp(options->arp_targets.ip[i], target, 4) == 0)
			port->monitors.probe.rx_ms = port->monitors.probe.arp_ms[i] = now_ms;
	for (size_t i = 0; is_ip6 && i < options->ns_targets.count; i++)
		if (memcmp(options->ns_targets.ip[i], target, 16) == 0)
			port->monitors.probe.rx_ms = port->monitors.probe.ns_ms[i] = now_ms;
}

static void probe_frame(struct bond *bond, struct port *port, const uint8_t *bytes, size_t length,
			uint64_t now_ms)
{
	const struct port *active = port_find(bond, bond->active);
	const struct port *candidate = port_find(bond, bond->monitors.probe.candidate);
	struct probe_frame frame;

	if (!probe_read(bytes, length, &frame))
		return;
	if (!validates(bond, port)) {
		port->monitors.probe.rx_ms = now_ms;
		return;
	}
	if (is_active(bond, port)) {
		note_target(bond, port, frame.is_ip6, frame.sender, frame.receiver, frame.to_all,
			    now_ms);
	} else if (active && last_rx(bond, active) > up_ms(active)) {
		/* a backup port receives our own probe, sent by the active port */
		note_target(bond, port, frame.is_ip6, frame.receiver, frame.sender, false, now_ms);
	} else if (candidate && frame.is_reply &&
		   in_interval(bond, candidate->monitors.probe.tx_ms, 1)) {
		/* a switch may still send the reply to the port that sent probes before */
		note_target(bond, port, frame.is_ip6, frame.sender, frame.receiver, frame.to_all,
			    now_ms);
	}
}

/* A change of the monitor's options restarts it. */
static void probe_changed(struct bond *bond, const struct bond_options *old)
{
	if (memcmp(&bond->options.probe, &old->probe, sizeof(old->probe)) != 0)
		bond->monitors.probe.runs = false;
}

/* When any port is detached, the search for an active port restarts. */
static void probe_stop(struct bond *bond, struct port *port)
{
	(void)port;
	bond->monitors.probe.candidate = 0;
}

/* The same for every port: a round covers all. */
static uint64_t probe_deadline(const struct bond *bond, const struct port *port)
{
	(void)port;
	return bond->monitors.probe.runs ? bond->monitors.probe.next_ms : BOND_NEVER;
}

static bool probe_reason(const struct bond *bond, const struct port *port, uint64_t now_ms,
			 char *text, size_t size)
{
	(void)bond;
	(void)port;
	(void)now_ms;
	snprintf(text, size, "no reply from a target");
	return true;
}

static uint64_t probe_sample_ms(const struct bond_options *options)
{
	return options->arp_interval_ms ? options->arp_interval_ms / 8 : BOND_NEVER;
}

const struct monitor monitor_probe = {
	.word = "ARP/NS monitor",
	.is_on = probe_is_on,
	.good = probe_good,
	.start = probe_start,
	.stop = probe_stop,
	.changed = probe_changed,
	.run = probe_run,
	.send = probe_send,
	.deadline = probe_deadline,
	.frame = probe_frame,
	.reason = probe_reason,
	.sample_ms = probe_sample_ms,
};

void bond_in_rx(struct bond *bond, uint32_t id, uint64_t at_ms)
{
	struct port *port = port_find(bond, id);

	if (!port || bond->options.arp_validate & BOND_ARP_FILTER || validates(bond, port))
		return;
	if (at_ms > port->monitors.probe.rx_ms)
		port->monitors.probe.rx_ms = at_ms;
}

void bond_in_probed(struct bond *bond, uint32_t id, uint64_t now_ms)
{
	struct port *port = port_find(bond, id);

	if (port)
		port->monitors.probe.tx_ms = now_ms;
}

void bond_in_own(struct bond *bond, const struct bond_own *own)
{
	bond->monitors.probe.own = *own;
}
