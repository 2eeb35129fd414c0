/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must survive the daemon: state.json in the run directory, enough to take
 * running bonds back (takeover.c) or to give every port back as it was.
 */
#pragma once

#include <jansson.h>

#include "daemon/ebondd.h"

/* Bumped when an older daemon could not make sense of the file any more. */
#define STATE_VERSION 1

/*
 * Writes the file, as a whole or not at all; removes it when there are no
 * bonds. A failure is logged: the bonds run on, only a restart would miss them.
 */
void state_save(struct ebondd *daemon);

/*
 * Reads the file. Returns 0 with *@ret_state to be released by the caller,
 * -ENOENT when there is none, -EINVAL (logged) when it is not valid; it is
 * then kept aside as state.json.bad.
 */
int state_load(json_t **ret_state);
