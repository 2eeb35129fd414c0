/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changing a bond by "OPTION VALUE OPTION VALUE ...": all or nothing, in any
 * order.
 */
#pragma once

#include "daemon/ebondd.h"

struct configuration {
	struct bond_options options;
	bool sets_active; /* active_slave was given */
	uint32_t active;  /* its port's ifindex; 0: none, reselect */
	bool replaces;	  /* the mode may change while ports are attached */
	char note[256];	  /* what was rounded or dropped, "" if nothing */
};

/*
 * Parses the words for a new bond. Returns 0, or a negative errno with @why
 * filled.
 */
int configure_new(struct configuration *ret_change, const char *const *words, size_t count,
		  struct refusal *why);

/*
 * The same on top of @bond's options. Changes nothing yet. @replace: the mode may
 * change while ports are attached; options that the new one does not have are
 * reset to their defaults.
 */
int configure_change(struct configuration *ret_change, struct managed_bond *bond, bool replace,
		     const char *const *words, size_t count, struct refusal *why);

/*
 * Applies a change. *@ret_done (NULL is fine) is set to a line that describes it,
 * "bond0: mode balance-rr -> active-backup; active port eth0\n", empty when nothing
 * changed; the caller frees it. Returns 0, or a negative errno with @why filled and
 * nothing changed.
 */
int configure_apply(struct ebondd *daemon, struct managed_bond *bond,
		    const struct configuration *change, char **ret_done, struct refusal *why);
