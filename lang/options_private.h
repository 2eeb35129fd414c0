/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to the option files: access to values through the offsets of the
 * table.
 */
#pragma once

#include "lang/options.h"
#include "lang/refuse.h"

/* Room for any value's text as an operator may type it, signs and blanks included. */
#define OPTION_VALUE_MAX (OPTION_TEXT_MAX + 64)

/* Refuses @name as not in the table. */
int refuse_unknown_option(const char *name, struct refusal *why);

/* Copies @text without leading and trailing blanks. False when it is too long to be a value. */
bool option_trim(const char *text, char word[static OPTION_VALUE_MAX]);

/* The number of option @spec in @options, a struct bond_options or bond_port_options. */
int64_t option_load(const struct option_spec *spec, const void *options);

/* Stores @value, which is within the option's range. */
void option_store(const struct option_spec *spec, void *options, int64_t value);

/* Stores the default. */
void option_reset(const struct option_spec *spec, void *options);

/*
 * Parses @text (leading and trailing blanks are ignored) as a value of @spec
 * into @options. Returns 0, or a negative errno with @why filled and @options
 * unchanged.
 */
int option_parse(const struct option_spec *spec, const char *text, void *options,
		 struct refusal *why);

/* As bond_options_get(), for an option of either struct. */
void option_print(const struct option_spec *spec, const void *options, char *text, size_t size);
