/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bond on a virtual clock, for tests: every effect is recorded with its time,
 * and the invariants are checked after every step.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/bond.h"

#define RIG_LOG_MAX 4096

struct rig_entry {
	uint64_t at_ms;
	struct effect fx;
};

struct rig {
	struct bond *bond;
	uint64_t now_ms;
	struct bond_effects fx; /* of the last step */
	size_t count;		/* entries since rig_clear() */
	struct rig_entry log[RIG_LOG_MAX];
	char reason[128]; /* of rig_reason() */
};

/* Options from "mode active-backup miimon 100 ..."; settled; fails the test if refused. */
struct bond_options rig_options(const char *text);

/* A new rig at time 1000, one step done, log empty. */
struct rig *rig_new(const char *options);
void rig_free(struct rig *rig);

/* Facts of a port named "eth<id>", 1000 Mbit/s full duplex, prio 0. */
struct bond_port_facts rig_facts(uint32_t id, bool carrier);

/* One step at the current time. */
void rig_step(struct rig *rig);

/* Facts, each followed by a step. They must be accepted. */
void rig_attach(struct rig *rig, uint32_t id, bool carrier);
void rig_attach_facts(struct rig *rig, uint32_t id, const struct bond_port_facts *facts);
void rig_detach(struct rig *rig, uint32_t id);
void rig_carrier(struct rig *rig, uint32_t id, bool carrier);
void rig_set(struct rig *rig, const char *options);	/* added to the current ones */
void rig_replace(struct rig *rig, const char *options); /* including the mode */
void rig_prio(struct rig *rig, uint32_t id, int32_t prio);

/* Advances the time by @ms, stepping at every deadline. */
void rig_wait(struct rig *rig, uint64_t ms);

void rig_clear(struct rig *rig);

/* The number of effects of @kind in the log; the @nth of them, which must exist. */
size_t rig_count(const struct rig *rig, enum effect_kind kind);
const struct rig_entry *rig_nth(const struct rig *rig, enum effect_kind kind, size_t nth);

struct bond_port_view rig_port(const struct rig *rig, uint32_t id);
/* Why a port's link is down; valid until the next call. */
const char *rig_reason(struct rig *rig, uint32_t id);
enum link_state rig_link(const struct rig *rig, uint32_t id);

/* Compares tx_port with a list that ends in 0. */
void rig_expect_tx(const struct rig *rig, ...);
