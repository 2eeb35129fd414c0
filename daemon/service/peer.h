/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is on the other side of the control socket. */
#pragma once

#include <stdbool.h>

/*
 * Whether who connected to @fd, which was accepted just now, may do more than look: it is user 0
 * with CAP_NET_ADMIN in our user namespace, as /proc says. Anybody may still prove the
 * capability (lib/netadmin.h).
 */
bool peer_may_change(int fd);
