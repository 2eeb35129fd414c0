/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an operator can ask of the daemon: one function per command, and files of them. */
#pragma once

#include <jansson.h>

#include "daemon/ebondd.h"
#include "lib/protocol.h"

/* The answer to one request (docs/protocol.md). */
struct reply {
	enum control_exit exit;
	json_t *body; /* the whole object; "exit" is put in by commands_run() */
};

/*
 * Carries out one request. @request is the parsed line; @may_change: the
 * caller may do more than look. Always fills @reply, whose body the caller releases.
 */
void commands_run(struct ebondd *daemon, json_t *request, bool may_change, struct reply *reply);

/*
 * Carries out one line of commands (lang/words.h), as root; @line is taken apart.
 * @reply must have a body. Returns 0, or a negative errno with @why filled.
 */
int commands_run_line(struct ebondd *daemon, char *line, struct reply *reply, struct refusal *why);

/* Adds a line for the operator's eyes that does not change the outcome; "" adds nothing. */
void commands_add_note(struct reply *reply, const char *note);
