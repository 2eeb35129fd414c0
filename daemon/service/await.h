/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ports that configuration files attach. One that has no interface is attached when it
 * appears, later than the file was applied, or again (a USB adapter, a virtual function that was
 * reset).
 */
#pragma once

#include "daemon/ebondd.h"

struct await_list;

/*
 * What is to be waited for if a file that says @desired is applied: its ports and, without @prune,
 * what is waited for now for bonds that it does not name. Ports without an interface are removed
 * from @desired; @missing is called for each. NULL: no memory. Owned by the caller.
 */
typedef void await_sink(const struct config_bond *bond, const struct config_port *port, void *data);
struct await_list *await_list_new(struct ebondd *daemon, struct config *desired, bool prune,
				  await_sink *missing, void *data);

/* NULL is fine. */
void await_list_free(struct await_list *list);

/* Stops waiting for the port @ifindex of a bond or, if that is 0, for all its ports. */
void await_forget(struct ebondd *daemon, const char *bond, uint32_t ifindex);

/* Interfaces appeared or vanished: attaches those that were waited for, and tries each once. */
void await_look(struct ebondd *daemon);
