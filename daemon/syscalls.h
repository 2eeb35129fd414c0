/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Restricts the daemon to the system calls that it needs while serving. */
#pragma once

#include <stdbool.h>

/*
 * From now on every other call fails with EPERM and is logged by the kernel (a call missing here
 * must not stop traffic), or, with @kill, kills the process. This cannot be undone.
 * @enters_namespaces: setns() is one of them. Returns 0 or a negative errno.
 */
int syscalls_restrict(bool enters_namespaces, bool kill);
