/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets ports down and up for `ebond test failover`: see puller.h. */
#include "cli/drill/puller.h"

#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/cleanup.h"

/* A command to the process; the reply is an int, 0 or a negative errno. */
struct puller_command {
	uint32_t ifindex;
	bool up;
};

struct puller {
	int fd;
	pid_t pid;
};

/* By index, since the interface may have been renamed. */
static int set_up(int fd, uint32_t ifindex, bool up)
{
	struct ifreq request = {.ifr_ifindex = (int)ifindex};

	if (ioctl(fd, SIOCGIFNAME, &request) < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return -errno;
	request.ifr_flags &= (short)~IFF_UP;
	if (up)
		request.ifr_flags |= IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? -errno : 0;
}

/*
 * The process: at most one port is down at a time. Signals meant for the
 * command do not end it; the end of the connection does.
 */
static _Noreturn void serve(int fd)
{
	int socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint32_t down = 0;
	struct puller_command command;

	setsid();
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_IGN);
	while (recv(fd, &command, sizeof(command), 0) == (ssize_t)sizeof(command)) {
		int err = set_up(socket_fd, command.ifindex, command.up);

		if (!err)
			down = command.up ? 0 : command.ifindex;
		if (send(fd, &err, sizeof(err), MSG_NOSIGNAL) < 0)
			break;
	}
	if (down)
		set_up(socket_fd, down, true);
	_exit(0);
}

int puller_open(struct puller **ret_puller)
{
	_cleanup_free_ struct puller *puller = calloc(1, sizeof(*puller));
	int fds[2];

	if (!puller)
		return -ENOMEM;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	puller->pid = fork();
	if (puller->pid == 0) {
		close_fd(fds[0]);
		serve(fds[1]);
	}
	close_fd(fds[1]);
	puller->fd = fds[0];
	if (puller->pid < 0) {
		close_fd(puller->fd);
		return -EAGAIN;
	}
	*ret_puller = TAKE_PTR(puller);
	return 0;
}

static int set_port(struct puller *puller, uint32_t ifindex, bool up)
{
	struct puller_command command = {.ifindex = ifindex, .up = up};
	int answer = -EPIPE;

	if (send(puller->fd, &command, sizeof(command), MSG_NOSIGNAL) < 0)
		return -errno;
	if (recv(puller->fd, &answer, sizeof(answer), 0) != (ssize_t)sizeof(answer))
		return -EPIPE;
	return answer;
}

int puller_pull(struct puller *puller, uint32_t ifindex)
{
	return set_port(puller, ifindex, false);
}

int puller_put_back(struct puller *puller, uint32_t ifindex)
{
	return set_port(puller, ifindex, true);
}

void puller_close(struct puller *puller)
{
	if (!puller)
		return;
	close_fd(puller->fd);
	while (waitpid(puller->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(puller);
}
