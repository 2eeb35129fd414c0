/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The run directory made this network namespace's, and those of others that are gone removed. */
#pragma once

/*
 * Makes the run directory, whose lock is held, the caller's: what a namespace with the same
 * inode number left there is removed. Returns 0 or a negative errno.
 */
int rundirs_take(void);

/*
 * Removes the run directories beside it whose network namespaces are gone: no daemon has the
 * lock, no program of the bonds in state.json is left (CAP_SYS_ADMIN), and, without bonds, no
 * mount holds the namespace. What cannot be told, is kept. Each is logged.
 */
void rundirs_sweep(void);
