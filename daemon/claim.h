/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claiming a network namespace: a second daemon detects the first even if it has another
 * run directory and therefore another lock.
 */
#pragma once

#include <sys/types.h>

/*
 * Binds the abstract Unix address "ebondd", which is per network namespace. Returns 0 with
 * *@ret_fd, to be kept open, or a negative errno: -EADDRINUSE when process *@ret_holder of our own
 * user holds it. Any user can bind it, so a holder of another user is not a daemon: that is logged,
 * and 0 is returned with *@ret_fd untouched.
 */
int claim_namespace(int *ret_fd, pid_t *ret_holder);
