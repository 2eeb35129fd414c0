/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must survive the daemon: state.json in the run directory, enough to take
 * running bonds back (takeover.c) or to give every port back as it was. The
 * format is saved.h's.
 */
#pragma once

#include "daemon/ebondd.h"

struct saved_bond;
struct saved_state;

/*
 * Writes the file, as a whole or not at all, readable by root only; removes it when
 * there are no bonds. Returns 0 or a negative errno; a failure is also logged, once
 * until it works again.
 */
int state_save(struct ebondd *daemon);

/*
 * Refuses a change of @words words that could not be kept: the file with as much more in it cannot
 * be written. Returns 0, or a negative errno with @why filled, "@what: ...".
 */
int state_refuse(const struct ebondd *daemon, const char *what, size_t words, struct refusal *why);

/* Saves what has changed, or what could not be saved before. Returns when it is due again. */
uint64_t state_turn(struct ebondd *daemon, uint64_t now_ms);

/*
 * Reads the file. What is wrong with it is logged, and a copy of it as it was is kept
 * aside as state.json.bad. Returns 0 with *@ret_state to be given to saved_release()
 * (without bonds when there is no file, or none that is valid), or -ENOMEM.
 */
int state_load(struct saved_state *ret_state);

/* What is to be known of @bond. */
void state_of_bond(const struct managed_bond *bond, struct saved_bond *ret_saved);
