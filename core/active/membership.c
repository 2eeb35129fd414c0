/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Derives a source filter from counts of sockets. */
#include "core/active/membership.h"

#include <assert.h>
#include <string.h>

/* 232/8, and FF3x::/32 (RFC 4607 1). */
static bool is_source_specific(const struct membership *membership)
{
	const uint8_t *group = membership->group;

	if (membership->address_len == ANNOUNCE_IP4_LEN)
		return group[0] == 232;
	return group[0] == 0xff && (group[1] & 0xf0) == 0x30 && !group[2] && !group[3];
}

/* Lower and upper bound of the number of sockets that joined for particular sources. */
struct including {
	uint32_t least, most;
};

static struct including count_including(const struct membership *membership)
{
	struct including sockets = {};

	for (size_t i = 0; i < membership->source_count; i++) {
		uint32_t include = membership->sources[i].include;

		if (include > sockets.least)
			sockets.least = include;
		sockets.most += include;
	}
	return sockets;
}

static size_t list_included(const struct membership *membership, struct membership_lists *lists)
{
	size_t count = 0;

	for (size_t i = 0; i < membership->source_count; i++)
		if (membership->sources[i].include)
			memcpy(lists->bytes + count++ * membership->address_len,
			       membership->sources[i].address, membership->address_len);
	return count;
}

/* Sources that every socket excludes; known only if all sockets exclude sources. */
static size_t list_excluded(const struct membership *membership, struct membership_lists *lists)
{
	size_t count = 0;

	for (size_t i = 0; i < membership->source_count; i++)
		if (membership->sources[i].exclude == membership->users)
			memcpy(lists->bytes + count++ * membership->address_len,
			       membership->sources[i].address, membership->address_len);
	return count;
}

size_t membership_records(const struct membership *membership, struct membership_lists *lists,
			  struct announce_group records[static MEMBERSHIP_RECORDS_MAX])
{
	struct including sockets = count_including(membership);
	struct announce_group include = {ANNOUNCE_IS_INCLUDE, membership->group, lists->bytes, 0};
	struct announce_group exclude = {ANNOUNCE_IS_EXCLUDE, membership->group, lists->bytes, 0};

	assert(membership->source_count <= MEMBERSHIP_SOURCES_MAX);
	if (!sockets.least) {
		exclude.source_count = list_excluded(membership, lists);
		records[0] = exclude;
		return 1;
	}
	/* At least one socket receives from every source, and so does the interface. */
	if (membership->users > sockets.most && !is_source_specific(membership)) {
		records[0] = exclude;
		return 1;
	}
	include.source_count = list_included(membership, lists);
	records[0] = include;
	if (membership->users <= sockets.least || is_source_specific(membership))
		return 1;
	records[1] = exclude;
	return 2;
}
