/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Announcing hosts behind a bridge. */
#include "daemon/protocol/bridge_hosts.h"

#include <stdlib.h>

#include "core/active/announce.h"
#include "daemon/kernel/packet.h"
#include "daemon/log.h"
#include "lib/cleanup.h"

struct hosts {
	const struct speakers *speakers;
	size_t count, skipped;
	struct host {
		uint32_t port; /* of the bridge, through which the network is reached */
		struct fdb_entry entry;
	} list[BRIDGE_HOSTS_MAX];
};

/* Sending must wait until the dump is complete, as looking up a VLAN is another request. */
static void collect(const struct fdb_entry *entry, void *data)
{
	struct hosts *hosts = data;
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
			     const struct speakers *speakers)
{
	_cleanup_free_ struct hosts *hosts = calloc(1, sizeof(*hosts));
	struct bridge_vlans vlans;
	uint32_t vlans_of = 0;
	size_t sent = 0;

	if (!hosts)
		return 0;
	hosts->speakers = speakers;
	nl_fdb(daemon->nl, collect, hosts);
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
