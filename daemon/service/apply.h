/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making bonds what a configuration file says: lang/config.h compares, the
 * commands do it, and what fails half-way is taken back.
 */
#pragma once

#include "daemon/service/commands.h"
#include "lang/config.h"

struct apply_wish {
	const char *file; /* what refusals call it */
	const char *text;
	size_t length;
	bool only_show; /* the commands, without carrying them out */
	bool prune;	/* delete bonds that the file does not name */
};

/*
 * Carries out @wish. The commands that were (or would be) carried out, one a
 * line, become the "text" of @reply, what is worth knowing its notes. Returns 0,
 * or a negative errno with @why filled; then everything is as it was before, or
 * @why says that it is not.
 */
int apply_text(struct ebondd *daemon, const struct apply_wish *wish, struct reply *reply,
	       struct refusal *why);

/*
 * At the daemon's start and on SIGHUP: applies the file at @path. Everything is said in the
 * log. A file that does not exist is fine when @may_lack. Ports that do not exist
 * yet are waited for: apply_arrived(). Bonds taken back from a daemon that
 * crashed (@after_crash) stay as they run: nobody asked for a change.
 */
void apply_file(struct ebondd *daemon, const char *path, bool may_lack, bool after_crash);

/* An interface appeared or got its name: attaches it when a bond waits for it. */
void apply_arrived(struct ebondd *daemon, const char *name);

/* Waits for nothing any more. */
void apply_forget(struct ebondd *daemon);
