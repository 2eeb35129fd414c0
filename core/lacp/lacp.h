/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LACP for one bond (IEEE 802.1AX-2014 6.4) as a pure state machine: facts in,
 * effects out.
 *
 *   lacp_in_*()   record facts (a port was added, a frame was received, ...)
 *   lacp_step()   runs every state machine of every port until none changes
 *                 state, and lists what the caller must do
 *   lacp_next_deadline()  says when lacp_step() must be called again if
 *                 nothing happens before
 *
 * No clock, no I/O, no globals, no allocation after lacp_new(). Time is an
 * argument: milliseconds of any monotonic clock. Ports are identified by an id
 * that the caller chooses (not 0); they keep the order in which they were added,
 * and "the first" refers to that order.
 *
 * The machines follow the standard to the letter; keys, defaults, the choice of
 * one active aggregator, and the port that carries traffic without a partner
 * follow the kernel driver (6.12, bond_3ad.c). docs/lacp.md maps clauses to
 * functions and lists every deviation with its reason.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LACP_PORTS_MAX 32
#define LACP_NEVER UINT64_MAX
#define LACP_MAC_SIZE 6
#define LACP_NAME_MAX 16    /* with the NUL */
#define LACP_FRAME_SIZE 124 /* Ethernet header and PDU, no FCS */
#define LACP_USER_KEY_MAX 1023

/* Timers, 6.4.4. */
#define LACP_FAST_PERIODIC_MS 1000
#define LACP_SLOW_PERIODIC_MS 30000
#define LACP_SHORT_TIMEOUT_MS 3000
#define LACP_LONG_TIMEOUT_MS 90000
#define LACP_CHURN_DETECTION_MS 60000
#define LACP_AGGREGATE_WAIT_MS 2000
#define LACP_TX_LIMIT 3 /* LACPDUs per LACP_FAST_PERIODIC_MS and port */

/* The state octet, 6.4.2.3. */
enum {
	LACP_STATE_ACTIVITY = 0x01,
	LACP_STATE_TIMEOUT = 0x02, /* short */
	LACP_STATE_AGGREGATION = 0x04,
	LACP_STATE_SYNCHRONIZATION = 0x08,
	LACP_STATE_COLLECTING = 0x10,
	LACP_STATE_DISTRIBUTING = 0x20,
	LACP_STATE_DEFAULTED = 0x40,
	LACP_STATE_EXPIRED = 0x80,
};

/* Receive machine, 6.4.12. */
enum lacp_rx {
	LACP_RX_INITIALIZE,
	LACP_RX_PORT_DISABLED,
	LACP_RX_LACP_DISABLED,
	LACP_RX_EXPIRED,
	LACP_RX_DEFAULTED,
	LACP_RX_CURRENT,
};

/* Periodic transmission machine, 6.4.13. */
enum lacp_periodic {
	LACP_NO_PERIODIC,
	LACP_FAST_PERIODIC,
	LACP_SLOW_PERIODIC,
	LACP_PERIODIC_TX,
};

/* Mux machine, 6.4.15: the last is for coupled control, the two before for independent control. */
enum lacp_mux {
	LACP_MUX_DETACHED,
	LACP_MUX_WAITING,
	LACP_MUX_ATTACHED,
	LACP_MUX_COLLECTING,
	LACP_MUX_DISTRIBUTING,
	LACP_MUX_COLLECTING_DISTRIBUTING,
};

/* The variable Selected, 6.4.8. */
enum lacp_selected { LACP_UNSELECTED, LACP_SELECTED, LACP_STANDBY };

/* Churn detection machines, 6.4.17. Numbers are the kernel's churn_state_t. */
enum lacp_churn { LACP_CHURN_MONITOR, LACP_CHURN, LACP_NO_CHURN };

/* Which aggregator carries the bond's traffic. Numbers are the kernel's. */
enum lacp_ad_select {
	LACP_AD_STABLE,
	LACP_AD_BANDWIDTH,
	LACP_AD_COUNT,
	LACP_AD_PRIO, /* the highest sum of port priorities (kernel 6.18) */
};

