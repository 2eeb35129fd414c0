/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where programs sit: an interface's tc hooks, as tcx (Linux 6.6) or as
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
	bool egress;	  /* what leaves the interface; otherwise, what comes in */
};

/* "tcx", "clsact" or "netkit"; static storage. */
const char *hook_word(enum hook_kind kind);

/* The better kind of ingress hook that the running kernel has. */
enum hook_kind hook_best(void);

/*
 * A program at a hook is known by our own descriptor of it. Only what another process has put
 * there must be found by its name, and for that the kernel wants CAP_SYS_ADMIN
 * (BPF_PROG_GET_FD_BY_ID): hook_open(), hook_take() and hook_remove().
 */

/*
 * Puts @prog_fd at @place, instead of @old_fd if that is not negative, without a packet in
 * between that sees neither. *@ret_made_qdisc (may be NULL) is set when the clsact
 * qdisc was created for it, otherwise untouched.
 * Returns 0 or a negative errno; what was there before then stays.
 */
int hook_attach(struct hook_place place, int prog_fd, int old_fd, bool *ret_made_qdisc);

/* The same instead of all programs @name that are there, of whatever kind. */
int hook_take(struct hook_place place, const char *name, int prog_fd, bool *ret_made_qdisc);

/* The program @name at @place as a new descriptor, or a negative errno. */
int hook_open(struct hook_place place, const char *name);

/* Whether the program of that id is at @place. */
bool hook_has(struct hook_place place, uint32_t prog_id);

/*
 * Removes @prog_fd from @place. @made_qdisc: also the clsact qdisc, if no filter of somebody
 * else is on it by now.
 */
void hook_detach(struct nl *nl, struct hook_place place, int prog_fd, bool made_qdisc);

/* The same with all programs @name, whatever the kind of @place says. */
void hook_remove(struct nl *nl, struct hook_place place, const char *name, bool made_qdisc);
