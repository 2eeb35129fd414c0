/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bonds that run, found without the state file: by our alias and programs, which keep each
 * bond's state as well.
 */
#pragma once

#include "daemon/ebondd.h"
#include "daemon/service/saved.h"

/*
 * Calls @take with every bond that runs in this network namespace and is not @daemon's yet, and
 * with bonds that are gone, but have left their programs on ports. What the programs do not keep
 * (those of the first release) is guessed: mode, ports, names. Afterwards no interface has a
 * program of a bond that @daemon has not. Returns 0 or the first negative errno, also of @take.
 */
int takeover_find(struct ebondd *daemon,
		  int (*take)(struct ebondd *daemon, const struct saved_bond *saved));
