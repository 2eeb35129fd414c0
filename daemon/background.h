/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's place in the system: its run directory, the lock that makes it
 * the only one of its network namespace, and life in the background.
 */
#pragma once

#include <stdbool.h>

/*
 * Makes the run directory and takes its lock. Returns the lock's descriptor, to
 * be kept open, or a negative errno: -EWOULDBLOCK when another daemon has it.
 */
int background_lock(void);

/* Whether a daemon answers on the control socket of this network namespace. */
bool background_is_served(void);

/*
 * Forks. In the child (the daemon) it returns the descriptor to report on:
 * background_ready(); in the parent it waits for that report and exits: 0, or 1
 * with the child's line on stderr. Returns a negative errno when it cannot fork.
 */
int background_fork(void);

/*
 * From here on stderr is the log file of the run directory, stdin and stdout are
 * /dev/null. Returns 0 or a negative errno.
 */
int background_redirect(void);

/*
 * Starts a new log file when the present one is large; the old one stays as
 * "log.1". Does nothing while stderr is no log file of ours.
 */
void background_rotate_log(void);

/*
 * Tells the waiting parent that the daemon is ready, or that it failed: @failure
 * is then the line that the user reads. Closes @report_fd.
 */
void background_report(int report_fd, const char *failure);

/* Tells systemd that the daemon is ready (sd_notify's READY=1), if it listens. */
void background_notify_systemd(void);
