/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Actor and partner churn detection, IEEE 802.1AX-2014 6.4.17: the same
 * machine twice, over the actor's and over the partner's Synchronization.
 *
 *   any state --- no link -----------------------> MONITOR, timer restarted
 *   MONITOR ----- in sync -----------------------> NO_CHURN
 *   MONITOR ----- timer over --------------------> CHURN
 *   NO_CHURN ---- not in sync -------------------> MONITOR
 *   CHURN ------- in sync -----------------------> NO_CHURN
 */
#include "core/lacp/lacp_private.h"

enum lacp_churn lacp_churn_next(enum lacp_churn state, bool reset, bool sync, bool over)
{
	if (reset)
		return LACP_CHURN_MONITOR;
	switch (state) {
	case LACP_CHURN_MONITOR:
		if (sync)
			return LACP_NO_CHURN;
		return over ? LACP_CHURN : LACP_CHURN_MONITOR;
	case LACP_CHURN:
		return sync ? LACP_NO_CHURN : LACP_CHURN;
	case LACP_NO_CHURN:
		return sync ? LACP_NO_CHURN : LACP_CHURN_MONITOR;
	}
	return state;
}

static void enter(struct lacp_churn_machine *churn, enum lacp_churn state)
{
	assert(state != churn->state);
	if (state == LACP_CHURN && churn->count < UINT32_MAX)
		churn->count++;
	churn->deadline_ms = LACP_NEVER;
	churn->state = state;
}

static bool run(struct lacp_churn_machine *churn, bool reset, bool sync, uint64_t now_ms)
{
	enum lacp_churn next =
		lacp_churn_next(churn->state, reset, sync, now_ms >= churn->deadline_ms);
	bool moved = next != churn->state;

	if (moved)
		enter(churn, next);
	/* the timer is stopped while the link is down: it would restart forever */
	if (reset)
		churn->deadline_ms = LACP_NEVER;
	else if (churn->state == LACP_CHURN_MONITOR && churn->deadline_ms == LACP_NEVER)
		churn->deadline_ms = now_ms + LACP_CHURN_DETECTION_MS;
	assert(churn->state == LACP_CHURN_MONITOR || churn->deadline_ms == LACP_NEVER);
	return moved;
}

static enum lacp_why why(enum lacp_churn state, bool reset, enum lacp_why gained,
			 enum lacp_why lost)
{
	if (reset)
		return LACP_WHY_LINK_DOWN;
	if (state == LACP_CHURN)
		return LACP_WHY_TIMER;
	return state == LACP_NO_CHURN ? gained : lost;
}

bool lacp_churn_run(struct lacp_port *port, uint64_t now_ms)
{
	bool reset = !port->link;
	bool actor = run(&port->actor_churn, reset, lacp_mux_in_sync(port->mux), now_ms);
	bool partner = run(&port->partner_churn, reset,
			   lacp_partner_is(port, LACP_STATE_SYNCHRONIZATION), now_ms);

	if (actor)
		lacp_because(port, LACP_MACHINE_ACTOR_CHURN,
			     why(port->actor_churn.state, reset, LACP_WHY_WAITED, port->leave_why),
			     0);
	if (partner)
		lacp_because(port, LACP_MACHINE_PARTNER_CHURN,
			     why(port->partner_churn.state, reset, LACP_WHY_IN_SYNC,
				 LACP_WHY_OUT_OF_SYNC),
			     0);
	return actor || partner;
}
