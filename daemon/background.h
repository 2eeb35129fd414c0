/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Daemonization: the run directory, the lock that allows one daemon per network
 * namespace, and running in the background.
 */
#pragma once

#include <stdbool.h>

/*
 * Creates the run directory and locks it. Returns the lock's descriptor, to be
 * kept open, or a negative errno: -EWOULDBLOCK when another daemon holds it.
 */
int background_lock(void);

/*
 * Forks. In the child (the daemon) it returns the descriptor for
 * background_report(); the parent waits for that report and exits: 0, or 1 with
 * the child's line on stderr. Returns a negative errno when it cannot fork.
 */
int background_fork(void);

/*
 * Redirects stderr to the log file in the run directory, stdin and stdout to
 * /dev/null. Returns 0 or a negative errno.
 */
int background_redirect(void);

/*
 * Starts a new log file when the current one is large; the old one is kept as
 * "log.1". Does nothing if stderr is not our log file.
 */
void background_rotate_log(void);

/*
 * Tells the waiting parent that the daemon is ready, or that it failed: @failure
 * is then the line shown to the user. Closes @report_fd.
 */
void background_report(int report_fd, const char *failure);

/* Notifies systemd that the daemon is ready (sd_notify's READY=1), if NOTIFY_SOCKET is set. */
void background_notify_systemd(void);
