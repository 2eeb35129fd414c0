/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of options: what there is, and nothing of what is done with it.
 * Values, defaults, ranges and the modes that have an option are those of the
 * kernel driver's table (bond_opts[] in bond_options.c).
 */
#include "lang/options_private.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define KERNEL_INT_MAX INT32_MAX
#define BOND_QUEUES 16 /* the driver's number of transmit queues, unless told otherwise */

#define BOND_FIELD(member)                                                                         \
	.offset = offsetof(struct bond_options, member),                                           \
	.size = sizeof(((struct bond_options *)NULL)->member)
#define PORT_FIELD(member)                                                                         \
	.offset = offsetof(struct bond_port_options, member),                                      \
	.size = sizeof(((struct bond_port_options *)NULL)->member), .per_port = true

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *const policy_words[] = {"layer2",   "layer3+4",    "layer2+3", "encap2+3",
					   "encap3+4", "vlan+srcmac", NULL};
static const char *const reselect_words[] = {"always", "better", "failure", NULL};
static const char *const validate_words[] = {"none",   "active",	"backup",	 "all",
					     "filter", "filter_active", "filter_backup", NULL};
static const char *const all_targets_words[] = {"any", "all", NULL};
static const char *const fail_over_mac_words[] = {"none", "active", "follow", NULL};
static const char *const watch_words[] = {"one", "any", "all", NULL};
static const char *const off_words[] = {"off", NULL};
static const char *const switch_words[] = {"off", "on", NULL};
static const char *const lacp_rate_words[] = {"slow", "fast", NULL};
static const char *const ad_select_words[] = {"stable", "bandwidth", "count", "actor_port_prio",
					      NULL};
static const char *const fallback_words[] = {"off", BOND_FALLBACK_ANY, NULL};
static const char *const minval_words[] = {"minval", NULL};

