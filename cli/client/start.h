/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts this network namespace's daemon if none replies. */
#pragma once

/* When a command may start the daemon. */
enum start_rule {
	START_NEVER,
	START_TO_RECOVER, /* one died while it had bonds: a new one takes them over */
	START_IF_NONE,
};

/*
 * Starts ebondd in the background, if @rule allows, and waits until it reports
 * that it is ready (or that another one is). The program is $EBONDD, else the
 * one installed or built with this command, else the one in PATH. Returns 0, or
 * a negative errno after printing one line to stderr.
 */
int start_daemon(enum start_rule rule);
