/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One bond's decisions as a pure state machine: facts in, effects out.
 *
 *   bond_in_*()  record facts (a port was attached, a carrier was read, ...)
 *   bond_step()  recomputes every decision from the current facts and lists
 *                what the caller must do
 *   bond_next_deadline()  says when bond_step() must be called again if
 *                nothing happens before
 *
 * No clock, no I/O, no globals, no allocation except in bond_new(),
 * bond_clone() and a change of mode to 802.3ad. Time is an argument:
 * milliseconds of any monotonic clock. Ports are identified by an id that the
 * caller chooses (the daemon uses the ifindex; 0 is "no port"). Ports keep the
 * order of attachment; "the first" refers to that order.
 *
 * The rules are those of the kernel's driver (6.12, bond_main.c). Known
 * differences:
 *   - a carrier fact takes effect immediately, not at the next poll, and delays
 *     start with it; so too with miimon 0 (the kernel would not poll)
 *   - updelay is skipped when nothing is usable in balance-rr and broadcast
 *     too, as documented; there the kernel's list of usable ports is stale
 *   - in balance-rr IGMP leaves a port that lost its carrier at once, not
 *     after downdelay
 *   - writing the same name to `primary` again does not force a reselection
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/lacp/lacp.h"
#include "lang/options.h"

#define BOND_NEVER UINT64_MAX
#define BOND_MAC_SIZE 6

/* A port's link as the bond sees it. Numbers are the kernel's BOND_LINK_*. */
enum link_state {
	LINK_UP,   /* usable */
	LINK_FAIL, /* lost, downdelay running */
	LINK_DOWN, /* lost */
	LINK_BACK, /* returned, updelay running */
};

/* Speed in Mbit/s; unknown is SPEED_UNKNOWN_MBPS and DUPLEX_IS_UNKNOWN. */
#define SPEED_UNKNOWN_MBPS (-1)
enum duplex { DUPLEX_IS_HALF, DUPLEX_IS_FULL, DUPLEX_IS_UNKNOWN };

/* What is known of a port when it is attached. */
struct bond_port_facts {
	char name[BOND_NAME_MAX];
	bool carrier; /* administratively up and carrier present */
	int32_t speed_mbps;
	enum duplex duplex;
	struct bond_port_options options;
	uint32_t link_failures;	    /* 0, or what an earlier daemon had counted */
	uint8_t mac[BOND_MAC_SIZE]; /* its own address: the source of its LACPDUs */
	uint16_t number;	    /* LACP's; 0: the next one (bond_enslave()) */
	uint32_t clock;		    /* 1..BOND_PORTS_MAX; 0, or another port's: a free one */
	/* bond_in_restore(), 802.3ad: what LACP held @lacp_age_ms ago; NULL: not known. */
	const struct lacp_port_state *lacp;
	uint64_t lacp_age_ms;
	/* bond_in_restore(), balance-tlb and balance-alb: the address that it has now. */
	uint8_t restored_mac[BOND_MAC_SIZE];
};

/* The current state of a port; a copy without pointers. */
struct bond_port_view {
	uint32_t id;
	char name[BOND_NAME_MAX];
	enum link_state link;
	bool carrier;
	bool active;   /* the kernel's state ACTIVE, as opposed to BACKUP */
	bool receives; /* frames received on it reach the bond */
	int32_t speed_mbps;
	enum duplex duplex;
	uint32_t link_failures;
	uint64_t link_since_ms; /* when `link` was entered */
	bool spills;		/* spill_threshold is on: usable and given flows */
	bool resting;		/* spill_threshold is on: usable, but not needed at this load */
	uint16_t number;	/* LACP's port number, whatever the mode */
	uint32_t clock;		/* its virtual clock: tx_clock plus 1, whatever the mode */
	bool speed_assumed;	/* neither speed_mbps nor the driver says it */
	uint64_t clock_mbps;	/* the speed of its clock, assumed or not */
	uint8_t mac[6];		/* balance-tlb and balance-alb: the address it must have */
	uint32_t buckets;	/* balance-tlb and balance-alb: buckets sent on this port ... */
	uint64_t load_kbps;	/* ... and their load at the last reading */
	uint32_t neighbours;	/* balance-alb: neighbours that send to this port */
	struct bond_port_options options;
};

/*
 * Which ports send and receive: the packet path's table, by port id. Without padding, so that
 * tables can be compared as bytes (static_assert in table.c), and with the same layout as
 * struct ebond_table, so that it can be published as bytes (static_assert in datapath.c).
 */
