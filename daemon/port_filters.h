/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Other programs' filters at a port's ingress: nftables, tc filters, tcx programs. As with the
 * driver, they come before bond0: where there are any, the packet path leaves it to a chain of
 * nftables to take the frames (struct ebond_filtered). Where that cannot be had, ebond_rx takes
 * the frames away from them, and whoever put them there must be told.
 */
#pragma once

#include "daemon/ebondd.h"

/* Removes what an earlier daemon left, whose programs are not attached any more. */
void port_filters_open(struct ebondd *daemon);

/* Looks at the ports now: there are new ones. */
void port_filters_look(struct ebondd *daemon, uint64_t now_ms);

/* nftables changed, or the filters of tc at a port: to look soon. */
void port_filters_changed(struct ebondd *daemon);
void port_filters_tc_changed(struct ebondd *daemon);

/* Only tcx tells nobody of its changes; there they are cheap to find. */
void port_filters_watch_tcx(struct ebondd *daemon);

/* Looks at the ports if it is time to. Returns when it is next. */
uint64_t port_filters_turn(struct ebondd *daemon, uint64_t now_ms);

/* Tells the bond's packet path, which may be new, on which ports filters come first. */
int port_filters_publish(const struct managed_bond *bond);

/* The port leaves. */
void port_filters_forget(struct ebondd *daemon, struct port *port);
