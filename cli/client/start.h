/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting this network namespace's daemon when none answers. */
#pragma once

/* When a command may start the daemon. */
enum start_rule {
	START_NEVER,
	START_TO_RECOVER, /* one died while bonds ran: a new one takes them back */
	START_IF_NONE,
};

/*
 * Starts ebondd in the background, if @rule allows, and waits until it says
 * that it is ready (or has found another one ready). The program is $EBONDD,
 * else the one that was installed or built with this command, else PATH's.
 * Returns 0, or a negative errno after one line on stderr has said why not.
 */
int start_daemon(enum start_rule rule);
