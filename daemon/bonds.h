/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bonds and ports that the daemon has: finding, making and removing them. */
#pragma once

#include "daemon/ebondd.h"

/* By name or ifindex of bond0; by ifindex of the hidden end. NULL: none. */
struct managed_bond *bonds_by_name(const struct ebondd *daemon, const char *name);
struct managed_bond *bonds_by_ifindex(const struct ebondd *daemon, uint32_t ifindex);
struct managed_bond *bonds_by_hidden(const struct ebondd *daemon, uint32_t ifindex);

/* The bond that @ifindex is a port of, and the port; NULL: of none. */
struct managed_bond *bonds_by_port(const struct ebondd *daemon, uint32_t ifindex,
				   struct port **ret_port);

/* The bond's port of that name or ifindex, or NULL. */
struct port *bond_port_named(struct managed_bond *bond, const char *name);
bool bond_has_port_named(const struct managed_bond *bond, const char *name);
struct port *bond_port_indexed(struct managed_bond *bond, uint32_t ifindex);

/*
 * Makes bond0 and its hidden end, loads the packet path and adds the bond to
 * the list. Returns 0, or a negative errno with @why filled and nothing made.
 */
int bonds_create(struct ebondd *daemon, const char *name, const struct bond_options *options,
		 struct refusal *why);

/*
 * Gives all ports back and removes bond0. @gone: bond0 was deleted by somebody
 * else already. @bond is freed.
 */
void bonds_delete(struct ebondd *daemon, struct managed_bond *bond, bool gone);

/* Forgets a bond without touching anything: its traffic goes on. @bond is freed. */
void bonds_forget(struct ebondd *daemon, struct managed_bond *bond);

/* A bond in the list, which owns it, with nothing of it made yet. NULL: no room or memory. */
struct managed_bond *bonds_new(struct ebondd *daemon, const struct bond_options *options);

/*
 * Makes the bond what @future is, a changed bond_clone() of its core: programs
 * are replaced where the change needs it, between two packets. Returns 0, the
 * core then is @future; or a negative errno with @why filled and nothing
 * changed, @future is still the caller's.
 */
int bonds_become(struct ebondd *daemon, struct managed_bond *bond, struct bond *future,
		 struct refusal *why);
