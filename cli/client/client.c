/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control socket's client side: see client.h and docs/protocol.md. */
#include "cli/client/client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "lib/cleanup.h"
#include "lib/netadmin.h"
#include "lib/protocol.h"
#include "lib/rundir.h"

#define TIMEOUT_DEFAULT_S 30
#define TIMEOUT_MAX_S 3600
#define REPLY_FIRST_SIZE 8192

uint64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t client_timeout_ms(void)
{
	const char *text = getenv("EBOND_TIMEOUT");
	char *end;
	long seconds;

	if (text && *text) {
		seconds = strtol(text, &end, 10);
		if (!*end && seconds >= 1 && seconds <= TIMEOUT_MAX_S)
			return (uint64_t)seconds * 1000;
	}
	return TIMEOUT_DEFAULT_S * 1000;
}

/* Waits until @fd is ready for @events. Returns 0 or -ETIMEDOUT. */
static int wait_until(int fd, short events, uint64_t deadline_ms)
{
	struct pollfd pollfd = {.fd = fd, .events = events};

	for (;;) {
		uint64_t now_ms = monotonic_ms();
		int ready;

		if (now_ms >= deadline_ms)
			return -ETIMEDOUT;
		ready = poll(&pollfd, 1, (int)(deadline_ms - now_ms));
		if (ready > 0)
			return 0;
		if (ready < 0 && errno != EINTR)
			return -errno;
	}
}

static int connect_control(uint64_t timeout_ms, int *ret_fd)
{
	/* connect() blocks while the daemon's backlog is full; SO_SNDTIMEO limits that. */
	struct timeval limit = {
		.tv_sec = (time_t)(timeout_ms / 1000),
		.tv_usec = (suseconds_t)(timeout_ms % 1000 * 1000),
	};
	_cleanup_close_ int fd = -EBADF;
	struct sockaddr_un address;
	socklen_t length;
	int err;

	err = rundir_control_address(&address, &length);
	if (err < 0)
		return err;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&address, length) < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

/* Sends once, together with @proof_fd unless that is negative. */
static ssize_t send_some(int fd, const char *line, size_t length, int proof_fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} rights = {{CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct iovec text = {(char *)line, length};
	struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1};

	if (proof_fd >= 0) {
		memcpy(CMSG_DATA(&rights.header), &proof_fd, sizeof(proof_fd));
		message.msg_control = &rights;
		message.msg_controllen = sizeof(rights);
	}
	return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Clients that may make changes prove it with the first bytes. */
static int send_line(int fd, const char *line, size_t length, uint64_t deadline_ms)
{
	_cleanup_close_ int proof_fd = netadmin_prove();

	while (length > 0) {
		ssize_t sent = send_some(fd, line, length, proof_fd);
		int err;

		if (sent >= 0) {
			proof_fd = close_fd(proof_fd);
			line += sent;
			length -= (size_t)sent;
			continue;
		}
		/* A daemon that refuses early has already replied: go on to read that. */
		if (errno == EPIPE || errno == ECONNRESET)
			return 0;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return -errno;
		err = wait_until(fd, POLLOUT, deadline_ms);
		if (err < 0)
			return err;
	}
	return 0;
}

/* The data read so far. */
struct buffer {
	char *data;
	size_t used, size;
};

static void cleanup_buffer(struct buffer *buffer)
{
	free(buffer->data);
}

/* Makes room for at least one more byte. Returns 0, -EMSGSIZE or -ENOMEM. */
static int buffer_grow(struct buffer *buffer)
{
	size_t size = buffer->size ? buffer->size * 2 : REPLY_FIRST_SIZE;
	char *data;

	if (buffer->used < buffer->size)
		return 0;
	if (buffer->size >= CONTROL_REPLY_MAX)
		return -EMSGSIZE;
	data = realloc(buffer->data, size);
	if (!data)
		return -ENOMEM;
	buffer->data = data;
	buffer->size = size;
	return 0;
}

/*
 * Reads once. Returns the number of bytes, 0 if there are none yet, or a
 * negative errno. Linux reports ECONNRESET only if the other side closed a
 * connection that it had not accepted, or whose request it had not read: the
 * request was not carried out. After reading it, a close is an ordinary end of
 * file.
 */
static ssize_t read_some(int fd, struct buffer *buffer, uint64_t deadline_ms)
{
	ssize_t got;
	int err;

	err = wait_until(fd, POLLIN, deadline_ms);
	if (err < 0)
		return err;
	got = recv(fd, buffer->data + buffer->used, buffer->size - buffer->used, MSG_DONTWAIT);
	if (got > 0)
		return got;
	if (got == 0)
		return -ENODATA;
	if (errno == EAGAIN || errno == EINTR)
		return 0;
	return errno == ECONNRESET && buffer->used ? -ENODATA : -errno;
}

static int read_line(int fd, uint64_t deadline_ms, char **ret_line, size_t *ret_length)
{
	_cleanup_(buffer) struct buffer buffer = {0};

	for (;;) {
		ssize_t got;
		char *end;
		int err;

		err = buffer_grow(&buffer);
		if (err < 0)
			return err;
		got = read_some(fd, &buffer, deadline_ms);
		if (got < 0)
			return (int)got;
		end = memchr(buffer.data + buffer.used, '\n', (size_t)got);
		if (end) {
			*end = '\0';
			*ret_length = (size_t)(end - buffer.data);
			*ret_line = TAKE_PTR(buffer.data);
			return 0;
		}
		buffer.used += (size_t)got;
	}
}

int client_ask(const char *line, size_t length, uint64_t timeout_ms, char **ret_line,
	       size_t *ret_length)
{
	uint64_t deadline_ms = monotonic_ms() + timeout_ms;
	_cleanup_close_ int fd = -EBADF;
	int err;

	err = connect_control(timeout_ms, &fd);
	if (err < 0)
		return err;
	err = send_line(fd, line, length, deadline_ms);
	if (err < 0)
		return err;
	return read_line(fd, deadline_ms, ret_line, ret_length);
}

bool client_no_daemon(int err)
{
	return err == -ENOENT || err == -ECONNREFUSED || err == -ECONNRESET;
}
