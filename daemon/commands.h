/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an operator can ask of the daemon: one function per command. */
#pragma once

#include <jansson.h>

#include "protocol.h"
#include "ebondd.h"

/* The answer to one request (docs/architecture.md, "The control protocol"). */
struct reply {
	enum control_exit exit;
	json_t *body; /* the whole object; "exit" is put in by commands_run() */
};

/*
 * Carries out one request. @request is the parsed line; @is_root: the caller's
 * user id is 0. Always fills @reply, whose body the caller releases.
 */
void commands_run(struct ebondd *daemon, json_t *request, bool is_root, struct reply *reply);
