/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making directories. */
#pragma once

/*
 * mkdir -p of the absolute @path, with mode 0755: who only looks needs no
 * rights. @path is written to meanwhile, and as it was afterwards.
 * Returns 0 or a negative errno.
 */
int make_directories(char *path);
