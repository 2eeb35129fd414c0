/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Announcements after the active port changed, and their repetition: peers
 * learn the new path to bond0's addresses (active-backup), and switches learn
 * which multicast groups to forward there (active-backup and balance-rr).
 * Kernel: bond_change_active_slave(), bond_should_notify_peers(),
 * bond_resend_igmp_join_requests_delayed().
 */
#include "core/bond_state.h"

#define IGMP_GAP_MS 200
#define PEERS_GAP_MS 100 /* if neither option sets one: the usual miimon */

static void repeat_start(struct repeat *repeat, uint32_t times, uint64_t now_ms)
{
	repeat->left = times;
	repeat->due_ms = now_ms;
}

static bool repeat_is_due(const struct repeat *repeat, uint64_t now_ms)
{
	return repeat->left && now_ms >= repeat->due_ms;
}

static void repeat_count(struct repeat *repeat, uint64_t gap_ms, uint64_t now_ms)
{
	assert(repeat->left && gap_ms);
	repeat->left--;
	repeat->due_ms += gap_ms;
	if (repeat->due_ms <= now_ms) /* late: keep the interval, do not catch up */
		repeat->due_ms = now_ms + gap_ms;
}

void notify_active_changed(struct bond *bond, uint64_t now_ms)
{
	enum bond_mode mode = bond->options.mode;

	bond->peers.left = 0;
	bond->igmp.left = 0;
	if (!bond->active)
		return;
	if (mode_has(mode, MODE_PEER_NOTICES))
		repeat_start(&bond->peers, bond->options.num_peer_notif, now_ms);
	if (mode_has(mode, MODE_GROUP_REPORTS))
		repeat_start(&bond->igmp, bond->options.resend_igmp, now_ms);
}

static uint64_t peers_gap_ms(const struct bond_options *options)
{
	if (options->peer_notif_delay_ms)
		return options->peer_notif_delay_ms;
	if (options->miimon_ms)
		return options->miimon_ms;
	return options->arp_interval_ms ? options->arp_interval_ms : PEERS_GAP_MS;
}

void notify_run(struct bond *bond, uint64_t now_ms, struct bond_effects *fx)
{
	if (repeat_is_due(&bond->peers, now_ms)) {
		repeat_count(&bond->peers, peers_gap_ms(&bond->options), now_ms);
		/* without carrier this one is skipped, as in the kernel */
		if (bond->carrier)
			effect_add(fx, FX_NOTIFY_PEERS, bond->active_cause);
	}
	if (repeat_is_due(&bond->igmp, now_ms)) {
		repeat_count(&bond->igmp, IGMP_GAP_MS, now_ms);
		effect_add(fx, FX_RESEND_IGMP, bond->active_cause);
	}
}

uint64_t notify_deadline(const struct bond *bond)
{
	uint64_t deadline_ms = BOND_NEVER;

	if (bond->peers.left)
		earliest(&deadline_ms, bond->peers.due_ms);
	if (bond->igmp.left)
		earliest(&deadline_ms, bond->igmp.due_ms);
	return deadline_ms;
}
