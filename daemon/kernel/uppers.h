/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interfaces whose addresses are reached through bond0: bond0 itself, its
 * uppers (VLANs, macvlans, and theirs), and the bridge it is a port of.
 */
#pragma once

#include <net/if.h>

#include "daemon/kernel/netlink.h"

struct speaker {
	uint32_t ifindex;
	char name[IFNAMSIZ];
	uint8_t mac[MAC_LENGTH];
	uint32_t master; /* 0: none */
};

struct speakers {
	size_t count;
	struct speaker list[];
};

/*
 * Collects them; interfaces that are down are skipped. Returns 0 with
 * *@ret_speakers, to be freed with speakers_free(), or a negative errno.
 */
int speakers_collect(struct nl *nl, uint32_t bond_ifindex, struct speakers **ret_speakers);
void speakers_free(struct speakers *speakers);

/* One of them that is a port of @ifindex; 0: none. */
uint32_t speakers_member_of(const struct speakers *speakers, uint32_t ifindex);

/* NULL when @ifindex is not one of them. */
const struct speaker *speakers_find(const struct speakers *speakers, uint32_t ifindex);
