/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file per bond with the current text of `ebond proc`, readable by all, for
 * scripts that read /proc/net/bonding/NAME.
 */
#pragma once

#include "daemon/ebondd.h"

/* Instead of a directory: no files. */
#define PROCFILES_NONE "none"

struct procfiles;

/*
 * Creates the directory @path (NULL: the default, rundir_proc_path()) and removes
 * files left there by a daemon that died. Other files are left alone: only a file
 * that starts like the text is considered ours.
 * Returns 0, or a negative errno with *@ret_files untouched (@path is not
 * absolute: -EINVAL). With PROCFILES_NONE *@ret_files becomes NULL, for which the
 * other functions do nothing. The caller closes it.
 */
int procfiles_open(const char *path, struct procfiles **ret_files);

/* Removes the files, and the directory if it is then empty. */
void procfiles_close(struct procfiles *files);

/*
 * Updates the files by rename, so that readers see either the complete old or the
 * complete new text: at most a tenth of a second after a change recorded in
 * daemon->text_changed, and once a second for values that change on their own
 * (LACP's counters). A file whose text has not changed is not touched. Returns when
 * to call it again.
 */
uint64_t procfiles_turn(struct ebondd *daemon, struct procfiles *files, uint64_t now_ms);
