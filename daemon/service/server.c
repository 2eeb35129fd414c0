/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The server side of the control socket. */
#include "daemon/service/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "core/deadline.h"
#include "daemon/log.h"
#include "daemon/service/commands.h"
#include "daemon/service/peer.h"
#include "daemon/service/state.h"
#include "lib/cleanup.h"
#include "lib/netadmin.h"
#include "lib/protocol.h"
#include "lib/rundir.h"

#define CLIENTS_MAX 64
#define OTHERS_MAX 16 /* of these, unprivileged ones */
#define CLIENT_PATIENCE_MS 5000

/* Unprivileged clients get one reply in this time, and in total a tenth of the daemon's time. */
#define OTHERS_PAUSE_US 20000
#define OTHERS_SHARE 10

struct client {
	int fd; /* negative: free */
	bool may_change;
	bool waits; /* not watched until its turn */
	uint64_t expires_ms;
	size_t length, size; /* bytes read, and the buffer's size */
	char *line;
};

struct server {
	struct ebondd *daemon;
	int fd;
	struct sockaddr_un address;
	uint64_t others_due_us; /* until then no unprivileged client is answered */
	struct client clients[CLIENTS_MAX];
};

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void drop(struct server *server, struct client *client)
{
	if (!client->waits)
		loop_unwatch(server->daemon->loop, client->fd);
	client->fd = close_fd(client->fd);
	free(client->line);
	client->line = NULL;
}

/*
 * Passes the whole reply to the kernel without waiting for the client to read it:
 * the send buffer is enlarged to fit.
 */
static void send_reply(int fd, json_t *body)
{
	_cleanup_free_ char *text = json_dumps(body, JSON_COMPACT);
	size_t length = text ? strlen(text) : 0;
	int bytes = (int)(length + 1) * 2;

	if (!text)
		return;
	text[length] = '\n'; /* replaces the NUL: the length is passed on */
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes));
	/* A client that closed the connection is not logged: any user can cause that. */
	if (send(fd, text, length + 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno != EPIPE &&
	    errno != ECONNRESET)
		log_warning("ebondd", "cannot send a reply of %zu bytes (%s)", length,
			    strerror(errno));
}

static void answer(struct server *server, struct client *client)
{
	json_error_t error;
	json_auto_t *request =
		json_loadb(client->line, client->length, JSON_REJECT_DUPLICATES, &error);
	uint64_t from_us = now_us();
	struct reply reply;

	if (!request)
		request = json_object();
	commands_run(server->daemon, request, client->may_change, &reply);
	server->daemon->has_served = server->daemon->text_changed = true;
	/* A change must be on disk before it is confirmed. */
	if (server->daemon->state_changed && state_save(server->daemon) < 0)
		commands_add_note(&reply,
				  "done, but the state could not be saved: see 'ebond log'");
	send_reply(client->fd, reply.body);
	json_decref(reply.body);
	if (!client->may_change) {
		uint64_t spent_us = now_us() - from_us, pause_us = spent_us * (OTHERS_SHARE - 1);

		server->others_due_us =
			now_us() + (pause_us > OTHERS_PAUSE_US ? pause_us : OTHERS_PAUSE_US);
	}
	drop(server, client);
}

/* Allocates a buffer for the longest request that the client may send. 0 or -ENOMEM. */
static int fit_line(struct client *client)
{
	size_t size = client->may_change ? CONTROL_REQUEST_MAX : CONTROL_LOOK_MAX;
	char *line = client->size < size ? realloc(client->line, size) : client->line;

	if (!line)
		return -ENOMEM;
	client->line = line;
	client->size = size;
	return 0;
}

/* Evaluates a descriptor received with @message, which may prove the client's privileges. */
static void take_proof(struct client *client, struct msghdr *message)
{
	const struct cmsghdr *control = CMSG_FIRSTHDR(message);
	_cleanup_close_ int fd = -EBADF;

	if (!control || control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS ||
	    control->cmsg_len != CMSG_LEN(sizeof(fd)))
		return;
	memcpy(&fd, CMSG_DATA(control), sizeof(fd));
	if (netadmin_is_proof(fd))
		client->may_change = true;
}

/* Returns the number of bytes read, 0 at the end, or a negative errno. */
static ssize_t receive(struct client *client)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} rights;
	struct iovec rest = {client->line + client->length, client->size - client->length};
	struct msghdr message = {
		.msg_iov = &rest,
		.msg_iovlen = 1,
		.msg_control = &rights,
		.msg_controllen = CMSG_LEN(sizeof(int)), /* exactly one, without padding */
	};
	ssize_t length = recvmsg(client->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (length < 0)
		return -errno;
	take_proof(client, &message);
	return fit_line(client) ?: length;
}

