/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options: for each the default, both ends of its range, words, what is refused
 * and with which message; and rules on whole requests.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lang/options.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* One name, one value: accepted (then @printed is what it reads as) or refused with @err. */
struct row {
	const char *name, *value, *printed;
	int err;
};

static const struct row rows[] = {
	{"mode", "balance-rr", "balance-rr", 0},
	{"mode", "active-backup", "active-backup", 0},
	{"mode", "balance-xor", "balance-xor", 0},
	{"mode", "broadcast", "broadcast", 0},
	{"mode", "0", "balance-rr", 0},
	{"mode", "3", "broadcast", 0},
	{"mode", "default", "balance-rr", 0},
	{"mode", "1\n", "active-backup", 0},
	{"mode", "4", "802.3ad", 0},
	{"mode", "802.3ad", "802.3ad", 0},
	{"mode", " balance-tlb\n", "balance-tlb", 0},
	{"mode", "6", "balance-alb", 0},
	{"tlb_dynamic_lb", "off", "0", 0},
	{"tlb_dynamic_lb", "2", NULL, -EINVAL},
	{"alb_ipv6", "default", "1", 0},
	{"alb_ipv6", "2", NULL, -EINVAL},
	{"announce_bridge", "default", "0", 0},
	{"announce_bridge", "on", "1", 0},
	{"announce_bridge", "2", NULL, -EINVAL},
	{"mode", "7", NULL, -EINVAL},
	{"mode", "-1", NULL, -EINVAL},
	{"mode", "", NULL, -EINVAL},
	{"mode", "Broadcast", NULL, -EINVAL},

	{"miimon", "0", "0", 0},
	{"miimon", "2147483647", "2147483647", 0},
	{"miimon", "off", "0", 0},
	{"miimon", "default", "0", 0},
	{"miimon", " 100 ", "100", 0},
	{"miimon", "0100", "100", 0},
	{"miimon", "2147483648", NULL, -EINVAL},
	{"miimon", "99999999999999999999999999", NULL, -EINVAL},
	{"miimon", "-1", NULL, -EINVAL},
	{"miimon", "-", NULL, -EINVAL},
	{"miimon", "", NULL, -EINVAL},
	{"miimon", "1e3", NULL, -EINVAL},
	{"miimon", "100ms", NULL, -EINVAL},
	{"miimon", "0x10", NULL, -EINVAL},
	{"miimon", "1 0", NULL, -EINVAL},
	{"miimon", "+5", NULL, -EINVAL},

	{"updelay", "0", "0", 0},
	{"updelay", "2147483647", "2147483647", 0},
	{"updelay", "2147483648", NULL, -EINVAL},
	{"updelay", "-1", NULL, -EINVAL},
	{"downdelay", "0", "0", 0},
	{"downdelay", "2147483647", "2147483647", 0},
	{"downdelay", "2147483648", NULL, -EINVAL},
	{"downdelay", "x", NULL, -EINVAL},

	{"peer_notify_delay", "0", "0", 0},
	{"peer_notify_delay", "300000", "300000", 0},
	{"peer_notify_delay", "300001", NULL, -EINVAL},
	{"peer_notif_delay", "500", "500", 0},

	{"use_carrier", "1", "1", 0},
	{"use_carrier", "on", "1", 0},
	{"use_carrier", "default", "1", 0},
	{"use_carrier", "0", NULL, -EINVAL},
	{"use_carrier", "off", NULL, -EINVAL},
	{"use_carrier", "2", NULL, -EINVAL},

	{"primary", "eth0", "eth0", 0},
	{"primary", "fifteen-letters", "fifteen-letters", 0},
	{"primary", "sixteen--letters", NULL, -EINVAL},
	{"primary", "", "", 0},
	{"primary", "none", "", 0},
	{"primary", "default", "", 0},
	{"primary", "eth0\n", "eth0", 0},
	{"primary", "a/b", NULL, -EINVAL},
	{"primary", "a b", NULL, -EINVAL},
	{"primary", "a:b", NULL, -EINVAL},
	{"primary", ".", NULL, -EINVAL},
	{"primary", "..", NULL, -EINVAL},

	{"primary_reselect", "always", "always", 0},
	{"primary_reselect", "better", "better", 0},
	{"primary_reselect", "failure", "failure", 0},
	{"primary_reselect", "2", "failure", 0},
	{"primary_reselect", "3", NULL, -EINVAL},
	{"primary_reselect", "never", NULL, -EINVAL},

	{"xmit_hash_policy", "layer2", "layer2", 0},
	{"xmit_hash_policy", "layer3+4", "layer3+4", 0},
	{"xmit_hash_policy", "layer2+3", "layer2+3", 0},
	{"xmit_hash_policy", "encap2+3", "encap2+3", 0},
	{"xmit_hash_policy", "encap3+4", "encap3+4", 0},
	{"xmit_hash_policy", "vlan+srcmac", "vlan+srcmac", 0},
	{"xmit_hash_policy", "1", "layer3+4", 0},
	{"xmit_hash_policy", "2", "layer2+3", 0},
	{"xmit_hash_policy", "5", "vlan+srcmac", 0},
	{"xmit_hash_policy", "6", NULL, -EINVAL},
	{"xmit_hash_policy", "layer4", NULL, -EINVAL},

	{"resend_igmp", "0", "0", 0},
	{"resend_igmp", "255", "255", 0},
	{"resend_igmp", "default", "1", 0},
	{"resend_igmp", "256", NULL, -EINVAL},
	{"num_grat_arp", "0", "0", 0},
	{"num_grat_arp", "255", "255", 0},
	{"num_grat_arp", "256", NULL, -EINVAL},
	{"num_unsol_na", "7", "7", 0},
	{"num_peer_notif", "8", "8", 0},

	{"all_slaves_active", "0", "0", 0},
	{"all_slaves_active", "1", "1", 0},
	{"all_slaves_active", "on", "1", 0},
	{"all_slaves_active", "off", "0", 0},
	{"all_slaves_active", "2", NULL, -EINVAL},
	{"all_slaves_active", "yes", NULL, -EINVAL},

	{"min_links", "0", "0", 0},
	{"min_links", "2147483647", "2147483647", 0},
	{"min_links", "2147483648", NULL, -EINVAL},
	{"lp_interval", "1", "1", 0},
	{"lp_interval", "2147483647", "2147483647", 0},
	{"lp_interval", "0", NULL, -EINVAL},
	{"lp_interval", "off", NULL, -EINVAL},
	{"packets_per_slave", "0", "0", 0},
	{"packets_per_slave", "65535", "65535", 0},
	{"packets_per_slave", "default", "1", 0},
	{"packets_per_slave", "65536", NULL, -EINVAL},

	{"miimon", "maxval", "2147483647", 0},
	{"lp_interval", "minval", "1", 0},
	{"packets_per_slave", "maxval", "65535", 0},
	{"miimon", "minval", NULL, -EINVAL}, /* 0 is "off" */
	{"all_slaves_active", "maxval", NULL, -EINVAL},
	{"xmit_hash_policy", "maxval", NULL, -EINVAL},

	{"prio", "1", NULL, -EINVAL}, /* a port's */
	{"queue_id", "1", NULL, -EINVAL},
	{"miimom", "100", NULL, -ENOENT},
	{"active_slave", "eth0", NULL, -ENOENT},

	{"lacp_rate", "1", "fast", 0},
	{"lacp_rate", "slow", "slow", 0},
	{"lacp_rate", "default", "slow", 0},
	{"lacp_rate", "2", NULL, -EINVAL},
	{"lacp_active", "off", "off", 0},
	{"lacp_active", "default", "on", 0},
	{"lacp_active", "2", NULL, -EINVAL},
	{"lacp_strict", "on", "on", 0},
	{"lacp_strict", "default", "off", 0},
	{"lacp_fallback", "on", "on", 0},
	{"lacp_fallback", "eth1", "eth1", 0},
	{"lacp_fallback", "off", "off", 0},
	{"lacp_fallback", "none", "off", 0},
	{"lacp_fallback", "default", "off", 0},
	{"lacp_fallback", "a/b", NULL, -EINVAL},
	{"ad_select", "stable", "stable", 0},
	{"ad_select", "bandwidth", "bandwidth", 0},
	{"ad_select", "2", "count", 0},
	{"ad_select", "actor_port_prio", "actor_port_prio", 0},
	{"ad_select", "4", NULL, -EINVAL},
	{"ad_actor_sys_prio", "1", "1", 0},
	{"ad_actor_sys_prio", "default", "65535", 0},
	{"ad_actor_sys_prio", "minval", "1", 0},
	{"ad_actor_sys_prio", "0", NULL, -EINVAL},
	{"ad_actor_sys_prio", "65536", NULL, -EINVAL},
	{"ad_user_port_key", "1023", "1023", 0},
	{"ad_user_port_key", "minval", "0", 0},
	{"ad_user_port_key", "1024", NULL, -EINVAL},
	{"ad_actor_system", "02:00:5e:10:00:FF", "02:00:5e:10:00:ff", 0},
	{"ad_actor_system", "00:00:00:00:00:00", "00:00:00:00:00:00", 0},
	{"ad_actor_system", "default", "00:00:00:00:00:00", 0},
	{"ad_actor_system", "03:00:00:00:00:01", NULL, -EINVAL}, /* a group's */
	{"ad_actor_system", "02:00:00:00:00", NULL, -EINVAL},
	{"ad_actor_system", "02:00:00:00:00:01:02", NULL, -EINVAL},
	{"ad_actor_system", "2:0:0:0:0:1", NULL, -EINVAL},
	{"ad_actor_system", "0x:00:00:00:00:01", NULL, -EINVAL},
	{"ad_actor_system", "", NULL, -EINVAL},
	{"coupled_control", "off", "off", 0},
	{"coupled_control", "default", "on", 0},
	{"broadcast_neighbor", "on", "on", 0},
	{"broadcast_neighbor", "default", "off", 0},
	{"actor_port_prio", "1", NULL, -EINVAL}, /* a port's */

	{"arp_interval", "100", "100", 0},
	{"arp_interval", "off", "0", 0},
	{"arp_interval", "2147483648", NULL, -EINVAL},
	{"arp_missed_max", "1", "1", 0},
	{"missed_max", "255", "255", 0},
	{"arp_missed_max", "default", "2", 0},
	{"arp_missed_max", "0", NULL, -EINVAL},
	{"arp_missed_max", "256", NULL, -EINVAL},
	{"arp_validate", "none", "none", 0},
	{"arp_validate", "1", "active", 0},
	{"arp_validate", "backup", "backup", 0},
	{"arp_validate", "3", "all", 0},
	{"arp_validate", "filter", "filter", 0},
	{"arp_validate", "5", "filter_active", 0},
	{"arp_validate", "filter_backup", "filter_backup", 0},
	{"arp_validate", "7", NULL, -EINVAL},
	{"arp_all_targets", "all", "all", 0},
	{"arp_all_targets", "0", "any", 0},
	{"arp_all_targets", "2", NULL, -EINVAL},
	{"arp_ip_target", "192.0.2.1", "192.0.2.1", 0},
	{"arp_ip_target", "192.0.2.1,198.51.100.255", "192.0.2.1,198.51.100.255", 0},
	{"arp_ip_target", "+192.0.2.1", "192.0.2.1", 0},
	{"arp_ip_target", "+192.0.2.1,+192.0.2.2,-192.0.2.1", "192.0.2.2", 0},
	{"arp_ip_target", "none", "", 0},
	{"arp_ip_target", "", "", 0},
	{"arp_ip_target", "default", "", 0},
	{"arp_ip_target", "-192.0.2.1", NULL, -EINVAL},
	{"arp_ip_target", "192.0.2.1,192.0.2.1", NULL, -EINVAL},
	{"arp_ip_target", "0.0.0.0", NULL, -EINVAL},
	{"arp_ip_target", "255.255.255.255", NULL, -EINVAL},
	{"arp_ip_target", "192.0.2", NULL, -EINVAL},
	{"arp_ip_target", "192.0.2.256", NULL, -EINVAL},
	{"arp_ip_target", "192.0.2.01", NULL, -EINVAL},
	{"arp_ip_target", "192.0.2.1.", NULL, -EINVAL},
	{"arp_ip_target", "gateway", NULL, -EINVAL},
	{"arp_ip_target",
	 "10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4,10.0.0.5,10.0.0.6,10.0.0.7,10.0.0.8,10.0.0.9,"
	 "10.0.0.10,10.0.0.11,10.0.0.12,10.0.0.13,10.0.0.14,10.0.0.15,10.0.0.16,10.0.0.17",
	 NULL, -EINVAL},
	{"ns_ip6_target", "2001:db8::1", "2001:db8::1", 0},
	{"ns_ip6_target", "2001:DB8:0:0:1:0:0:1,fe80::1", "2001:db8::1:0:0:1,fe80::1", 0},
	{"ns_ip6_target", "::", NULL, -EINVAL},
	{"ns_ip6_target", "::1", NULL, -EINVAL},
	{"ns_ip6_target", "ff02::1", NULL, -EINVAL},
	{"ns_ip6_target", "192.0.2.1", NULL, -EINVAL},
	{"ns_ip6_target", "2001:db8", NULL, -EINVAL},
	{"link_watch", "any", "any", 0},
	{"link_watch", "2", "all", 0},
	{"link_watch", "both", NULL, -EINVAL},
	{"fail_over_mac", "0", "none", 0},
	{"fail_over_mac", "active", "active", 0},
	{"fail_over_mac", "2", "follow", 0},
	{"fail_over_mac", "3", NULL, -EINVAL},
	{"error_threshold", "10/1000", "10/1000", 0},
	{"error_threshold", "off", "off", 0},
	{"error_threshold", "0", "off", 0},
	{"error_threshold", "default", "off", 0},
	{"error_threshold", "10", NULL, -EINVAL},
	{"error_threshold", "0/1000", NULL, -EINVAL},
	{"error_threshold", "10/0", NULL, -EINVAL},
	{"error_threshold", "10/", NULL, -EINVAL},
	{"error_threshold", "10/1000/1", NULL, -EINVAL},
	{"error_threshold", "99999999999/1", NULL, -EINVAL},
	{"flap_hold", "1000", "1000", 0},
	{"flap_hold", "off", "0", 0},
	{"flap_hold", "3600001", NULL, -EINVAL},
	{"tx_placement", "adaptive", "adaptive", 0},
	{"tx_placement", "default", "hash", 0},
	{"tx_placement", "load", NULL, -EINVAL},
	{"placement_moves", "paused", "paused", 0},
	{"placement_moves", "default", "any", 0},
	{"placement_moves", "none", NULL, -EINVAL},
	{"striping", "earliest", "earliest", 0},
	{"striping", "default", "count", 0},
	{"striping", "2", NULL, -EINVAL},
	{"speed_mbps", "1", NULL, -EINVAL},
	{"spill_threshold", "100", "100", 0},
	{"spill_threshold", "off", "0", 0},
	{"spill_threshold", "101", NULL, -EINVAL},
};

