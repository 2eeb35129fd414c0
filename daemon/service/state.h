/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must survive the daemon: state.json in the run directory, enough to take
 * running bonds back (takeover.c) or to give every port back as it was. The
 * format is saved.h's.
 */
#pragma once

#include "daemon/ebondd.h"
#include "daemon/service/saved.h"

/*
 * Writes the file, as a whole or not at all, readable by root only; removes it when
 * there are no bonds. Returns 0 or a negative errno; a failure is also logged, once
 * until it works again.
 */
int state_save(struct ebondd *daemon);

/*
 * Reads the file. What is wrong with it is logged, and a copy of it as it was is kept
 * aside as state.json.bad. Returns 0 with *@ret_state to be given to saved_release()
 * (without bonds when there is no file, or none that is valid), or -ENOMEM.
 */
int state_load(struct saved_state *ret_state);

/* What is to be known of @bond. */
void state_of_bond(const struct managed_bond *bond, struct saved_bond *ret_saved);
