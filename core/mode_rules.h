/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a bond does in its mode: one row of functions per mode, implemented in core/active,
 * core/alb and core/lacp. A mode's properties are in lang/mode.h; a new mode needs a row
 * there and one here.
 */
#pragma once

#include "core/bond.h"

struct port;

struct mode_rules {
	/* Mandatory. */

	/* Which ports send and receive; @table is zero except rx_any, which is true. */
	void (*build_table)(const struct bond *bond, struct bond_table *table);
	/* bond_set_carrier(), bond_3ad_set_carrier() */
	bool (*carrier)(const struct bond *bond);
	/* The kernel's state ACTIVE, as opposed to BACKUP. */
	bool (*is_active)(const struct bond *bond, const struct port *port);
	/* Whether frames on the port reach the bond, unless all ports' do (bond_receives_all()). */
	bool (*receives)(const struct bond *bond, const struct port *port);

	/* Optional: NULL where the mode has nothing to do. */

	/* Allocates what the mode needs, before the old one is left: 0, or -ENOMEM. */
	int (*reserve)(struct bond *bond, const struct bond_options *options);
	/* The mode is entered or left, with ports attached. */
	void (*enter)(struct bond *bond);
	void (*leave)(struct bond *bond);
	/* A port was attached, with its link state; was restored; is about to be detached. */
	void (*attach)(struct bond *bond, struct port *port);
	void (*restore)(struct bond *bond, struct port *port, const struct bond_port_facts *facts);
	void (*detach)(struct bond *bond, struct port *port);
	/* A port received a frame, see bond_in_frame(). */
	void (*frame)(struct bond *bond, uint32_t id, const uint8_t *bytes, size_t length,
		      uint64_t now_ms);
	/* In a step: after the selection and before the table; and emitting effects after it. */
	void (*run)(struct bond *bond, uint64_t now_ms);
	void (*emit)(struct bond *bond, uint64_t now_ms, struct bond_effects *fx);
	/* When run() or emit() has something to do next, or BOND_NEVER. */
	uint64_t (*deadline)(const struct bond *bond);
	/* Fills the members of a port's view that only this mode has. */
	void (*view)(const struct bond *bond, const struct port *port, struct bond_port_view *view);
};

/* The row of @bond's mode. */
const struct mode_rules *mode_rules(const struct bond *bond);

/* Call the optional functions. */
int mode_reserve(struct bond *bond, const struct bond_options *options);
void mode_enter(struct bond *bond);
void mode_leave(struct bond *bond);
void mode_attach(struct bond *bond, struct port *port);
void mode_restore(struct bond *bond, struct port *port, const struct bond_port_facts *facts);
void mode_detach(struct bond *bond, struct port *port);
void mode_run(struct bond *bond, uint64_t now_ms);
void mode_emit(struct bond *bond, uint64_t now_ms, struct bond_effects *fx);
uint64_t mode_deadline(const struct bond *bond);
void mode_frame(struct bond *bond, uint32_t id, const uint8_t *bytes, size_t length,
		uint64_t now_ms);
void mode_view(const struct bond *bond, const struct port *port, struct bond_port_view *view);