static bool same_options(const struct bond_options *a, const struct bond_options *b)
{
	size_t count;
	const struct option_spec *specs = option_table(&count);

	for (size_t i = 0; i < count; i++) {
		char x[OPTION_TEXT_MAX] = "", y[OPTION_TEXT_MAX] = "";

		if (specs[i].per_port)
			continue;
		assert_int_equal(bond_options_get(a, specs[i].name, x, sizeof(x)), 0);
		assert_int_equal(bond_options_get(b, specs[i].name, y, sizeof(y)), 0);
		assert_int_equal(option_equal(&specs[i], a, b), strcmp(x, y) == 0);
		if (strcmp(x, y) != 0)
			return false;
	}
	return true;
}

static void test_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bond_options options, before;
		struct refusal why = {0};
		char text[OPTION_TEXT_MAX];
		int r;

		bond_options_init(&options);
		options.resend_igmp = 99; /* "default" has an effect */
		options.packets_per_slave = 99;
		before = options;
		r = bond_options_set(&options, rows[i].name, rows[i].value, false, &why);
		if (r != rows[i].err)
			fail_msg("%s '%s': %d %s", rows[i].name, rows[i].value, r, why.text);
		if (r < 0) {
			assert_int_equal(why.err, r);
			assert_true(strlen(why.text) > 20);
			assert_null(strchr(why.text, '\n'));
			assert_true(same_options(&options, &before));
			continue;
		}
		assert_int_equal(bond_options_get(&options, rows[i].name, text, sizeof(text)), 0);
		assert_string_equal(text, rows[i].printed);
	}
}

