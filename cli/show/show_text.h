/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `ebond show` prints for people. */
#pragma once

#include <stdio.h>

#include <jansson.h>

/*
 * Prints @links (docs/protocol.md) to @out: per bond
 * a headline, what was set on it, and a table of its ports. Plain ASCII apart
 * from names; a key that is absent or of another type is shown as "?".
 */
void show_text(const json_t *links, FILE *out);
