/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: reads one line from each client and replies with one. No
 * client can block the daemon, and unprivileged ones get at most a tenth of its
 * time, whatever they send.
 */
#pragma once

#include <stdint.h>

#include "daemon/ebondd.h"

struct server;

/*
 * Binds the socket in the run directory and watches it in the daemon's loop. The caller
 * holds the run directory's lock, so an existing socket is stale and is removed.
 * Returns 0 or a negative errno.
 */
int server_open(struct ebondd *daemon, struct server **ret_server);

/* Makes the socket again where it was removed. Returns 0 or a negative errno: as before. */
int server_reopen(struct server *server);

/* Drops all clients and removes the socket. NULL is fine. */
void server_close(struct server *server);

/*
 * Drops clients that have timed out, and watches waiting unprivileged ones again.
 * Returns when to call it again.
 */
uint64_t server_turn(struct server *server, uint64_t now_ms);
