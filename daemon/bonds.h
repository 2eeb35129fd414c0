/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The daemon's bonds and ports: finding, creating and deleting them. */
#pragma once

#include "daemon/ebondd.h"

/* By bond0's name or ifindex; by the hidden end's ifindex. NULL: none. */
struct managed_bond *bonds_by_name(const struct ebondd *daemon, const char *name);
struct managed_bond *bonds_by_ifindex(const struct ebondd *daemon, uint32_t ifindex);
struct managed_bond *bonds_by_hidden(const struct ebondd *daemon, uint32_t ifindex);

/* The bond that has @ifindex as a port, and the port; NULL: none. */
struct managed_bond *bonds_by_port(const struct ebondd *daemon, uint32_t ifindex,
				   struct port **ret_port);

/* The bond's port of that name or ifindex, or NULL. */
struct port *bond_port_named(struct managed_bond *bond, const char *name);
bool bond_has_port_named(const struct managed_bond *bond, const char *name);
struct port *bond_port_indexed(struct managed_bond *bond, uint32_t ifindex);

/*
 * Creates bond0 and its hidden end, loads the packet path and adds the bond to
 * the list. Returns 0, or a negative errno with @why filled and nothing created.
 */
int bonds_create(struct ebondd *daemon, const char *name, const struct bond_options *options,
		 struct refusal *why);

/*
 * Detaches all ports and deletes bond0. @gone: another program has already deleted
 * bond0. @bond is freed.
 */
void bonds_delete(struct ebondd *daemon, struct managed_bond *bond, bool gone);

/* Drops a bond without touching its interfaces: traffic continues. @bond is freed. */
void bonds_forget(struct ebondd *daemon, struct managed_bond *bond);

/* Adds a bond without interfaces to the list, which owns it. NULL: no room or memory. */
struct managed_bond *bonds_new(struct ebondd *daemon, const struct bond_options *options);

/*
 * Switches the bond to @future, a modified bond_clone() of its core: programs are
 * replaced if necessary, without losing packets. Returns 0, and @future is now the
 * bond's core; or a negative errno with @why filled and nothing changed, and the
 * caller keeps @future.
 */
int bonds_become(struct ebondd *daemon, struct managed_bond *bond, struct bond *future,
		 struct refusal *why);
