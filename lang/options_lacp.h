/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of 802.3ad: part of the table in options_table.c, whose macros and
 * words they use, and included nowhere else.
 */
#pragma once

/* clang-format off */
	{
		.name = "lacp_rate",
		.aliases = NAMES("ad_lacp_rate"),
		.type = OPTION_WORD,
		.max = 1,
		.words = lacp_rate_words,
		.needs = MODE_LACP,
		.help = "how often the partner is to speak: every 30 s (lost after 90), or every "
			"second (after 3)",
		BOND_FIELD(lacp_fast),
	},
	{
		.name = "lacp_active",
		.aliases = NAMES("ad_lacp_active"),
		.type = OPTION_WORD,
		.max = 1,
		.initial = 1,
		.words = switch_words,
		.needs = MODE_LACP,
		.help = "off: say nothing until the partner speaks",
		BOND_FIELD(lacp_active),
	},
	{
		.name = "lacp_strict",
		.own = true,
		.type = OPTION_WORD,
		.max = 1,
		.words = switch_words,
		.needs = MODE_LACP,
		.help = "on: no carrier before min_links ports are in agreement with a partner; "
			"off: without a partner one port works alone",
		BOND_FIELD(lacp_strict),
	},
	{
		.name = "lacp_fallback",
		.own = true,
		.type = OPTION_PORT,
		.words = fallback_words,
		.needs = MODE_LACP,
		.help = "while no partner answers this port carries the traffic alone, whatever "
			"lacp_strict and min_links say; on: that of the highest actor_port_prio",
		BOND_FIELD(lacp_fallback),
	},
	{
		.name = "ad_select",
		.type = OPTION_WORD,
		.max = BOND_AD_MAX - 1,
		.words = ad_select_words,
		.help = "802.3ad: which of several aggregators is used; stable keeps the one in "
			"use while it has a partner",
		BOND_FIELD(ad_select),
	},
	{
		.name = "ad_actor_sys_prio",
		.type = OPTION_NUMBER,
		.min = 1,
		.max = UINT16_MAX,
		.initial = UINT16_MAX,
		.needs = MODE_LACP,
		.help = "priority of this system; the lower is the higher",
		BOND_FIELD(ad_actor_sys_prio),
	},
	{
		.name = "ad_actor_system",
		.type = OPTION_MAC,
		.needs = MODE_LACP,
		.help = "this system's id; zero: bond0's address",
		BOND_FIELD(ad_actor_system),
	},
	{
		.name = "ad_user_port_key",
		.type = OPTION_NUMBER,
		.max = 1023,
		.words = minval_words,
		.needs = MODE_LACP,
		.help = "upper ten bits of the ports' keys",
		BOND_FIELD(ad_user_port_key),
	},
	{
		.name = "coupled_control",
		.type = OPTION_WORD,
		.max = 1,
		.initial = 1,
		.words = switch_words,
		.needs = MODE_LACP,
		.help = "off: a port receives before it sends (independent control)",
		BOND_FIELD(coupled_control),
	},
	{
		.name = "broadcast_neighbor",
		.type = OPTION_WORD,
		.max = 1,
		.words = switch_words,
		.needs = MODE_LACP,
		.help = "on: ARP and neighbour discovery leave through every port that sends, for "
			"two switches that do not share what they learn",
		BOND_FIELD(broadcast_neighbor),
	},
	{
		.name = "actor_port_prio",
		.type = OPTION_NUMBER,
		.max = UINT16_MAX,
		.initial = 255,
		.needs = MODE_LACP,
		.help = "LACP's priority of the port; decides ad_select actor_port_prio and "
			"lacp_fallback: the higher sum wins",
		PORT_FIELD(actor_port_prio),
	},
