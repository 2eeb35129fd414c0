/* SPDX-License-Identifier: GPL-2.0-or-later */
/* systemd-networkd's .netdev files of Kind=bond: systemd.netdev(5). See networkd.h. */
#include "import/dialects/networkd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/net.h"
#include "import/timespan.h"

#define US_PER_MS 1000ull
#define US_PER_S 1000000ull

enum value_kind { VALUE_TEXT, VALUE_MS, VALUE_S, VALUE_BOOL, VALUE_LIST };

static const struct bond_key {
	const char *key, *option;
	enum value_kind kind;
} bond_keys[] = {
	{"Mode", "mode", VALUE_TEXT},
	{"TransmitHashPolicy", "xmit_hash_policy", VALUE_TEXT},
	{"LACPTransmitRate", "lacp_rate", VALUE_TEXT},
	{"MIIMonitorSec", "miimon", VALUE_MS},
	{"UpDelaySec", "updelay", VALUE_MS},
	{"DownDelaySec", "downdelay", VALUE_MS},
	{"PeerNotifyDelaySec", "peer_notify_delay", VALUE_MS},
	{"LearnPacketIntervalSec", "lp_interval", VALUE_S},
	{"AdSelect", "ad_select", VALUE_TEXT},
	{"AdActorSystemPriority", "ad_actor_sys_prio", VALUE_TEXT},
	{"AdUserPortKey", "ad_user_port_key", VALUE_TEXT},
	{"AdActorSystem", "ad_actor_system", VALUE_TEXT},
	{"FailOverMACPolicy", "fail_over_mac", VALUE_TEXT},
	{"ARPValidate", "arp_validate", VALUE_TEXT},
	{"ARPIntervalSec", "arp_interval", VALUE_MS},
	{"ARPIPTargets", "arp_ip_target", VALUE_LIST},
	{"ARPAllTargets", "arp_all_targets", VALUE_TEXT},
	{"ARPMissedMax", "arp_missed_max", VALUE_TEXT},
	{"PrimaryReselectPolicy", "primary_reselect", VALUE_TEXT},
	{"ResendIGMP", "resend_igmp", VALUE_TEXT},
	{"PacketsPerSlave", "packets_per_slave", VALUE_TEXT},
	{"GratuitousARP", "num_grat_arp", VALUE_TEXT},
	{"AllSlavesActive", "all_slaves_active", VALUE_BOOL},
	{"DynamicTransmitLoadBalancing", "tlb_dynamic_lb", VALUE_BOOL},
	{"MinLinks", "min_links", VALUE_TEXT},
};

/* Keys that do not matter. */
const char *const networkd_indifferent[] = {"Description", "RequiredForOnline",
					    "ConfigureWithoutCarrier", NULL};

/* "a b" as "a,b". */
static void join_by_commas(char *text)
{
	for (; *text; text++)
		if (*text == ' ' || *text == '\t')
			*text = ',';
}

static int set_option(struct import_model *model, struct import_link *link,
		      const struct bond_key *key, const struct import_entry *entry)
{
	char text[OPTION_TEXT_MAX];
	bool yes = false;
	int err = 0;

	snprintf(text, sizeof(text), "%s", entry->value);
	switch (key->kind) {
	case VALUE_TEXT:
		break;
	case VALUE_MS:
		err = import_timespan(model, entry->place, entry->value, US_PER_S, US_PER_MS, text,
				      sizeof(text));
		break;
	case VALUE_S:
		err = import_timespan(model, entry->place, entry->value, US_PER_S, US_PER_S, text,
				      sizeof(text));
		break;
	case VALUE_BOOL:
		if (!parse_bool(entry->value, &yes))
			return import_refuse(model, entry->place, -EINVAL,
					     "%s=%.20s: not a boolean", key->key, entry->value);
		snprintf(text, sizeof(text), "%d", yes);
		break;
	case VALUE_LIST: /* set_list() */
		break;
	}
	return err ?: import_set(model, link, key->option, text, entry->place);
}

/* The values of all lines of a list, from @first on, joined by commas. */
static int set_list(struct import_model *model, struct import_link *link,
		    const struct import_sheet *sheet, const struct bond_key *key,
		    struct import_entry *first)
{
	char text[OPTION_TEXT_MAX] = "";
	size_t used = 0;

