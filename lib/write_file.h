/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are replaced as a whole. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/*
 * A new file for writing, which nobody else can have a name for yet: what is at @path is
 * removed, links are not followed, and @mode holds whatever the umask. Returns a descriptor or
 * a negative errno.
 */
int new_file(const char *path, mode_t mode);

/* Makes @length bytes of @text all that the file has. Returns 0 or a negative errno. */
int fill_file(int fd, const char *text, size_t length);