static void refuse_length(const struct client *client)
{
	json_auto_t *body = json_pack(
		"{s:i, s:s+}", "exit", CONTROL_REFUSED, "error", "a request is longer than ",
		client->may_change ? "512 KiB: send less"
				   : "4 KiB: that needs CAP_NET_ADMIN in this network namespace");

	send_reply(client->fd, body);
}

static struct client *client_of(struct server *server, int fd)
{
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (server->clients[i].fd == fd)
			return &server->clients[i];
	return NULL;
}

static void on_client(int fd, void *data)
{
	struct server *server = data;
	struct client *client = client_of(server, fd);
	ssize_t length;

	if (!client)
		return;
	/* The request stays in the socket until server_turn() watches it again. */
	if (!client->may_change && now_us() < server->others_due_us) {
		loop_unwatch(server->daemon->loop, fd);
		client->waits = true;
		return;
	}
	length = receive(client);
	if (length == -EAGAIN || length == -EINTR)
		return;
	if (length > 0)
		client->length += (size_t)length;
	if (length > 0 && memchr(client->line, '\n', client->length)) {
		answer(server, client);
	} else if (length <= 0 || client->length == client->size) {
		if (length > 0)
			refuse_length(client);
		drop(server, client);
	}
}

/*
 * A slot for a new client. If all are in use, unprivileged clients are dropped first, the longest
 * waiting before others; a privileged one is never dropped for an unprivileged one. NULL: none.
 */
static struct client *find_slot(struct server *server, bool may_change)
{
	struct client *empty = NULL, *oldest[2] = {};
	size_t others = 0;

	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &server->clients[i];
		struct client **place = &oldest[client->may_change];

		if (client->fd < 0) {
			empty = client;
			continue;
		}
		others += !client->may_change;
		if (!*place || client->expires_ms < (*place)->expires_ms)
			*place = client;
	}
	if (empty && (may_change || others < OTHERS_MAX))
		return empty;
	if (!oldest[0] && may_change)
		oldest[0] = oldest[1];
	if (oldest[0])
		drop(server, oldest[0]);
	return oldest[0];
}

static void on_connection(int fd, void *data)
{
	_cleanup_close_ int client_fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client new = {}, *client;
	struct server *server = data;

	if (client_fd < 0)
		return;
	new.may_change = peer_may_change(client_fd);
	client = find_slot(server, new.may_change);
	if (!client || fit_line(&new) < 0 ||
	    loop_watch(server->daemon->loop, client_fd, on_client, server) < 0) {
		free(new.line);
		return;
	}
	new.fd = TAKE_FD(client_fd);
	new.expires_ms = loop_now_ms() + CLIENT_PATIENCE_MS;
	*client = new;
}

static int listen_again(struct server *server, int *ret_fd)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	socklen_t length;
	int err = rundir_control_address(&server->address, &length);

	if (err)
		return err;
	unlink(server->address.sun_path);
	/* Accessible to all users, who may query; commands.c checks for privileges. */
	if (fd < 0 || bind(fd, (const struct sockaddr *)&server->address, length) < 0 ||
	    chmod(server->address.sun_path, 0666) < 0 || listen(fd, SOMAXCONN) < 0)
		return -errno;
	err = loop_watch(server->daemon->loop, fd, on_connection, server);
	if (!err)
		*ret_fd = TAKE_FD(fd);
	return err;
}

int server_open(struct ebondd *daemon, struct server **ret_server)
{
	_cleanup_free_ struct server *server = calloc(1, sizeof(*server));
	int err;

	if (!server)
		return -ENOMEM;
	server->daemon = daemon;
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		server->clients[i].fd = -EBADF;
	err = listen_again(server, &server->fd);
	if (!err)
		*ret_server = TAKE_PTR(server);
	return err;
}

int server_reopen(struct server *server)
{
	int fd, err = listen_again(server, &fd);

	if (err)
		return err;
	loop_unwatch(server->daemon->loop, server->fd);
	close_fd(server->fd);
	server->fd = fd;
	return 0;
}

void server_close(struct server *server)
{
	if (!server)
		return;
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (server->clients[i].fd >= 0)
			drop(server, &server->clients[i]);
	loop_unwatch(server->daemon->loop, server->fd);
	close_fd(server->fd);
	unlink(server->address.sun_path);
	free(server);
}

uint64_t server_turn(struct server *server, uint64_t now_ms)
{
	bool others_are_due = now_us() >= server->others_due_us;
	uint64_t next_ms = UINT64_MAX;

	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &server->clients[i];

		if (client->fd < 0)
			continue;
		if (client->expires_ms <= now_ms) {
			drop(server, client);
			continue;
		}
		if (client->waits && others_are_due)
			client->waits =
				loop_watch(server->daemon->loop, client->fd, on_client, server) < 0;
		if (client->waits)
			earliest(&next_ms, server->others_due_us / 1000 + 1);
		earliest(&next_ms, client->expires_ms);
	}
	return next_ms;
}