static void test_defaults(void **state)
{
	struct bond_options options;
	struct bond_port_options port;

	(void)state;
	memset(&options, 0x5a, sizeof(options));
	bond_options_init(&options);
	assert_int_equal(options.mode, BOND_MODE_ROUNDROBIN);
	assert_int_equal(options.xmit_policy, BOND_XMIT_LAYER2);
	assert_int_equal(options.primary_reselect, BOND_RESELECT_ALWAYS);
	assert_string_equal(options.primary, "");
	assert_int_equal(options.miimon_ms, 0);
	assert_int_equal(options.updelay_ms, 0);
	assert_int_equal(options.downdelay_ms, 0);
	assert_int_equal(options.peer_notif_delay_ms, 0);
	assert_int_equal(options.packets_per_slave, 1);
	assert_int_equal(options.min_links, 0);
	assert_int_equal(options.lp_interval_s, 1);
	assert_int_equal(options.num_peer_notif, 1);
	assert_int_equal(options.resend_igmp, 1);
	assert_false(options.all_slaves_active);
	memset(&port, 0x5a, sizeof(port));
	bond_port_options_init(&port);
	assert_int_equal(port.prio, 0);
	assert_int_equal(port.queue_id, 0);
}

static void expect_refusal(const char *name, const char *value, const char *text)
{
	struct bond_options options;
	struct refusal why = {0};

	bond_options_init(&options);
	assert_true(bond_options_set(&options, name, value, false, &why) < 0);
	assert_string_equal(why.text, text);
}

