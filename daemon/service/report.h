/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports on bonds: as JSON with the keys of `ip -d -j link`, and as the text of
 * the kernel's /proc files.
 */
#pragma once

#include <jansson.h>

#include "daemon/ebondd.h"

/*
 * The objects of docs/protocol.md, "What show returns": each bond (or only
 * @only, unless NULL) followed by its ports. A new array, owned by the caller.
 */
json_t *report_links(struct ebondd *daemon, const struct managed_bond *only);

/* The /proc text (kernel: bond_info_seq_show), to be freed by the caller. NULL: no memory. */
char *report_proc(const struct managed_bond *bond);

/*
 * The text of a 2.4 kernel's /proc/net/NAME/info, where ports are only up or down.
 * Freed and NULL as above.
 */
char *report_proc_legacy(const struct managed_bond *bond);
