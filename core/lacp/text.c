/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text: the standard's names of states, and the log lines of effects.
 */
#include "core/lacp/lacp_private.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/mac.h"

#define DETAIL_SIZE 200

/* @words[@value], or "unknown" for a number out of range. */
static const char *word_of(const char *const *words, size_t count, unsigned int value)
{
	return value < count ? words[value] : "unknown";
}

#define WORD_OF(words, value) word_of(words, sizeof(words) / sizeof(words[0]), value)

const char *lacp_rx_word(enum lacp_rx state)
{
	static const char *const words[] = {
		[LACP_RX_INITIALIZE] = "INITIALIZE",
		[LACP_RX_PORT_DISABLED] = "PORT_DISABLED",
		[LACP_RX_LACP_DISABLED] = "LACP_DISABLED",
		[LACP_RX_EXPIRED] = "EXPIRED",
		[LACP_RX_DEFAULTED] = "DEFAULTED",
		[LACP_RX_CURRENT] = "CURRENT",
	};

	return WORD_OF(words, state);
}

const char *lacp_periodic_word(enum lacp_periodic state)
{
	static const char *const words[] = {
		[LACP_NO_PERIODIC] = "NO_PERIODIC",
		[LACP_FAST_PERIODIC] = "FAST_PERIODIC",
		[LACP_SLOW_PERIODIC] = "SLOW_PERIODIC",
		[LACP_PERIODIC_TX] = "PERIODIC_TX",
	};

	return WORD_OF(words, state);
}

const char *lacp_mux_word(enum lacp_mux state)
{
	static const char *const words[] = {
		[LACP_MUX_DETACHED] = "DETACHED",
		[LACP_MUX_WAITING] = "WAITING",
		[LACP_MUX_ATTACHED] = "ATTACHED",
		[LACP_MUX_COLLECTING] = "COLLECTING",
		[LACP_MUX_DISTRIBUTING] = "DISTRIBUTING",
		[LACP_MUX_COLLECTING_DISTRIBUTING] = "COLLECTING_DISTRIBUTING",
	};

	return WORD_OF(words, state);
}

const char *lacp_selected_word(enum lacp_selected state)
{
	static const char *const words[] = {
		[LACP_UNSELECTED] = "UNSELECTED",
		[LACP_SELECTED] = "SELECTED",
		[LACP_STANDBY] = "STANDBY",
	};

	return WORD_OF(words, state);
}

const char *lacp_churn_word(enum lacp_churn state)
{
	static const char *const words[] = {
		[LACP_CHURN_MONITOR] = "monitoring",
		[LACP_CHURN] = "churned",
		[LACP_NO_CHURN] = "none",
	};

	return WORD_OF(words, state);
}

const char *lacp_flaw_word(enum lacp_flaw flaw)
{
	static const char *const words[] = {
		[LACP_FLAW_NONE] = "none",
		[LACP_FLAW_SHORT] = "short",
		[LACP_FLAW_LONG] = "long",
		[LACP_FLAW_SUBTYPE] = "subtype",
		[LACP_FLAW_VERSION] = "version",
		[LACP_FLAW_ACTOR_TLV] = "actor_tlv",
		[LACP_FLAW_PARTNER_TLV] = "partner_tlv",
		[LACP_FLAW_COLLECTOR_TLV] = "collector_tlv",
		[LACP_FLAW_END_TLV] = "end_tlv",
		[LACP_FLAW_MARKER_TLV] = "marker_tlv",
		[LACP_FLAW_SYSTEM] = "system",
		[LACP_FLAW_SOURCE] = "source",
	};

	return WORD_OF(words, flaw);
}

static const char *name_of(const struct lacp_port *port)
{
	return port ? port->name : "another port";
}

/* "partner 02:.. key 15" */
static void partner_text(const struct lacp_port *port, char *text, size_t size)
{
	char mac[MAC_TEXT_SIZE];

	snprintf(text, size, "partner %s key %u", mac_format(port->partner.system, mac),
		 port->partner.key);
}