struct lacp_options {
	uint32_t fallback_port; /* id of the port chosen by lacp_fallback, 0: by priority */
	enum lacp_ad_select ad_select;
	uint32_t min_links;
	uint16_t system_priority;      /* ad_actor_sys_prio */
	uint16_t user_key;	       /* ad_user_port_key, 0..LACP_USER_KEY_MAX */
	uint8_t system[LACP_MAC_SIZE]; /* ad_actor_system; all zero: the bond's MAC */
	bool fast;		       /* lacp_rate: ask the partner for one LACPDU a second */
	bool active;		       /* lacp_active: transmit without being asked to */
	bool strict;		       /* lacp_strict: without partner no port carries traffic */
	bool coupled;		       /* coupled_control */
	bool fallback;		       /* lacp_fallback: see lacp_port_view.alone */
	uint8_t reserved;	       /* no padding: compared as bytes (bond_lacp.c) */
};

/* Actor or partner information as in a LACPDU. */
struct lacp_info {
	uint16_t system_priority;
	uint8_t system[LACP_MAC_SIZE];
	uint16_t key;
	uint16_t port_priority;
	uint16_t port;
	uint8_t state;
};

/* What is known of a port when it is added. */
struct lacp_port_facts {
	char name[LACP_NAME_MAX];
	uint8_t mac[LACP_MAC_SIZE]; /* permanent address: source of its frames */
	uint16_t number;	    /* LACP's port number, 1.. */
	uint16_t priority;	    /* actor_port_prio */
	bool link;		    /* usable: up, with carrier, updelay over */
	uint32_t speed_mbps;	    /* 0: unknown */
	bool full_duplex;	    /* false: half or unknown, LACP is off on the port */
};

/* Why a frame is counted as illegal. */
enum lacp_flaw {
	LACP_FLAW_NONE,
	LACP_FLAW_SHORT,
	LACP_FLAW_LONG,
	LACP_FLAW_SUBTYPE, /* not one of a slow protocol */
	LACP_FLAW_VERSION, /* 0 */
	LACP_FLAW_ACTOR_TLV,
	LACP_FLAW_PARTNER_TLV,
	LACP_FLAW_COLLECTOR_TLV,
	LACP_FLAW_END_TLV,
	LACP_FLAW_MARKER_TLV,
	LACP_FLAW_SYSTEM, /* the actor's system is zero or a group address */
	LACP_FLAW_SOURCE, /* the source is zero or a group address */
	LACP_FLAW_MAX,
};

/* A port's frame counters. The names in the comments are the kernel's xstats. */
struct lacp_counters {
	uint64_t lacpdu_rx;  /* LACPDU Rx: well-formed, of any system */
	uint64_t lacpdu_tx;  /* LACPDU Tx */
	uint64_t unknown_rx; /* LACPDU Unknown type Rx */
	uint64_t illegal_rx; /* LACPDU Illegal Rx: sum of the next */
	uint64_t flaw[LACP_FLAW_MAX];
	uint64_t looped_rx;	     /* of lacpdu_rx and markers: our own */
	uint64_t marker_rx;	     /* Marker Rx */
	uint64_t marker_tx;	     /* Marker Tx: always 0, we send none */
	uint64_t marker_response_rx; /* Marker response Rx */
	uint64_t marker_response_tx; /* Marker response Tx */
	uint64_t marker_unknown_rx;  /* Marker unknown type Rx */
	uint64_t marker_unanswered;  /* of marker_rx: more than 10 a second, or link down */
};

