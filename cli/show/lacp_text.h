/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whom an 802.3ad bond's ports hear; part of show_text.c's output. */
#pragma once

#include <stdio.h>

#include "lib/json.h"

/*
 * A line for each port of @bond, of those that `show` returned: its aggregator and
 * its partner, or that none answers. Nothing in other modes.
 */
void lacp_text_print(const json_t *links, const char *bond, FILE *out);
