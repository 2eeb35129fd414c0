/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The load of each port where virtual clocks are used; part of show_text.c's output. */
#pragma once

#include <stdio.h>

#include "lib/json.h"

/*
 * Prints a line for each port of @bond that has a "load" in a reply to `show`, and how often
 * flows changed their port; nothing where there is none.
 */
void load_text_print(const json_t *links, const json_t *bond, FILE *out);
