/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: takes one line from each client and answers with one.
 * Nobody on the other side can make the daemon wait; who may only look
 * gets a tenth of its time at most, whatever is sent.
 */
#pragma once

#include <stdint.h>

#include "daemon/ebondd.h"

struct server;

/*
 * Binds the socket of the run directory and watches it in the daemon's loop. The caller
 * holds the run directory's lock, so a socket that is there is stale and goes.
 * Returns 0 or a negative errno.
 */
int server_open(struct ebondd *daemon, struct server **ret_server);

/* Drops all clients and removes the socket. NULL is fine. */
void server_close(struct server *server);

/*
 * Drops clients that have been silent for too long, and hears those again who may
 * only look and had to wait. Returns when to call again.
 */
uint64_t server_turn(struct server *server, uint64_t now_ms);
