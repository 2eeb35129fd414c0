/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LACP's state. Each machine has a pure <machine>_next(), which returns the next
 * state, an enter() with the actions of the state entered, and a run() that
 * combines the two. lacp.c runs all machines until no state changes.
 *
 * Deadlines are absolute milliseconds; LACP_NEVER: the timer is not running.
 */
#pragma once

#include <assert.h>
#include <string.h>

#include "core/lacp/lacp.h"
#include "core/lacp/pdu.h"

#define LACP_NO_AGG 0 /* aggregator numbers begin with 1 */

/* If a replaced partner returns within this time there are two of them (rx.c). */
#define LACP_CONFLICT_MS 10000
/* How long such a port then stays out of every aggregator. */
#define LACP_HOLD_MS LACP_SHORT_TIMEOUT_MS
/* How long a port counts as looped after our own LACPDU: three times our slowest rate. */
#define LACP_LOOPED_MS LACP_LONG_TIMEOUT_MS
/* Annex 57A: frames of one slow protocol per second. */
#define LACP_MARKERS_PER_SECOND 10
#define LACP_ALARM_GAP_MS 60000

/* How many former partners are remembered. */
#define LACP_FORMERS_MAX 4

/* A former partner, and when it was replaced. */
struct lacp_identity {
	bool valid;
	uint8_t system[LACP_MAC_SIZE];
	uint16_t port;
	uint64_t replaced_ms;
};

struct lacp_churn_machine {
	enum lacp_churn state;
	uint64_t deadline_ms;
	uint32_t count; /* entries of LACP_CHURN */
};

/* A machine's state as last logged, and the reason for a change since. */
struct lacp_told {
	int state;
	enum lacp_why said; /* logged with that state */
	enum lacp_why why;
	uint32_t other;
};

struct lacp_port {
	/* facts */
	uint32_t id;
	char name[LACP_NAME_MAX];
	uint8_t mac[LACP_MAC_SIZE];
	uint16_t number, priority;
	bool link;
	uint32_t speed_mbps;
	bool full_duplex;

	/* what the machines share (6.4.7, 6.4.8) */
	struct lacp_info actor, partner; /* operational */
	bool lacp_enabled;		 /* full duplex when the link was last up */
	bool defaulted;			 /* partner is the administrative default */
	bool ntt;
	bool moved; /* port_moved */
	enum lacp_selected selected;
	enum lacp_why leave_why; /* why selected became LACP_UNSELECTED */
	bool ready_n, ready;
	uint16_t agg; /* number of the aggregator, LACP_NO_AGG */

	enum lacp_rx rx;
	uint64_t current_while_ms;
	enum lacp_periodic periodic;
	uint64_t periodic_ms;
	enum lacp_mux mux;
	uint64_t wait_while_ms;
	struct lacp_churn_machine actor_churn, partner_churn;
	uint64_t tx_free_ms[LACP_TX_LIMIT]; /* when each of a second's LACPDUs may be sent */

	struct lacp_identity formers[LACP_FORMERS_MAX]; /* a ring of former partners */
	size_t former_next;
	uint64_t hold_ms;   /* two partners: no aggregator until then */
	uint64_t looped_ms; /* looped until then */

	struct lacp_marker markers[LACP_MARKERS_MAX]; /* to be answered */
	size_t marker_count;
	uint64_t marker_free_ms[LACP_MARKERS_PER_SECOND]; /* when each response may be sent */
	size_t marker_next;				  /* the earliest of these */

	/* as last emitted */
	bool told_collects, told_distributes;
	bool told_alone;   /* it does both without a partner */
	bool told_partner; /* it has a partner, which follows */
	struct lacp_info partner_told;
	struct lacp_told told[LACP_MACHINE_MAX];
	bool alarm_due[LACP_ALARM_MAX];
	uint64_t alarm_free_ms[LACP_ALARM_MAX];
	struct lacp_counters counters;
};

/* An aggregator: the properties that its ports share; free when it has no ports. */
struct lacp_agg {
	uint32_t count; /* of ports, with or without link */
	uint16_t key;
	bool individual; /* ours cannot aggregate */
	bool has_partner;
	bool shared; /* another port may join: both sides aggregate */
	struct lacp_info partner;
};

struct lacp_farewell {
	uint32_t port;
	uint8_t frame[LACP_FRAME_SIZE];
};

struct lacp {
	struct lacp_options options;
	uint8_t mac[LACP_MAC_SIZE];
	struct lacp_port ports[LACP_PORTS_MAX];
	size_t count;
	struct lacp_agg aggs[LACP_PORTS_MAX]; /* number n is aggs[n - 1] */
	uint16_t active, told_active;
	bool carrier;
	bool told;   /* the carrier was emitted at least once */
	bool silent; /* no port with link has a partner */
	uint64_t alarm_free_ms;
	struct lacp_farewell farewells[LACP_PORTS_MAX];
	size_t farewell_count;
	uint64_t now_ms;      /* latest time passed in */
	uint64_t deadline_ms; /* a step before then has nothing to do */
};

static inline bool lacp_mac_equal(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, LACP_MAC_SIZE) == 0;
}

/* The port with @id, or NULL. */
static inline struct lacp_port *lacp_find(struct lacp *lacp, uint32_t id)
{
	for (size_t i = 0; id && i < lacp->count; i++)
		if (lacp->ports[i].id == id)
			return &lacp->ports[i];
	return NULL;
}

static inline struct lacp_agg *lacp_agg(struct lacp *lacp, uint16_t number)
{
	assert(number != LACP_NO_AGG && number <= LACP_PORTS_MAX);
	return &lacp->aggs[number - 1];
}

