/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's /proc/net/bonding/NAME text, line for line, as scripts and people
 * read it; and the older text of the 2.4 kernels, for the same reason.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "daemon/bonds.h"
#include "daemon/service/lacp_report.h"
#include "daemon/service/report.h"
#include "lang/ip_text.h"
#include "lib/cleanup.h"

static void write_active_backup(FILE *out, const struct managed_bond *bond,
				const struct bond_options *options)
{
	struct bond_port_view active;

	if (bond_has_port_named(bond, options->primary))
		fprintf(out, "Primary Slave: %s (primary_reselect %s)\n", options->primary,
			bond_reselect_word(options->primary_reselect));
	else
		fputs("Primary Slave: None\n", out);
	fprintf(out, "Currently Active Slave: %s\n",
		bond_port_by_id(bond->core, bond_get_active(bond->core), &active) ? active.name
										  : "None");
}

static void write_targets(FILE *out, const struct bond_options *options)
{
	char text[IP6_TEXT_MAX];

	fprintf(out, "ARP Polling Interval (ms): %u\n", options->arp_interval_ms);
	fprintf(out, "ARP Missed Max: %u\n", options->arp_missed_max);
	fputs("ARP IP target/s (n.n.n.n form):", out);
	for (size_t i = 0; i < options->arp_targets.count; i++) {
		ip4_format(options->arp_targets.ip[i], text);
		fprintf(out, "%s %s", i ? "," : "", text);
	}
	fputs("\nNS IPv6 target/s (xx::xx form):", out);
	for (size_t i = 0; i < options->ns_targets.count; i++) {
		ip6_format(options->ns_targets.ip[i], text);
		fprintf(out, "%s %s", i ? "," : "", text);
	}
	fputs("\n", out);
}

static void write_bond(FILE *out, const struct managed_bond *bond)
{
	const struct bond_options *options = bond_get_options(bond->core);

	fprintf(out, "Bonding Mode: %s", mode_spec(options->mode)->proc_text);
	if (bond_options_fail_over_mac(options) != BOND_FOM_NONE)
		fprintf(out, " (fail_over_mac %s)",
			bond_fail_over_mac_word(options->fail_over_mac));
	fputs("\n", out);
	if (bond_options_use_policy(options))
		fprintf(out, "Transmit Hash Policy: %s (%d)\n",
			bond_xmit_policy_word(options->xmit_policy), options->xmit_policy);
	if (mode_has(options->mode, MODE_ACTIVE_PORT))
		write_active_backup(out, bond, options);
	fprintf(out, "MII Status: %s\n", bond_get_carrier(bond->core) ? "up" : "down");
	fprintf(out, "MII Polling Interval (ms): %u\n", options->miimon_ms);
	fprintf(out, "Up Delay (ms): %u\n", options->updelay_ms);
	fprintf(out, "Down Delay (ms): %u\n", options->downdelay_ms);
	fprintf(out, "Peer Notification Delay (ms): %u\n", options->peer_notif_delay_ms);
	if (options->arp_interval_ms)
		write_targets(out, options);
	lacp_proc_bond(bond, out);
}

static void write_port(FILE *out, const struct managed_bond *bond, const struct port *port)
{
	struct bond_port_view view;
	char permanent[MAC_TEXT_SIZE];

	if (!bond_port_by_id(bond->core, port->ifindex, &view))
		return;
	mac_format(port->saved.mac, permanent);
	fprintf(out, "\nSlave Interface: %s\n", view.name);
	fprintf(out, "MII Status: %s\n", link_state_word(view.link));
	if (view.speed_mbps == SPEED_UNKNOWN_MBPS)
		fputs("Speed: Unknown\n", out);
	else
		fprintf(out, "Speed: %d Mbps\n", view.speed_mbps);
	if (view.duplex == DUPLEX_IS_UNKNOWN)
		fputs("Duplex: Unknown\n", out);
	else
		fprintf(out, "Duplex: %s\n", view.duplex == DUPLEX_IS_FULL ? "full" : "half");
	fprintf(out, "Link Failure Count: %u\n", view.link_failures);
	fprintf(out, "Permanent HW addr: %s\n", permanent);
	fprintf(out, "Slave queue ID: %u\n", view.options.queue_id);
	lacp_proc_port(bond, port, out);
}

char *report_proc(const struct managed_bond *bond)
{
	struct utsname host = {};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	uname(&host);
	fprintf(out, "Ethernet Channel Bonding Driver: v%s\n\n", host.release);
	write_bond(out, bond);
	for (size_t i = 0; i < bond->port_count; i++)
		write_port(out, bond, &bond->ports[i]);
	fclose(out);
	return text;
}

/* That text has no link state between up and down. */
static void write_legacy_port(FILE *out, const struct bond_port_view *port)
{
	fprintf(out, "\nSlave Interface: %s\n", port->name);
	fprintf(out, "MII Status: %s\n", port->link == LINK_UP ? "up" : "down");
	fprintf(out, "Link Failure Count: %u\n", port->link_failures);
}

char *report_proc_legacy(const struct managed_bond *bond)
{
	const struct bond_options *options = bond_get_options(bond->core);
	struct bond_port_view port;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fprintf(out, "Bonding Mode: %s\n", mode_spec(options->mode)->proc_text);
	/* that driver prints it in this mode only */
	if (options->mode == BOND_MODE_ACTIVEBACKUP &&
	    bond_port_by_id(bond->core, bond_get_active(bond->core), &port))
		fprintf(out, "Currently Active Slave: %s\n", port.name);
	fprintf(out, "MII Status: %s\n", bond_get_carrier(bond->core) ? "up" : "down");
	fprintf(out, "MII Polling Interval (ms): %u\n", options->miimon_ms);
	fprintf(out, "Up Delay (ms): %u\n", options->updelay_ms);
	fprintf(out, "Down Delay (ms): %u\n", options->downdelay_ms);
	/* that driver's default for multicast, and what ebond does */
	fputs("Multicast Mode: all slaves\n", out);
	for (size_t i = 0; i < bond->port_count; i++)
		if (bond_port_by_id(bond->core, bond->ports[i].ifindex, &port))
			write_legacy_port(out, &port);
	fclose(out);
	return text;
}
