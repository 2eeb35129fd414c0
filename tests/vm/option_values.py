# SPDX-License-Identifier: GPL-2.0-or-later
"""What same_refusals.py writes to options: valid, boundary and bad values of every
option of the driver. P0 and P1 stand for ports of the bond, P2 for an interface
that is not a port.
"""

INT_MAX = 2**31 - 1

# For every option, as text: ends of ranges, and every spelling of a number that
# a user may try.
NUMBERS = ["0", "1", "2", "3", "7", "99", "100", "150", "255", "256", "1000", "65535", "65536",
           "300000", "300001", str(INT_MAX), str(INT_MAX + 1), "4294967295", "4294967296",
           "99999999999999999999", "-1"]
SPELLINGS = ["default", "off", "on", "minval", "maxval", "none", "x", "0x10", "010", "01", "1 ",
             " 1", "1\n", "1x", "+1", "1 2", "A" * 40]
TEXTS = NUMBERS + SPELLINGS
# Options for which only the presence of ports matters.
FEW_TEXTS = ["0", "1", "2", "150", "256", "65536", str(INT_MAX), "-1", "default", "x", "1 2"]

# Options with named values. Some accept nothing but names.
WORDS = {
    "mode": ["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb",
             "balance-alb", "Active-Backup", "active-backup\n", "backup"],
    "xmit_hash_policy": ["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac",
                         "LAYER2", "layer3"],
    "primary_reselect": ["always", "better", "failure", "never"],
    "fail_over_mac": ["active", "follow", "Follow"],
    "all_slaves_active": ["yes", "no"],
    "arp_validate": ["active", "backup", "all", "filter", "filter_active", "filter_backup"],
    "arp_all_targets": ["any", "all"],
    "ad_lacp_rate": ["slow", "fast", "Fast"],
    "ad_select": ["stable", "bandwidth", "count", "best"],
}
NAMES = {
    "arp_ip_target": ["+10.0.0.1", "+10.0.0.1", "+10.0.0.2", "-10.0.0.9", "-10.0.0.1", "-10.0.0.2",
                      "+10.0.0.256", "+0.0.0.0", "+255.255.255.255", "+10.0.0", "+", "-", "",
                      "+fe80::1", "+x", "10.0.0.3", "-10.0.0.3",
                      *(f"+10.0.1.{number}" for number in range(17))],
    "primary": ["P0", "P1", "P2", "lo", "nope", "P0\n", " P1", "\n", "A" * 15, "A" * 20],
    "ad_actor_system": ["02:00:00:00:00:01", "02:00:00:00:00:0A\n", "00:00:00:00:00:00", "x",
                        "03:00:00:00:00:01", "02:00:00:00:00", "02-00-00-00-00-01", "1",
                        "02:00:00:00:00:0g", "default"],
    "active_slave": ["P0", "P1", "P2", "lo", "nope", "P1\n", "\n"],
}

# The driver's options: ebond's name of each, and the driver's file in sysfs.
FILES = {
    "mode": "mode", "miimon": "miimon", "updelay": "updelay", "downdelay": "downdelay",
    "peer_notify_delay": "peer_notif_delay", "use_carrier": "use_carrier", "primary": "primary",
    "active_slave": "active_slave", "primary_reselect": "primary_reselect",
    "xmit_hash_policy": "xmit_hash_policy", "resend_igmp": "resend_igmp",
    "num_peer_notif": "num_grat_arp", "all_slaves_active": "all_slaves_active",
    "min_links": "min_links", "lp_interval": "lp_interval",
    "packets_per_slave": "packets_per_slave", "tlb_dynamic_lb": "tlb_dynamic_lb",
    "fail_over_mac": "fail_over_mac",
    "arp_interval": "arp_interval", "arp_validate": "arp_validate",
    "arp_all_targets": "arp_all_targets", "arp_missed_max": "arp_missed_max",
    "arp_ip_target": "arp_ip_target", "ad_lacp_rate": "lacp_rate", "ad_lacp_active": "lacp_active",
    "ad_select": "ad_select", "ad_actor_sys_prio": "ad_actor_sys_prio",
    "ad_actor_system": "ad_actor_system", "ad_user_port_key": "ad_user_port_key",
}

# Those that sysfs does not have, or not yet.
NOT_IN_SYSFS = ["coupled_control", "broadcast_neighbor"]

# What one run tries; all options at once would take too long.
GROUPS = {
    "monitors": ["fail_over_mac", "arp_interval", "arp_validate", "arp_all_targets",
                 "arp_missed_max", "arp_ip_target"],
    "lacp": ["ad_lacp_rate", "ad_lacp_active", "ad_select", "ad_actor_sys_prio", "ad_actor_system",
             "ad_user_port_key"],
}
GROUPS["general"] = [option for option in FILES
                     if option not in GROUPS["monitors"] + GROUPS["lacp"]]

