/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A readable file per bond with the text of `ebond proc`, always current: for
 * the scripts that open /proc/net/bonding/NAME themselves.
 */
#pragma once

#include "daemon/ebondd.h"

/* The word in the place of a directory that means: no files. */
#define PROCFILES_NONE "none"

struct procfiles;

/*
 * Makes the directory @path (NULL: the default, rundir_proc_path()) and removes
 * from it the files of a daemon that died. What else is there is left alone:
 * only a file that begins as the text does is taken for one of ours.
 * Returns 0, or a negative errno with *@ret_files untouched (@path is not
 * absolute: -EINVAL). With PROCFILES_NONE *@ret_files becomes NULL, which the
 * other functions take and do nothing with. The caller closes it.
 */
int procfiles_open(const char *path, struct procfiles **ret_files);

/* Removes the files, and the directory when it is empty then. */
void procfiles_close(struct procfiles *files);

/*
 * Brings the files up to date, by rename, so that who reads sees the old text
 * or the new one whole: a tenth of a second after a change that somebody noted
 * in daemon->text_changed at the latest, and once a second for what changes
 * without anybody's doing (LACP's counters). A file whose text is the same is
 * not touched. Returns when it wants to be called again.
 */
uint64_t procfiles_turn(struct ebondd *daemon, struct procfiles *files, uint64_t now_ms);
