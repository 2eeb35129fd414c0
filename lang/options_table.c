/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of options: data only. Values, defaults, ranges and the modes that
 * have an option are those of the kernel driver's table (bond_opts[] in
 * bond_options.c).
 */
#include "lang/options_private.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define KERNEL_INT_MAX INT32_MAX
#define BOND_QUEUES 16 /* the driver's default number of transmit queues */
#define PORT_SPEED_MAX_MBPS 10000000
#define PORT_LATENCY_MAX_US 1000000

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
static const char *const placement_words[] = {"hash", "adaptive", NULL};
static const char *const moves_words[] = {"any", "paused", NULL};
static const char *const striping_words[] = {"count", "earliest", NULL};
static const char *const minval_words[] = {"minval", NULL};

static const struct option_spec specs[] = {
	{
		.name = "mode",
		.type = OPTION_WORD,
		.max = BOND_MODE_MAX - 1,
		.initial = BOND_MODE_ROUNDROBIN,
		.words = mode_words,
		.help = "how ports are used; while ports are attached, change it with set "
			"--replace",
		BOND_FIELD(mode),
	},
	{
		.name = "miimon",
		.type = OPTION_NUMBER,
		.max = KERNEL_INT_MAX,
		.words = off_words,
		.unit = "ms",
		.help = "how often carriers are polled; 0: act only on the kernel's link events",
		BOND_FIELD(miimon_ms),
	},
	{
		.name = "updelay",
		.type = OPTION_NUMBER,
		.max = KERNEL_INT_MAX,
		.words = off_words,
		.unit = "ms",
		.help = "how long a returned carrier must last before the port is used again",
		BOND_FIELD(updelay_ms),
	},
	{
		.name = "downdelay",
		.type = OPTION_NUMBER,
		.max = KERNEL_INT_MAX,
		.words = off_words,
		.unit = "ms",
		.help = "how long a carrier must be gone before the port is taken out of use",
		BOND_FIELD(downdelay_ms),
	},
	{
		.name = "peer_notify_delay",
		.aliases = NAMES("peer_notif_delay"),
		.type = OPTION_NUMBER,
		.max = 300000,
		.words = off_words,
		.unit = "ms",
		.help = "interval between peer notifications; 0: same as miimon",
		BOND_FIELD(peer_notif_delay_ms),
	},
	{
		.name = "use_carrier",
		.type = OPTION_NUMBER,
		.min = 1,
		.max = 1,
		.initial = 1,
		.words = switch_words,
		.help = "always 1: links are monitored by carrier",
	},
	{
		.name = "arp_interval",
		.type = OPTION_NUMBER,
		.max = KERNEL_INT_MAX,
		.words = off_words,
		.unit = "ms",
		.needs = MODE_ARP_MONITOR,
		.help = "how often ARP/NS probes are sent through a port; 0: never",
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
		.help = "intervals without a reply after which a port is down; backups get one "
			"more",
		BOND_FIELD(arp_missed_max),
	},
	{
		.name = "arp_ip_target",
		.type = OPTION_IP4S,
		.help = "IPv4 addresses to probe by ARP, 16 at most: A,B replaces the list, +A "
			"adds, "
			"-A removes",
		BOND_FIELD(arp_targets),
	},
	{
		.name = "ns_ip6_target",
		.type = OPTION_IP6S,
		.help = "IPv6 addresses to probe by neighbour solicitation; syntax as "
			"arp_ip_target",
		BOND_FIELD(ns_targets),
	},
	{
		.name = "arp_validate",
		.type = OPTION_WORD,
		.max = BOND_ARP_VALIDATE_MAX - 1,
		.words = validate_words,
		.needs = MODE_ARP_MONITOR,
		.help = "which ports count only replies from a target; filter: any ARP or NS/NA, "
			"nothing else",
		BOND_FIELD(arp_validate),
	},
	{
		.name = "arp_all_targets",
		.type = OPTION_WORD,
		.max = BOND_ARP_TARGETS_MAX - 1,
		.words = all_targets_words,
		.help = "whether one target or every target must reply; applies where arp_validate "
			"does",
		BOND_FIELD(arp_all_targets),
	},
	{
		.name = "link_watch",
		.type = OPTION_WORD,
		.max = BOND_WATCH_MAX - 1,
		.words = watch_words,
		.own = true,
		.help = "with both miimon and arp_interval: the link is up if any or all monitors "
			"say "
			"so; one: setting either turns the other off",
		BOND_FIELD(link_watch),
	},
	{
		.name = "error_threshold",
		.type = OPTION_RATE,
		.unit = "ms",
		.own = true,
		.help = "NUMBER/PERIOD: this many errors, carrier losses and unanswered probes "
			"within "
			"PERIOD take a port out of use",
		BOND_FIELD(error_threshold),
	},
	{
		.name = "flap_hold",
		.type = OPTION_NUMBER,
		.max = 3600000,
		.words = off_words,
		.unit = "ms",
		.own = true,
		.help = "how long a port stays out of use after a link loss; doubles each time the "
			"link is lost again soon",
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
		.help = "one port is used until it carries this share of its speed, then the next "
			"joins; active-backup needs a static aggregation on the switch",
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
		.help = "when a preferred port takes over again after it has returned",
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
		.help = "what balance-xor, 802.3ad and balance-tlb hash to choose a port, and "
			"balance-alb with tlb_dynamic_lb 0",
		BOND_FIELD(xmit_policy),
	},
	{
		.name = "resend_igmp",
		.type = OPTION_NUMBER,
		.max = 255,
		.initial = 1,
		.words = off_words,
		.help = "how many times multicast memberships are reported after a failover",
		BOND_FIELD(resend_igmp),
	},
	{
		.name = "num_grat_arp",
		.aliases = NAMES("num_unsol_na", "num_peer_notif"),
		.type = OPTION_NUMBER,
		.max = 255,
		.initial = 1,
		.words = off_words,
		.help = "how many gratuitous ARPs and unsolicited NAs are sent per address after a "
			"failover",
		BOND_FIELD(num_peer_notif),
	},
	{
		.name = "all_slaves_active",
		.type = OPTION_NUMBER,
		.max = 1,
		.words = switch_words,
		.help = "1: accept frames received on inactive ports",
		BOND_FIELD(all_slaves_active),
	},
	{
		.name = "min_links",
		.type = OPTION_NUMBER,
		.max = KERNEL_INT_MAX,
		.words = off_words,
		.help = "802.3ad: minimum number of ports with link in the active aggregator for "
			"the "
			"bond to have carrier",
		BOND_FIELD(min_links),
	},
	{
		.name = "announce_bridge",
		.type = OPTION_NUMBER,
		.max = 1,
		.words = switch_words,
		.own = true,
		.help = "1: after a failover, also announce what a bridge above the bond has "
			"learned behind its other ports",
		BOND_FIELD(announce_bridge),
	},
	{
		.name = "lp_interval",
		.type = OPTION_NUMBER,
		.min = 1,
		.max = KERNEL_INT_MAX,
		.initial = 1,
		.unit = "s",
		.help = "balance-tlb, balance-alb: how often each port sends learning frames to "
			"the "
			"switch",
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
		.help = "1: flows take the port with the lowest load relative to its speed; 0: the "
			"port that xmit_hash_policy selects",
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
		.help = "1: traffic from IPv6 neighbours is balanced as well; 0: IPv4 only",
		BOND_FIELD(alb_ipv6),
	},
	{
		.name = "packets_per_slave",
		.type = OPTION_NUMBER,
		.max = UINT16_MAX,
		.initial = 1,
		.needs = MODE_STRIPE,
		.help = "packets to send on a port before moving to the next; 0: a random port for "
			"each",
		BOND_FIELD(packets_per_slave),
	},
	{
		.name = "striping",
		.type = OPTION_WORD,
		.max = 1,
		.words = striping_words,
		.needs = MODE_STRIPE,
		.own = true,
		.help = "count: ports take turns, packets_per_slave each; earliest: each packet "
			"takes the port on which it would arrive first, for ports of unequal speed",
		BOND_FIELD(earliest),
	},
	{
		.name = "tx_placement",
		.type = OPTION_WORD,
		.max = 1,
		.words = placement_words,
		.needs = MODE_PLACEMENT,
		.own = true,
		.help = "hash: xmit_hash_policy alone selects a flow's port, as in the driver; "
			"adaptive: flows take the port with the lowest load for its speed",
		BOND_FIELD(adaptive),
	},
	{
		.name = "placement_moves",
		.type = OPTION_WORD,
		.max = 1,
		.words = moves_words,
		.needs = MODE_PLACEMENT,
		.own = true,
		.help = "with tx_placement adaptive: paused: a flow changes its port only when "
			"that "
			"cannot reorder its packets; any: a busy flow may, too, where it evens out "
			"the load",
		BOND_FIELD(paused_only),
	},
#include "lang/options_lacp.h"
	{
		.name = "prio",
		.type = OPTION_NUMBER,
		.min = INT32_MIN,
		.max = INT32_MAX,
		.needs = MODE_ACTIVE_PORT,
		.help = "with no primary, the port with the highest value is preferred as active "
			"port",
		PORT_FIELD(prio),
	},
	{
		.name = "queue_id",
		.type = OPTION_NUMBER,
		.max = BOND_QUEUES,
		.help = "balance-rr, active-backup: frames with this firewall mark leave through "
			"this "
			"port while its link is up",
		PORT_FIELD(queue_id),
	},
	{
		.name = "speed_mbps",
		.type = OPTION_NUMBER,
		.max = PORT_SPEED_MAX_MBPS,
		.unit = "Mbit/s",
		.own = true,
		.help = "the speed by which load is shared out, where the interface's driver does "
			"not know it (tunnel, radio, tap); 0: as the driver says",
		PORT_FIELD(speed_mbps),
	},
	{
		.name = "latency_us",
		.type = OPTION_NUMBER,
		.max = PORT_LATENCY_MAX_US,
		.unit = "us",
		.own = true,
		.help = "how long a frame is under way behind the port, in addition to its queue; "
			"only differences between ports count",
		PORT_FIELD(latency_us),
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