static const struct option_spec specs[] = {
	{
		.name = "mode",
		.type = OPTION_WORD,
		.max = BOND_MODE_MAX - 1,
		.initial = BOND_MODE_ROUNDROBIN,
		.words = mode_words,
		.help = "how ports are used; with ports attached only by set --replace",
		BOND_FIELD(mode),
	},
	{
		.name = "miimon",
		.type = OPTION_NUMBER,
		.max = KERNEL_INT_MAX,
		.words = off_words,
		.unit = "ms",
		.help = "how often carriers are read; 0: only when the kernel reports a change",
		BOND_FIELD(miimon_ms),
	},
	{
		.name = "updelay",
		.type = OPTION_NUMBER,
		.max = KERNEL_INT_MAX,
		.words = off_words,
		.unit = "ms",
		.help = "how long a returned carrier must last before the port is used",
		BOND_FIELD(updelay_ms),
	},
	{
		.name = "downdelay",
		.type = OPTION_NUMBER,
		.max = KERNEL_INT_MAX,
		.words = off_words,
		.unit = "ms",
		.help = "how long a carrier must be gone before the port is given up",
		BOND_FIELD(downdelay_ms),
	},
	{
		.name = "peer_notify_delay",
		.aliases = NAMES("peer_notif_delay"),
		.type = OPTION_NUMBER,
		.max = 300000,
		.words = off_words,
		.unit = "ms",
		.help = "gap between peer notifications; 0: miimon",
		BOND_FIELD(peer_notif_delay_ms),
	},
	{
		.name = "use_carrier",
		.type = OPTION_NUMBER,
		.min = 1,
		.max = 1,
		.initial = 1,
		.words = switch_words,
		.help = "always 1: links are judged by carrier",
	},
	{
		.name = "arp_interval",
		.type = OPTION_NUMBER,
		.max = KERNEL_INT_MAX,
		.words = off_words,
		.unit = "ms",
		.needs = MODE_ARP_MONITOR,
		.help = "how often targets are asked for an answer through a port; 0: never",
		BOND_FIELD(arp_interval_ms),
	},
	{
		.name = "arp_missed_max",
		.aliases = NAMES("missed_max"),
		.type = OPTION_NUMBER,
		.min = 1,
		.max = 255,
		.initial = 2,
		.needs = MODE_ARP_MONITOR,
		.help = "intervals without an answer that take a port out; one more for backups",
		BOND_FIELD(arp_missed_max),
	},
	{
		.name = "arp_ip_target",
		.type = OPTION_IP4S,
		.help = "who is asked by ARP: up to 16 addresses, A,B replaces all, +A adds, -A "
			"removes",
		BOND_FIELD(arp_targets),
	},
	{
		.name = "ns_ip6_target",
		.type = OPTION_IP6S,
		.help = "who is asked by neighbour solicitation: as arp_ip_target",
		BOND_FIELD(ns_targets),
	},
	{
		.name = "arp_validate",
		.type = OPTION_WORD,
		.max = BOND_ARP_VALIDATE_MAX - 1,
		.words = validate_words,
		.needs = MODE_ARP_MONITOR,
		.help = "which ports need a target's own answer; filter: any ARP or NS/NA, but "
			"nothing else",
		BOND_FIELD(arp_validate),
	},
	{
		.name = "arp_all_targets",
		.type = OPTION_WORD,
		.max = BOND_ARP_TARGETS_MAX - 1,
		.words = all_targets_words,
		.help = "whether one target's answer is enough; counts where arp_validate does",
		BOND_FIELD(arp_all_targets),
	},
	{
		.name = "link_watch",
		.type = OPTION_WORD,
		.max = BOND_WATCH_MAX - 1,
		.words = watch_words,
		.own = true,
		.help = "with miimon and arp_interval both set: link is up when any or all say so; "
			"one: setting one turns the other off",
		BOND_FIELD(link_watch),
	},
	{
		.name = "error_threshold",
		.type = OPTION_RATE,
		.unit = "ms",
		.own = true,
		.help = "NUMBER/PERIOD: so many errors, carrier losses and unanswered probes in "
			"PERIOD take a port out",
		BOND_FIELD(error_threshold),
	},
	{
		.name = "flap_hold",
		.type = OPTION_NUMBER,
		.max = 3600000,
		.words = off_words,
		.unit = "ms",
		.own = true,
		.help = "how long a lost port stays out at least; doubles each time it is lost "
			"again soon",
		BOND_FIELD(flap_hold_ms),
	},
	{
		.name = "spill_threshold",
		.type = OPTION_NUMBER,
		.max = 100,
		.words = off_words,
		.unit = "percent",
		.needs = MODE_SPILL,
		.own = true,
		.help = "one port works until it carries this much of its speed, then the next "
			"joins; active-backup: needs a static aggregation at the switch",
		BOND_FIELD(spill_threshold),
	},
	{
		.name = "primary",
		.type = OPTION_PORT,
		.needs = MODE_ACTIVE_PORT,
		.help = "the preferred port; it need not be attached yet; none: no preference",
		BOND_FIELD(primary),
	},
	{
		.name = "primary_reselect",
		.type = OPTION_WORD,
		.max = BOND_RESELECT_MAX - 1,
		.initial = BOND_RESELECT_ALWAYS,
		.words = reselect_words,
		.help = "when a preferred port that returned takes over",
		BOND_FIELD(primary_reselect),
	},
	{
		.name = "fail_over_mac",
		.type = OPTION_WORD,
		.max = BOND_FOM_MAX - 1,
		.words = fail_over_mac_words,
		.help = "none: ports share the bond's address; active: the bond takes the active "
			"port's; follow: the active port takes the bond's",
		BOND_FIELD(fail_over_mac),
	},
	{
		.name = "xmit_hash_policy",
		.type = OPTION_WORD,
		.max = BOND_XMIT_MAX - 1,
		.initial = BOND_XMIT_LAYER2,
		.words = policy_words,
		.help = "what balance-xor, 802.3ad and balance-tlb choose a port by, and "
			"balance-alb with "
			"tlb_dynamic_lb 0",
		BOND_FIELD(xmit_policy),
	},
	{
		.name = "resend_igmp",
		.type = OPTION_NUMBER,
		.max = 255,
		.initial = 1,
		.words = off_words,
		.help = "how often multicast memberships are reported after a failover",
		BOND_FIELD(resend_igmp),
	},
	{
		.name = "num_grat_arp",
		.aliases = NAMES("num_unsol_na", "num_peer_notif"),
		.type = OPTION_NUMBER,
		.max = 255,
		.initial = 1,
		.words = off_words,
		.help = "gratuitous ARPs and unsolicited NAs per address after a failover",
		BOND_FIELD(num_peer_notif),
	},
	{
		.name = "all_slaves_active",
		.type = OPTION_NUMBER,
		.max = 1,
		.words = switch_words,
		.help = "1: take frames that arrive on inactive ports",
		BOND_FIELD(all_slaves_active),
	},
	{
		.name = "min_links",
		.type = OPTION_NUMBER,
		.max = KERNEL_INT_MAX,
		.words = off_words,
		.help = "802.3ad: bond0 has carrier only while so many ports of the active "
			"aggregator have a link",
		BOND_FIELD(min_links),
	},
	{
		.name = "lp_interval",
		.type = OPTION_NUMBER,
		.min = 1,
		.max = KERNEL_INT_MAX,
		.initial = 1,
		.unit = "s",
		.help = "balance-tlb, balance-alb: how often each port tells the switch "
			"its address",
		BOND_FIELD(lp_interval_s),
	},
	{
		.name = "tlb_dynamic_lb",
		.type = OPTION_NUMBER,
		.max = 1,
		.initial = 1,
		.words = switch_words,
		.needs = MODE_BALANCE,
		.only_down = true,
		.help = "1: flows take the port with the least load for its speed; 0: the one that "
			"xmit_hash_policy says",
		BOND_FIELD(tlb_dynamic_lb),
	},
	{
		.name = "alb_ipv6",
		.type = OPTION_NUMBER,
		.max = 1,
		.initial = 1,
		.words = switch_words,
		.needs = MODE_NEIGHBOURS,
		.own = true,
		.help = "1: what IPv6 neighbours send is balanced, too; 0: only IPv4",
		BOND_FIELD(alb_ipv6),
	},
	{
		.name = "packets_per_slave",
		.type = OPTION_NUMBER,
		.max = UINT16_MAX,
		.initial = 1,
		.needs = MODE_STRIPE,
		.help = "packets sent on a port before the next one's turn; 0: a random port each",
		BOND_FIELD(packets_per_slave),
	},
#include "lang/options_lacp.h"
	{
		.name = "prio",
		.type = OPTION_NUMBER,
		.min = INT32_MIN,
		.max = INT32_MAX,
		.needs = MODE_ACTIVE_PORT,
		.help = "the higher is preferred as active port when there is no primary",
		PORT_FIELD(prio),
	},
	{
		.name = "queue_id",
		.type = OPTION_NUMBER,
		.max = BOND_QUEUES,
		.help = "balance-rr, active-backup: frames with this firewall mark leave through "
			"this port while it works",
		PORT_FIELD(queue_id),
	},
};

static bool has_name(const struct option_spec *spec, const char *name)
{
	if (strcmp(spec->name, name) == 0)
		return true;
	for (const char *const *alias = spec->aliases; alias && *alias; alias++)
		if (strcmp(*alias, name) == 0)
			return true;
	return false;
}

const struct option_spec *option_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(specs); i++)
		if (has_name(&specs[i], name))
			return &specs[i];
	return NULL;
}

const struct option_spec *option_table(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(specs);
	return specs;
}

const char *bond_xmit_policy_word(enum bond_xmit_policy policy)
{
	return (unsigned int)policy < BOND_XMIT_MAX ? policy_words[policy] : "unknown";
}

const char *bond_reselect_word(enum bond_reselect reselect)
{
	return (unsigned int)reselect < BOND_RESELECT_MAX ? reselect_words[reselect] : "unknown";
}

const char *bond_ad_select_word(enum bond_ad_select policy)
{
	return (unsigned int)policy < BOND_AD_MAX ? ad_select_words[policy] : "unknown";
}

const char *bond_fail_over_mac_word(enum bond_fail_over_mac policy)
{
	return (unsigned int)policy < BOND_FOM_MAX ? fail_over_mac_words[policy] : "unknown";
}