static void test_texts(void **state)
{
	(void)state;
	expect_refusal("mode", "trunk",
		       "mode 'trunk': unknown value: use balance-rr, active-backup, balance-xor, "
		       "broadcast, 802.3ad, balance-tlb or balance-alb");
	expect_refusal("miimon", "fast",
		       "miimon 'fast': not a number: use a number from 0 to 2147483647 ms");
	expect_refusal("resend_igmp", "256",
		       "resend_igmp '256': out of range: use a number from 0 to 255");
	expect_refusal("miimom", "1", "unknown option 'miimom': did you mean miimon?");
	expect_refusal("num_gratarp", "1",
		       "unknown option 'num_gratarp': did you mean num_grat_arp?");
	expect_refusal("active_slav", "1",
		       "unknown option 'active_slav': did you mean active_slave?");
	expect_refusal("lacp-rate", "1", "unknown option 'lacp-rate': did you mean lacp_rate?");
	expect_refusal("colour", "1",
		       "unknown option 'colour': see ebond(8) for the list of options");
	expect_refusal("", "1", "unknown option '': see ebond(8) for the list of options");
	expect_refusal("mode", "a\nb\033[2J",
		       "mode 'a?b?[2J': unknown value: use balance-rr, active-backup, balance-xor, "
		       "broadcast, 802.3ad, balance-tlb or balance-alb");
}

