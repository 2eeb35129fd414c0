/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hooks for programs: an interface's tc hooks, as tcx (Linux 6.6) or as a filter
 * on the clsact qdisc, or the transmit function of a netkit interface. With all of
 * them the program stays attached without a process and can be replaced
 * atomically.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/kernel/netlink.h"

enum hook_kind { HOOK_TCX, HOOK_CLSACT, HOOK_NETKIT };

/* Our preference on clsact: filters with a lower one see a frame first. */
#define HOOK_CLSACT_PRIORITY 60

/* Most programs that hook_others() tells of. */
#define HOOK_OTHERS_MAX 8

/* A hook of an interface. */
struct hook_place {
	enum hook_kind kind;
	uint32_t ifindex; /* HOOK_NETKIT: the primary end; the program is its peer's */
	bool egress;	  /* otherwise ingress */
};

/* "tcx", "clsact" or "netkit"; static storage. */
const char *hook_word(enum hook_kind kind);

/* The best kind of ingress hook that the running kernel supports. */
enum hook_kind hook_best(void);

/*
 * Our own program at a hook is identified by its descriptor. Only one attached by another
 * process must be found by its name, which requires CAP_SYS_ADMIN (BPF_PROG_GET_FD_BY_ID):
 * hook_open(), hook_take() and hook_remove().
 */

/*
 * Attaches @prog_fd at @place, atomically replacing @old_fd unless that is negative.
 * *@ret_made_qdisc (may be NULL) is set when the clsact qdisc was created for it,
 * otherwise untouched.
 * Returns 0 or a negative errno, with @old_fd still attached.
 */
int hook_attach(struct hook_place place, int prog_fd, int old_fd, bool *ret_made_qdisc);

/* The same, replacing all programs @name there, on any kind of hook. */
int hook_take(struct hook_place place, const char *name, int prog_fd, bool *ret_made_qdisc);

/* The program @name at @place as a new descriptor, or a negative errno. */
int hook_open(struct hook_place place, const char *name);

/* Whether the program with that id is at @place. */
bool hook_has(struct hook_place place, uint32_t prog_id);

/*
 * The ids of the tcx programs at the interface besides the one with that id, whatever the kind of
 * @place; how many. *@ret_first: that one comes before them, or is not on a tcx hook.
 */
size_t hook_others(struct hook_place place, uint32_t prog_id, uint32_t ret_ids[HOOK_OTHERS_MAX],
		   bool *ret_first);

/*
 * Makes @prog_fd, which is at @place, the first program of a tcx hook. For a moment it is not
 * there. Returns 0 or a negative errno: it may not be there any more.
 */
int hook_make_first(struct hook_place place, int prog_fd);

/*
 * Detaches @prog_fd from @place. @made_qdisc: also removes the clsact qdisc, unless another
 * program's filter is on it by now.
 */
void hook_detach(struct nl *nl, struct hook_place place, int prog_fd, bool made_qdisc);

/* The same with all programs @name, regardless of the kind of @place. */
void hook_remove(struct nl *nl, struct hook_place place, const char *name, bool made_qdisc);
