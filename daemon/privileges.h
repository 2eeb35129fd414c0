/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the daemon may do: no more than it needs, whoever started it. While it opens, it has the
 * capabilities for that; while it serves, fewer, and only the system calls that it makes
 * (docs/security.md says which is for what).
 */
#pragma once

#include <stddef.h>

/* The names of all the capabilities of this file, with what is between them. */
#define PRIVILEGES_TEXT_MAX 256

/*
 * Gives up every capability that opening does not need, and that of ever gaining one
 * (no_new_privs). Returns 0; -EPERM when some are lacking, with @ret_missing filled:
 * "CAP_BPF, CAP_SYS_ADMIN"; or another negative errno.
 */
int privileges_for_opening(char ret_missing[PRIVILEGES_TEXT_MAX]);

/*
 * Gives up what only opening needed, and every system call that serving does not make: those
 * fail with EPERM from now on, and the kernel's log has them. With the environment's
 * EBOND_SYSCALLS=kill they end the process, which is how tests find them.
 * Returns 0 or a negative errno. A kernel without seccomp gives up the capabilities only, and
 * the log says so.
 */
int privileges_for_serving(void);
