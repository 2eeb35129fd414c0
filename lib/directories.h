/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Creating directories. */
#pragma once

/*
 * mkdir -p of the absolute @path, with mode 0755: any user may read. @path is
 * modified temporarily and restored.
 * Returns 0 or a negative errno.
 */
int make_directories(char *path);
