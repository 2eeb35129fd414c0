/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text output of `ebond show`. */
#pragma once

#include <stdio.h>

#include <jansson.h>

/*
 * Prints @links (docs/protocol.md) to @out: for each bond a headline, its
 * options, and a table of its ports. Plain ASCII apart from names; a missing
 * key, or one of another type, is shown as "?".
 */
void show_text(const json_t *links, FILE *out);
