/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control socket's server side. */
#include "daemon/service/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/service/commands.h"
#include "daemon/service/state.h"
#include "lib/cleanup.h"
#include "lib/protocol.h"
#include "lib/rundir.h"

#define CLIENTS_MAX 16
#define CLIENT_PATIENCE_MS 5000

struct client {
	int fd; /* negative: free */
	bool is_root;
	uint64_t expires_ms;
	size_t length;
	char *line; /* CONTROL_REQUEST_MAX bytes while connected */
};

struct server {
	struct ebondd *daemon;
	int fd;
	struct sockaddr_un address;
	struct client clients[CLIENTS_MAX];
};

static void drop(struct server *server, struct client *client)
{
	loop_unwatch(server->daemon->loop, client->fd);
	client->fd = close_fd(client->fd);
	free(client->line);
	client->line = NULL;
}

/*
 * Hands the whole reply to the kernel without waiting for the client to read:
 * the buffer is made to fit.
 */
static void send_reply(int fd, json_t *body)
{
	_cleanup_free_ char *text = json_dumps(body, JSON_COMPACT);
	size_t length = text ? strlen(text) : 0;
	int bytes = (int)(length + 1) * 2;

	if (!text)
		return;
	text[length] = '\n'; /* in the place of the NUL: a line is its length */
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes));
	if (send(fd, text, length + 1, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)length + 1)
		log_warning("ebondd", "a reply of %zu bytes did not reach its client (%s)", length,
			    strerror(errno));
}

static void answer(struct server *server, struct client *client)
{
	json_error_t error;
	json_auto_t *request =
		json_loadb(client->line, client->length, JSON_REJECT_DUPLICATES, &error);
	struct reply reply;

	if (!request)
		request = json_object();
	commands_run(server->daemon, request, client->is_root, &reply);
	server->daemon->was_asked = server->daemon->text_changed = true;
	/* What was asked for must be on disk before the operator hears that it is done. */
	if (server->daemon->state_changed)
		state_save(server->daemon);
	send_reply(client->fd, reply.body);
	json_decref(reply.body);
	drop(server, client);
}

static void on_client(int fd, void *data)
{
	struct server *server = data;
	struct client *client = NULL;
	ssize_t length;

	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (server->clients[i].fd == fd)
			client = &server->clients[i];
	if (!client)
		return;
	length = recv(fd, client->line + client->length, CONTROL_REQUEST_MAX - client->length,
		      MSG_DONTWAIT);
	if (length < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (length > 0)
		client->length += (size_t)length;
	if (length > 0 && memchr(client->line, '\n', client->length))
		answer(server, client);
	else if (length <= 0 || client->length == CONTROL_REQUEST_MAX)
		drop(server, client);
}

/* A free slot; when there is none, the slot of the unprivileged client that waits longest. */
static struct client *find_slot(struct server *server)
{
	struct client *oldest = NULL;

	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &server->clients[i];

		if (client->fd < 0)
			return client;
		if (!client->is_root && (!oldest || client->expires_ms < oldest->expires_ms))
			oldest = client;
	}
	if (oldest)
		drop(server, oldest);
	return oldest;
}

static void on_connection(int fd, void *data)
{
	_cleanup_close_ int client_fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct server *server = data;
	struct ucred credentials = {.uid = (uid_t)-1};
	socklen_t length = sizeof(credentials);
	struct client *client;

	if (client_fd < 0)
		return;
	getsockopt(client_fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length);
	client = find_slot(server);
	if (!client)
		return;
	client->line = malloc(CONTROL_REQUEST_MAX);
	if (!client->line || loop_watch(server->daemon->loop, client_fd, on_client, server) < 0) {
		free(client->line);
		client->line = NULL;
		return;
	}
	client->fd = TAKE_FD(client_fd);
	client->is_root = credentials.uid == 0;
	client->expires_ms = loop_now_ms() + CLIENT_PATIENCE_MS;
	client->length = 0;
}

int server_open(struct ebondd *daemon, struct server **ret_server)
{
	_cleanup_free_ struct server *server = calloc(1, sizeof(*server));
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	socklen_t length;
	int err;

	if (!server || fd < 0)
		return !server ? -ENOMEM : -errno;
	err = rundir_control_address(&server->address, &length);
	if (err)
		return err;
	unlink(server->address.sun_path);
	/* For everybody: who only looks needs no rights; commands.c asks who it is. */
	if (bind(fd, (const struct sockaddr *)&server->address, length) < 0 ||
	    chmod(server->address.sun_path, 0666) < 0 || listen(fd, SOMAXCONN) < 0)
		return -errno;
	err = loop_watch(daemon->loop, fd, on_connection, server);
	if (err)
		return err;
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		server->clients[i].fd = -EBADF;
	server->daemon = daemon;
	server->fd = TAKE_FD(fd);
	*ret_server = TAKE_PTR(server);
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

uint64_t server_expire(struct server *server, uint64_t now_ms)
{
	uint64_t next_ms = UINT64_MAX;

	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *client = &server->clients[i];

		if (client->fd < 0)
			continue;
		if (client->expires_ms <= now_ms)
			drop(server, client);
		else if (client->expires_ms < next_ms)
			next_ms = client->expires_ms;
	}
	return next_ms;
}
