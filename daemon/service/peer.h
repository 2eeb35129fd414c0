/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The privileges of a client of the control socket. */
#pragma once

#include <stdbool.h>

/*
 * Whether the client on @fd, which was just accepted, may make changes: it is user 0 with
 * CAP_NET_ADMIN in our user namespace, according to /proc. Other clients can prove the capability
 * (lib/netadmin.h).
 */
bool peer_may_change(int fd);
