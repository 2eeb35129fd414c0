/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claiming the run directory, and removing those of network namespaces that no longer exist. */
#pragma once

/*
 * Claims the run directory, whose lock is held: files of a former namespace with the same inode
 * number are removed. Returns 0 or a negative errno.
 */
int rundirs_take(void);

/*
 * Removes sibling run directories whose network namespaces no longer exist: no daemon has the
 * lock, no program of the bonds in state.json is loaded (CAP_SYS_ADMIN), and, without bonds, the
 * namespace is not mounted. In case of doubt they are kept. Each removal is logged.
 */
void rundirs_sweep(void);
