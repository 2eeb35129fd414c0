/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a bond is made of: monitors.h (what judges a port), watch.c (is a port's link
 * good), link.c (a port's link state), select.c (the active port), spill.c (how many ports share
 * the load), bond_lacp.c (802.3ad), table.c (who sends and receives), notify.c (repeated
 * announcements), mode_rules.c (which of it in which mode), bond.c (facts in, effects out). alb/
 * has balance-tlb and balance-alb.
 */
#pragma once

#include "core/alb/alb_private.h"
#include "core/bond.h"
#include "core/deadline.h"
#include "core/effects.h"
#include "core/monitor/monitors.h"

/* What spill.c knows of a port's load. */
struct sent {
	bool is_read;	/* bytes is there */
	uint64_t bytes; /* as bond_in_sent() told at at_ms */
	uint64_t at_ms;
	uint64_t load_kbps; /* between the last two readings */
};

/* spill_threshold; all zero while it is off. */
struct spill {
	uint32_t awake;	       /* so many of the usable ports, in spill_rank()'s order */
	bool is_fresh;	       /* loads were told since the last judgement */
	uint64_t changed_ms;   /* when awake last changed */
	uint64_t low_since_ms; /* one port less would do since then; 0: it would not */
	uint64_t load_kbps;    /* as last judged */
	uint64_t was_load_kbps, was_speed_mbps, was_percent; /* of the last change */
	uint32_t news; /* the port that joined or rests since the last FX_SPILL; 0: none */
	bool joins;    /* which of the two */
};

struct port {
	uint32_t id;
	char name[BOND_NAME_MAX];
	bool carrier;
	uint64_t carrier_ms; /* when the carrier fact last changed */
	bool good;	     /* what watch.c makes of all monitors */
	uint64_t good_ms;    /* when that changed */
	enum cause good_cause;
	uint64_t active_ms; /* when it was made the active port last; 0: never */
	struct monitors monitors;
	struct sent sent;
	enum link_state link, told_link; /* as it is; as the last step left it */
	uint64_t since_ms;		 /* when link was entered */
	uint64_t deadline_ms;		 /* FAIL, BACK: end of the delay; else BOND_NEVER */
	enum cause cause;		 /* of the last change of link */
	int32_t speed_mbps;
	enum duplex duplex;
	uint32_t link_failures;
	uint8_t mac[BOND_MAC_SIZE]; /* its own */
	uint16_t number;	    /* LACP's port number */
	struct bond_port_options options;
	uint8_t alb_mac[BOND_MAC_SIZE]; /* balance-tlb/alb: as it must be */
	bool learn;			/* balance-tlb/alb: the switch must hear of it now */
};

/* An announcement that is made several times. */
struct repeat {
	uint32_t left;
	uint64_t due_ms; /* of the next one, when left */
};

/*
 * After a change of mode, or of the active port, ports that no longer receive go on doing so for
 * this long: frames are on their way, and a switch learns the one port to send
 * to only when it hears the announcement.
 */
#define BOND_LINGER_MS 100

struct bond {
	struct bond_options options;
	struct port ports[BOND_PORTS_MAX];
	size_t count;

	/* The kernel's curr_active_slave: every mode has it, active-backup sends on it. */
	uint32_t active;
	uint32_t told_active; /* what FX_ACTIVE told; modes without an active port tell 0 */
	uint32_t told_mac;    /* whose address FX_MAC told of */
	uint32_t announced;   /* whose announcements were started last */
	enum cause active_cause;
	bool want_select; /* an event asks to reselect */
	enum cause select_cause;
	bool force_primary; /* the primary is new: it takes over, primary_reselect or not */
	uint32_t command;   /* active_slave, until the step; 0: none */

	bool is_up; /* bond0 is administratively up */
	struct bond_monitors monitors;

