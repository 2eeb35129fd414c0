/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports of multicast memberships from /proc/net. */
#include "daemon/protocol/memberships.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "core/active/membership.h"
#include "daemon/kernel/packet.h"
#include "daemon/kernel/uppers.h"
#include "daemon/log.h"
#include "lib/cleanup.h"

/* One interface's reports, and their source addresses (the first IPv4, the IPv6 link-local). */
struct reporter {
	int socket;
	const struct speaker *speaker;
	bool has_ip4;
	uint8_t ip4[ANNOUNCE_IP4_LEN];
	uint8_t ip6[ANNOUNCE_IP6_LEN]; /* ::: none */
	size_t sent;
};

static void note_address(const struct address *address, void *data)
{
	struct reporter *reporter = data;

	if (address->ifindex != reporter->speaker->ifindex || address->tentative)
		return;
	if (address->family == AF_INET && !reporter->has_ip4) {
		memcpy(reporter->ip4, address->bytes, sizeof(reporter->ip4));
		reporter->has_ip4 = true;
	}
	if (address->family == AF_INET6 && address->bytes[0] == 0xfe &&
	    (address->bytes[1] & 0xc0) == 0x80)
		memcpy(reporter->ip6, address->bytes, sizeof(reporter->ip6));
}

static bool parse_hex(const char *hex, uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (sscanf(hex + 2 * i, "%2hhx", &bytes[i]) != 1)
			return false;
	return true;
}

/*
 * /proc/net/mcfilter, /proc/net/mcfilter6: "index device group source include exclude", addresses
 * as hexadecimal digits in network order, those of IPv4 after "0x".
 */
static void read_sources(const struct reporter *reporter, struct membership *membership)
{
	bool is_ip4 = membership->address_len == ANNOUNCE_IP4_LEN;
	_cleanup_fclose_ FILE *file =
		fopen(is_ip4 ? "/proc/net/mcfilter" : "/proc/net/mcfilter6", "re");
	size_t skip = is_ip4 ? 2 : 0;
	char line[256], group[40], source[40];

	while (file && membership->source_count < MEMBERSHIP_SOURCES_MAX &&
	       fgets(line, sizeof(line), file)) {
		struct membership_source *one = &membership->sources[membership->source_count];
		uint8_t address[ANNOUNCE_IP6_LEN];
		unsigned int index;

		if (sscanf(line, "%u %*s %39s %39s %u %u", &index, group, source, &one->include,
			   &one->exclude) != 5 ||
		    index != reporter->speaker->ifindex || strlen(group) < skip ||
		    strlen(source) < skip ||
		    !parse_hex(group + skip, address, membership->address_len) ||
		    !parse_hex(source + skip, one->address, membership->address_len))
			continue;
		if (memcmp(address, membership->group, membership->address_len) == 0)
			membership->source_count++;
	}
}

static void send_frame(struct reporter *reporter, const uint8_t *frame, size_t length)
{
	if (length && packet_send(reporter->socket, reporter->speaker->ifindex, frame, length) == 0)
		reporter->sent++;
}

/* With the sources, for IGMPv3 or MLDv2; one report per record, which always fits. */
static void report_sources(struct reporter *reporter, struct membership *membership)
{
	uint8_t frame[ANNOUNCE_MLD2_SIZE(1, MEMBERSHIP_SOURCES_MAX)];
	struct announce_group records[MEMBERSHIP_RECORDS_MAX];
	const uint8_t *mac = reporter->speaker->mac;
	struct membership_lists lists;
	size_t count;

	read_sources(reporter, membership);
	count = membership_records(membership, &lists, records);
	for (size_t i = 0; i < count; i++)
		send_frame(reporter, frame,
			   membership->address_len == ANNOUNCE_IP4_LEN
				   ? announce_igmp3(frame, sizeof(frame), mac, reporter->ip4,
						    &records[i], 1)
				   : announce_mld2(frame, sizeof(frame), mac, reporter->ip6,
						   &records[i], 1));
}

static void report_group4(struct reporter *reporter, struct membership *membership,
			  bool querier_is_v3)
{
	uint8_t frame[ANNOUNCE_IGMP2_SIZE];

	/* 224.0.0.1 is never reported (RFC 3376 5). */
	if (memcmp(membership->group, "\xe0\x00\x00\x01", ANNOUNCE_IP4_LEN) == 0)
		return;
	if (querier_is_v3)
		report_sources(reporter, membership);
	else
		send_frame(reporter, frame,
			   announce_igmp2(frame, sizeof(frame), reporter->speaker->mac,
					  reporter->ip4, membership->group));
}

/*
 * /proc/net/igmp: a line "index device : count querier" per interface, then an
 * indented line per group, its address as a hexadecimal number in host order, and its users.
 */
static void report4(struct reporter *reporter)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/net/igmp", "re");
	bool ours = false, querier_is_v3 = true;
	char line[256], querier[8];
	unsigned int index, group;

	while (file && fgets(line, sizeof(line), file)) {
		struct membership membership = {.address_len = ANNOUNCE_IP4_LEN};

		if (line[0] != '\t') {
			ours = sscanf(line, "%u %*s : %*u %7s", &index, querier) == 2 &&
			       index == reporter->speaker->ifindex;
			querier_is_v3 = strcmp(querier, "V3") == 0;
		} else if (ours && sscanf(line, "%x %u", &group, &membership.users) == 2) {
			memcpy(membership.group, &group, ANNOUNCE_IP4_LEN);
			report_group4(reporter, &membership, querier_is_v3);
		}
	}
}

/* /proc/net/igmp6: "index device group users flags timer", the group as 32 hex digits. */
static void report6(struct reporter *reporter)
{
	static const uint8_t all_nodes[ANNOUNCE_IP6_LEN] = {0xff, 0x02, [15] = 1};
	_cleanup_fclose_ FILE *file = fopen("/proc/net/igmp6", "re");
	char line[256], hex[33];
	unsigned int index;

	while (file && fgets(line, sizeof(line), file)) {
		struct membership membership = {.address_len = ANNOUNCE_IP6_LEN};

		if (sscanf(line, "%u %*s %32s %u", &index, hex, &membership.users) != 3 ||
		    index != reporter->speaker->ifindex ||
		    !parse_hex(hex, membership.group, ANNOUNCE_IP6_LEN))
			continue;
		/* ff02::1 and the interface-local scope are never reported (RFC 3810 6). */
		if (memcmp(membership.group, all_nodes, sizeof(all_nodes)) == 0 ||
		    (membership.group[1] & 0x0f) <= 1)
			continue;
		report_sources(reporter, &membership);
	}
}

void memberships_report(struct ebondd *daemon, const struct managed_bond *bond)
{
	struct speakers *speakers;
	size_t sent = 0;

	if (speakers_collect(daemon->nl, bond->ifindex, &speakers) < 0)
		return;
	for (size_t i = 0; i < speakers->count; i++) {
		struct reporter reporter = {
			.socket = daemon->packet_socket,
			.speaker = &speakers->list[i],
		};

		nl_addresses(daemon->nl, note_address, &reporter);
		report4(&reporter);
		report6(&reporter);
		sent += reporter.sent;
	}
	speakers_free(speakers);
	log_info(bond->name, "reported %zu multicast memberships to the network", sent);
}
