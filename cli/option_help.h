/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the option table (lang/options.h) says, put into words. */
#pragma once

#include <stdio.h>

#include "lang/options.h"

/*
 * The options that `ebond add` and `ebond set` know, in the order of the manual
 * page: those of the table, then active_slave, which is not stored. @index
 * counts from 0; NULL past the last.
 */
const struct option_spec *known_option(size_t index);

/* The one of them named @name (or an alias of it), or NULL. */
const struct option_spec *known_option_find(const char *name);

/* Prints one option: what it does, what it takes, its default, which modes have it. */
void option_help_print(const struct option_spec *spec, FILE *out);

/* Prints them all as a part of a manual page in scdoc's language. */
void option_help_scdoc(FILE *out);
