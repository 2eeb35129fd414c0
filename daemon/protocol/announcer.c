/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Announcements after a failover. */
#include "daemon/protocol/announcer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/active/announce.h"
#include "daemon/kernel/packet.h"
#include "daemon/kernel/uppers.h"
#include "daemon/log.h"
#include "daemon/protocol/bridge_hosts.h"
#include "lib/cleanup.h"

struct announcer {
	uint32_t bond; /* ifindex of bond0 */
	const struct speakers *speakers;
	struct bridge_hosts *hosts; /* announce_bridge, or NULL */
	int socket;
	size_t sent;
};

DEFINE_CLEANUP(hosts, struct bridge_hosts *, bridge_hosts_free)

static void send_frame(struct announcer *announcer, uint32_t ifindex, const uint8_t *frame,
		       size_t length)
{
	if (packet_send(announcer->socket, ifindex, frame, length) == 0)
		announcer->sent++;
}

bool peers_is_router(const char *name)
{
	_cleanup_fclose_ FILE *file = NULL;
	char path[128];
	int forwarding = 0;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/forwarding", name);
	file = fopen(path, "re");
	return file && fscanf(file, "%d", &forwarding) == 1 && forwarding > 0;
}

static void announce_address(const struct address *address, void *data)
{
	struct announcer *announcer = data;
	const struct speaker *speaker = speakers_find(announcer->speakers, address->ifindex);
	uint8_t frame[ANNOUNCE_NA_SIZE];
	size_t length;

	if (!speaker || address->tentative)
		return;
	if (address->family == AF_INET)
		length = announce_arp(frame, sizeof(frame), speaker->mac, address->bytes);
	else
		length = announce_na(frame, sizeof(frame), speaker->mac, address->bytes,
				     peers_is_router(speaker->name));
	send_frame(announcer, speaker->ifindex, frame, length);
}

/* Of bond0's list only its own is announced; addresses that a bridge learned there are remote. */
static void announce_entry(const struct fdb_entry *entry, void *data)
{
	struct announcer *announcer = data;
	uint8_t frame[ANNOUNCE_RARP_SIZE];

	if (!entry->bridge && entry->ifindex == announcer->bond)
		send_frame(announcer, announcer->bond, frame,
			   announce_rarp(frame, sizeof(frame), entry->mac));
	else if (announcer->hosts)
		bridge_hosts_add(announcer->hosts, entry);
}

void peers_notify(struct ebondd *daemon, const struct managed_bond *bond)
{
	struct announcer announcer = {.bond = bond->ifindex, .socket = daemon->packet_socket};
	_cleanup_(hosts) struct bridge_hosts *hosts = NULL;
	struct speakers *speakers;

	if (speakers_collect(daemon->nl, bond->ifindex, &speakers) < 0)
		return;
	announcer.speakers = speakers;
	nl_addresses(daemon->nl, announce_address, &announcer);
	if (bond_get_options(bond->core)->announce_bridge)
		announcer.hosts = hosts = bridge_hosts_new(speakers);
	nl_fdb(daemon->nl, announce_entry, &announcer);
	if (hosts)
		announcer.sent += bridge_hosts_announce(daemon, bond, hosts);
	speakers_free(speakers);
	log_info(bond->name, "announced %zu addresses to the network", announcer.sent);
}
