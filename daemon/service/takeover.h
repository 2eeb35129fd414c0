/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking back the bonds that an earlier daemon left running. */
#pragma once

#include "daemon/ebondd.h"

/*
 * Takes every bond of the state file back: options, ports, saved addresses,
 * counts. Its programs are replaced by ours between two packets; what is not
 * there any more is let go, with a line in the log. Returns 0, also when there
 * is nothing to take back, or a negative errno (logged): the bonds then run on as
 * they are, and the state file still tells of them. *@ret_after_crash: the last
 * daemon had bonds and was not stopped, it died.
 */
int takeover_all(struct ebondd *daemon, bool *ret_after_crash);
