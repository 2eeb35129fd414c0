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
#include "lib/cleanup.h"

struct announcer {
	const struct speakers *speakers;
	int socket;
	size_t sent;
};

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

void peers_notify(struct ebondd *daemon, const struct managed_bond *bond)
{
	struct announcer announcer = {.socket = daemon->packet_socket};
	struct speakers *speakers;

	if (speakers_collect(daemon->nl, bond->ifindex, &speakers) < 0)
		return;
	announcer.speakers = speakers;
	nl_addresses(daemon->nl, announce_address, &announcer);
	speakers_free(speakers);
	log_info(bond->name, "announced %zu addresses to the network", announcer.sent);
}

/* Addresses that reports are sent from: IPv4 the first, IPv6 the link-local one. */
struct sources {
	uint32_t ifindex;
	bool has_ip4;
	uint8_t ip4[ANNOUNCE_IP4_LEN];
	uint8_t ip6[ANNOUNCE_IP6_LEN]; /* :: without one */
};

static void note_source(const struct address *address, void *data)
{
	struct sources *sources = data;

	if (address->ifindex != sources->ifindex || address->tentative)
		return;
	if (address->family == AF_INET && !sources->has_ip4) {
		memcpy(sources->ip4, address->bytes, sizeof(sources->ip4));
		sources->has_ip4 = true;
	}
	if (address->family == AF_INET6 && address->bytes[0] == 0xfe &&
	    (address->bytes[1] & 0xc0) == 0x80)
		memcpy(sources->ip6, address->bytes, sizeof(sources->ip6));
}

static void report_group4(struct announcer *announcer, const struct speaker *speaker,
			  const struct sources *sources, const uint8_t group[ANNOUNCE_IP4_LEN],
			  bool querier_is_v3)
{
	uint8_t frame[ANNOUNCE_IGMP3_SIZE(1)];
	size_t length;

	/* 224.0.0.1 is never reported (RFC 3376 5). */
	if (memcmp(group, "\xe0\x00\x00\x01", ANNOUNCE_IP4_LEN) == 0)
		return;
	if (querier_is_v3)
		length = announce_igmp3(frame, sizeof(frame), speaker->mac, sources->ip4,
					ANNOUNCE_IS_EXCLUDE,
					(const uint8_t(*)[ANNOUNCE_IP4_LEN])group, 1);
	else
		length = announce_igmp2(frame, sizeof(frame), speaker->mac, sources->ip4, group);
	send_frame(announcer, speaker->ifindex, frame, length);
}

/*
 * /proc/net/igmp: a line "index device : count querier" per interface, then an
 * indented line per group, its address as a hexadecimal number in host order.
 */
static void rejoin4(struct announcer *announcer, const struct speaker *speaker,
		    const struct sources *sources)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/net/igmp", "re");
	bool ours = false, querier_is_v3 = true;
	char line[256], querier[8];
	unsigned int index, number;

	while (file && fgets(line, sizeof(line), file)) {
		uint32_t group;

		if (line[0] != '\t') {
			ours = sscanf(line, "%u %*s : %*u %7s", &index, querier) == 2 &&
			       index == speaker->ifindex;
			querier_is_v3 = strcmp(querier, "V3") == 0;
		} else if (ours && sscanf(line, "%x", &number) == 1) {
			group = number;
			report_group4(announcer, speaker, sources, (const uint8_t *)&group,
				      querier_is_v3);
		}
	}
}

static bool parse_group6(const char *hex, uint8_t group[ANNOUNCE_IP6_LEN])
{
	for (size_t i = 0; i < ANNOUNCE_IP6_LEN; i++)
		if (sscanf(hex + 2 * i, "%2hhx", &group[i]) != 1)
			return false;
	return true;
}

/* /proc/net/igmp6: "index device group users flags timer", the group as 32 hex digits. */
static void rejoin6(struct announcer *announcer, const struct speaker *speaker,
		    const struct sources *sources)
{
	static const uint8_t all_nodes[ANNOUNCE_IP6_LEN] = {0xff, 0x02, [15] = 1};
	_cleanup_fclose_ FILE *file = fopen("/proc/net/igmp6", "re");
	uint8_t group[1][ANNOUNCE_IP6_LEN], frame[ANNOUNCE_MLD2_SIZE(1)];
	char line[256], hex[33];
	unsigned int index;

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%u %*s %32s", &index, hex) != 2 || index != speaker->ifindex ||
		    !parse_group6(hex, group[0]))
			continue;
		/* ff02::1 and the interface-local scope are never reported (RFC 3810 6). */
		if (memcmp(group[0], all_nodes, sizeof(all_nodes)) == 0 ||
		    (group[0][1] & 0x0f) <= 1)
			continue;
		send_frame(announcer, speaker->ifindex, frame,
			   announce_mld2(frame, sizeof(frame), speaker->mac, sources->ip6,
					 ANNOUNCE_IS_EXCLUDE,
					 (const uint8_t(*)[ANNOUNCE_IP6_LEN])group, 1));
	}
}

void peers_rejoin(struct ebondd *daemon, const struct managed_bond *bond)
{
	struct announcer announcer = {.socket = daemon->packet_socket};
	struct speakers *speakers;

	if (speakers_collect(daemon->nl, bond->ifindex, &speakers) < 0)
		return;
	for (size_t i = 0; i < speakers->count; i++) {
		struct sources sources = {.ifindex = speakers->list[i].ifindex};

		nl_addresses(daemon->nl, note_source, &sources);
		rejoin4(&announcer, &speakers->list[i], &sources);
		rejoin6(&announcer, &speakers->list[i], &sources);
	}
	speakers_free(speakers);
	log_info(bond->name, "reported %zu multicast groups to the network", announcer.sent);
}