/* The current state of a port; a copy without pointers. */
struct lacp_port_view {
	uint32_t id;
	char name[LACP_NAME_MAX];
	uint16_t number;
	bool link;
	enum lacp_rx rx;
	enum lacp_periodic periodic;
	enum lacp_mux mux;
	enum lacp_selected selected;
	enum lacp_churn actor_churn, partner_churn;
	uint32_t actor_churn_count, partner_churn_count;
	struct lacp_info actor, partner; /* operational; the partner's may be defaults */
	bool has_partner;		 /* the partner's are from a LACPDU */
	uint16_t aggregator;		 /* its number, 0: none */
	bool in_active;			 /* that aggregator carries the bond's traffic */
	bool collects, distributes;	 /* it may receive, send */
	/*
	 * No port has a partner, and this one carries the traffic nevertheless,
	 * as in the kernel's driver unless `strict`; with `fallback` it is the
	 * chosen port, regardless of `strict` and `min_links`. When a partner
	 * appears it continues until that port is attached (coupled or not), as
	 * in the kernel.
	 */
	bool alone;
	bool looped; /* it receives our own LACPDUs */
	struct lacp_counters counters;
};

/* The active aggregator, as the kernel's ad_info. */
struct lacp_active_view {
	uint16_t aggregator; /* 0: none; the other members are then 0 */
	uint32_t ports;	     /* number of ports with link */
	uint16_t actor_key, partner_key;
	uint8_t partner_system[LACP_MAC_SIZE];
};

enum lacp_machine {
	LACP_MACHINE_RX,
	LACP_MACHINE_SELECTION,
	LACP_MACHINE_MUX,
	LACP_MACHINE_ACTOR_CHURN,
	LACP_MACHINE_PARTNER_CHURN,
	LACP_MACHINE_MAX,
};

/* The reason for a change; lacp_effect_text() has the text. */
enum lacp_why {
	LACP_WHY_NONE,
	LACP_WHY_ADDED,
	LACP_WHY_IMPORTED,
	LACP_WHY_LINK_UP,
	LACP_WHY_LINK_DOWN,
	LACP_WHY_DUPLEX,	  /* half or unknown: no LACP */
	LACP_WHY_RECEIVED,	  /* a LACPDU was received */
	LACP_WHY_EXPIRED,	  /* none within the timeout */
	LACP_WHY_DEFAULTED,	  /* nor in the three seconds after it */
	LACP_WHY_MOVED,		  /* its partner's port is now on another of our ports */
	LACP_WHY_PARTNER_CHANGED, /* another system, key, port or priority */
	LACP_WHY_TWO_PARTNERS,	  /* changed back and forth */
	LACP_WHY_KEY,		  /* our key changed: speed, duplex, user key */
	LACP_WHY_SAME_PARTNER,	  /* joined: system and keys equal those of `other` */
	LACP_WHY_FIRST,		  /* own aggregator: the first with a partner */
	LACP_WHY_NO_PARTNER,	  /* own aggregator: no partner */
	LACP_WHY_INDIVIDUAL,	  /* own aggregator: the partner does not aggregate */
	LACP_WHY_OTHER_SYSTEM,	  /* own aggregator: another system than `other`'s partner */
	LACP_WHY_OTHER_KEY,	  /* own aggregator: that system's key differs from `other`'s */
	LACP_WHY_OTHER_SPEED,	  /* own aggregator: our key differs from `other`'s */
	LACP_WHY_STANDBY,	  /* another aggregator is the active one */
	LACP_WHY_WAITED,	  /* every port of the aggregator is ready */
	LACP_WHY_IN_SYNC,	  /* the partner is in sync with us */
	LACP_WHY_OUT_OF_SYNC,	  /* it no longer is, or has wrong information about us */
	LACP_WHY_COLLECTS,	  /* the partner collects */
	LACP_WHY_STOPS_COLLECTING,
	LACP_WHY_TIMER, /* the churn detection timer expired */
};

/* Conditions that need the operator's attention. */
enum lacp_alarm {
	LACP_ALARM_LOOPED,	 /* a port receives our own LACPDUs */
	LACP_ALARM_TWO_PARTNERS, /* two systems or ports on one of our ports */
	LACP_ALARM_NO_PARTNER,	 /* no partner on any port of the bond */
	LACP_ALARM_MAX,
};

enum lacp_effect_kind {
	LACP_FX_PORT,	 /* whether `port` `collects` / `distributes` */
	LACP_FX_ACTIVE,	 /* active aggregator: from number `from` to `to` (0: none) */
	LACP_FX_CARRIER, /* the bond's carrier: `on` */
	LACP_FX_PARTNER, /* a new partner, or none, on `port`: see its view */
	LACP_FX_TRACE,	 /* for the log: `machine` of `port` went from `from` to `to`, `why` */
	LACP_FX_ALARM,	 /* for the log, repeated at most once a minute while it persists */
	LACP_FX_SEND,	 /* send `frame` on `port` */
};

