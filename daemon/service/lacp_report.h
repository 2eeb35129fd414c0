/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LACP in `ebond show` and in the /proc text. For bonds in modes other than 802.3ad
 * nothing is added.
 */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "daemon/ebondd.h"

/* Whether iproute2 shows the option @name in mode 802.3ad only. */
bool lacp_report_hides(const char *name);

/* Adds to @data, the bond's linkinfo.info_data: ad_info. */
void lacp_report_bond(const struct managed_bond *bond, json_t *data);

/* Adds to @data, a port's linkinfo.info_slave_data: ad_aggregator_id and so on. */
void lacp_report_membership(const struct managed_bond *bond, const struct bond_port_view *view,
			    json_t *data);

/* Adds to @own, a port's "ebond" object: "lacp". */
void lacp_report_port(const struct managed_bond *bond, const struct port *port, json_t *own);

/* Why a port with link carries no traffic, or carries it alone. False: no such reason. */
bool lacp_report_reason(const struct managed_bond *bond, uint32_t port, char *text, size_t size);

/* The part for 802.3ad of the kernel's bond_info_show_master() and bond_info_show_slave(). */
void lacp_proc_bond(const struct managed_bond *bond, FILE *out);
void lacp_proc_port(const struct managed_bond *bond, const struct port *port, FILE *out);
