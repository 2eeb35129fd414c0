/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Describes the option table (lang/options.h) in words. */
#pragma once

#include <stdio.h>

#include "lang/options.h"

/*
 * The options of `ebond add` and `ebond set` in the order of the manual page:
 * those of the table, then active_slave, which is not stored. @index counts
 * from 0; NULL past the last.
 */
const struct option_spec *known_option(size_t index);

/* The option called @name (or an alias of it), or NULL. */
const struct option_spec *known_option_find(const char *name);

/* Prints one option: purpose, values, default, modes that support it. */
void option_help_print(const struct option_spec *spec, FILE *out);

/* Prints all of them as a section of a manual page in scdoc format. */
void option_help_scdoc(FILE *out);
