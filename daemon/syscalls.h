/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The system calls that the daemon makes while it serves, and no others. */
#pragma once

#include <stdbool.h>

/*
 * From now on every other call fails with EPERM and is told in the kernel's log (what is missing
 * here must not stop traffic), or, with @kill, ends the process. There is no way back.
 * Returns 0 or a negative errno.
 */
int syscalls_restrict(bool kill);
