/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An interface's membership in one multicast group, as records of a report, derived from the
 * kernel's counts of the sockets that joined and of their source filters.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/active/announce.h"

/* Further sources are not reported: the report must fit into a frame. */
#define MEMBERSHIP_SOURCES_MAX 64

/* Maximum number of records per group. */
#define MEMBERSHIP_RECORDS_MAX 2

struct membership {
	size_t address_len; /* ANNOUNCE_IP4_LEN or ANNOUNCE_IP6_LEN */
	uint8_t group[ANNOUNCE_IP6_LEN];
	uint32_t users; /* sockets that joined, for all sources, some, or all but some */
	size_t source_count;
	struct membership_source {
		uint8_t address[ANNOUNCE_IP6_LEN];
		uint32_t include; /* sockets that include it ... */
		uint32_t exclude; /* ... and that exclude it */
	} sources[MEMBERSHIP_SOURCES_MAX];
};

/* Storage for the records' sources. */
struct membership_lists {
	uint8_t bytes[MEMBERSHIP_SOURCES_MAX * ANNOUNCE_IP6_LEN];
};

/*
 * Fills @records with the interface's filter (RFC 3376 3.2) and returns how many there are, at
 * least 1. They point into @membership and @lists.
 *
 * The kernel does not report how many sockets have a source filter. Unless it is certain that one
 * has none, the report asks for both; in the ranges for source-specific multicast (RFC 4607) only
 * for the sources, since routers ignore the rest (RFC 4604 2.2.1).
 */
size_t membership_records(const struct membership *membership, struct membership_lists *lists,
			  struct announce_group records[static MEMBERSHIP_RECORDS_MAX]);
