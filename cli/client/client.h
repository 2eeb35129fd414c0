/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends one request to the daemon of this network namespace: one line each way. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* CLOCK_MONOTONIC, milliseconds. */
uint64_t monotonic_ms(void);

/*
 * How long a reply may take: EBOND_TIMEOUT from the environment (seconds,
 * 1..3600), or 30 s if unset or invalid.
 */
uint64_t client_timeout_ms(void);

/*
 * Sends @line (@length bytes, the last one '\n') and waits for one line.
 * *ret_line is that line without its '\n', NUL-terminated, *ret_length bytes
 * long (it may have NULs inside); the caller frees it.
 * Returns 0, or, with the outputs untouched:
 *   -ENOENT, -ECONNREFUSED  nobody listens
 *   -ECONNRESET             somebody listened, but went before reading the
 *                           request: it was not carried out
 *   -ENODATA                closed before a whole line was sent; whether the
 *                           request was carried out is not known
 *   -ETIMEDOUT              nothing within @timeout_ms; likewise not known
 *   -EMSGSIZE               the line is longer than CONTROL_REPLY_MAX
 *   -ENOMEM, -EACCES, what rundir_control_address() gives, and other errnos
 */
int client_ask(const char *line, size_t length, uint64_t timeout_ms, char **ret_line,
	       size_t *ret_length);

/* Whether @err from client_ask() means that no daemon has read the request. */
bool client_no_daemon(int err);
