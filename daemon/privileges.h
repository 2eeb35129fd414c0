/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's privileges: the minimum, whoever started it. It has more capabilities for
 * start-up than for serving, when it is also restricted to the system calls it needs
 * (docs/security.md says what each is for).
 */
#pragma once

#include <stddef.h>

/* Room for the names of all of these capabilities, separated by ", ". */
#define PRIVILEGES_TEXT_MAX 256

/*
 * Drops every capability that start-up does not need, and sets no_new_privs. Returns 0;
 * -EPERM when some are missing, with @ret_missing filled: "CAP_BPF, CAP_SYS_ADMIN"; or
 * another negative errno.
 */
int privileges_for_opening(char ret_missing[PRIVILEGES_TEXT_MAX]);

/*
 * Drops what only start-up needed, and installs the system call filter: other calls fail with
 * EPERM from now on and are logged by the kernel. With EBOND_SYSCALLS=kill in the environment
 * they kill the process, which is how tests find them.
 * Returns 0 or a negative errno. On a kernel without seccomp only the capabilities are dropped,
 * and a warning is logged.
 */
int privileges_for_serving(void);

/*
 * The same for the process of moved_port.h, which can also enter other namespaces, and do nothing
 * else.
 */
int privileges_for_moved_ports(void);
