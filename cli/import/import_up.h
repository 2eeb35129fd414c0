/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Applies an imported configuration. */
#pragma once

#include "import/settle.h"

/*
 * Creates the bonds of @config as `ebond apply` does, then configures what else
 * the model has: MAC address, MTU, addresses, routes, administrative state.
 * What exists is kept. Prints each step as a command. An address or route that
 * the kernel refuses gives a warning, unless @is_strict. On any other failure,
 * an error is printed with its place, new bonds are deleted again, and existing
 * ones restored. Returns the exit code (enum control_exit).
 */
int import_carry_out(const struct import_model *model, const struct config *config, bool is_strict);

/* Adds only the addresses with that label, to a running bond. */
int import_add_labelled(const struct import_model *model, const char *label);

/* Removes them. */
int import_remove_labelled(const struct import_model *model, const char *label);
