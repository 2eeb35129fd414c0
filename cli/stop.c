/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ebond stop`: stops the daemon and waits until it has ended. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>

#include "cli/client/client.h"
#include "cli/client/request.h"
#include "cli/client/say.h"
#include "cli/command.h"
#include "cli/command_runs.h"
#include "lib/cleanup.h"
#include "lib/protocol.h"
#include "lib/rundir.h"

#define END_POLL_MS 20

/*
 * The daemon replies before it ends, but holds a lock until it has: once the
 * lock is free, everything has been reverted and a new daemon can start.
 * Returns 0 or -ETIMEDOUT; no lock file means that it has ended.
 */
static int wait_for_end(uint64_t timeout_ms)
{
	const struct timespec pause = {.tv_nsec = END_POLL_MS * 1000000L};
	uint64_t deadline_ms = monotonic_ms() + timeout_ms;
	_cleanup_close_ int fd = -EBADF;
	char path[RUNDIR_PATH_MAX];

	if (rundir_file(path, sizeof(path), RUNDIR_LOCK) < 0)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0) {
		if (monotonic_ms() >= deadline_ms)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	return 0;
}

int run_stop(const struct command *command, int argc, char **argv)
{
	uint64_t timeout_ms = client_timeout_ms();
	bool teardown = argc > 0;
	int code;

	for (int i = 0; i < argc; i++) {
		if (command_has_flag(command, argv[i]))
			continue;
		say_error("stop: unknown argument '%s': usage: ebond stop [--teardown]", argv[i]);
		return CONTROL_USAGE;
	}
	code = request_and_print(command, argc, argv, teardown ? START_TO_RECOVER : START_NEVER);
	if (code == CONTROL_DONE && wait_for_end(timeout_ms) < 0) {
		say_error("ebondd did not stop within %ju s: see 'ebond log'",
			  (uintmax_t)(timeout_ms / 1000));
		return CONTROL_REFUSED;
	}
	return code;
}
