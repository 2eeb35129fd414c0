/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The claim of a network namespace: a second daemon is told of the first, also when it has
 * another run directory and so another lock.
 */
#pragma once

#include <sys/types.h>

/*
 * Binds the abstract Unix address "ebondd", of which each network namespace has one. Returns 0
 * with *@ret_fd to be kept open, or a negative errno: -EADDRINUSE when our own user has it, in
 * process *@ret_holder. Any user can bind it: who else holds it is no daemon. That is logged, and
 * 0 returned with *@ret_fd untouched.
 */
int claim_namespace(int *ret_fd, pid_t *ret_holder);
