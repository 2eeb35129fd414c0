/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From "OPTION VALUE OPTION VALUE ..." to a changed bond: all or nothing, and
 * the order does not matter.
 */
#pragma once

#include "daemon/ebondd.h"

struct configuration {
	struct bond_options options;
	bool sets_active; /* active_slave was named */
	uint32_t active;  /* its port's ifindex; 0: none chosen, reselect */
	bool replaces;	  /* the mode may change under attached ports */
	char note[256];	  /* what was rounded or dropped, "" if nothing */
};

/*
 * Parses the words for a bond yet to be made. Returns 0, or a negative errno
 * with @why filled.
 */
int configure_new(struct configuration *ret_change, const char *const *words, size_t count,
		  struct refusal *why);

/*
 * The same on top of what @bond has. Changes nothing yet. @replace: another mode
 * is fine while ports are attached; options that it lacks become their defaults.
 */
int configure_change(struct configuration *ret_change, struct managed_bond *bond, bool replace,
		     const char *const *words, size_t count, struct refusal *why);

/*
 * Puts a change into effect. *@ret_done (NULL is fine) is then one line that
 * says what changed, "bond0: mode balance-rr -> active-backup; active port eth0\n",
 * empty when nothing did; the caller frees it. Returns 0, or a negative errno
 * with @why filled and nothing changed.
 */
int configure_apply(struct ebondd *daemon, struct managed_bond *bond,
		    const struct configuration *change, char **ret_done, struct refusal *why);
