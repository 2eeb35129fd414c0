/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options of bonds and ports: one table gives each option's names, type,
 * range, default, modes and help line. Everything that parses, prints, checks
 * or completes an option reads that table.
 *
 * Names are spelt as `ip link add ... type bond` spells them; the kernel's
 * sysfs and module-parameter spellings are accepted as aliases. Words and
 * numbers are both accepted; the word "default" selects the default.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lang/mode.h"

#define BOND_NAME_MAX 16  /* with the NUL: IFNAMSIZ */
#define BOND_PORTS_MAX 32 /* per bond */

/* Room for any option's value as text, with the NUL. */
#define OPTION_TEXT_MAX 1024

enum bond_xmit_policy {
	BOND_XMIT_LAYER2,
	BOND_XMIT_LAYER34,
	BOND_XMIT_LAYER23,
	BOND_XMIT_ENCAP23,
	BOND_XMIT_ENCAP34,
	BOND_XMIT_VLAN_SRCMAC,
	BOND_XMIT_MAX,
};

enum bond_reselect {
	BOND_RESELECT_ALWAYS,
	BOND_RESELECT_BETTER,
	BOND_RESELECT_FAILURE,
	BOND_RESELECT_MAX,
};

/* Bits: 1 the active port, 2 backup ports, 4 filter. The kernel's BOND_ARP_VALIDATE_*. */
enum bond_arp_validate {
	BOND_ARP_VALIDATE_NONE,
	BOND_ARP_VALIDATE_ACTIVE,
	BOND_ARP_VALIDATE_BACKUP,
	BOND_ARP_VALIDATE_ALL,
	BOND_ARP_FILTER,
	BOND_ARP_FILTER_ACTIVE,
	BOND_ARP_FILTER_BACKUP,
	BOND_ARP_VALIDATE_MAX,
};

enum bond_arp_all_targets { BOND_ARP_TARGETS_ANY, BOND_ARP_TARGETS_ALL, BOND_ARP_TARGETS_MAX };

enum bond_fail_over_mac {
	BOND_FOM_NONE,	 /* every port has bond0's address */
	BOND_FOM_ACTIVE, /* ports keep theirs, bond0 takes the active port's */
	BOND_FOM_FOLLOW, /* bond0 keeps its own, the active port takes it */
	BOND_FOM_MAX,
};

/* How the carrier and ARP/NS monitors are combined. Not in the kernel's driver. */
enum bond_link_watch {
	BOND_WATCH_ONE, /* as the driver: setting one turns the other off */
	BOND_WATCH_ANY, /* a link is up when either reports it up */
	BOND_WATCH_ALL, /* when both report it up */
	BOND_WATCH_MAX,
};

/* How the aggregator in use is chosen. Numbers are the kernel's BOND_AD_*, and core/lacp's. */
enum bond_ad_select {
	BOND_AD_STABLE,
	BOND_AD_BANDWIDTH,
	BOND_AD_COUNT,
	BOND_AD_PRIO, /* kernel 6.18 */
	BOND_AD_MAX,
};

/* lacp_fallback: any port. */
#define BOND_FALLBACK_ANY "on"

#define BOND_TARGETS_MAX 16

/* Addresses in network order; those from @count on are zero. */
struct bond_ip4_list {
	uint32_t count;
	uint8_t ip[BOND_TARGETS_MAX][4];
};

struct bond_ip6_list {
	uint32_t count;
	uint8_t ip[BOND_TARGETS_MAX][16];
};

/* @count events within @period_ms; count 0: no limit. */
struct bond_rate {
	uint32_t count;
	uint32_t period_ms;
};

/*
 * Members that are accessed directly and compared as a group: the kernel's
 * struct_group_tagged(). There must be no padding between them.
 */
#define OPTION_GROUP(tag, name, ...)                                                               \
	union {                                                                                    \
		struct {                                                                           \
			__VA_ARGS__                                                                \
		};                                                                                 \
		struct tag {                                                                       \
			__VA_ARGS__                                                                \
		} name;                                                                            \
	}

struct bond_options {
	enum bond_mode mode;
	enum bond_xmit_policy xmit_policy;
	enum bond_reselect primary_reselect;
	char primary[BOND_NAME_MAX];  /* empty: none. May name a port not attached yet. */
	uint32_t miimon_ms;	      /* 0: no polling; link events still act */
	uint32_t updelay_ms;	      /* a multiple of miimon_ms */
	uint32_t downdelay_ms;	      /* a multiple of miimon_ms */
	uint32_t peer_notif_delay_ms; /* a multiple of miimon_ms */
	uint32_t packets_per_slave;   /* 0..65535 */
	uint32_t min_links;	      /* of the active aggregator; 802.3ad only */
	uint32_t lp_interval_s;	      /* tlb and alb: between learning frames */
	/* clang-format off */
	/* The ARP/NS monitor: restarts when one of these changes. */
	OPTION_GROUP(bond_probe_options, probe,
		uint32_t arp_interval_ms; /* 0: no ARP/NS monitor */
		struct bond_ip4_list arp_targets;
		struct bond_ip6_list ns_targets;
		enum bond_arp_validate arp_validate;
		enum bond_arp_all_targets arp_all_targets;
		enum bond_link_watch link_watch;
	);
	/* clang-format on */
	enum bond_fail_over_mac fail_over_mac;
	struct bond_rate error_threshold;
	uint32_t flap_hold_ms;	 /* 0: off */
	uint8_t spill_threshold; /* percent of the speed of the ports in use; 0: off */
	uint8_t arp_missed_max;
	uint8_t num_peer_notif;
	uint8_t resend_igmp;
	bool announce_bridge; /* not in the kernel's driver */
	bool all_slaves_active;

