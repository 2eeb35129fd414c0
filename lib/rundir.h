/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The run directory of a network namespace's daemon, and the files in it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Files in the run directory. */
#define RUNDIR_CONTROL "control"  /* the control socket */
#define RUNDIR_STATE "state.json" /* exists while there are bonds, with or without a daemon */
#define RUNDIR_LOG "log"	  /* a background daemon's log */

/* The directory's namespace (lib/namespace.h); missing after a daemon of the first release. */
#define RUNDIR_NETNS "netns"

/* Locked (flock) by the daemon while it runs; removed only with the directory. */
#define RUNDIR_LOCK "lock"

/* The parent of all namespaces' run directories; NULL: EBOND_RUN_DIR is not absolute. */
const char *rundir_base(void);

enum rundir_owner {
	RUNDIR_OURS,
	RUNDIR_OTHERS, /* of a former network namespace with the same inode number */
	RUNDIR_UNKNOWN,
};

/*
 * To which namespace the caller's run directory belongs, if it exists. If that is not recorded it
 * is ours while a daemon answers there.
 */
enum rundir_owner rundir_owner(void);

/* Whether a daemon answers on the control socket of the caller's network namespace. */
bool rundir_is_served(void);

/* Room for any path from rundir_path() or rundir_file(), with the NUL. */
#define RUNDIR_PATH_MAX 512

/*
 * Writes the run directory of the caller's network namespace to @buf, without a
 * trailing slash: "/run/ebond/net-4026531840". The number is the inode of
 * /proc/self/ns/net, which identifies the namespace while it exists. The
 * environment variable EBOND_RUN_DIR, if set and not empty, replaces
 * "/run/ebond"; it must be absolute. Creates nothing.
 * Returns 0, -ENAMETOOLONG (@size too small), -EINVAL (EBOND_RUN_DIR is not
 * absolute), or the error of stat() on /proc/self/ns/net; @buf is then untouched.
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
 * The default directory of the status files (ebondd --proc-dir). In PID 1's
 * network namespace (the machine's, or the container's) that is
 * "/run/ebond/proc", where scripts look. Another namespace may have a bond of
 * the same name, so there it is "proc" in the daemon's run directory.
 * EBOND_RUN_DIR and errors as above.
 */
int rundir_proc_path(char *buf, size_t size);
