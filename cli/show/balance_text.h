/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The load that balance-tlb and balance-alb put on each port; part of show_text.c's output. */
#pragma once

#include <stdio.h>

#include "lib/json.h"

/*
 * Prints a line for each port of @bond among the links of a reply to `show`;
 * nothing in other modes.
 */
void balance_text_print(const json_t *links, const char *bond, FILE *out);
