/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options of 802.3ad: part of the table in options_table.c, whose macros and
 * words they use; included nowhere else.
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
		.help = "how often the partner is asked to send LACPDUs: slow: every 30 s (timeout "
			"90), fast: every second (timeout 3)",
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
		.help = "off: stay silent until the partner sends LACPDUs",
		BOND_FIELD(lacp_active),
	},
	{
		.name = "lacp_strict",
		.own = true,
		.type = OPTION_WORD,
		.max = 1,
		.words = switch_words,
		.needs = MODE_LACP,
		.help = "on: no carrier until min_links ports have been negotiated with a partner; "
			"off: without a partner, one port is used on its own",
		BOND_FIELD(lacp_strict),
	},
	{
		.name = "lacp_fallback",
		.own = true,
		.type = OPTION_PORT,
		.words = fallback_words,
		.needs = MODE_LACP,
		.help = "while no partner answers, this port carries the traffic on its own, "
			"overriding lacp_strict and min_links; on: the one with the highest "
			"actor_port_prio",
		BOND_FIELD(lacp_fallback),
	},
	{
		.name = "ad_select",
		.type = OPTION_WORD,
		.max = BOND_AD_MAX - 1,
		.words = ad_select_words,
		.help = "802.3ad: which of several aggregators is used; stable keeps the current "
			"one while it has a partner",
		BOND_FIELD(ad_select),
	},
	{
		.name = "ad_actor_sys_prio",
		.type = OPTION_NUMBER,
		.min = 1,
		.max = UINT16_MAX,
		.initial = UINT16_MAX,
		.needs = MODE_LACP,
		.help = "LACP system priority; a lower value means a higher priority",
		BOND_FIELD(ad_actor_sys_prio),
	},
	{
		.name = "ad_actor_system",
		.type = OPTION_MAC,
		.needs = MODE_LACP,
		.help = "LACP system id; zero: the bond's address",
		BOND_FIELD(ad_actor_system),
	},
	{
		.name = "ad_user_port_key",
		.type = OPTION_NUMBER,
		.max = 1023,
		.words = minval_words,
		.needs = MODE_LACP,
		.help = "upper ten bits of the ports' LACP keys",
		BOND_FIELD(ad_user_port_key),
	},
	{
		.name = "coupled_control",
		.type = OPTION_WORD,
		.max = 1,
		.initial = 1,
		.words = switch_words,
		.needs = MODE_LACP,
		.help = "off: independent control: a port may receive before it may send",
		BOND_FIELD(coupled_control),
	},
	{
		.name = "broadcast_neighbor",
		.type = OPTION_WORD,
		.max = 1,
		.words = switch_words,
		.needs = MODE_LACP,
		.help = "on: ARP and neighbour discovery are sent through every distributing port, "
			"for a pair of switches that do not share their tables",
		BOND_FIELD(broadcast_neighbor),
	},
	{
		.name = "actor_port_prio",
		.type = OPTION_NUMBER,
		.max = UINT16_MAX,
		.initial = 255,
		.needs = MODE_LACP,
		.help = "LACP port priority; used by ad_select actor_port_prio and lacp_fallback, "
			"where the highest sum wins",
		PORT_FIELD(actor_port_prio),
	},