/* Why @port is not in @other's aggregator. */
static void apart_text(const struct lacp_port *port, const struct lacp_port *other,
		       enum lacp_why why, char *text, size_t size)
{
	char own[64], others[64] = "partner";

	partner_text(port, own, sizeof(own));
	if (other)
		partner_text(other, others, sizeof(others));
	if (why == LACP_WHY_OTHER_SPEED)
		snprintf(text, size,
			 "own key %u (speed) differs from %s's key %u: same speed needed",
			 port->actor.key, name_of(other), other ? other->actor.key : 0);
	else if (why == LACP_WHY_OTHER_SYSTEM)
		snprintf(text, size, "%s differs from %s's %s: cabled to another switch?", own,
			 name_of(other), others);
	else
		snprintf(text, size,
			 "%s differs from %s's %s: not in the same group on the switch?", own,
			 name_of(other), others);
}

/* Reasons that are fixed phrases; NULL: they include names. */
static const char *why_phrase(enum lacp_why why)
{
	static const char *const phrases[] = {
		[LACP_WHY_NONE] = "",
		[LACP_WHY_ADDED] = "port added",
		[LACP_WHY_IMPORTED] = "taken over from an earlier daemon",
		[LACP_WHY_LINK_UP] = "link is up, no LACPDU yet",
		[LACP_WHY_LINK_DOWN] = "link is down",
		[LACP_WHY_DUPLEX] = "duplex is half or unknown: no LACP on this port",
		[LACP_WHY_RECEIVED] = "LACPDU received",
		[LACP_WHY_DEFAULTED] = "still no LACPDU, using defaults for the partner",
		[LACP_WHY_MOVED] = "its partner's port is now connected to another of our ports",
		[LACP_WHY_PARTNER_CHANGED] = "partner changed",
		[LACP_WHY_TWO_PARTNERS] = "two partners on this port: a hub, or forged frames?",
		[LACP_WHY_KEY] = "own key changed (speed, duplex or user key)",
		[LACP_WHY_FIRST] = "first port with a partner",
		[LACP_WHY_NO_PARTNER] = "no partner: is LACP enabled on the switch?",
		[LACP_WHY_INDIVIDUAL] = "partner does not aggregate this port",
		[LACP_WHY_STANDBY] = "another aggregator carries the traffic",
		[LACP_WHY_WAITED] = "ready",
		[LACP_WHY_IN_SYNC] = "partner is in sync",
		[LACP_WHY_OUT_OF_SYNC] = "partner is not in sync",
		[LACP_WHY_COLLECTS] = "partner collects",
		[LACP_WHY_STOPS_COLLECTING] = "partner stopped collecting",
		[LACP_WHY_TIMER] = "not in sync for 60 s",
	};

	if (why >= sizeof(phrases) / sizeof(phrases[0]))
		return "";
	return phrases[why];
}

static void why_text(const struct lacp *lacp, const struct lacp_port *port,
		     const struct lacp_effect *effect, char *text, size_t size)
{
	const struct lacp_port *other = lacp_find((struct lacp *)lacp, effect->other);
	const char *phrase = why_phrase(effect->why);

	if (phrase)
		snprintf(text, size, "%s", phrase);
	else if (effect->why == LACP_WHY_EXPIRED)
		snprintf(text, size, "no LACPDU for %u s",
			 port->actor.state & LACP_STATE_TIMEOUT ? LACP_SHORT_TIMEOUT_MS / 1000
								: LACP_LONG_TIMEOUT_MS / 1000);
	else if (effect->why == LACP_WHY_SAME_PARTNER)
		snprintf(text, size, "same partner as %s", name_of(other));
	else
		apart_text(port, other, effect->why, text, size);
}

static const char *state_word(enum lacp_machine machine, int state)
{
	switch (machine) {
	case LACP_MACHINE_RX:
		return lacp_rx_word((enum lacp_rx)state);
	case LACP_MACHINE_MUX:
		return lacp_mux_word((enum lacp_mux)state);
	case LACP_MACHINE_ACTOR_CHURN:
	case LACP_MACHINE_PARTNER_CHURN:
		return lacp_churn_word((enum lacp_churn)state);
	case LACP_MACHINE_SELECTION:
	case LACP_MACHINE_MAX:
		break;
	}
	return "";
}

