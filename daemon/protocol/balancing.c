/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading loads, and sending learning frames. */
#include "daemon/protocol/balancing.h"

#include <string.h>

#include "core/alb/frames.h"
#include "daemon/bonds.h"
#include "daemon/kernel/packet.h"

/* Interfaces on bond0 change rarely; they are read again after this. */
#define UPPERS_AGE_MS 5000

uint64_t balance_turn(struct managed_bond *bond, uint64_t now_ms)
{
	struct bond_buckets buckets;

	if (!bond->port_count || !bond_wants_buckets(bond->core))
		return UINT64_MAX;
	if (now_ms < bond->balance_due_ms)
		return bond->balance_due_ms;
	datapath_read_flows(bond->path, &buckets);
	bond_in_buckets(bond->core, &buckets, now_ms);
	bond->balance_due_ms = now_ms + BOND_BALANCE_SAMPLE_MS;
	return bond->balance_due_ms;
}

static void note_upper(const struct link *link, void *data)
{
	struct managed_bond *bond = data;
	bool is_vlan = link->vlan_id != 0, is_macvlan = strcmp(link->kind, "macvlan") == 0;
	struct upper *upper = &bond->uppers[bond->upper_count];

	if (link->lower != bond->ifindex || bond->upper_count == UPPERS_MAX ||
	    !(is_vlan || is_macvlan) || !(link->flags & IFF_UP))
		return;
	memcpy(upper->mac, link->mac, MAC_LENGTH);
	upper->vlan = is_vlan ? (uint32_t)link->vlan_protocol << 16 | link->vlan_id : 0;
	bond->upper_count++;
}

static void find_uppers(struct ebondd *daemon, struct managed_bond *bond, uint64_t now_ms)
{
	if (now_ms < bond->uppers_due_ms)
		return;
	bond->uppers_due_ms = now_ms + UPPERS_AGE_MS;
	bond->upper_count = 0;
	nl_links(daemon->nl, note_upper, bond);
}

static void send_learning(struct ebondd *daemon, uint32_t ifindex, const uint8_t *mac,
			  uint32_t vlan)
{
	uint8_t frame[ALB_LEARN_SIZE];
	size_t length = alb_learn(frame, sizeof(frame), mac, vlan);

	/* A lost one is made up for by the next. */
	packet_send(daemon->packet_socket, ifindex, frame, length);
}

void balance_learn(struct ebondd *daemon, struct managed_bond *bond, uint32_t port_id,
		   uint32_t whose_id)
{
	bool is_active = port_id == whose_id && port_id == bond_get_active(bond->core);
	struct bond_port_view whose;

	if (!bond_port_by_id(bond->core, whose_id, &whose))
		return;
	find_uppers(daemon, bond, loop_now_ms());
	send_learning(daemon, port_id, whose.mac, 0);
	for (size_t i = 0; i < bond->upper_count; i++) {
		const struct upper *upper = &bond->uppers[i];

		if (upper->vlan)
			send_learning(daemon, port_id, whose.mac, upper->vlan);
		if (is_active && memcmp(upper->mac, bond->mac, MAC_LENGTH) != 0)
			send_learning(daemon, port_id, upper->mac, upper->vlan);
	}
}