struct bond_table {
	uint32_t tx_count;
	uint32_t tx_awake; /* spill_threshold: number of tx_port that share the flows; else 0 */
	uint32_t igmp_port;
	uint32_t rx_any;  /* 1: every port receives, whatever rx_count is */
	uint32_t rx_late; /* also receives unicast frames: was active until recently; 0: none */
	uint32_t rx_count;
	uint32_t port_count;
	uint32_t tx_port[BOND_PORTS_MAX];
	/* All port_count ports; the first rx_count of them receive. */
	uint32_t rx_port[BOND_PORTS_MAX];
	/*
	 * balance-rr and active-backup: frames with the mark queue_id[i] go to
	 * queue_port[i]. Only usable ports; 0 ends.
	 */
	uint32_t queue_id[BOND_PORTS_MAX];
	uint32_t queue_port[BOND_PORTS_MAX];
	/*
	 * bond0's address; balance-tlb and balance-alb: the port that sends what is not balanced
	 * and receives broadcasts, and the address of each of tx_port and of those that receive.
	 * Addresses are padded with two zeros.
	 */
	uint32_t active;
	uint8_t bond_mac[8];
	uint8_t tx_mac[BOND_PORTS_MAX][8];
	uint8_t rx_mac[BOND_PORTS_MAX][8];
	/*
	 * Where virtual clocks are used (core/active/clocks.c), of each of tx_port: the number of
	 * its clock, which it keeps while it is attached; the time that a byte takes, in 2^-16 ns;
	 * the latency behind it; how much later than by the clock a frame may arrive.
	 */
	uint32_t tx_clock[BOND_PORTS_MAX];
	uint32_t tx_cost[BOND_PORTS_MAX];
	uint32_t tx_latency_ns[BOND_PORTS_MAX];
	uint32_t tx_margin_ns[BOND_PORTS_MAX];
};

/* In the order in which a step lists them and in which they must be carried out. */
enum effect_kind {
	/*
	 * Publish bond_get_table() to the packet path. First, because frames go to the old
	 * ports until then. Also before FX_CARRIER: when bond0 gets its carrier there is
	 * already a port to send on, and what it sends just before losing it is counted as a
	 * drop rather than lost silently.
	 */
	FX_TABLE,
	/*
	 * fail_over_mac: `port` is active now, `old_port` (0: none) was. balance-tlb/alb:
	 * give every port the address in its view, the active one first. After the table, so
	 * that the new port already works; before the frames, which need bond0's new address.
	 */
	FX_MAC,
	FX_CARRIER, /* give bond0 its carrier: `on`; before the announcements, which need it */
	/*
	 * For the log: `port` went from `from` to `to`, possibly via other states. In order of
	 * attachment; a newly attached port starts from LINK_DOWN.
	 */
	FX_LINK,
	FX_ACTIVE,	 /* modes with an active port: from `old_port` to `port` (0: none) */
	FX_NOTIFY_PEERS, /* one gratuitous ARP or unsolicited NA per address of bond0 */
	FX_RESEND_IGMP,	 /* multicast membership reports, once */
	FX_SPILL,	 /* for the log: `port` joins (`on`) or rests: see bond_get_spill() */
	/*
	 * 802.3ad: carry out bond_get_lacp_effects(). After the table, because a LACPDU may
	 * tell the partner that it is in effect.
	 */
	FX_LACP,
	FX_BALANCE, /* balance-tlb/alb: publish bond_get_balance() to the packet path */
	/*
	 * Send a learning frame on `port` with `old_port`'s address, up to two per port: the
	 * switch learns where addresses are before neighbours are told to use them.
	 */
	FX_LEARN,
	FX_NEIGHBOURS, /* balance-alb: carry out bond_take_neighbour() until it returns false */
	FX_PROBE,      /* probe every target through `port`; bond_in_probed() when sent */
	/*
	 * Read every port's carrier now, bond_in_carrier() each, step again. Last: nothing
	 * else waits for the reading.
	 */
	FX_POLL,
};

/* The reason for a change; for the log line. */
enum cause {
	CAUSE_DELAY,	/* updelay or downdelay is over */
	CAUSE_NO_OTHER, /* no usable port: updelay skipped */
	CAUSE_ATTACH,	/* port attached */
	CAUSE_DETACH,	/* port detached */
	CAUSE_OPTION,	/* an option changed */
	CAUSE_COMMAND,	/* the operator set active_slave */
	CAUSE_RESELECT, /* a preferred port became usable */
	CAUSE_HOLD,	/* a veto ended */
	CAUSE_LOAD,	/* spill_threshold: the load needs more ports, or fewer */
	CAUSE_RESTORE,	/* taken over from an earlier daemon */
	CAUSE_MONITOR,	/* the first of monitor_list (core/monitor/monitors.h); the others follow */
};

struct effect {
	enum effect_kind kind;
	enum cause cause;
	uint32_t port, old_port;
	enum link_state from, to;
	bool on;
};