static inline const struct lacp_agg *lacp_agg_const(const struct lacp *lacp, uint16_t number)
{
	assert(number != LACP_NO_AGG && number <= LACP_PORTS_MAX);
	return &lacp->aggs[number - 1];
}

static inline bool lacp_partner_is(const struct lacp_port *port, uint8_t bit)
{
	return port->partner.state & bit;
}

static inline bool lacp_is_looped(const struct lacp_port *port)
{
	return port->looped_ms != LACP_NEVER;
}

/* Records why a machine changes state, for the trace at the end of the step. */
static inline void lacp_because(struct lacp_port *port, enum lacp_machine machine,
				enum lacp_why why, uint32_t other)
{
	port->told[machine].why = why;
	port->told[machine].other = other;
}

/* 6.4.14: the port must leave its aggregator before it can join another. */
static inline void lacp_unselect(struct lacp_port *port, enum lacp_why why)
{
	if (port->selected == LACP_UNSELECTED)
		return;
	port->selected = LACP_UNSELECTED;
	port->leave_why = why;
}

/* actor.c */

/* The key for user key, speed and duplex: bond_3ad.c's ad_update_actor_keys(). */
uint16_t lacp_key(uint16_t user_key, uint32_t speed_mbps, bool full_duplex);

/* Updates port->actor from options, facts and machines. */
void lacp_actor_refresh(const struct lacp *lacp, struct lacp_port *port);

/* rx.c */

/* The next state; @received: a LACPDU has just been received. */
enum lacp_rx lacp_rx_next(const struct lacp_port *port, bool received, uint64_t now_ms);

/* recordDefault, 6.4.9. */
void lacp_record_default(struct lacp_port *port);

/* Runs the machine without a LACPDU; true when its state changed. */
bool lacp_rx_run(struct lacp_port *port, uint64_t now_ms);

/* A LACPDU of another system was received. */
void lacp_rx_receive(struct lacp *lacp, struct lacp_port *port, const struct lacp_frame *frame,
		     uint64_t now_ms);

/* periodic.c */
enum lacp_periodic lacp_periodic_next(const struct lacp_port *port, uint64_t now_ms);
bool lacp_periodic_run(struct lacp_port *port, uint64_t now_ms);

/* selection.c */

/* Whether @port can join @agg, by keys and partner. */
bool lacp_agg_fits(const struct lacp_agg *agg, const struct lacp_port *port);

/* The aggregator that @port would form as its first port. */
struct lacp_agg lacp_agg_of(const struct lacp_port *port);

/* Selection logic, 6.4.14; true when something changed. */
bool lacp_selection_run(struct lacp *lacp, uint64_t now_ms);

/* active.c */

/* The aggregator that should carry the traffic, LACP_NO_AGG: none can. */
uint16_t lacp_active_next(const struct lacp *lacp);

/* Whether @port carries traffic without a partner. */
bool lacp_carries_alone(const struct lacp *lacp, const struct lacp_port *port);

/* The bond's carrier. */
bool lacp_carrier_next(const struct lacp *lacp);

/* mux.c */
enum lacp_mux lacp_mux_next(const struct lacp_port *port, bool coupled);
bool lacp_mux_run(const struct lacp *lacp, struct lacp_port *port, uint64_t now_ms);

static inline bool lacp_mux_collects(enum lacp_mux mux)
{
	return mux == LACP_MUX_COLLECTING || mux == LACP_MUX_DISTRIBUTING ||
	       mux == LACP_MUX_COLLECTING_DISTRIBUTING;
}

static inline bool lacp_mux_distributes(enum lacp_mux mux)
{
	return mux == LACP_MUX_DISTRIBUTING || mux == LACP_MUX_COLLECTING_DISTRIBUTING;
}

/* In sync: ATTACHED or a later state. */
static inline bool lacp_mux_in_sync(enum lacp_mux mux)
{
	return mux == LACP_MUX_ATTACHED || lacp_mux_collects(mux);
}

/* churn.c */

/* @reset: the port is disabled; @sync: the side being monitored is in sync. */
enum lacp_churn lacp_churn_next(enum lacp_churn state, bool reset, bool sync, bool over);
bool lacp_churn_run(struct lacp_port *port, uint64_t now_ms);

/* tx.c */

/* When the limit allows the next LACPDU: <= @now_ms means now. */
uint64_t lacp_tx_free(const struct lacp_port *port);

/* Sends a LACPDU if NTT is set and the limit allows; false: nothing was sent. */
bool lacp_tx_run(struct lacp_port *port, uint64_t now_ms, uint8_t frame[LACP_FRAME_SIZE]);

/* The last LACPDU of a port that is removed; false: the port cannot send one. */
bool lacp_tx_farewell(const struct lacp_port *port, uint8_t frame[LACP_FRAME_SIZE]);

/* marker.c */
void lacp_marker_receive(struct lacp_port *port, const struct lacp_marker *marker, uint64_t now_ms);

/* Takes the oldest unanswered Marker; false: there is none. */
bool lacp_marker_answer(struct lacp_port *port, uint8_t frame[LACP_FRAME_SIZE]);

/* lacp_effects.c */

/* Lists the changes since the last step, and the frames to send. */
void lacp_emit(struct lacp *lacp, uint64_t now_ms, struct lacp_effects *fx);

/* The state of @port's @machine, as in a trace. */
int lacp_machine_state(const struct lacp_port *port, enum lacp_machine machine);
