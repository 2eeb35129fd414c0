/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of a bond, and the files that work on it: monitors.h (monitoring a port), watch.c (is
 * a port's link good), link.c (a port's link state), select.c (the active port), spill.c (how many
 * ports share the load), clocks.c (how fast each port sends), bond_lacp.c (802.3ad), table.c (which
 * ports send and receive), notify.c (repeated announcements), mode_rules.c (what applies in which
 * mode), bond.c (facts in, effects out), alb/ (balance-tlb and balance-alb).
 */
#pragma once

#include "core/alb/alb_private.h"
#include "core/bond.h"
#include "core/deadline.h"
#include "core/effects.h"
#include "core/monitor/monitors.h"

/* A port's load, for spill.c. */
struct sent {
	bool is_read;	/* bytes is valid */
	uint64_t bytes; /* of bond_in_sent() at at_ms */
	uint64_t at_ms;
	uint64_t load_kbps; /* between the last two readings */
};

/* spill_threshold; all zero while it is off. */
struct spill {
	uint32_t awake;	       /* number of usable ports in use, in spill_rank()'s order */
	bool is_fresh;	       /* there are new readings since the last evaluation */
	uint64_t changed_ms;   /* when awake last changed */
	uint64_t low_since_ms; /* one port fewer has sufficed since then; 0: it does not */
	uint64_t load_kbps;    /* at the last evaluation */
	uint64_t was_load_kbps, was_speed_mbps, was_percent; /* at the last change */
	uint32_t news; /* the port that joined or rested since the last FX_SPILL; 0: none */
	bool joins;    /* which of the two */
};

struct port {
	uint32_t id;
	char name[BOND_NAME_MAX];
	bool carrier;
	uint64_t carrier_ms; /* when the carrier fact last changed */
	bool good;	     /* the result of all monitors (watch.c) */
	uint64_t good_ms;    /* when that changed */
	enum cause good_cause;
	uint64_t active_ms; /* when it last became the active port; 0: never */
	struct monitors monitors;
	struct sent sent;
	enum link_state link, told_link; /* current; as of the last FX_LINK */
	uint64_t since_ms;		 /* when link was entered */
	uint64_t deadline_ms;		 /* FAIL, BACK: end of the delay; else BOND_NEVER */
	enum cause cause;		 /* of the last change of link */
	int32_t speed_mbps;
	enum duplex duplex;
	uint32_t link_failures;
	uint8_t mac[BOND_MAC_SIZE]; /* the permanent address */
	uint16_t number;	    /* LACP's port number */
	uint32_t clock;		    /* 1..BOND_PORTS_MAX */
	struct bond_port_options options;
	uint8_t alb_mac[BOND_MAC_SIZE]; /* balance-tlb/alb: the address it must have */
	bool learn;			/* balance-tlb/alb: send a learning frame now */
};

/* A repeated announcement. */
struct repeat {
	uint32_t left;
	uint64_t due_ms; /* of the next one, when left */
};

/*
 * After a change of mode or of the active port, ports that should no longer receive continue to
 * do so for this long: frames are in flight, and a switch learns the port to send to only from
 * the announcement.
 */
#define BOND_LINGER_MS 100

struct bond {
	struct bond_options options;
	struct port ports[BOND_PORTS_MAX];
	size_t count;

	/* The kernel's curr_active_slave: every mode has it, active-backup sends on it. */
	uint32_t active;
	uint32_t told_active; /* as of the last FX_ACTIVE; 0 in modes without an active port */
	uint32_t told_mac;    /* the active port as of the last FX_MAC */
	uint32_t announced;   /* the port that was announced last */
	enum cause active_cause;
	bool want_select; /* an event requests a selection */
	enum cause select_cause;
	bool force_primary; /* the primary is new: it takes over regardless of primary_reselect */
	uint32_t command;   /* active_slave, until the step; 0: none */

	bool is_up; /* bond0 is administratively up */
	struct bond_monitors monitors;

