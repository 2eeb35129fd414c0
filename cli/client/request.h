/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command line as a request, and what is common to all replies. */
#pragma once

#include <jansson.h>

#include "cli/client/start.h"

struct command;

/*
 * Sends @command with @argv to the daemon, which @rule may start. Errors and
 * notes of the reply are printed on stderr. *ret_reply is the whole reply when
 * the result is 0 (the caller drops it), else untouched.
 * Returns the exit code: the daemon's, or CONTROL_REFUSED, or CONTROL_USAGE
 * when @argv cannot be sent at all.
 */
int request(const char *command, int argc, char **argv, enum start_rule rule, json_t **ret_reply);

/* The same for @command, and the reply's "text" is printed as it is. Returns the exit code. */
int request_and_print(const struct command *command, int argc, char **argv, enum start_rule rule);

/*
 * request() without a word and without starting anything: for what only wants
 * to know. Returns 0 or a negative errno (-EREMOTEIO: the daemon refused).
 */
int request_quietly(const char *command, json_t **ret_reply);
