/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A proof of CAP_NET_ADMIN that one process can pass to another: a TCP socket with
 * TCP_REPAIR set. The kernel lets a process set it only with CAP_NET_ADMIN in the user
 * namespace that owns the socket's network namespace, and keeps it on the socket.
 * Unlike /proc/PID/status it shows in which user namespace the capability is held, and
 * the PID cannot have been reused.
 */
#pragma once

#include <stdbool.h>

/* A proof for the caller's network namespace, closed by the caller; -EPERM: not permitted. */
int netadmin_prove(void);

/* Whether @fd is a proof for the caller's network namespace. Does not block. */
bool netadmin_is_proof(int fd);
