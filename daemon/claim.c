/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claiming a network namespace with an abstract Unix address. */
#include "daemon/claim.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "daemon/log.h"
#include "lib/cleanup.h"

#define NAME "ebondd"

/* How long a killed daemon may take to exit. */
#define TRIES 50
#define PAUSE_NS 20000000

static const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0" NAME};
#define ADDRESS_LENGTH ((socklen_t)(offsetof(struct sockaddr_un, sun_path) + sizeof(NAME)))

static int try_to_bind(void)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, ADDRESS_LENGTH) < 0 ||
	    listen(fd, 1) < 0)
		return -errno;
	return TAKE_FD(fd);
}

/* The process that listens there, according to the kernel. */
static int ask_holder(struct ucred *ret_holder)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	socklen_t length = sizeof(*ret_holder);

	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, ADDRESS_LENGTH) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ret_holder, &length) < 0)
		return -errno;
	return 0;
}

int claim_namespace(int *ret_fd, pid_t *ret_holder)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	struct ucred holder = {.uid = (uid_t)-1};
	int fd = try_to_bind();

	for (int i = 0; i < TRIES && fd == -EADDRINUSE; i++) {
		if (ask_holder(&holder) == 0 && holder.uid != geteuid())
			break;
		nanosleep(&pause, NULL);
		fd = try_to_bind();
	}
	if (fd >= 0) {
		*ret_fd = fd;
		return 0;
	}
	if (fd != -EADDRINUSE)
		return fd;
	*ret_holder = holder.pid;
	if (holder.uid == geteuid())
		return -EADDRINUSE;
	log_warning("ebondd",
		    "the abstract Unix address '" NAME "' is held by process %d of user %d: "
		    "a second ebondd with another run directory would not be detected",
		    (int)holder.pid, (int)holder.uid);
	return 0;
}
