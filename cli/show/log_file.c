/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ebond log`: copies the log file of this network namespace's daemon to stdout. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/client/say.h"
#include "cli/command.h"
#include "cli/command_runs.h"
#include "lib/cleanup.h"
#include "lib/printable.h"
#include "lib/protocol.h"
#include "lib/rundir.h"

int run_log(const struct command *command, int argc, char **argv)
{
	_cleanup_fclose_ FILE *log = NULL;
	_cleanup_free_ char *line = NULL;
	char path[RUNDIR_PATH_MAX];
	size_t size = 0;
	int err;

	(void)command, (void)argc, (void)argv;
	err = rundir_file(path, sizeof(path), RUNDIR_LOG);
	if (err < 0) {
		say_error("path of the run directory: %s", strerror(-err));
		return CONTROL_REFUSED;
	}
	log = fopen(path, "re");
	if (!log) {
		say_error("%s: %s: only a daemon started by ebond writes it; for systemd's use "
			  "'journalctl -u ebondd'",
			  path, strerror(errno));
		return CONTROL_REFUSED;
	}
	if (rundir_owner() != RUNDIR_OURS) {
		say_error("%s: is of another network namespace, which is gone: a daemon that "
			  "'ebond add' starts here begins a new one",
			  path);
		return CONTROL_REFUSED;
	}
	while (getline(&line, &size, log) > 0) {
		make_lines_printable(line);
		fputs(line, stdout);
	}
	if (ferror(log)) {
		say_error("%s: %s", path, strerror(errno));
		return CONTROL_REFUSED;
	}
	return CONTROL_DONE;
}
