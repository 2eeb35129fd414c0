/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options whose value is not one number or word: lists of addresses
 * ("192.0.2.1,192.0.2.2") and rates ("10/1000").
 */
#pragma once

#include "lang/options_private.h"

/*
 * Parses the value of an OPTION_IP4S or OPTION_IP6S. "A,B" replaces the list,
 * "none" or an empty value clears it, "+A" and "-A" (as in the driver's sysfs)
 * add and remove. Addresses keep their order; removal leaves no gap.
 * Returns 0, or -EINVAL with @why filled and @options unchanged.
 */
int option_parse_list(const struct option_spec *spec, const char *word, void *options,
		      struct refusal *why);
void option_print_list(const struct option_spec *spec, const void *options, char *text,
		       size_t size);

/* "N/PERIOD" of an OPTION_RATE; 0, "off" or "none": no limit. Returns as option_parse_list(). */
int option_parse_rate(const struct option_spec *spec, const char *word, void *options,
		      struct refusal *why);
void option_print_rate(const struct option_spec *spec, const void *options, char *text,
		       size_t size);
