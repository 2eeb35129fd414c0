/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether what a state file tells is true of the interfaces that are here. Indexes and
 * names are given again; kinds, permanent addresses, our alias and our programs are not.
 */
#pragma once

#include "daemon/ebondd.h"
#include "daemon/kernel/datapath.h"
#include "daemon/service/saved.h"

/*
 * Whether the interface has our alias, or our transmit program on an end of a pair. The program's
 * constants are then in @config, which an alias alone leaves as it is.
 */
bool match_hidden_end(const struct link *link, struct ebond_config *config);

/*
 * Whether a program was loaded in this network namespace, as far as its constants say, which an
 * older daemon's may not. One that came along from another is not for us to judge.
 */
bool match_home(const struct ebondd *daemon, const struct ebond_config *config);

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
