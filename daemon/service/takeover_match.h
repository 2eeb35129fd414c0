/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether what a state file tells is true of the interfaces that are here. Indexes and
 * names are given again; kinds, permanent addresses, our alias and our programs are not.
 */
#pragma once

#include "daemon/ebondd.h"
#include "daemon/service/saved.h"

/*
 * Finds the hidden end of @saved, and bond0, whose ifindex is 0 when it is in another
 * network namespace. False: the bond is not here any more.
 */
bool match_bond(struct ebondd *daemon, const struct saved_bond *saved, struct link *ret_hidden,
		struct link *ret_bond0);

/*
 * Finds the interface that the @index-th port of @saved is. @is_sure: the file is known to be
 * of this namespace. False: it is not here any more, and what has its index or name is
 * another, not to be touched.
 */
bool match_port(struct ebondd *daemon, const struct saved_bond *saved, size_t index, bool is_sure,
		struct link *ret_link);
