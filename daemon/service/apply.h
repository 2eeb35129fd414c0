/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Applying configuration files: lang/config.h compares, the commands make the
 * changes, and a partial failure is undone.
 */
#pragma once

#include "daemon/service/commands.h"
#include "lang/config.h"

struct apply_request {
	const char *file; /* its name in error messages */
	const char *text;
	size_t length;
	bool dry_run; /* return the commands without running them */
	bool prune;   /* delete bonds that the file does not name */
};

/*
 * Carries out @request; for ports that do not exist the daemon waits (await.h). The commands that
 * were (or would be) run, one per line, become the "text" of @reply, and remarks its notes. Returns
 * 0, or a negative errno with @why filled; everything is then as before, unless @why says
 * otherwise.
 */
int apply_text(struct ebondd *daemon, const struct apply_request *request, struct reply *reply,
	       struct refusal *why);

/*
 * Applies the file at @path, when the daemon starts and on SIGHUP. The result is
 * logged. With @may_be_missing a missing file is not an error. Bonds taken over from a daemon that
 * crashed (@after_crash) are left unchanged.
 */
void apply_file(struct ebondd *daemon, const char *path, bool may_be_missing, bool after_crash);

/*
 * Attaches a port and sets its options, like a file with the running configuration and this port.
 * Returns 0, or a negative errno with @why filled.
 */
int apply_port(struct ebondd *daemon, const char *bond_name, const struct config_port *port,
	       struct refusal *why);