# Of a port, by netlink.
PORT_NUMBERS = {
    "queue_id": [0, 1, 2, 15, 16, 17, 65535],
    "prio": [-2**31, -1, 0, 1, INT_MAX],
}

# Whole requests at creation, by netlink, in iproute2's words.
REQUESTS = {"general": [
    "", "miimon 1", f"miimon {INT_MAX}", f"miimon {INT_MAX + 1}", "miimon 4294967295",
    "updelay 0", "updelay 1", "downdelay 100", f"downdelay {INT_MAX + 1}", "peer_notify_delay 100",
    "miimon 100 updelay 0", "miimon 100 updelay 99", "miimon 100 updelay 250",
    f"miimon 100 updelay {INT_MAX}", f"miimon 100 updelay {INT_MAX + 1}",
    "miimon 100 downdelay 199", "miimon 100 downdelay 1", f"miimon 3 downdelay {INT_MAX}",
    "miimon 100 peer_notify_delay 1050", "miimon 100 peer_notify_delay 300000",
    "miimon 100 peer_notify_delay 300001", "miimon 70 peer_notify_delay 300000",
    "miimon 100 updelay 250 downdelay 199 peer_notify_delay 1050", "updelay 200 miimon 100",
    "miimon 0 updelay 0", "miimon 0 updelay 1", "use_carrier 0", "use_carrier 1",
    "primary P0", "primary P2", "primary lo", "primary_reselect better primary P0",
    "primary_reselect always", "primary_reselect failure",
    "xmit_hash_policy layer2", "xmit_hash_policy layer3+4", "xmit_hash_policy layer2+3",
    "xmit_hash_policy encap2+3", "xmit_hash_policy encap3+4", "xmit_hash_policy vlan+srcmac",
    "resend_igmp 0", "resend_igmp 255", "resend_igmp 256", "resend_igmp 4294967295",
    "num_grat_arp 0", "num_grat_arp 255", "num_unsol_na 7",
    "all_slaves_active 0", "all_slaves_active 1", "all_slaves_active 2",
    "min_links 0", "min_links 1", f"min_links {INT_MAX}", f"min_links {INT_MAX + 1}",
    "lp_interval 0", "lp_interval 1", f"lp_interval {INT_MAX}", f"lp_interval {INT_MAX + 1}",
    "packets_per_slave 0", "packets_per_slave 1", "packets_per_slave 65535",
    "packets_per_slave 65536", "packets_per_slave 3 primary P0", "active_slave P0",
], "monitors": [
    "fail_over_mac none", "fail_over_mac active", "fail_over_mac follow", "arp_interval 0",
    "arp_interval 100", f"arp_interval {INT_MAX}", f"arp_interval {INT_MAX + 1}",
    "arp_interval 100 arp_ip_target 10.0.0.1", "arp_ip_target 10.0.0.1,10.0.0.2",
    "arp_ip_target 10.0.0.1,10.0.0.1", "arp_ip_target 0.0.0.0", "arp_ip_target 255.255.255.255",
    "arp_ip_target " + ",".join(f"10.0.0.{number}" for number in range(1, 17)),
    "ns_ip6_target fe80::1", "ns_ip6_target fe80::1,2001:db8::7 arp_interval 50",
    "ns_ip6_target ::", "ns_ip6_target ff02::1", "arp_validate none", "arp_validate active",
    "arp_validate backup", "arp_validate all", "arp_validate filter", "arp_validate filter_active",
    "arp_validate filter_backup", "arp_validate all arp_interval 100",
    "arp_interval 100 arp_validate all", "arp_all_targets all", "arp_all_targets any",
    "arp_missed_max 0", "arp_missed_max 1",
    "arp_missed_max 255", "miimon 100 arp_interval 100",
    "miimon 0 arp_interval 100", "miimon 100 arp_validate all", "arp_interval 100 updelay 100",
    "miimon 0 arp_interval 100 updelay 0",
], "lacp": [
    "", "lacp_rate slow", "lacp_rate fast", "lacp_active on", "lacp_active off",
    "ad_select stable", "ad_select bandwidth", "ad_select count",
    "ad_actor_sys_prio 0", "ad_actor_sys_prio 1", "ad_actor_sys_prio 65535",
    "ad_actor_system 02:00:00:00:00:01", "ad_actor_system 03:00:00:00:00:01",
    "ad_user_port_key 0", "ad_user_port_key 1023", "ad_user_port_key 1024", "miimon 0",
    "min_links 2 lacp_rate fast", "arp_interval 100", "lacp_rate fast miimon 50",
]}


def texts_for(option, few):
    return NAMES.get(option) or (FEW_TEXTS if few else TEXTS) + WORDS.get(option, [])
