/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the option files share among themselves: reading and writing a value
 * through the table's offset.
 */
#pragma once

#include "lang/options.h"
#include "lang/refuse.h"

/* Room for any value's text as the operator may write it, signs and blanks included. */
#define OPTION_VALUE_MAX (OPTION_TEXT_MAX + 64)

/* Refuses @name, which is not in the table. */
int refuse_unknown_option(const char *name, struct refusal *why);

/* Copies @text without the blanks around it. False when it is too long to be a value. */
bool option_trim(const char *text, char word[static OPTION_VALUE_MAX]);

/* The number that @spec has in @options, a struct bond_options or bond_port_options. */
int64_t option_load(const struct option_spec *spec, const void *options);

/* Puts @value, which is in the row's range, where option_load() finds it. */
void option_store(const struct option_spec *spec, void *options, int64_t value);

/* Puts the default. */
void option_reset(const struct option_spec *spec, void *options);

/*
 * Parses @text (blanks around it do not count) as a value of @spec into
 * @options. Returns 0, or a negative errno with @why filled and @options
 * unchanged.
 */
int option_parse(const struct option_spec *spec, const char *text, void *options,
		 struct refusal *why);

/* As bond_options_get(), for one row of either struct. */
void option_print(const struct option_spec *spec, const void *options, char *text, size_t size);