	uint8_t mac[BOND_MAC_SIZE]; /* bond0's */
	struct bond_lacp *lacp;	    /* NULL: the mode was never 802.3ad */
	struct spill spill;
	struct alb alb;
	bool carrier;
	bool told;	  /* table and carrier were emitted at least once */
	enum cause cause; /* of the last change of any kind */
	struct bond_table table;
	uint64_t linger_ms; /* until then all ports receive, whatever the mode; 0: off */
	uint32_t late_port; /* active until recently: frames to it may still be in flight */
	uint64_t late_ms;   /* until then; meaningless while late_port is 0 */
	struct repeat peers, igmp;
	uint64_t poll_ms;     /* next FX_POLL, or BOND_NEVER */
	uint64_t now_ms;      /* latest time passed in */
	uint64_t deadline_ms; /* a step before then has nothing to do */
};

static inline bool bond_uses_active(const struct bond *bond)
{
	return mode_has(bond->options.mode, MODE_ACTIVE_PORT);
}

static inline bool bond_uses_lacp(const struct bond *bond)
{
	return mode_has(bond->options.mode, MODE_LACP);
}

/* The active port as the outside sees it. */
static inline uint32_t bond_shown_active(const struct bond *bond)
{
	return bond_uses_active(bond) ? bond->active : 0;
}

/* Whether frames on every port reach the bond, not only those on the active one. */
static inline bool bond_receives_all(const struct bond *bond)
{
	return (!bond_uses_active(bond) && !bond_uses_lacp(bond)) ||
	       bond->options.all_slaves_active || bond->linger_ms || bond->options.spill_threshold;
}

/* The index of the port with @id, or the number of ports. */
static inline size_t port_index(const struct bond *bond, uint32_t id)
{
	size_t i = 0;

	while (i < bond->count && (!id || bond->ports[i].id != id))
		i++;
	return i;
}

/* The port with @id, or NULL. */
static inline struct port *port_find(struct bond *bond, uint32_t id)
{
	size_t i = port_index(bond, id);

	return i < bond->count ? &bond->ports[i] : NULL;
}

/* The kernel's bond_slave_can_tx(), for modes where every port is ACTIVE. */
static inline bool port_is_usable(const struct port *port)
{
	return port->carrier && port->link == LINK_UP;
}

/* Whether nobody says how fast the port is. */
static inline bool port_speed_is_assumed(const struct port *port)
{
	return !port->options.speed_mbps && port->speed_mbps <= 0;
}

/* The speed by which load is shared out: the operator's, the driver's, or an assumed one. */
static inline uint64_t port_load_mbps(const struct port *port)
{
	if (port_speed_is_assumed(port))
		return BOND_ASSUMED_MBPS;
	return port->options.speed_mbps ?: (uint64_t)port->speed_mbps;
}

/* bond.c */

/* Something changed: the next step has work to do. */
void bond_touch(struct bond *bond, uint64_t now_ms);

/* watch.c */

/* Updates port->good, when it changed and why. */
void watch_run(struct bond *bond, struct port *port, uint64_t now_ms);

/* link.c */

/*
 * The state after @state, given whether the link is good (watch.c) and whether the state's delay is
 * over; @state itself when nothing changes (bond_miimon_inspect()).
 */
enum link_state link_next(enum link_state state, bool good, bool delay_over);

/* Enters @state: since when, until when, why, and the count of failures. */
void link_enter(struct port *port, enum link_state state, const struct bond_options *options,
		uint64_t at_ms, enum cause cause);

/* Advances every port's link state; requests a selection where needed. */
void links_run(struct bond *bond, uint64_t now_ms);

/* Ends the updelay of the best port when no port is UP; NULL: no port is BACK. */
struct port *links_skip_updelay(struct bond *bond, uint64_t now_ms);

bool links_any_up(const struct bond *bond);

/* select.c */

/* The attached port that `primary` names; NULL: none, or the mode has no primary. */
struct port *select_primary(struct bond *bond);

/* Requests a selection at the next step. The first cause is reported. */
void select_request(struct bond *bond, enum cause cause);

/* A port's link went UP or DOWN: requests a selection if needed (bond_miimon_commit()). */
void select_on_link(struct bond *bond, const struct port *port);

/* Only modes with an active port have priorities. */
int32_t port_prio(const struct bond *bond, const struct port *port);

/*
 * @port still works but is no longer the active one: for a while it continues to receive unicast
 * frames that are in flight. Does nothing where all ports receive anyway.
 */
void select_leave(struct bond *bond, const struct port *port, uint64_t now_ms);

