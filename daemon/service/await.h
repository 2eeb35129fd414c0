/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ports that configuration files attach. If a port's interface does not exist, it is attached
 * when it appears: after the file was applied, or again (a USB adapter, a virtual function that
 * was reset).
 */
#pragma once

#include "daemon/ebondd.h"

struct await_list;

/*
 * The new list if @desired is applied: its ports and, without @prune, the current entries for bonds
 * that it does not name. Ports without an interface are removed from @desired, and @missing is
 * called for each; the others are renamed to their interface's own name. NULL: no memory. Owned by
 * the caller.
 */
typedef void await_sink(const struct config_bond *bond, const struct config_port *port, void *data);
struct await_list *await_list_new(struct ebondd *daemon, struct config *desired, bool prune,
				  await_sink *missing, void *data);

/* NULL is fine. */
void await_list_free(struct await_list *list);

/* Stops waiting for the port @ifindex of a bond or, if that is 0, for all its ports. */
void await_forget(struct ebondd *daemon, const char *bond, uint32_t ifindex);

/* Interfaces appeared or disappeared: attaches awaited ports, trying each once. */
void await_look(struct ebondd *daemon);