	/* Not in the kernel's driver. */
	bool adaptive;	  /* tx_placement: flows go by load, in the modes that hash */
	bool paused_only; /* placement_moves: only flows that have paused change their port */
	bool earliest;	  /* striping: each frame on the port where it would arrive first */

	/* 802.3ad */
	bool lacp_fast;
	bool lacp_active;
	bool lacp_strict;
	bool coupled_control;
	bool broadcast_neighbor;
	char lacp_fallback[BOND_NAME_MAX]; /* empty: off; BOND_FALLBACK_ANY; a port's name */
	enum bond_ad_select ad_select;
	uint16_t ad_actor_sys_prio; /* 1..65535 */
	uint16_t ad_user_port_key;  /* 0..1023 */
	uint8_t ad_actor_system[6]; /* all zero: bond0's address */

	/* balance-tlb and balance-alb */
	bool tlb_dynamic_lb;
	bool alb_ipv6; /* balance-alb only. Not in the kernel's driver. */
};

struct bond_port_options {
	int32_t prio;
	uint16_t queue_id;	  /* frames with this mark leave through this port; 0: none */
	uint16_t actor_port_prio; /* 802.3ad */
	/* Not in the kernel's driver. */
	uint32_t speed_mbps; /* 0: as the interface's driver says */
	uint32_t latency_us; /* of the path behind the port */
};

/* The type of an option's value. */
enum option_type {
	OPTION_NUMBER,
	OPTION_WORD,
	OPTION_PORT,
	OPTION_IP4S, /* a struct bond_ip4_list */
	OPTION_IP6S,
	OPTION_RATE, /* a struct bond_rate */
	OPTION_MAC,  /* 6 bytes */
};

/*
 * One row of the table. Immutable, static storage. A word's value is its index
 * in @words. An OPTION_NUMBER is printed as a number; its words, if any, are
 * only accepted as input ("off" for 0). An OPTION_PORT's first word means no
 * port; the others are stored as they are.
 */
struct option_spec {
	const char *name;	    /* iproute2's keyword */
	const char *const *aliases; /* NULL-terminated, or NULL */
	enum option_type type;
	int64_t min, max, initial; /* OPTION_NUMBER and OPTION_WORD */
	const char *const *words;  /* NULL-terminated; for OPTION_WORD and some numbers */
	const char *unit;	   /* "ms", "s", or NULL */
	enum mode_trait needs;	   /* modes with this trait have the option; MODE_ANY: all */
	bool per_port;		   /* of a port, not of the bond */
	bool own;		   /* not in the kernel's driver, or not in iproute2 */
	bool only_down;		   /* the driver changes it only while the bond is down */
	const char *help;	   /* one line, no newline */
	size_t offset, size;	   /* of the value in its struct; size 0: always @initial */
};

/* Why something was refused: one line that says what, why and what to do. */
struct refusal {
	int err; /* negative errno, as the kernel's driver would give */
	char text[256];
};

/* Fills @options with every option's default. */
void bond_options_init(struct bond_options *options);

/*
 * Sets one option from text; leading and trailing blanks of @value are ignored.
 * @has_ports: ports are attached (a change of mode is then refused). Delays are
 * rounded down to a multiple of miimon, as in the kernel, once all options of a
 * request are set: bond_options_settle(). An empty value, "none" or "default"
 * clears `primary`.
 * Returns 0, or a negative errno with @why filled; @options is then unchanged:
 *   -ENOENT      no such option (the text suggests the nearest name)
 *   -EOPNOTSUPP  the kernel's driver has it, this version of ebond does not
 *   -EINVAL      not a value of this option, or an option of a port
 *   -ENOTEMPTY   a change of mode or fail_over_mac while @has_ports
 * "active_slave" is a command, not a stored option: it is unknown here.
 */
int bond_options_set(struct bond_options *options, const char *name, const char *value,
		     bool has_ports, struct refusal *why);

