/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ifenslave does with interfaces itself; the bonds are ebondd's. */
#pragma once

#include <stdbool.h>

/* Sets the interface @name up. Returns 0 or a negative errno. */
int interface_set_up(const char *name);

/*
 * Removes all IPv4 addresses of the interface @name, labelled ones too. Returns
 * how many there were, or a negative errno.
 */
int interface_clear_ip4(const char *name);

/*
 * Prints the interface @only, up or not; with NULL all that are up, and with
 * @all those that are down as well. Returns the exit code; there being no @only
 * is told on stderr.
 */
int interfaces_show(const char *only, bool all);
