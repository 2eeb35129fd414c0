/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole file as text. */
#pragma once

#include <stddef.h>

/*
 * Reads the file at @path ("-": standard input) to its end. *ret_text has a NUL
 * after its *ret_length bytes; the caller frees it. Returns 0, -EFBIG when there
 * are more than @limit bytes, -ENOMEM, or the error of opening or reading.
 */
int read_file(const char *path, size_t limit, char **ret_text, size_t *ret_length);
