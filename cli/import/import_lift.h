/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a bond gets besides bonding, and how it is taken back. */
#pragma once

#include "cli/import/rtnet.h"
#include "lib/mac.h"

#define LIFTING_MAX 64 /* addresses, and routes, that are taken back */

/* One bond being brought up. */
struct lifting {
	struct rtnet *rtnet;
	const struct import_link *link;
	bool is_strict; /* an address or route that the kernel refuses is the end */
	bool is_new;	/* the bond was not there: taking back is deleting */

	/* Of a bond that was there: how it was, and what it was given. */
	unsigned int ifindex;
	uint32_t mtu_before;
	char mac_before[MAC_TEXT_SIZE];
	bool was_up;
	size_t address_count, route_count;
	const struct import_address *addresses[LIFTING_MAX];
	const struct import_route *routes[LIFTING_MAX];
};

/* Looks at the bond of that name as it is before anything is done. */
void lifting_begin(struct lifting *lifting, struct rtnet *rtnet, const struct import_link *link,
		   bool is_strict);

/*
 * Gives the bond, which is there now, what its link says, and prints each step as a command.
 * Returns 0 or the kernel's negative errno, said on stderr with its place.
 */
int lifting_lift(struct lifting *lifting);

/* Takes back what lifting_lift() did; a new bond goes altogether. */
void lifting_lower(struct lifting *lifting);

/* Says on stderr that @command, of @place, failed. Returns @err. */
int lifting_say(struct import_place place, const char *command, int err);