static void trace_text(const struct lacp *lacp, const struct lacp_port *port,
		       const struct lacp_effect *effect, char *text, size_t size)
{
	static const char *const machines[] = {
		[LACP_MACHINE_RX] = "receive",
		[LACP_MACHINE_SELECTION] = "selection",
		[LACP_MACHINE_MUX] = "mux",
		[LACP_MACHINE_ACTOR_CHURN] = "actor churn",
		[LACP_MACHINE_PARTNER_CHURN] = "partner churn",
	};
	char why[DETAIL_SIZE];

	why_text(lacp, port, effect, why, sizeof(why));
	if (effect->machine != LACP_MACHINE_SELECTION)
		snprintf(text, size, "%s: %s %s -> %s: %s", port->name,
			 WORD_OF(machines, effect->machine),
			 state_word(effect->machine, effect->from),
			 state_word(effect->machine, effect->to), why);
	else if (!effect->to)
		snprintf(text, size, "%s: left aggregator %d: %s", port->name, effect->from, why);
	else if (effect->why == LACP_WHY_SAME_PARTNER)
		snprintf(text, size, "%s: joined aggregator %d: %s", port->name, effect->to, why);
	else
		snprintf(text, size, "%s: own aggregator %d: %s", port->name, effect->to, why);
}

static void alarm_text(const struct lacp_port *port, enum lacp_alarm alarm, char *text, size_t size)
{
	switch (alarm) {
	case LACP_ALARM_LOOPED:
		snprintf(text, size,
			 "%s: receives our own LACPDUs: a cable loop, or a switch that floods "
			 "them: enable LACP on the switch",
			 name_of(port));
		break;
	case LACP_ALARM_TWO_PARTNERS:
		snprintf(text, size,
			 "%s: two partners on this port: a hub, or forged frames? "
			 "Kept out of every aggregator",
			 name_of(port));
		break;
	case LACP_ALARM_NO_PARTNER:
		snprintf(text, size, "no LACP partner on any port: is LACP enabled on the switch?");
		break;
	case LACP_ALARM_MAX:
		break;
	}
}

static void partner_line(const struct lacp_port *port, char *text, size_t size)
{
	char partner[64];

	partner_text(port, partner, sizeof(partner));
	if (port->defaulted)
		snprintf(text, size, "%s: no partner", port->name);
	else
		snprintf(text, size, "%s: %s port %u", port->name, partner, port->partner.port);
}

static void active_line(const struct lacp *lacp, const struct lacp_effect *effect, char *text,
			size_t size)
{
	const struct lacp_agg *agg;
	char mac[MAC_TEXT_SIZE];

	if (!effect->to) {
		snprintf(text, size, "no active aggregator: no port has a link");
		return;
	}
	agg = lacp_agg_const(lacp, (uint16_t)effect->to);
	if (agg->has_partner)
		snprintf(text, size, "active aggregator %d: partner %s key %u", effect->to,
			 mac_format(agg->partner.system, mac), agg->partner.key);
	else
		snprintf(text, size, "active aggregator %d: no partner", effect->to);
}

void lacp_effect_text(const struct lacp *lacp, const struct lacp_effect *effect, char *text,
		      size_t size)
{
	const struct lacp_port *port = lacp_find((struct lacp *)lacp, effect->port);

	if (size)
		text[0] = '\0';
	switch (effect->kind) {
	case LACP_FX_PARTNER:
		if (port)
			partner_line(port, text, size);
		break;
	case LACP_FX_TRACE:
		if (port)
			trace_text(lacp, port, effect, text, size);
		break;
	case LACP_FX_ALARM:
		alarm_text(port, effect->alarm, text, size);
		break;
	case LACP_FX_ACTIVE:
		active_line(lacp, effect, text, size);
		break;
	case LACP_FX_CARRIER:
		snprintf(text, size, "carrier %s", effect->on ? "on" : "off");
		break;
	case LACP_FX_PORT:
	case LACP_FX_SEND:
		break;
	}
}
