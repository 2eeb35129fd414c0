/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Restoring a port that was moved to another network namespace. Entering it (setns()) requires
 * CAP_SYS_ADMIN, which the daemon does not have while serving, so a second process, started at
 * start-up, does only this. It exits with the daemon.
 */
#pragma once

#include "daemon/ebondd.h"

/*
 * Starts that process. Returns the descriptor for requests, which the caller closes and watches
 * (moved_port_answered()), or a negative errno.
 */
int moved_port_start(void);

/*
 * Requests that @port, moved according to @gone (an RTM_DELLINK), be restored to @port->saved, as
 * far as it still is as @bond configured it: its new owner may already have changed it. Whether it
 * is up is left to the new owner: moving sets every interface down. Does not wait.
 */
void moved_port_give_back(const struct ebondd *daemon, const struct managed_bond *bond,
			  const struct port *port, const struct link *gone);

/* A loop_handler for the descriptor; @data is the struct ebondd: logs the result. */
void moved_port_answered(int fd, void *data);