/*
 * Effects of one step. FX_LINK and FX_PROBE come at most once per port, FX_LEARN twice,
 * each other kind once. Large enough for any step (static_assert in bond.c).
 */
#define BOND_EFFECTS_MAX (BOND_PORTS_MAX * 4 + 12)
struct bond_effects {
	size_t count;
	struct effect list[BOND_EFFECTS_MAX];
};

struct bond;

/*
 * A new bond without ports; @options are settled. Its first step always emits
 * table and carrier, because the state outside is unknown. Returns NULL when out
 * of memory. Owned by the caller.
 */
struct bond *bond_new(const struct bond_options *options, uint64_t now_ms);

/*
 * An exact copy of @bond, to try a change on; the caller frees whichever of the
 * two it does not keep. Returns NULL when out of memory.
 */
struct bond *bond_clone(const struct bond *bond);

/* NULL is fine. */
void bond_free(struct bond *bond);

/*
 * A port was attached; it becomes the last in order. The link starts UP with
 * carrier, DOWN without (updelay does not apply to the first port; with updelay, a
 * port that joins a bond with a usable port starts BACK: kernel bond_enslave()).
 * Returns 0, -EINVAL (id 0), -EEXIST (id in use) or -ENOSPC (BOND_PORTS_MAX
 * reached).
 */
int bond_in_attach(struct bond *bond, uint32_t port, const struct bond_port_facts *facts,
		   uint64_t now_ms);

/*
 * As bond_in_attach(), for a bond taken over from an earlier daemon: the link
 * state is restored (@link; a running delay restarts), @active makes it the
 * active port, and neither is announced. Restore all ports before the first step:
 * a step with half of them publishes half a table. Where every port is ACTIVE
 * (balance-rr) the first with @active is the one for IGMP. If the facts
 * contradict the restored state (carrier lost meanwhile), they apply as usual.
 */
int bond_in_restore(struct bond *bond, uint32_t port, const struct bond_port_facts *facts,
		    enum link_state link, bool active, uint64_t now_ms);

/* A port was detached, for whatever reason. Returns 0 or -ENOENT. */
int bond_in_detach(struct bond *bond, uint32_t port, uint64_t now_ms);

/* A port's carrier (and administrative state) as read. Unknown ids are ignored. */
void bond_in_carrier(struct bond *bond, uint32_t port, bool carrier, uint64_t now_ms);

/* bond0 was set up or down; the ARP/NS monitor and LACP are paused while it is down. */
void bond_in_up(struct bond *bond, bool is_up, uint64_t now_ms);

/* bond0's address, which is LACP's system id unless ad_actor_system is set. */
void bond_in_mac(struct bond *bond, const uint8_t mac[BOND_MAC_SIZE], uint64_t now_ms);

/* Addresses that a target may reply to: those of bond0 and of its uppers. */
#define BOND_OWN_MAX 64
struct bond_own {
	uint32_t count4, count6;
	uint8_t ip4[BOND_OWN_MAX][4];
	uint8_t ip6[BOND_OWN_MAX][16];
};

/*
 * Facts for the ARP/NS monitor, which take effect at its next round; LACP's frames take
 * effect at the next step. Unknown ids are ignored.
 *
 *   own     the current addresses
 *   frame   a port received this Ethernet frame; only ARP and NS/NA, and in 802.3ad slow
 *           protocols, are evaluated. Needed where arp_validate is not none, and in
 *           802.3ad
 *   rx      a port received some frame, the last one at @at_ms
 *   probed  at least one probe of FX_PROBE was sent through the port
 *   errors  the sum of a port's error counters, to be compared with the previous one
 */
void bond_in_own(struct bond *bond, const struct bond_own *own);
void bond_in_frame(struct bond *bond, uint32_t port, const uint8_t *bytes, size_t length,
		   uint64_t now_ms);
void bond_in_rx(struct bond *bond, uint32_t port, uint64_t at_ms);
void bond_in_probed(struct bond *bond, uint32_t port, uint64_t now_ms);
void bond_in_errors(struct bond *bond, uint32_t port, uint64_t total, uint64_t now_ms);

/*
 * For spill_threshold: a port's transmit byte counter. Call it for all ports with
 * the same @now_ms, every 250 ms; earlier readings are skipped. Unknown ids are
 * ignored, and so is everything while the option is off.
 */
#define BOND_SPILL_SAMPLE_MS 250
void bond_in_sent(struct bond *bond, uint32_t port, uint64_t bytes, uint64_t now_ms);

/* Speed and duplex as read. Unknown ids are ignored. */
void bond_in_speed(struct bond *bond, uint32_t port, int32_t speed_mbps, enum duplex duplex);

