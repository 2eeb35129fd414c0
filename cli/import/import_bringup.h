/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configures a bond beyond bonding, and reverts it. */
#pragma once

#include "cli/import/rtnet.h"
#include "lib/mac.h"

#define BRINGUP_MAX 64 /* addresses and routes that can be removed again */

/* A bond being brought up. */
struct bringup {
	struct rtnet *rtnet;
	const struct import_link *link;
	bool is_strict; /* a refused address or route is an error */
	bool is_new;	/* created by this import: reverting deletes it */

	/* For an existing bond: its previous state, and what was added. */
	unsigned int ifindex;
	uint32_t mtu_before;
	char mac_before[MAC_TEXT_SIZE];
	bool was_up;
	size_t address_count, route_count;
	const struct import_address *addresses[BRINGUP_MAX];
	const struct import_route *routes[BRINGUP_MAX];
};

/* Records the state of the bond of that name before anything is done. */
void bringup_begin(struct bringup *bringup, struct rtnet *rtnet, const struct import_link *link,
		   bool is_strict);

/*
 * Configures the bond, which exists now, as its link says and prints each step
 * as a command. Returns 0 or the kernel's negative errno, after printing an
 * error with its place.
 */
int bringup_run(struct bringup *bringup);

/* Reverts bringup_run(); a new bond is deleted. */
void bringup_revert(struct bringup *bringup);

/* Prints that @command, from @place, failed. Returns @err. */
int bringup_error(struct import_place place, const char *command, int err);
