/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking an interface into a bond and giving it back as it was. */
#pragma once

#include "daemon/ebondd.h"

/*
 * Whether @link may become a port of @bond: Ethernet, no loopback, no bond or
 * hidden end of ours, nobody's port. Changes nothing.
 * Returns 0, or a negative errno with @why filled.
 */
int port_check(const struct ebondd *daemon, const struct managed_bond *bond,
	       const struct link *link, struct refusal *why);

/* Notes what interface @port is: index, name, kind, permanent address. */
void port_describe(struct port *port, const struct link *link);

/* Where the port's receive program is; its other one is at the egress there. */
struct hook_place port_place(const struct ebondd *daemon, const struct port *port);

/*
 * Takes the interface in: remembers how it is, gives it the bond's address and
 * MTU, brings it up, puts the programs on it, and tells the core.
 * Returns 0, or a negative errno with @why filled and the interface as before.
 */
int port_attach(struct ebondd *daemon, struct managed_bond *bond, const struct link *link,
		struct refusal *why);

/*
 * Lets a port go: out of the table first, then as it was before. @gone: the
 * interface does not exist (here) any more. The caller steps the bond after.
 */
void port_detach(struct ebondd *daemon, struct managed_bond *bond, struct port *port, bool gone);

/*
 * Makes an interface what a port must be (address, MTU, flags); what is right already
 * is not touched. @link is its present state.
 * *@ret_wrong (256 bytes, may be NULL) is filled with what was found different, "" if nothing.
 * Returns 0 or the first negative errno, with @why filled.
 */
int port_enforce(struct ebondd *daemon, struct managed_bond *bond, const struct link *link,
		 bool bring_up, char *ret_wrong, struct refusal *why);

/*
 * A port's carrier as it is now; false when its interface is gone. A port that
 * was renamed is followed by its ifindex: a new name is no lost carrier.
 */
bool port_carrier(struct ebondd *daemon, struct managed_bond *bond, struct port *port);

/* Notes that a port's interface is named @name now. */
void port_follow_name(struct ebondd *daemon, struct managed_bond *bond, struct port *port,
		      const char *name);

/* Changes a port's address, taking it down for it if it must be. Returns 0 or a negative errno. */
int port_set_mac(struct ebondd *daemon, const struct port *port, const uint8_t mac[MAC_LENGTH]);

/* Reads speed and duplex of a port and tells the core. */
void port_read_speed(struct ebondd *daemon, struct managed_bond *bond, const struct port *port);
