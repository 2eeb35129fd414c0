/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends a command line as a request and handles what all replies have in common. */
#pragma once

#include <jansson.h>

#include "cli/client/start.h"

struct command;

/*
 * Sends @command with @argv to the daemon, starting one if @rule allows. Errors
 * and notes in the reply are printed to stderr. *ret_reply, owned by the
 * caller, is the whole reply if the result is 0, else untouched. Returns the
 * exit code: the daemon's, or CONTROL_REFUSED, or CONTROL_USAGE if @argv cannot
 * be sent at all.
 */
int request(const char *command, int argc, char **argv, enum start_rule rule, json_t **ret_reply);

/* The same for @command, and prints the reply's "text". Returns the exit code. */
int request_and_print(const struct command *command, int argc, char **argv, enum start_rule rule);

/*
 * request() without printing or starting anything, for queries. Returns 0 or a
 * negative errno (-EREMOTEIO: the daemon refused).
 */
int request_quietly(const char *command, json_t **ret_reply);