/* Selects if requested, carries out the active_slave command. */
void select_run(struct bond *bond, uint64_t now_ms);

/* For mode_rules.c: modes in which only the active port is used. */
bool active_is(const struct bond *bond, const struct port *port);
void active_table(const struct bond *bond, struct bond_table *table);

/* spill.c */

/* Whether spill_threshold is in effect. */
bool spill_runs(const struct bond *bond);

/*
 * Fills @ret_ports with the ports that may send, in the order in which they join: the active
 * one, then by prio, then by attachment. Returns their number.
 */
size_t spill_rank(const struct bond *bond, const struct port *ret_ports[BOND_PORTS_MAX]);

/* After the selection: makes a port join or rest when new readings require it. */
void spill_run(struct bond *bond, uint64_t now_ms);

/* Emits FX_SPILL if spill_run() did. */
void spill_emit(struct bond *bond, struct bond_effects *fx);

/* The ports that send while spill_threshold is in effect. */
void spill_add(const struct bond *bond, struct bond_table *table);

/* For mode_rules.c: spill_add(), or every usable port while the option is off. */
void spill_table(const struct bond *bond, struct bond_table *table);

/* clocks.c */

/* A clock for a new port: @wanted if it is one and no port has it, else the lowest free number. */
uint32_t clocks_take(const struct bond *bond, uint32_t wanted);

/* The speed of a port's clock; of an unknown one that of the slowest port that is known. */
uint64_t clocks_mbps(const struct bond *bond, const struct port *port);

/* Fills in the clocks of the table's ports. */
void clocks_table(const struct bond *bond, struct bond_table *table);

/* bond_lacp.c */

void bond_lacp_free(struct bond_lacp *lacp);

/* Gives a copied bond its own LACP state. Returns 0 or -ENOMEM. */
int bond_lacp_clone(struct bond *clone);

/*
 * After the links, before the table: steps LACP. In other modes too: the last LACPDUs are
 * sent after the mode was left.
 */
void bond_lacp_run(struct bond *bond, uint64_t now_ms);

/* Emits FX_LACP if that step had effects. */
void bond_lacp_emit(const struct bond *bond, struct bond_effects *fx);

/* When LACP is due next, or BOND_NEVER. */
uint64_t bond_lacp_deadline(const struct bond *bond);

/* The functions of 802.3ad, see mode_rules.h; a step passes the bond's facts on to LACP. */
int bond_lacp_reserve(struct bond *bond, const struct bond_options *options);
void bond_lacp_enter(struct bond *bond);
void bond_lacp_leave(struct bond *bond);
void bond_lacp_attach(struct bond *bond, struct port *port);
void bond_lacp_restore(struct bond *bond, struct port *port, const struct bond_port_facts *facts);
void bond_lacp_detach(struct bond *bond, struct port *port);
void bond_lacp_frame(struct bond *bond, uint32_t id, const uint8_t *bytes, size_t length,
		     uint64_t now_ms);
void bond_lacp_inform(struct bond *bond, uint64_t now_ms);
bool bond_lacp_carrier(const struct bond *bond);
bool bond_lacp_sends(const struct bond *bond, const struct port *port);
bool bond_lacp_receives(const struct bond *bond, const struct port *port);
void bond_lacp_table(const struct bond *bond, struct bond_table *table);

/* table.c */

/* Fills @table from the current state. */
void table_build(const struct bond *bond, struct bond_table *table);

/* Parts of tables: every usable port sends; queue_id; the ports that receive, if not all do. */
void table_add_usable(const struct bond *bond, struct bond_table *table);
void table_add_queues(const struct bond *bond, struct bond_table *table);
void table_add_receivers(const struct bond *bond, struct bond_table *table);

/* For balance-rr, see mode_rules.h. */
void table_roundrobin(const struct bond *bond, struct bond_table *table);

/* notify.c */

/* The active port changed: starts or ends the announcements. */
void notify_active_changed(struct bond *bond, uint64_t now_ms);

/* Emits FX_NOTIFY_PEERS and FX_RESEND_IGMP when due. */
void notify_run(struct bond *bond, uint64_t now_ms, struct bond_effects *fx);

/* When one of them is due next, or BOND_NEVER. */
uint64_t notify_deadline(const struct bond *bond);
