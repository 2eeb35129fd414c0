/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the command tells on stderr, one line each. */
#pragma once

/*
 * Prints "<program>: <text>" and a newline on stderr; the program is ebond or ifenslave. What comes
 * from outside may hold anything: control characters are printed as '?', so that it stays one line
 * and cannot drive the terminal.
 */
__attribute__((format(printf, 1, 2))) void say_error(const char *format, ...);
