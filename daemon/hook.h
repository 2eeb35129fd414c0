/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where programs sit: an interface's tc ingress hook, as tcx (Linux 6.6) or as
 * a filter on the clsact qdisc. Both keep the program without any process, and
 * both can replace it between two packets.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "netlink.h"

enum hook_kind { HOOK_TCX, HOOK_CLSACT };

/* "tcx" or "clsact"; static storage. */
const char *hook_word(enum hook_kind kind);

/* The better kind that the running kernel has. */
enum hook_kind hook_best(void);

/*
 * Puts @prog_fd at @ifindex's ingress. A program named @name that is there
 * already, of whatever kind and whichever daemon, is replaced without a packet
 * in between that sees none. *@ret_made_qdisc (may be NULL) is set when the
 * clsact qdisc was created for it, otherwise untouched.
 * Returns 0 or a negative errno; what was there before then stays.
 */
int hook_attach(enum hook_kind kind, uint32_t ifindex, const char *name, int prog_fd,
		bool *ret_made_qdisc);

/* The id of the program @name at @ifindex's ingress, or 0. */
uint32_t hook_find(enum hook_kind kind, uint32_t ifindex, const char *name);

/*
 * Removes the program @name in both kinds. @made_qdisc: also remove the clsact
 * qdisc, if no filter of somebody else is on it by now.
 */
void hook_detach(struct nl *nl, uint32_t ifindex, const char *name, bool made_qdisc);