/* However long names and values are, the text stays one line within its bounds. */
static void test_long_input(void **state)
{
	char text[600];
	struct bond_options options;
	struct refusal why;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	bond_options_init(&options);
	assert_int_equal(bond_options_set(&options, text, "1", false, &why), -ENOENT);
	assert_true(strlen(why.text) < 128);
	assert_int_equal(bond_options_set(&options, "mode", text, false, &why), -EINVAL);
	assert_int_equal(bond_options_set(&options, "primary", text, false, &why), -EINVAL);
	assert_true(strlen(why.text) < sizeof(why.text));
}

static void test_mode_with_ports(void **state)
{
	struct bond_options options;
	struct refusal why;

	(void)state;
	bond_options_init(&options);
	assert_int_equal(bond_options_set(&options, "mode", "broadcast", true, &why), -ENOTEMPTY);
	assert_string_equal(why.text, "mode cannot change from balance-rr to broadcast while ports "
				      "are attached: use --replace to keep them, or detach them "
				      "first");
	assert_int_equal(options.mode, BOND_MODE_ROUNDROBIN);
	assert_int_equal(bond_options_set(&options, "mode", "balance-rr", true, &why), 0);
	assert_int_equal(bond_options_set(&options, "miimon", "100", true, &why), 0);
}

static void test_port_options(void **state)
{
	static const struct row port_rows[] = {
		{"prio", "-2147483648", NULL, 0},
		{"prio", "2147483647", NULL, 0},
		{"prio", "2147483648", NULL, -EINVAL},
		{"prio", "-2147483649", NULL, -EINVAL},
		{"prio", "high", NULL, -EINVAL},
		{"queue_id", "0", NULL, 0},
		{"queue_id", "16", NULL, 0},
		{"queue_id", "17", NULL, -EINVAL},
		{"queue_id", "-1", NULL, -EINVAL},
		{"miimon", "1", NULL, -EINVAL},
		{"priority", "1", NULL, -ENOENT},
		{"actor_port_prio", "65535", NULL, 0},
		{"actor_port_prio", "65536", NULL, -EINVAL},
		{"speed_mbps", "0", NULL, 0},
		{"speed_mbps", "10000000", NULL, 0},
		{"speed_mbps", "10000001", NULL, -EINVAL},
		{"speed_mbps", "-1", NULL, -EINVAL},
		{"speed_mbps", "fast", NULL, -EINVAL},
		{"latency_us", "1000000", NULL, 0},
		{"latency_us", "1000001", NULL, -EINVAL},
		{"latency_us", "-1", NULL, -EINVAL},
	};
	struct bond_port_options options;
	struct refusal why;

	(void)state;
	for (size_t i = 0; i < COUNT(port_rows); i++) {
		bond_port_options_init(&options);
		assert_int_equal(bond_port_options_set(&options, port_rows[i].name,
						       port_rows[i].value, &why),
				 port_rows[i].err);
	}
	bond_port_options_init(&options);
	assert_int_equal(bond_port_options_set(&options, "queue_id", "16", &why), 0);
	assert_int_equal(options.queue_id, 16);
	assert_int_equal(bond_port_options_set(&options, "queue_id", "default", &why), 0);
	assert_int_equal(options.queue_id, 0);
	assert_int_equal(bond_port_options_set(&options, "queue_id", "1", NULL), 0);
	assert_int_equal(bond_port_options_set(&options, "queue_id", "x", NULL), -EINVAL);
	assert_int_equal(bond_port_options_set(&options, "prio", "-5", &why), 0);
	assert_int_equal(bond_port_options_set(&options, "queue_id", "3", &why), 0);
	assert_int_equal(options.prio, -5);
	assert_int_equal(options.queue_id, 3);
}

