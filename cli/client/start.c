/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts the daemon: see start.h. */
#include "cli/client/start.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/client/client.h"
#include "cli/client/say.h"
#include "lib/cleanup.h"
#include "lib/rundir.h"

/* Where ebondd is relative to this command's directory: installed, built. */
static const char *const beside[] = {"ebondd", "../sbin/ebondd", "../daemon/ebondd"};

static bool state_exists(void)
{
	char path[RUNDIR_PATH_MAX];

	return rundir_file(path, sizeof(path), RUNDIR_STATE) == 0 && access(path, F_OK) == 0 &&
	       rundir_owner() != RUNDIR_OTHERS;
}

/* A state file may be lost; the hidden ends of bonds are where they were. */
static bool hidden_end_exists(void)
{
	struct if_nameindex *links = if_nameindex();
	bool found = false;

	for (const struct if_nameindex *link = links; link && link->if_name; link++)
		found |= strncmp(link->if_name, "eb.", 3) == 0;
	if (links)
		if_freenameindex(links);
	return found;
}

/* Writes the program for posix_spawnp(): a path, or "ebondd" to search PATH. */
static void find_daemon(char *buf, size_t size)
{
	const char *named = getenv("EBONDD");
	char self[PATH_MAX];
	ssize_t length;
	char *slash;

	if (named && *named) {
		snprintf(buf, size, "%s", named);
		return;
	}
	length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[length > 0 ? length : 0] = '\0';
	slash = strrchr(self, '/');
	for (size_t i = 0; slash && i < sizeof(beside) / sizeof(beside[0]); i++) {
		int written = snprintf(buf, size, "%.*s/%s", (int)(slash - self), self, beside[i]);

		if (written > 0 && (size_t)written < size && !access(buf, X_OK))
			return;
	}
	snprintf(buf, size, "ebondd");
}

static int refuse_start(bool has_state)
{
	if (has_state)
		say_error("no ebondd runs in this network namespace; its bonds still pass traffic");
	else
		say_error("no ebondd runs in this network namespace, so it has no bonds: "
			  "'ebond add NAME mode MODE' starts one");
	return -ESRCH;
}

/*
 * The daemon keeps stderr until it is ready, to report why it cannot start. All
 * other descriptors of the caller (pipes, locks) are closed, since a daemon
 * outlives them.
 */
static int spawn_daemon(const char *program, pid_t *ret_pid)
{
	char *argv[] = {(char *)"ebondd", (char *)"--auto", NULL};
	posix_spawn_file_actions_t actions;
	int err;

	err = posix_spawn_file_actions_init(&actions);
	if (err)
		return -err;
	err = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (!err)
		err = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	if (!err)
		err = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
	if (!err)
		err = posix_spawnp(ret_pid, program, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -err;
}

/* Waits for @pid for at most @timeout_ms. Returns 0, -ETIMEDOUT or another negative errno. */
static int wait_child(pid_t pid, uint64_t timeout_ms, int *ret_status)
{
	uint64_t deadline_ms = monotonic_ms() + timeout_ms;
	_cleanup_close_ int fd = pidfd_open(pid, 0);
	struct pollfd pollfd = {.fd = fd, .events = POLLIN};
	int ready;

	/* Without pidfd (before Linux 5.3) the wait is unlimited. */
	while (fd >= 0) {
		uint64_t now_ms = monotonic_ms();

		if (now_ms >= deadline_ms)
			return -ETIMEDOUT;
		ready = poll(&pollfd, 1, (int)(deadline_ms - now_ms));
		if (ready > 0)
			break;
		if (ready < 0 && errno != EINTR)
			return -errno;
	}
	while (waitpid(pid, ret_status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

static int run_daemon(const char *program)
{
	uint64_t timeout_ms = client_timeout_ms();
	int err, status;
	pid_t pid;

	err = spawn_daemon(program, &pid);
	if (err < 0) {
		say_error("cannot start %s: %s: install it next to ebond, or set EBONDD", program,
			  strerror(-err));
		return err;
	}
	err = wait_child(pid, timeout_ms, &status);
	if (err == -ETIMEDOUT)
		say_error("%s was not ready within %ju s: see 'ebond log'", program,
			  (uintmax_t)(timeout_ms / 1000));
	else if (err < 0)
		say_error("waiting for %s: %s", program, strerror(-err));
	if (err < 0)
		return err;
	if (WIFSIGNALED(status)) {
		say_error("%s died while starting: %s: see 'ebond log'", program,
			  strsignal(WTERMSIG(status)));
		return -ECHILD;
	}
	/* A daemon that cannot start has printed the reason itself. */
	return WEXITSTATUS(status) ? -ECHILD : 0;
}

int start_daemon(enum start_rule rule)
{
	bool has_state = state_exists() || hidden_end_exists();
	char program[PATH_MAX];

	if (rule == START_NEVER || (rule == START_TO_RECOVER && !has_state))
		return refuse_start(has_state);
	if (geteuid() != 0) {
		say_error("starting ebondd needs root (CAP_NET_ADMIN, CAP_BPF): run as root");
		return -EPERM;
	}
	find_daemon(program, sizeof(program));
	return run_daemon(program);
}