/*
 * A port was renamed to @name, cut to BOND_NAME_MAX. `primary` is not changed: it
 * applies to the port only if it matches the new name.
 */
void bond_in_name(struct bond *bond, uint32_t port, const char *name);

/*
 * New, settled options (bond_options_settle()). Delays that are already running
 * keep their end. A new `primary` takes over at once, whatever primary_reselect
 * says; a new primary_reselect reselects.
 *
 * The mode can change while ports are attached (the kernel's driver refuses
 * that): links do not change, and port options that the mode does not have are
 * reset to their defaults. On a change to active-backup every port continues to
 * receive for 100 ms, and the active port is announced even if it stays the same.
 * On a change from 802.3ad the partners are notified at the next step; on a change
 * to it LACP needs memory.
 * Returns 0, or -ENOMEM with nothing changed (only for 802.3ad as the new mode).
 */
int bond_in_options(struct bond *bond, const struct bond_options *options, uint64_t now_ms);

/*
 * New options of a port. A new prio reselects, unless a primary is attached.
 * Returns 0, -ENOENT, or -EPERM when another port has that queue_id.
 */
int bond_in_port_options(struct bond *bond, uint32_t port, const struct bond_port_options *options);

/*
 * The operator chose the active port (0: clear the choice and reselect). The
 * choice is not stored: the next selection may override it. Returns 0, -EACCES
 * (the mode has no active port), -ENOENT (no such port), -ENETDOWN (its link is not
 * UP).
 */
int bond_in_active(struct bond *bond, uint32_t port, uint64_t now_ms);

/*
 * Recomputes everything from the facts; *@fx is overwritten with the effects.
 * Call it after every batch of bond_in_*() and at bond_next_deadline(). A second
 * call without new facts yields no effects.
 */
void bond_step(struct bond *bond, uint64_t now_ms, struct bond_effects *fx);

/* When bond_step() is due next, or BOND_NEVER. After a step always > its now_ms. */
uint64_t bond_next_deadline(const struct bond *bond);

/* The current state. Pointers are into @bond, valid until the next bond_in_*() or step. */
const struct bond_options *bond_get_options(const struct bond *bond);
const struct bond_table *bond_get_table(const struct bond *bond);
uint32_t bond_get_active(const struct bond *bond); /* port id, 0: none, or the mode has none */
bool bond_get_carrier(const struct bond *bond);
size_t bond_port_count(const struct bond *bond);

/*
 * 802.3ad: the LACP state, read with lacp_*() (lacp/lacp.h) and the same port ids;
 * NULL in other modes. The effects are those of the last step, their text is that of
 * lacp_effect_text(); they are valid until the next step.
 */
const struct lacp *bond_get_lacp(const struct bond *bond);
const struct lacp_effects *bond_get_lacp_effects(const struct bond *bond);
void bond_lacp_effect_text(const struct bond *bond, const struct lacp_effect *effect, char *text,
			   size_t size);

/* Whether the packet path uses the ports' clocks: it knows their loads. */
bool bond_uses_clocks(const struct bond *bond);

/* The state of spill_threshold: now, and at the last change. */
struct bond_spill_view {
	uint32_t awake;		 /* usable ports that are given flows */
	uint64_t load_mbps;	 /* what all usable ports sent at the last evaluation */
	uint64_t speed_mbps;	 /* total speed of the awake ports */
	uint64_t was_load_mbps;	 /* what led to the last FX_SPILL: the load, ... */
	uint64_t was_speed_mbps; /* ... and the speed it was compared with */
	uint64_t mark_percent;	 /* of that speed; a port joins when the load exceeds it */
};

/* False while the option is off. */
bool bond_get_spill(const struct bond *bond, struct bond_spill_view *ret_view);

/* The speed assumed for a port of unknown speed. */
#define BOND_ASSUMED_MBPS 1000

/* The @index-th port in order of attachment, 0-based; index must be < count. */
struct bond_port_view bond_port_at(const struct bond *bond, size_t index);

/*
 * Why the link of @port is not good, as text; @now_ms is the current time. Empty when it is not
 * attached.
 */
void bond_port_reason(const struct bond *bond, uint32_t port, uint64_t now_ms, char *text,
		      size_t size);

/*
 * How often the ports' counters must be read for bond_in_rx(), bond_in_errors() and
 * bond_in_sent(); BOND_NEVER: never.
 */
uint64_t bond_sample_ms(const struct bond *bond);

/* False when @port is not attached. */
bool bond_port_by_id(const struct bond *bond, uint32_t port, struct bond_port_view *ret_view);

/*
 * Words for logs and status; static storage: "up", "going down", "down",
 * "going back" (as the kernel's /proc).
 */
const char *link_state_word(enum link_state state);
const char *cause_word(enum cause cause);
