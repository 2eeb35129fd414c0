/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of the control protocol, from requests and from files. */
#pragma once

#include <jansson.h>

#include "daemon/ebondd.h"
#include "lib/protocol.h"

/* The reply to a request (docs/protocol.md). */
struct reply {
	enum control_exit exit;
	json_t *body; /* the whole object; commands_run() adds "exit" */
};

/*
 * Runs a request. @request is the parsed line; @may_change: the client may make
 * changes. Always fills @reply, whose body the caller releases.
 */
void commands_run(struct ebondd *daemon, json_t *request, bool may_change, struct reply *reply);

/*
 * Runs a command line (lang/words.h) with full privileges; @line is modified.
 * @reply must have a body. Returns 0, or a negative errno with @why filled.
 */
int commands_run_line(struct ebondd *daemon, char *line, struct reply *reply, struct refusal *why);

/* Adds a remark for the operator that does not affect the result; "" adds nothing. */
void commands_add_note(struct reply *reply, const char *note);