/*
 * Checks the options as a whole, so that their order in a request does not
 * matter. @named lists the options this request sets, by name or alias; names
 * not in the table are ignored.
 *
 *   - a named option that the final mode does not have is refused, -EACCES;
 *     one set earlier is reset to its default
 *   - a named delay (not 0) without miimon is refused, -EPERM; one set earlier
 *     becomes 0
 *   - miimon and arp_interval, without link_watch: both named is refused,
 *     -EINVAL; naming one turns the other off (and miimon also arp_validate),
 *     as in the kernel
 *   - spill_threshold together with fail_over_mac in active-backup is refused,
 *     -EINVAL
 *   - modes 802.3ad, balance-tlb and balance-alb, when named, imply miimon 100 unless
 *     miimon is named, and balance-alb tlb_dynamic_lb 1 unless that is named: both as
 *     in the kernel
 *   - delays are rounded down to a multiple of miimon. They keep their
 *     milliseconds when miimon changes (the kernel keeps the multiple)
 *
 * @note says in one line what was rounded or dropped (empty when nothing was).
 * Returns 0, or a negative errno with @why filled and @options unchanged.
 */
int bond_options_settle(struct bond_options *options, const char *const *named, size_t named_count,
			char *note, size_t note_size, struct refusal *why);

/* Sets only the options that the mode implies when @named has it: see bond_options_settle(). */
void bond_options_imply(struct bond_options *options, const char *const *named, size_t named_count);

/*
 * Resets the options that the options' own mode (for a port: the bond's @mode)
 * does not have, so that settling reports nothing about them.
 */
void bond_options_fit_mode(struct bond_options *options);
void bond_port_options_fit_mode(struct bond_port_options *options, enum bond_mode mode);

/*
 * The changes from @before to @after in one readable line: "mode balance-rr
 * -> active-backup; packets_per_slave 4 -> 1 (not in active-backup)". Empty when
 * there are none; cut off when @size is too small. For a port's options @mode is
 * the bond's new mode.
 */
void bond_options_changes(const struct bond_options *before, const struct bond_options *after,
			  char *text, size_t size);
void bond_port_options_changes(const struct bond_port_options *before,
			       const struct bond_port_options *after, enum bond_mode mode,
			       char *text, size_t size);

/*
 * Refuses an option that @mode does not have: -EACCES with @why filled. Also
 * covers ports' options, and active_slave, which counts here as an option of the
 * modes with an active port. 0 for unknown names.
 */
int bond_options_check_mode(const char *name, enum bond_mode mode, struct refusal *why);

/* Whether the value of the option, or of active_slave, is the name of a port. */
bool option_names_port(const char *name);

/*
 * Refuses, -EBUSY with @why filled, a change from @before to @after of an option
 * that the kernel's driver changes only while the bond is down.
 */
int bond_options_check_down(const struct bond_options *before, const struct bond_options *after,
			    struct refusal *why);

/* fail_over_mac in the modes that use it; in others BOND_FOM_NONE, whatever is stored. */
static inline enum bond_fail_over_mac bond_options_fail_over_mac(const struct bond_options *options)
{
	return mode_has(options->mode, MODE_FAIL_OVER_MAC) ? options->fail_over_mac : BOND_FOM_NONE;
}

/* Whether xmit_hash_policy chooses the ports (bond_mode_uses_xmit_hash()). */
bool bond_options_use_policy(const struct bond_options *options);

/* The same as bond_options_init() and bond_options_set(), for a port's options. */
void bond_port_options_init(struct bond_port_options *options);
int bond_port_options_set(struct bond_port_options *options, const char *name, const char *value,
			  struct refusal *why);
/* As bond_options_get(). */
int bond_port_options_get(const struct bond_port_options *options, const char *name, char *text,
			  size_t size);

/*
 * Writes an option's current value as text, the way `ip -d link` prints it
 * ("balance-rr", "100"); an unset port name gives the empty string.
 * Returns 0, or -ENOENT for an unknown name.
 */
int bond_options_get(const struct bond_options *options, const char *name, char *text, size_t size);

/* The number behind an OPTION_NUMBER or OPTION_WORD option. -ENOENT: unknown. */
int bond_options_number(const struct bond_options *options, const char *name, int64_t *ret_value);

/* The same of a port's option; all of those are numbers. */
int bond_port_options_number(const struct bond_port_options *options, const char *name,
			     int64_t *ret_value);

/* Whether the option has the same value in @a and @b, both of the struct it belongs to. */
bool option_equal(const struct option_spec *spec, const void *a, const void *b);

/* Whether @mode has the option. */
static inline bool option_in_mode(const struct option_spec *spec, enum bond_mode mode)
{
	return mode_has(mode, spec->needs);
}

/* The row for @name (or one of its aliases), or NULL. */
const struct option_spec *option_find(const char *name);

/* The table itself; *ret_count rows, in the order of the manual page. */
const struct option_spec *option_table(size_t *ret_count);

/* Words as the kernel prints them; static storage. "unknown" for a number out of range. */
const char *bond_xmit_policy_word(enum bond_xmit_policy policy);
const char *bond_reselect_word(enum bond_reselect reselect);
const char *bond_ad_select_word(enum bond_ad_select policy);
const char *bond_fail_over_mac_word(enum bond_fail_over_mac policy);
