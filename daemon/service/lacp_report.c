/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LACP in the JSON of `ebond show`. */
#include "daemon/service/lacp_report.h"

#include <string.h>

bool lacp_report_hides(const char *name)
{
	static const char *const names[] = {"ad_actor_sys_prio", "ad_actor_system",
					    "ad_user_port_key"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static bool find_view(const struct managed_bond *bond, uint32_t port, struct lacp_port_view *view)
{
	const struct lacp *lacp = bond_get_lacp(bond->core);

	return lacp && lacp_port_by_id(lacp, port, view);
}

static json_t *mac_to_json(const uint8_t mac[MAC_LENGTH])
{
	char text[MAC_TEXT_SIZE];

	return json_string(mac_format(mac, text));
}

void lacp_report_bond(const struct managed_bond *bond, json_t *data)
{
	const struct lacp *lacp = bond_get_lacp(bond->core);
	struct lacp_active_view active;

	if (!lacp)
		return;
	active = lacp_get_active(lacp);
	if (active.aggregator)
		json_object_set_new(data, "ad_info",
				    json_pack("{s:i, s:I, s:i, s:i, s:o}", "aggregator",
					      active.aggregator, "num_ports",
					      (json_int_t)active.ports, "actor_key",
					      active.actor_key, "partner_key", active.partner_key,
					      "partner_mac", mac_to_json(active.partner_system)));
}

/* The state octet, with iproute2's names. */
static json_t *state_to_json(uint8_t state)
{
	static const char *const words[] = {"active",	 "short_timeout", "aggregating",
					    "in_sync",	 "collecting",	  "distributing",
					    "defaulted", "expired"};
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (state & 1u << i)
			json_array_append_new(list, json_string(words[i]));
	return list;
}

void lacp_report_membership(const struct managed_bond *bond, const struct bond_port_view *view,
			    json_t *data)
{
	struct lacp_port_view lacp;

	if (!find_view(bond, view->id, &lacp) || !lacp.aggregator)
		return;
	json_object_set_new(data, "ad_aggregator_id", json_integer(lacp.aggregator));
	json_object_set_new(data, "ad_actor_oper_port_state", json_integer(lacp.actor.state));
	json_object_set_new(data, "ad_actor_oper_port_state_str", state_to_json(lacp.actor.state));
	json_object_set_new(data, "ad_partner_oper_port_state", json_integer(lacp.partner.state));
	json_object_set_new(data, "ad_partner_oper_port_state_str",
			    state_to_json(lacp.partner.state));
}

static json_t *side_to_json(const struct lacp_info *info)
{
	return json_pack("{s:i, s:o, s:i, s:i, s:i, s:i, s:o}", "system_priority",
			 info->system_priority, "system", mac_to_json(info->system), "key",
			 info->key, "port_priority", info->port_priority, "port", info->port,
			 "state", info->state, "state_str", state_to_json(info->state));
}

/* The kernel's xstats with iproute2's keys, then additional counters. */
static json_t *counters_to_json(const struct lacp_counters *counters, uint64_t dropped)
{
	const struct {
		const char *key;
		uint64_t value;
	} rows[] = {
		{"lacpdu_rx", counters->lacpdu_rx},
		{"lacpdu_tx", counters->lacpdu_tx},
		{"lacpdu_unknown_rx", counters->unknown_rx},
		{"lacpdu_illegal_rx", counters->illegal_rx},
		{"marker_rx", counters->marker_rx},
		{"marker_tx", counters->marker_tx},
		{"marker_response_rx", counters->marker_response_rx},
		{"marker_response_tx", counters->marker_response_tx},
		{"marker_unknown_rx", counters->marker_unknown_rx},
		{"marker_unanswered", counters->marker_unanswered},
		{"looped_rx", counters->looped_rx},
		{"dropped_rx", dropped},
	};
	json_t *object = json_object(), *illegal = json_object();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		json_object_set_new(object, rows[i].key, json_integer((json_int_t)rows[i].value));
	for (enum lacp_flaw flaw = LACP_FLAW_NONE + 1; flaw < LACP_FLAW_MAX; flaw++)
		if (counters->flaw[flaw])
			json_object_set_new(illegal, lacp_flaw_word(flaw),
					    json_integer((json_int_t)counters->flaw[flaw]));
	json_object_set_new(object, "illegal", illegal);
	return object;
}

void lacp_report_port(const struct managed_bond *bond, const struct port *port, json_t *own)
{
	struct lacp_port_view view;
	json_t *lacp;

	if (!find_view(bond, port->ifindex, &view))
		return;
	lacp = json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:b, s:b, s:o, s:o}", "rx",
			 lacp_rx_word(view.rx), "periodic", lacp_periodic_word(view.periodic),
			 "mux", lacp_mux_word(view.mux), "selected",
			 lacp_selected_word(view.selected), "collects", view.collects,
			 "distributes", view.distributes, "has_partner", view.has_partner, "alone",
			 view.alone, "looped", view.looped, "actor", side_to_json(&view.actor),
			 "partner", side_to_json(&view.partner));
	json_object_set_new(lacp, "actor_churn", json_string(lacp_churn_word(view.actor_churn)));
	json_object_set_new(lacp, "actor_churn_count", json_integer(view.actor_churn_count));
	json_object_set_new(lacp, "partner_churn",
			    json_string(lacp_churn_word(view.partner_churn)));
	json_object_set_new(lacp, "partner_churn_count", json_integer(view.partner_churn_count));
	json_object_set_new(lacp, "counters", counters_to_json(&view.counters, port->lacp.dropped));
	json_object_set_new(own, "lacp", lacp);
}

static const char *reason_of(const struct lacp_port_view *view)
{
	if (view->alone && view->has_partner)
		return "used alone until it has negotiated with its partner";
	if (view->alone && view->looped)
		return "used alone: the switch floods LACPDUs and does not run LACP";
	if (view->alone)
		return "used alone: no LACP partner";
	if (view->collects && view->distributes)
		return NULL;
	if (view->looped)
		return "receives our own LACPDUs: a cable loop, or a switch that floods them?";
	if (view->rx == LACP_RX_LACP_DISABLED)
		return "half or unknown duplex: no LACP";
	if (!view->link)
		return "waiting for the bond to be up";
	if (!view->has_partner)
		return "no LACP partner";
	if (view->selected == LACP_STANDBY)
		return "standing by: another aggregator is in use";
	if (view->selected == LACP_UNSELECTED)
		return "waiting for an aggregator";
	if (view->mux == LACP_MUX_WAITING)
		return "waiting for the aggregator to be complete";
	if (!(view->partner.state & LACP_STATE_SYNCHRONIZATION))
		return "the partner is not in sync with this port";
	return "the partner does not collect from this port";
}

bool lacp_report_reason(const struct managed_bond *bond, uint32_t port, char *text, size_t size)
{
	struct lacp_port_view view;
	const char *reason = find_view(bond, port, &view) ? reason_of(&view) : NULL;

	if (reason)
		snprintf(text, size, "%s", reason);
	return reason;
}
