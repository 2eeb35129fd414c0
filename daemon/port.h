/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attaching an interface to a bond, and restoring it on detaching. */
#pragma once

#include "daemon/ebondd.h"

/*
 * Whether @link can become a port of @bond: Ethernet, not loopback, not a bond or
 * hidden end of ours, without a master. Changes nothing.
 * Returns 0, or a negative errno with @why filled.
 */
int port_check(const struct ebondd *daemon, const struct managed_bond *bond,
	       const struct link *link, struct refusal *why);

/* Records the identity of @port: index, name, kind, permanent address. */
void port_describe(struct port *port, const struct link *link);

/* The hook of the port's receive program; its other program is at the egress hook there. */
struct hook_place port_place(const struct ebondd *daemon, const struct port *port);

/*
 * Attaches the interface: saves its state, sets the bond's address and MTU, sets
 * it up, attaches the programs, and adds it to the core. Returns 0, or a negative
 * errno with @why filled and the interface restored.
 */
int port_attach(struct ebondd *daemon, struct managed_bond *bond, const struct link *link,
		struct refusal *why);

/* What became of a detached port's interface; the last two cannot be restored from here. */
enum port_fate { PORT_IS_HERE, PORT_IS_REMOVED, PORT_IS_MOVED };

/*
 * Detaches a port: removes it from the table, then, if it is here, restores it. The caller steps
 * the bond afterwards.
 */
void port_detach(struct ebondd *daemon, struct managed_bond *bond, struct port *port,
		 enum port_fate fate);

/* Room for the list of what is different, with its end. */
#define PORT_WRONG_MAX 256

/*
 * Configures an interface as a port (address, MTU, flags); what is already correct is
 * not touched. @link is its current state.
 * *@ret_wrong (PORT_WRONG_MAX bytes, may be NULL) is filled with a list of what was different, ""
 * if nothing. Returns 0 or the first negative errno, with @why filled.
 */
int port_enforce(struct ebondd *daemon, struct managed_bond *bond, const struct link *link,
		 bool bring_up, char *ret_wrong, struct refusal *why);

/*
 * A port's current carrier; false when its interface no longer exists. A renamed
 * port is found by its ifindex: renaming does not lose the carrier.
 */
bool port_carrier(struct ebondd *daemon, struct managed_bond *bond, struct port *port);

/* Records that a port's interface was renamed to @name. */
void port_follow_name(struct ebondd *daemon, struct managed_bond *bond, struct port *port,
		      const char *name);

/* Sets a port's address, setting it down meanwhile if necessary. Returns 0 or a negative errno. */
int port_set_mac(struct ebondd *daemon, const struct port *port, const uint8_t mac[MAC_LENGTH]);

/* Reads speed and duplex of a port and passes them to the core. */
void port_read_speed(struct ebondd *daemon, struct managed_bond *bond, const struct port *port);