/*
 * `from` and `to` are values of the machine's enum; for LACP_MACHINE_SELECTION,
 * aggregator numbers, 0: none. `other` is the port that `why` refers to, or 0.
 */
struct lacp_effect {
	enum lacp_effect_kind kind;
	uint32_t port, other;
	bool collects, distributes, on;
	enum lacp_machine machine;
	int from, to;
	enum lacp_why why;
	enum lacp_alarm alarm;
	uint8_t frame[LACP_FRAME_SIZE];
};

/* Marker responses that one step can send on one port. */
#define LACP_MARKERS_MAX 4

/*
 * Effects of one step, by kind in the order of the enum. LACP_FX_PORT comes
 * before LACP_FX_SEND and must be carried out first: a frame may tell the
 * partner that we collect. Per port at most one LACP_FX_PORT, _PARTNER and
 * LACPDU, LACP_MARKERS_MAX responses, one trace per machine (since the last one
 * emitted) and two alarms; for a removed port only its last LACPDU. Large enough
 * for any step (static_assert in lacp.c).
 */
#define LACP_EFFECTS_MAX (LACP_PORTS_MAX * 16 + 3)
struct lacp_effects {
	size_t count;
	struct lacp_effect list[LACP_EFFECTS_MAX];
};

/*
 * The state of a port's machines, to be saved across a restart of the daemon:
 * plain data. Times are milliseconds left; LACP_NEVER: the timer is not running.
 */
struct lacp_port_state {
	uint16_t number;
	enum lacp_rx rx;
	enum lacp_mux mux;
	enum lacp_selected selected;
	enum lacp_churn actor_churn, partner_churn;
	struct lacp_info actor, partner;
	bool defaulted;
	uint16_t aggregator;
	bool aggregator_active;
	bool collects, distributes; /* as of the last LACP_FX_PORT */
	uint64_t current_while_ms, wait_while_ms, actor_churn_ms, partner_churn_ms;
	uint64_t tx_free_ms[LACP_TX_LIMIT];
	uint32_t actor_churn_count, partner_churn_count;
	struct lacp_counters counters;
};

struct lacp;

/* Every option's default: slow, active, coupled, stable, priority 65535. */
void lacp_options_init(struct lacp_options *options);

/*
 * A bond's LACP without ports. @mac is the bond's, the system id unless
 * options.system is set. The first step always emits the carrier. NULL when out of
 * memory. Owned by the caller.
 */
struct lacp *lacp_new(const struct lacp_options *options, const uint8_t mac[LACP_MAC_SIZE],
		      uint64_t now_ms);

/* An exact copy. NULL when out of memory. */
struct lacp *lacp_clone(const struct lacp *lacp);

/* NULL is fine. */
void lacp_free(struct lacp *lacp);

/*
 * A port was added; it becomes the last in order. Returns 0, -EINVAL (id or
 * number 0), -EEXIST (id or number in use) or -ENOSPC.
 */
int lacp_in_add(struct lacp *lacp, uint32_t port, const struct lacp_port_facts *facts,
		uint64_t now_ms);

/*
 * Removes a port. The next step still has one LACP_FX_SEND for it, which tells the
 * partner to stop at once (not subject to the transmission limit, as in the
 * kernel: it is the last). Returns 0 or -ENOENT.
 */
int lacp_in_remove(struct lacp *lacp, uint32_t port, uint64_t now_ms);

/*
 * A port's link. While it is down, speed and duplex keep their values, so that
 * a short loss does not affect the selection (6.4.12). Unknown ids are
 * ignored, here and below.
 */
void lacp_in_link(struct lacp *lacp, uint32_t port, bool link, uint64_t now_ms);