	uint8_t mac[BOND_MAC_SIZE]; /* bond0's */
	struct bond_lacp *lacp;	    /* NULL: the mode has never been 802.3ad */
	struct spill spill;
	struct alb alb;
	bool carrier;
	bool told;	  /* table and carrier were stated at least once */
	enum cause cause; /* of the last change of any kind */
	struct bond_table table;
	uint64_t linger_ms; /* until then all ports receive, whatever the mode; 0: not so */
	uint32_t late_port; /* active until a moment ago: frames for us are on their way to it */
	uint64_t late_ms;   /* until then; of no meaning while late_port is 0 */
	struct repeat peers, igmp;
	uint64_t poll_ms;     /* next FX_POLL, or BOND_NEVER */
	uint64_t now_ms;      /* latest time told */
	uint64_t deadline_ms; /* a step before it would find nothing to do */
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

/* The port with @id, or NULL. */
static inline struct port *port_find(struct bond *bond, uint32_t id)
{
	for (size_t i = 0; id && i < bond->count; i++)
		if (bond->ports[i].id == id)
			return &bond->ports[i];
	return NULL;
}

/* The kernel's bond_slave_can_tx(), for modes where every port is ACTIVE. */
static inline bool port_is_usable(const struct port *port)
{
	return port->carrier && port->link == LINK_UP;
}

/* bond.c */

/* Something changed: the next step has work to do. */
void bond_touch(struct bond *bond, uint64_t now_ms);

/* watch.c */

/* Works out port->good, when it changed and why. */
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

/* Brings every port's link to where facts and time put it; asks to select where that matters. */
void links_run(struct bond *bond, uint64_t now_ms);

/* Ends the updelay of the port that is first to be used when none is; NULL: no port is BACK. */
struct port *links_skip_updelay(struct bond *bond, uint64_t now_ms);

bool links_any_up(const struct bond *bond);

/* select.c */

/* The attached port that `primary` names, or NULL, also where the mode has no primary. */
struct port *select_primary(struct bond *bond);

/* Asks for a selection at the next step. The first cause that asked is told. */
void select_request(struct bond *bond, enum cause cause);

/* A port's link came UP or went DOWN: does that call for a selection (bond_miimon_commit())? */
void select_on_link(struct bond *bond, const struct port *port);

/* Only modes with an active port have priorities. */
int32_t port_prio(const struct bond *bond, const struct port *port);

/*
 * @port, which still works, is the active one no more: until the network has heard of it, unicast
 * frames that arrive there are taken. Nothing where all ports receive anyway.
 */
void select_leave(struct bond *bond, const struct port *port, uint64_t now_ms);

/* Selects if asked to, carries out the command. */
void select_run(struct bond *bond, uint64_t now_ms);

/* Rows of mode_rules.c: where the active port alone works. */
bool active_is(const struct bond *bond, const struct port *port);
void active_table(const struct bond *bond, struct bond_table *table);

/* spill.c */

/* Whether spill_threshold is at work. */
bool spill_runs(const struct bond *bond);

/*
 * Fills @ret_ports with the ports that may send, in the order in which they are woken: the active
 * one, then by prio, then by attachment. Returns how many.
 */
size_t spill_rank(const struct bond *bond, const struct port *ret_ports[BOND_PORTS_MAX]);

/* After the selection: wakes a port or lets one rest, when new loads call for it. */
void spill_run(struct bond *bond, uint64_t now_ms);

/* FX_SPILL, when it did. */
void spill_tell(struct bond *bond, struct bond_effects *fx);

/* While it is at work: who sends. */
void spill_add(const struct bond *bond, struct bond_table *table);

/* A row of mode_rules.c: so, or every usable port. */
void spill_table(const struct bond *bond, struct bond_table *table);

/* bond_lacp.c */

void bond_lacp_free(struct bond_lacp *lacp);

/* A copied bond gets LACP of its own. Returns 0 or -ENOMEM. */
int bond_lacp_clone(struct bond *clone);

/*
 * After the links, before the table: steps LACP. In other modes, too: the goodbyes are
 * said after the mode was left.
 */
void bond_lacp_run(struct bond *bond, uint64_t now_ms);

/* FX_LACP, when that step had effects. */
void bond_lacp_tell(const struct bond *bond, struct bond_effects *fx);

/* When LACP is due next, or BOND_NEVER. */
uint64_t bond_lacp_deadline(const struct bond *bond);

/* The row of 802.3ad, see mode_rules.h; in a step its facts become LACP's. */
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

/* Fills @table from what stands. */
void table_build(const struct bond *bond, struct bond_table *table);

/* What tables are made of: every usable port sends; queue_id; who receives, if not all do. */
void table_add_usable(const struct bond *bond, struct bond_table *table);
void table_add_queues(const struct bond *bond, struct bond_table *table);
void table_add_receivers(const struct bond *bond, struct bond_table *table);

/* The row of balance-rr, see mode_rules.h. */
void table_roundrobin(const struct bond *bond, struct bond_table *table);

/* notify.c */

/* The active port changed: starts or ends the announcements. */
void notify_active_changed(struct bond *bond, uint64_t now_ms);

/* FX_NOTIFY_PEERS and FX_RESEND_IGMP, where one is due. */
void notify_run(struct bond *bond, uint64_t now_ms, struct bond_effects *fx);

/* When one of them is due next, or BOND_NEVER. */
uint64_t notify_deadline(const struct bond *bond);
