/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port that was moved to another network namespace is given back there. It takes CAP_SYS_ADMIN
 * to enter one (setns()), which the daemon does not have while it serves: a second process, made
 * at the start, does this and nothing else. It ends with the daemon.
 */
#pragma once

#include "daemon/ebondd.h"

/*
 * Starts that process. Returns the descriptor to ask it by, which is the caller's to close and to
 * watch (moved_port_answered()), or a negative errno.
 */
int moved_port_start(void);

/*
 * Asks that @port, which @gone (an RTM_DELLINK) says was moved, be made what @port->saved says, as
 * far as it still is what @bond made it: its new owner may have been quicker. Whether it is up is
 * the new owner's business: moving takes every interface down. Does not wait.
 */
void moved_port_give_back(const struct ebondd *daemon, const struct managed_bond *bond,
			  const struct port *port, const struct link *gone);

/* A loop_handler for the descriptor; @data is the struct ebondd: logs what came of it. */
void moved_port_answered(int fd, void *data);