/* Speed (0: unknown) and duplex as read: they determine the port's key. */
void lacp_in_speed(struct lacp *lacp, uint32_t port, uint32_t speed_mbps, bool full_duplex,
		   uint64_t now_ms);

void lacp_in_priority(struct lacp *lacp, uint32_t port, uint16_t priority, uint64_t now_ms);

/* A port was renamed, for logs. @name is cut to LACP_NAME_MAX. */
void lacp_in_name(struct lacp *lacp, uint32_t port, const char *name);

/*
 * A frame was received on a port: @length arbitrary bytes, starting with the
 * Ethernet header. The receive machine runs at once, so that every LACPDU of a
 * batch is processed; everything else happens in the next step.
 */
void lacp_in_frame(struct lacp *lacp, uint32_t port, const uint8_t *frame, size_t length,
		   uint64_t now_ms);

/* New options; all of them can change while there are ports. */
void lacp_in_options(struct lacp *lacp, const struct lacp_options *options, uint64_t now_ms);

/* The bond's MAC changed. */
void lacp_in_mac(struct lacp *lacp, const uint8_t mac[LACP_MAC_SIZE], uint64_t now_ms);

/*
 * Runs all machines; *@fx is overwritten with the effects. Call it after every
 * batch of lacp_in_*() and at lacp_next_deadline(). A second call without new
 * facts yields no effects.
 */
void lacp_step(struct lacp *lacp, uint64_t now_ms, struct lacp_effects *fx);

/* When lacp_step() is due next, or LACP_NEVER. After a step always > its now_ms. */
uint64_t lacp_next_deadline(const struct lacp *lacp);

const struct lacp_options *lacp_get_options(const struct lacp *lacp);
bool lacp_get_carrier(const struct lacp *lacp);
struct lacp_active_view lacp_get_active(const struct lacp *lacp);
size_t lacp_port_count(const struct lacp *lacp);

/* The @index-th port in order, 0-based; index must be < count. */
struct lacp_port_view lacp_port_at(const struct lacp *lacp, size_t index);

/* False when @port is not known. */
bool lacp_port_by_id(const struct lacp *lacp, uint32_t port, struct lacp_port_view *ret_view);

/* Fills @ret_state with the state after a step. Returns 0 or -ENOENT. */
int lacp_export_port(const struct lacp *lacp, uint32_t port, uint64_t now_ms,
		     struct lacp_port_state *ret_state);

/*
 * Restores a newly added port to its state in an earlier daemon @age_ms ago, so
 * that the partner does not notice. Import all ports before the first step.
 * LACPDUs may have been missed meanwhile, so a partner that was current gets a
 * full timeout; all other timers continue. One LACPDU is sent at the next step,
 * because the partner's timer has been running as well. If the facts (link, key,
 * port number) contradict the state, they apply as usual. If @state says that the
 * port carried traffic, no LACP_FX_PORT repeats it.
 * Returns 0, -ENOENT, or -EINVAL when the state is invalid; the port then
 * restarts.
 */
int lacp_import_port(struct lacp *lacp, uint32_t port, const struct lacp_port_state *state,
		     uint64_t age_ms, uint64_t now_ms);

/* The standard's state names, for status and logs; static storage. */
const char *lacp_rx_word(enum lacp_rx state);
const char *lacp_periodic_word(enum lacp_periodic state);
const char *lacp_mux_word(enum lacp_mux state);
const char *lacp_selected_word(enum lacp_selected state);
const char *
lacp_churn_word(enum lacp_churn state); /* the kernel's: "monitoring", "churned", "none" */
const char *lacp_flaw_word(enum lacp_flaw flaw);

/*
 * The log line of a LACP_FX_ACTIVE, _CARRIER, _PARTNER, _TRACE or _ALARM, valid
 * only right after its step; without the bond's name and a newline:
 *   "eth1: own aggregator 2: partner 02:00:00:00:00:07 key 15 differs from eth0's
 *    partner 02:00:00:00:00:03 key 9: cabled to another switch?"
 * Empty for the other kinds. Cut to @size.
 */
void lacp_effect_text(const struct lacp *lacp, const struct lacp_effect *effect, char *text,
		      size_t size);
