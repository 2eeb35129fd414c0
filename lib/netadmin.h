/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A proof of CAP_NET_ADMIN that one process can hand to another: a TCP socket with
 * TCP_REPAIR set. The kernel lets only that be set by who has CAP_NET_ADMIN in the user
 * namespace that owns the socket's network namespace, and keeps it on the socket.
 * Unlike a look at /proc/PID/status it says in which user namespace the capability
 * holds, and cannot be about another process that has the same number by now.
 */
#pragma once

#include <stdbool.h>

/* A proof for the caller's network namespace, to be closed by the caller; -EPERM: none. */
int netadmin_prove(void);

/* Whether @fd is a proof for the caller's network namespace. Does not wait. */
bool netadmin_is_proof(int fd);
