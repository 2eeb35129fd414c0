/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ifenslave does with interfaces itself; bonds are left to ebondd. */
#pragma once

#include <stdbool.h>

/* Sets the interface @name up. Returns 0 or a negative errno. */
int interface_set_up(const char *name);

/*
 * Removes all IPv4 addresses of the interface @name, including labelled ones.
 * Returns their number, or a negative errno.
 */
int interface_clear_ip4(const char *name);

/*
 * Prints the interface @only, up or down; NULL: all that are up and, with @all,
 * those that are down. Returns the exit code; if @only does not exist, prints
 * an error.
 */
int interfaces_show(const char *only, bool all);