	for (struct import_entry *e = first; e; e = e->next) {
		if (strcmp(e->section, "Bond") != 0 || strcmp(e->key, key->key) != 0)
			continue;
		e->is_used = true;
		if (!*e->value || !networkd_holds(sheet, e))
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", used ? "," : "",
					 e->value);
		if (used >= sizeof(text))
			return import_refuse(model, e->place, -E2BIG, "%s: too many values",
					     key->key);
	}
	join_by_commas(text);
	return *text ? import_set(model, link, key->option, text, first->place) : 0;
}

static int set_options(struct import_model *model, const struct import_sheet *sheet,
		       struct import_link *link)
{
	int err = 0;

	for (struct import_entry *e = sheet->entries; e && !err; e = e->next) {
		if (strcmp(e->section, "Bond") != 0 || e->is_used)
			continue;
		for (size_t i = 0; i < sizeof(bond_keys) / sizeof(bond_keys[0]) && !err; i++) {
			if (strcmp(e->key, bond_keys[i].key) != 0)
				continue;
			e->is_used = true;
			if (bond_keys[i].kind == VALUE_LIST)
				err = set_list(model, link, sheet, &bond_keys[i], e);
			else if (*e->value)
				err = set_option(model, link, &bond_keys[i], e);
		}
	}
	return err;
}

/* Writes "9K" to @number as "9216"; anything else unchanged. */
static const char *bytes_text(const char *text, char number[static 24])
{
	size_t length = strspn(text, "0123456789");
	uint32_t factor = !strcmp(text + length, "K")	? 1024
			  : !strcmp(text + length, "M") ? 1048576
							: 0;

	if (!length || length > 6 || !factor)
		return text;
	snprintf(number, 24, "%llu", strtoull(text, NULL, 10) * factor);
	return number;
}

int networkd_set_link(struct import_model *model, const struct import_sheet *sheet,
		      struct import_link *link, const char *section)
{
	const char *mtu_text = sheet_value(sheet, section, "MTUBytes");
	char mtu[24];
	const char *mac = sheet_value(sheet, section, "MACAddress");
	int err = 0;

	if (mtu_text)
		err = import_set_mtu(model, link, bytes_text(mtu_text, mtu),
				     sheet_place_of(sheet, section, "MTUBytes"));
	if (!err && mac && strcmp(mac, "none") != 0)
		err = import_set_mac(model, link, mac,
				     sheet_place_of(sheet, section, "MACAddress"));
	return err;
}

/* Host=, Virtualization= etc. select a machine; assume this one. */
static int warn_conditions(struct import_model *model, const struct import_sheet *sheet)
{
	int err = 0;

	for (struct import_entry *e = sheet->entries; e && !err; e = e->next) {
		if (strcmp(e->section, "Match") != 0)
			continue;
		e->is_used = true;
		err = import_warn(model, e->place,
				  "%.40s: conditions are not evaluated: assumed true", e->key);
	}
	return err;
}

int networkd_declare_netdev(struct import_model *model, struct import_sheet *sheet)
{
	const char *kind = sheet_value(sheet, "NetDev", "Kind"),
		   *name = sheet_value(sheet, "NetDev", "Name");
	struct import_link *link;
	int err;

	if (!kind || !name)
		return import_refuse(model, sheet_place(sheet, NULL), -EINVAL, "[NetDev] has no %s",
				     kind ? "Name" : "Kind");
	if (strcmp(kind, "bond") != 0)
		return import_warn(model, sheet_place_of(sheet, "NetDev", "Kind"),
				   "%.40s: Kind=%.20s is not bond: left alone", name, kind);
	err = import_bond(model, name, sheet_place_of(sheet, "NetDev", "Name"), &link);
	if (err)
		return err;
	link->is_up = true;
	err = set_options(model, sheet, link) ?: networkd_set_link(model, sheet, link, "NetDev");
	err = err ?: warn_conditions(model, sheet);
	sheet_ignore(sheet, networkd_indifferent);
	return err ?: sheet_warn_unused(model, sheet, "not supported on a bond");
}