/* Sets "name value ..." in the given order and settles; returns the result of settling. */
static int request(struct bond_options *options, const char *text, char *note, size_t note_size,
		   struct refusal *why)
{
	char copy[256], *save = NULL;
	const char *named[16];
	size_t count = 0;

	snprintf(copy, sizeof(copy), "%s", text);
	for (char *name = strtok_r(copy, " ", &save); name; name = strtok_r(NULL, " ", &save)) {
		if (bond_options_set(options, name, strtok_r(NULL, " ", &save), false, why) < 0)
			fail_msg("%s", why->text);
		named[count++] = name;
	}
	return bond_options_settle(options, named, count, note, note_size, why);
}

static void expect_request(const char *first, const char *second, int err, const char *text)
{
	struct bond_options options;
	struct refusal why = {0};
	char note[256];

	bond_options_init(&options);
	if (first)
		assert_int_equal(request(&options, first, note, sizeof(note), &why), 0);
	assert_int_equal(request(&options, second, note, sizeof(note), &why), err);
	assert_string_equal(err ? why.text : note, text);
	if (err) {
		assert_int_equal(why.err, err);
		assert_string_equal(note, "");
	}
}

static void test_settle_modes(void **state)
{
	(void)state;
	expect_request(NULL, "primary eth0", -EACCES,
		       "mode balance-rr has no option primary: leave it out, or use mode "
		       "active-backup; balance-tlb; balance-alb");
	expect_request(NULL, "mode balance-tlb arp_interval 100", -EACCES,
		       "mode balance-tlb has no option arp_interval: leave it out, or use mode "
		       "balance-rr; active-backup; balance-xor; broadcast");
	expect_request("mode active-backup arp_interval 100", "mode balance-tlb", 0,
		       "arp_interval 100 dropped: mode balance-tlb has no such option");
	expect_request("mode balance-tlb tlb_dynamic_lb 0", "mode balance-alb", 0, "");
	expect_request(NULL, "mode balance-tlb alb_ipv6 0", -EACCES,
		       "mode balance-tlb has no option alb_ipv6: leave it out, or use mode "
		       "balance-alb");
	expect_request(NULL, "mode active-backup packets_per_slave 1", -EACCES,
		       "mode active-backup has no option packets_per_slave: leave it out, or use "
		       "mode balance-rr");
	expect_request(NULL, "packets_per_slave 2 mode balance-xor", -EACCES,
		       "mode balance-xor has no option packets_per_slave: leave it out, or use "
		       "mode balance-rr");
	expect_request(NULL, "mode active-backup primary eth0 all_slaves_active 1", 0, "");
	expect_request(NULL, "xmit_hash_policy layer3+4 num_grat_arp 3 primary_reselect better", 0,
		       "");
	expect_request("mode active-backup primary eth0", "mode balance-xor", 0,
		       "primary eth0 dropped: mode balance-xor has no such option");
	expect_request(NULL, "mode active-backup tx_placement adaptive", -EACCES,
		       "mode active-backup has no option tx_placement: leave it out, or use mode "
		       "balance-xor; 802.3ad");
	expect_request(NULL, "mode 802.3ad striping earliest", -EACCES,
		       "mode 802.3ad has no option striping: leave it out, or use mode balance-rr");
	expect_request("mode balance-xor tx_placement adaptive", "mode balance-rr", 0,
		       "tx_placement adaptive dropped: mode balance-rr has no such option");
	expect_request("packets_per_slave 7", "mode broadcast", 0,
		       "packets_per_slave 7 dropped: mode broadcast has no such option");
	expect_request("mode active-backup", "mode balance-rr packets_per_slave 0", 0, "");
}

static void test_settle_delays(void **state)
{
	(void)state;
	expect_request(
		NULL, "updelay 100", -EPERM,
		"updelay 100 needs miimon, which is 0: set miimon too, for example miimon 100");
	expect_request("miimon 100", "downdelay 100 miimon 0", -EPERM,
		       "downdelay 100 needs miimon, which is 0: set miimon too, for example miimon "
		       "100");
	expect_request(
		NULL, "peer_notif_delay 100", -EPERM,
		"peer_notify_delay 100 needs miimon, which is 0: set miimon too, for example "
		"miimon 100");
	expect_request(NULL, "updelay 0 downdelay off", 0, "");
	expect_request(NULL, "miimon 100 updelay 250", 0,
		       "updelay 250 rounded down to 200: a multiple of miimon 100");
	expect_request(NULL, "updelay 250 downdelay 99 miimon 100", 0,
		       "updelay 250 rounded down to 200: a multiple of miimon 100; downdelay 99 "
		       "rounded down to 0: a multiple of miimon 100");
	expect_request("miimon 100 updelay 200 downdelay 300", "miimon 50", 0, "");
	expect_request("miimon 100 updelay 200 downdelay 300", "miimon 150", 0,
		       "updelay 200 rounded down to 150: a multiple of miimon 150");
	expect_request("miimon 100 updelay 200", "miimon 0", 0,
		       "updelay 200 dropped: it needs miimon, which is 0");
	expect_request("miimon 100", "peer_notify_delay 199", 0,
		       "peer_notify_delay 199 rounded down to 100: a multiple of miimon 100");
}

