/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carrying out what other tools' files mean. */
#pragma once

#include "import/settle.h"

/*
 * Makes the bonds of @config as `ebond apply` does, then gives them what the model
 * says besides: hardware address, MTU, addresses, routes, and sets them up. What is
 * there already is left as it is. Prints what was done, one command a line. An address or
 * a route that the kernel refuses is a warning, unless @is_strict. When something else fails,
 * the reason is said on stderr, with its place; bonds that are new
 * are removed again, and those that were there are made what they were.
 * Returns the exit code (enum control_exit).
 */
int import_carry_out(const struct import_model *model, const struct config *config, bool is_strict);

/* Only the addresses with that label, of a bond that runs. */
int import_add_labelled(const struct import_model *model, const char *label);

/* Takes them away. */
int import_remove_labelled(const struct import_model *model, const char *label);
