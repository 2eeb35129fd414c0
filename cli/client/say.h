/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of the command, one line each on stderr. */
#pragma once

/*
 * Prints "<program>: <text>" and a newline to stderr; the program is ebond or
 * ifenslave. Text from outside may contain anything: control characters become
 * '?', so that it stays on one line and cannot control the terminal.
 */
__attribute__((format(printf, 1, 2))) void say_error(const char *format, ...);
