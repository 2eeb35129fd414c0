/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replacing files as a whole. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/*
 * Creates a new file for writing: an existing one at @path is removed, links are not followed,
 * and @mode applies regardless of the umask. Returns a descriptor or a negative errno.
 */
int new_file(const char *path, mode_t mode);

/* Replaces the file's contents with @length bytes of @text. Returns 0 or a negative errno. */
int fill_file(int fd, const char *text, size_t length);
