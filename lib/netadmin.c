/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A proof of CAP_NET_ADMIN: see netadmin.h. */
#include "lib/netadmin.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/socket.h>

#include "lib/cleanup.h"
#include "lib/namespace.h"

int netadmin_prove(void)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const int on = 1;

	if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)) < 0)
		return -errno;
	return TAKE_FD(fd);
}

static bool has_option(int fd, int option, int wanted)
{
	int value = 0;
	socklen_t length = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 && value == wanted;
}

bool netadmin_is_proof(int fd)
{
	uint64_t here, there;
	int repair = 0;
	socklen_t length = sizeof(repair);

	return namespace_cookie(&here) == 0 && has_option(fd, SO_DOMAIN, AF_INET) &&
	       has_option(fd, SO_PROTOCOL, IPPROTO_TCP) && namespace_cookie_of(fd, &there) == 0 &&
	       there == here && getsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &repair, &length) == 0 &&
	       repair == 1;
}
