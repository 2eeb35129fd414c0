/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a network namespace's daemon keeps what it shares with the command:
 * its run directory and the files in it.
 */
#pragma once

#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Files in the run directory. */
#define RUNDIR_CONTROL "control"  /* the control socket */
#define RUNDIR_STATE "state.json" /* there while bonds run, daemon or not */
#define RUNDIR_LOG "log"	  /* a background daemon's log */

/* Locked (flock) by the daemon for as long as it lives; never removed. */
#define RUNDIR_LOCK "lock"

/* Enough for any path that rundir_path() or rundir_file() gives, with the NUL. */
#define RUNDIR_PATH_MAX 512

/*
 * Writes the run directory of the caller's network namespace to @buf, without a
 * trailing slash: "/run/ebond/net-4026531840". The number is the inode of
 * /proc/self/ns/net, which names a namespace as long as it lives. The
 * environment's EBOND_RUN_DIR, when set and not empty, takes the place of
 * "/run/ebond"; it must be absolute. Creates nothing.
 * Returns 0, -ENAMETOOLONG (@size too small), -EINVAL (EBOND_RUN_DIR is not
 * absolute), or what stat() of /proc/self/ns/net gave; @buf is then untouched.
 */
int rundir_path(char *buf, size_t size);

/*
 * The same for the file @name in it: "/run/ebond/net-4026531840/control".
 * Errors as above.
 */
int rundir_file(char *buf, size_t size, const char *name);

/*
 * The control socket's address, for bind() or connect(). sun_path holds only
 * 107 characters: -ENAMETOOLONG when EBOND_RUN_DIR makes it longer. Other
 * errors as above; @ret_address and @ret_length are then untouched.
 */
int rundir_control_address(struct sockaddr_un *ret_address, socklen_t *ret_length);

/*
 * The directory of the status files (ebondd --proc-dir) by default. A daemon
 * that shares pid 1's network namespace, the machine's or the container's own,
 * has "/run/ebond/proc", where scripts look. In another namespace there may be
 * a bond of the same name: its daemon has a folder "proc" in its run directory.
 * EBOND_RUN_DIR and errors as above.
 */
int rundir_proc_path(char *buf, size_t size);
