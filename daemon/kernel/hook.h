/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where programs sit: an interface's tc ingress hook, as tcx (Linux 6.6) or as
 * a filter on the clsact qdisc, or inside the transmit function of a netkit
 * interface. All keep the program without any process, and all can replace it
 * between two packets.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/kernel/netlink.h"

enum hook_kind { HOOK_TCX, HOOK_CLSACT, HOOK_NETKIT };

/* A hook of an interface. */
struct hook_place {
	enum hook_kind kind;
	uint32_t ifindex; /* HOOK_NETKIT: the primary end; the program is its peer's */
};

/* "tcx", "clsact" or "netkit"; static storage. */
const char *hook_word(enum hook_kind kind);

/* The better kind of ingress hook that the running kernel has. */
enum hook_kind hook_best(void);

/*
 * Puts @prog_fd at @place. A program named @name that is there already, at an
 * ingress of whatever kind and whichever daemon, is replaced without a packet
 * in between that sees none. *@ret_made_qdisc (may be NULL) is set when the
 * clsact qdisc was created for it, otherwise untouched.
 * Returns 0 or a negative errno; what was there before then stays.
 */
int hook_attach(struct hook_place place, const char *name, int prog_fd, bool *ret_made_qdisc);

/* The id of the program @name at @place, or 0. */
uint32_t hook_find(struct hook_place place, const char *name);

/*
 * Removes the program @name from an interface's ingress, in both kinds.
 * @made_qdisc: also remove the clsact qdisc, if no filter of somebody else is on
 * it by now.
 */
void hook_detach(struct nl *nl, uint32_t ifindex, const char *name, bool made_qdisc);
