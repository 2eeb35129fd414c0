/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client's privileges: see peer.h. */
#include "daemon/service/peer.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <linux/capability.h>

#include "lib/cleanup.h"

/* The effective capabilities of the process as a bit mask; 0: it exited, or is not visible. */
static uint64_t effective_capabilities(pid_t pid)
{
	_cleanup_fclose_ FILE *status = NULL;
	char path[40], line[256];

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	status = fopen(path, "re");
	while (status && fgets(line, sizeof(line), status))
		if (strncmp(line, "CapEff:", 7) == 0)
			return strtoull(line + 7, NULL, 16);
	return 0;
}

/*
 * Whether the process is known to be in another user namespace. The kernel does not show the
 * namespace of a process in ours with more capabilities than we have, nor one that was not created
 * by user 0; no process in the latter has our user 0, unless root wrote its uid_map that way.
 */
static bool is_foreign(pid_t pid)
{
	struct stat theirs, ours;
	char path[40];

	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	return stat(path, &theirs) == 0 && stat("/proc/self/ns/user", &ours) == 0 &&
	       theirs.st_ino != ours.st_ino;
}

bool peer_may_change(int fd)
{
	struct ucred peer = {.uid = (uid_t)-1};
	socklen_t length = sizeof(peer);

	/*
	 * The PID may have been reused by now, but only in the moment between connect() and
	 * accept(), and only for a client that is user 0 already.
	 */
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == 0 &&
	       peer.pid > 0 && effective_capabilities(peer.pid) & CAP_TO_MASK(CAP_NET_ADMIN) &&
	       !is_foreign(peer.pid);
}