static void test_settle_failure_changes_nothing(void **state)
{
	struct bond_options options, before;
	struct refusal why;
	const char *const named[] = {"miimon", "updelay", "downdelay"};
	char note[64];

	(void)state;
	bond_options_init(&options);
	options.updelay_ms = 250; /* not named below: would be dropped, with a note */
	options.downdelay_ms = 250;
	before = options;
	assert_int_equal(bond_options_settle(&options, named + 2, 1, note, sizeof(note), &why),
			 -EPERM);
	assert_true(same_options(&options, &before));
	assert_string_equal(note, "");
}

static void test_note_is_cut(void **state)
{
	struct bond_options options;
	struct refusal why;
	char note[20];

	(void)state;
	bond_options_init(&options);
	assert_int_equal(
		request(&options, "miimon 100 updelay 250 downdelay 250", note, sizeof(note), &why),
		0);
	assert_string_equal(note, "updelay 250 rounded");
	assert_int_equal(options.downdelay_ms, 200);
	assert_int_equal(bond_options_settle(&options, NULL, 0, NULL, 0, &why), 0);
}

/* Any order of four interdependent options gives the same bond. */
static void test_order_does_not_matter(void **state)
{
	static const char *const parts[] = {"mode active-backup", "miimon 100", "updelay 250",
					    "primary eth0"};
	struct bond_options first;
	struct refusal why;
	char note[256];
	bool have_first = false;

	(void)state;
	for (unsigned int order = 0; order < 256; order++) {
		unsigned int at[4] = {order & 3, order >> 2 & 3, order >> 4 & 3, order >> 6};
		struct bond_options options;
		char text[256];

		if ((1u << at[0] | 1u << at[1] | 1u << at[2] | 1u << at[3]) != 15)
			continue;
		snprintf(text, sizeof(text), "%s %s %s %s", parts[at[0]], parts[at[1]],
			 parts[at[2]], parts[at[3]]);
		bond_options_init(&options);
		assert_int_equal(request(&options, text, note, sizeof(note), &why), 0);
		assert_int_equal(options.updelay_ms, 200);
		if (have_first)
			assert_true(same_options(&options, &first));
		first = options;
		have_first = true;
	}
	assert_true(have_first);
}

static void test_check_mode(void **state)
{
	struct refusal why;

	(void)state;
	assert_int_equal(bond_options_check_mode("active_slave", BOND_MODE_ACTIVEBACKUP, &why), 0);
	assert_int_equal(bond_options_check_mode("active_slave", BOND_MODE_XOR, &why), -EACCES);
	assert_string_equal(why.text,
			    "mode balance-xor has no option active_slave: leave it out, or "
			    "use mode active-backup; balance-tlb; balance-alb");
	assert_int_equal(bond_options_check_mode("prio", BOND_MODE_BROADCAST, &why), -EACCES);
	assert_int_equal(bond_options_check_mode("prio", BOND_MODE_ACTIVEBACKUP, NULL), 0);
	assert_int_equal(bond_options_check_mode("queue_id", BOND_MODE_BROADCAST, &why), 0);
	assert_int_equal(bond_options_check_mode("no-such", BOND_MODE_BROADCAST, &why), 0);
}

static void test_numbers_and_names(void **state)
{
	struct bond_options options;
	int64_t value = -1;
	char text[4];

	(void)state;
	bond_options_init(&options);
	options.mode = BOND_MODE_XOR;
	options.min_links = INT32_MAX;
	assert_int_equal(bond_options_number(&options, "mode", &value), 0);
	assert_int_equal(value, 2);
	assert_int_equal(bond_options_number(&options, "min_links", &value), 0);
	assert_int_equal(value, INT32_MAX);
	assert_int_equal(bond_options_number(&options, "use_carrier", &value), 0);
	assert_int_equal(value, 1);
	assert_int_equal(bond_options_number(&options, "primary", &value), -ENOENT);
	assert_int_equal(bond_options_number(&options, "prio", &value), -ENOENT);
	assert_int_equal(bond_options_number(&options, "no-such", &value), -ENOENT);
	assert_int_equal(value, 1);
	assert_int_equal(bond_options_get(&options, "mode", text, sizeof(text)), 0);
	assert_string_equal(text, "bal"); /* truncated, terminated */
	assert_int_equal(bond_options_get(&options, "no-such", text, sizeof(text)), -ENOENT);
	assert_string_equal(bond_mode_word(BOND_MODE_BROADCAST), "broadcast");
	assert_string_equal(bond_mode_word(BOND_MODE_MAX), "unknown");
	assert_string_equal(bond_xmit_policy_word(BOND_XMIT_LAYER34), "layer3+4");
	assert_string_equal(bond_xmit_policy_word((enum bond_xmit_policy)99), "unknown");
	assert_string_equal(bond_reselect_word(BOND_RESELECT_BETTER), "better");
	assert_string_equal(bond_reselect_word(BOND_RESELECT_MAX), "unknown");
}

