/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The LACP partners of an 802.3ad bond's ports; part of show_text.c's output. */
#pragma once

#include <stdio.h>

#include "lib/json.h"

/*
 * Prints a line for each port of @bond among the links of a reply to `show`:
 * its aggregator and its partner, if any. Nothing in other modes.
 */
void lacp_text_print(const json_t *links, const char *bond, FILE *out);
