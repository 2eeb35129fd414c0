/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of 802.3ad in the /proc text. */
#include <string.h>

#include "daemon/service/lacp_report.h"

/* ad_actor_system, or bond0's address. */
static const uint8_t *system_of(const struct managed_bond *bond)
{
	static const uint8_t unset[MAC_LENGTH];
	const uint8_t *system = bond_get_options(bond->core)->ad_actor_system;

	return memcmp(system, unset, sizeof(unset)) == 0 ? bond->mac : system;
}

void lacp_proc_bond(const struct managed_bond *bond, FILE *out)
{
	const struct bond_options *options = bond_get_options(bond->core);
	const struct lacp *lacp = bond_get_lacp(bond->core);
	struct lacp_active_view active;
	char mac[MAC_TEXT_SIZE];

	if (!lacp)
		return;
	active = lacp_get_active(lacp);
	mac_format(system_of(bond), mac);
	fputs("\n802.3ad info\n", out);
	fprintf(out, "LACP active: %s\n", options->lacp_active ? "on" : "off");
	fprintf(out, "LACP rate: %s\n", options->lacp_fast ? "fast" : "slow");
	fprintf(out, "Min links: %u\n", options->min_links);
	fprintf(out, "Aggregator selection policy (ad_select): %s\n",
		bond_ad_select_word(options->ad_select));
	fprintf(out, "System priority: %u\n", options->ad_actor_sys_prio);
	fprintf(out, "System MAC address: %s\n", mac);
	if (!active.aggregator) {
		fprintf(out, "bond %s has no active aggregator\n", bond->name);
		return;
	}
	mac_format(active.partner_system, mac);
	fputs("Active Aggregator Info:\n", out);
	fprintf(out, "\tAggregator ID: %u\n", active.aggregator);
	fprintf(out, "\tNumber of ports: %u\n", active.ports);
	fprintf(out, "\tActor Key: %u\n", active.actor_key);
	fprintf(out, "\tPartner Key: %u\n", active.partner_key);
	fprintf(out, "\tPartner Mac Address: %s\n", mac);
}

/* @key_word: the kernel calls the actor's key "port key" and the partner's "oper key". */
static void write_side(FILE *out, const char *side, const char *key_word,
		       const struct lacp_info *info)
{
	char mac[MAC_TEXT_SIZE];

	mac_format(info->system, mac);
	fprintf(out, "details %s lacp pdu:\n", side);
	fprintf(out, "    system priority: %u\n", info->system_priority);
	fprintf(out, "    system mac address: %s\n", mac);
	fprintf(out, "    %s: %u\n", key_word, info->key);
	fprintf(out, "    port priority: %u\n", info->port_priority);
	fprintf(out, "    port number: %u\n", info->port);
	fprintf(out, "    port state: %u\n", info->state);
}

void lacp_proc_port(const struct managed_bond *bond, const struct port *port, FILE *out)
{
	const struct lacp *lacp = bond_get_lacp(bond->core);
	struct lacp_port_view view;

	if (!lacp || !lacp_port_by_id(lacp, port->ifindex, &view))
		return;
	if (!view.aggregator) {
		fputs("Aggregator ID: N/A\n", out);
		return;
	}
	fprintf(out, "Aggregator ID: %u\n", view.aggregator);
	fprintf(out, "Actor Churn State: %s\n", lacp_churn_word(view.actor_churn));
	fprintf(out, "Partner Churn State: %s\n", lacp_churn_word(view.partner_churn));
	fprintf(out, "Actor Churned Count: %u\n", view.actor_churn_count);
	fprintf(out, "Partner Churned Count: %u\n", view.partner_churn_count);
	write_side(out, "actor", "port key", &view.actor);
	write_side(out, "partner", "oper key", &view.partner);
}