/* Every row can be printed, parsed back, explained and found by all its names. */
static void test_table_is_whole(void **state)
{
	size_t count;
	const struct option_spec *specs = option_table(&count);

	(void)state;
	assert_true(count > 15);
	for (size_t i = 0; i < count; i++) {
		const struct option_spec *spec = &specs[i];

		assert_ptr_equal(option_find(spec->name), spec);
		for (const char *const *alias = spec->aliases; alias && *alias; alias++)
			assert_ptr_equal(option_find(*alias), spec);
		assert_true(strlen(spec->help) > 10);
		assert_null(strchr(spec->help, '\n'));
		if (spec->type == OPTION_PORT)
			continue;
		assert_true(spec->min <= spec->initial && spec->initial <= spec->max);
		if (spec->type == OPTION_WORD) {
			assert_non_null(spec->words[spec->max]);
			assert_null(spec->words[spec->max + 1]);
		}
	}
	assert_null(option_find("active_slave"));
}

/* Carrier and ARP/NS exclude each other in any order, unless link_watch combines them. */
static void test_two_monitors(void **state)
{
	struct bond_options options;
	struct refusal why = {0};
	char note[256];

	(void)state;
	bond_options_init(&options);
	assert_int_equal(request(&options, "miimon 100 updelay 200", note, sizeof(note), &why), 0);
	assert_int_equal(
		request(&options, "arp_interval 500 arp_validate all", note, sizeof(note), &why),
		0);
	assert_int_equal(options.miimon_ms, 0);
	assert_int_equal(options.updelay_ms, 0);
	assert_non_null(strstr(note, "miimon 100 turned off"));
	assert_int_equal(request(&options, "miimon 50", note, sizeof(note), &why), 0);
	assert_int_equal(options.arp_interval_ms, 0);
	assert_int_equal(options.arp_validate, BOND_ARP_VALIDATE_NONE);
	assert_non_null(strstr(note, "arp_interval 500 turned off"));

	bond_options_init(&options);
	assert_int_equal(request(&options, "arp_interval 500 miimon 100", note, sizeof(note), &why),
			 -EINVAL);
	assert_non_null(strstr(why.text, "link_watch"));
	bond_options_init(&options);
	assert_int_equal(request(&options, "arp_interval 500 link_watch any miimon 100", note,
				 sizeof(note), &why),
			 0);
	assert_int_equal(options.arp_interval_ms, 500);
	assert_int_equal(options.miimon_ms, 100);
	assert_string_equal(note, "");
	/* separated again: carrier stays, as in the kernel's module */
	assert_int_equal(request(&options, "link_watch one", note, sizeof(note), &why), 0);
	assert_int_equal(options.arp_interval_ms, 0);
	assert_int_equal(options.miimon_ms, 100);
}

static void test_fail_over_mac_only_without_ports(void **state)
{
	struct bond_options options;
	struct refusal why = {0};

	(void)state;
	bond_options_init(&options);
	assert_int_equal(bond_options_set(&options, "fail_over_mac", "active", true, &why),
			 -ENOTEMPTY);
	assert_int_equal(bond_options_set(&options, "fail_over_mac", "none", true, &why), 0);
	assert_int_equal(bond_options_set(&options, "fail_over_mac", "active", false, &why), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_two_monitors),
		cmocka_unit_test(test_fail_over_mac_only_without_ports),
		cmocka_unit_test(test_long_input),
		cmocka_unit_test(test_mode_with_ports),
		cmocka_unit_test(test_port_options),
		cmocka_unit_test(test_settle_modes),
		cmocka_unit_test(test_settle_delays),
		cmocka_unit_test(test_settle_failure_changes_nothing),
		cmocka_unit_test(test_note_is_cut),
		cmocka_unit_test(test_order_does_not_matter),
		cmocka_unit_test(test_check_mode),
		cmocka_unit_test(test_numbers_and_names),
		cmocka_unit_test(test_table_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
