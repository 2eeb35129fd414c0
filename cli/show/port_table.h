/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bond's ports as an aligned table. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

/*
 * Prints a table of those @links whose master is @bond, one row each, with
 * columns as wide as their widest cell. False, and nothing printed, when there
 * are none.
 */
bool port_table_print(const json_t *links, const char *bond, FILE *out);
