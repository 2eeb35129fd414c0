/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Announcing hosts behind a bridge. */
#include "daemon/protocol/bridge_hosts.h"

#include <stdlib.h>

#include "core/active/announce.h"
#include "daemon/kernel/packet.h"
#include "daemon/log.h"

struct bridge_hosts {
	const struct speakers *speakers;
	size_t count, skipped;
	struct host {
		uint32_t port; /* of the bridge, through which the network is reached */
		struct fdb_entry entry;
	} list[BRIDGE_HOSTS_MAX];
};

struct bridge_hosts *bridge_hosts_new(const struct speakers *speakers)
{
	struct bridge_hosts *hosts = calloc(1, sizeof(*hosts));

	if (hosts)
		hosts->speakers = speakers;
	return hosts;
}

void bridge_hosts_free(struct bridge_hosts *hosts)
{
	free(hosts);
}

void bridge_hosts_add(struct bridge_hosts *hosts, const struct fdb_entry *entry)
{
	uint32_t port = entry->bridge ? speakers_member_of(hosts->speakers, entry->bridge) : 0;

	if (!port || entry->is_own || speakers_find(hosts->speakers, entry->ifindex))
		return;
	if (hosts->count == BRIDGE_HOSTS_MAX)
		hosts->skipped++;
	else
		hosts->list[hosts->count++] = (struct host){port, *entry};
}

/* Returns the frame's length; 0: the port does not carry the VLAN. */
static size_t write_frame(const struct fdb_entry *entry, const struct bridge_vlans *vlans,
			  uint8_t *buf, size_t size)
{
	size_t length = announce_rarp(buf, size, entry->mac);

	if (!entry->vlan)
		return length;
	if (!vlans->carried[entry->vlan])
		return 0;
	return vlans->tagged[entry->vlan] ? announce_tag(buf, size, length, entry->vlan) : length;
}

size_t bridge_hosts_announce(struct ebondd *daemon, const struct managed_bond *bond,
			     const struct bridge_hosts *hosts)
{
	struct bridge_vlans vlans;
	uint32_t vlans_of = 0;
	size_t sent = 0;

	for (size_t i = 0; i < hosts->count; i++) {
		const struct host *host = &hosts->list[i];
		uint8_t frame[ANNOUNCE_RARP_SIZE + ANNOUNCE_TAG_SIZE];
		size_t length;

		if (host->entry.vlan && vlans_of != host->port) {
			nl_bridge_vlans(daemon->nl, host->port, &vlans);
			vlans_of = host->port;
		}
		length = write_frame(&host->entry, &vlans, frame, sizeof(frame));
		if (length && packet_send(daemon->packet_socket, host->port, frame, length) == 0)
			sent++;
	}
	if (hosts->skipped)
		log_warning(bond->name,
			    "%zu hosts behind the bridge not announced: %d is the maximum",
			    hosts->skipped, BRIDGE_HOSTS_MAX);
	return sent;
}
