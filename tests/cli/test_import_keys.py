# SPDX-License-Identifier: GPL-2.0-or-later
"""No key of another tool's file is silently dropped.

Each key, added alone to a small file, must change what --print prints or give a
warning with its line. Either will do: an option that a later version supports
moves from the latter to the former.
"""

import json

import pytest

# Options of the driver with values other than the defaults.
DRIVER = """mode=broadcast miimon=50 updelay=300 downdelay=300 peer_notif_delay=100 use_carrier=0
arp_interval=250 arp_ip_target=192.0.2.9 arp_validate=all arp_all_targets=all arp_missed_max=4
primary=eth1 primary_reselect=failure active_slave=eth1 fail_over_mac=active
xmit_hash_policy=layer2+3 resend_igmp=3 num_grat_arp=3 num_unsol_na=4 all_slaves_active=1
min_links=2 lp_interval=7 packets_per_slave=4 tlb_dynamic_lb=0 lacp_rate=fast lacp_active=off
ad_select=count ad_actor_sys_prio=7 ad_actor_system=02:00:00:00:00:01 ad_user_port_key=5
queue_id=eth1:2 tx_queues=4 coupled_control=0 broadcast_neighbor=1 lacp_strict=1 ns_ip6_target=2001:db8::1
unheard_of=1""".split()
MODULE_ONLY = ["max_bonds=3"]

NETWORKD = """Mode=broadcast TransmitHashPolicy=layer2+3 LACPTransmitRate=fast MIIMonitorSec=50ms
UpDelaySec=300ms DownDelaySec=300ms PeerNotifyDelaySec=100ms LearnPacketIntervalSec=7s AdSelect=count
AdActorSystemPriority=7 AdUserPortKey=5 AdActorSystem=02:00:00:00:00:01 FailOverMACPolicy=active
ARPValidate=all ARPIntervalSec=250ms ARPIPTargets=192.0.2.9 ARPAllTargets=all ARPMissedMax=4
PrimaryReselectPolicy=failure ResendIGMP=3 PacketsPerSlave=4 GratuitousARP=3 AllSlavesActive=yes
DynamicTransmitLoadBalancing=no MinLinks=2 UnheardOf=1""".split()

NETPLAN = """mode:broadcast lacp-rate:fast mii-monitor-interval:50 min-links:2
transmit-hash-policy:layer2+3 ad-select:count all-members-active:true all-slaves-active:true
arp-interval:250 arp-ip-targets:[192.0.2.9] arp-validate:all arp-all-targets:all up-delay:300
down-delay:300 fail-over-mac-policy:active gratuitous-arp:3 gratuitious-arp:3 packets-per-member:4
packets-per-slave:4 primary-reselect-policy:failure resend-igmp:3 learn-packet-interval:7 primary:eth1
unheard-of:1""".split()

IFCFG = """IPADDR=192.0.2.1/24 IPADDR0=192.0.2.1/24 IPADDR2=192.0.2.1/24 BOOTPROTO=dhcp USERCTL=yes
ONBOOT=no MTU=9000 MACADDR=02:00:00:00:00:01 IPV6ADDR=2001:db8::1/64 GATEWAY=192.0.2.254 DNS1=192.0.2.53
IPV6_DEFAULTGW=2001:db8::2 IPV6ADDR_SECONDARIES=2001:db8::3/64 DOMAIN=example.org BRIDGE=br0 VLAN=yes
ETHTOOL_OPTS=speed GATEWAYDEV=eth5 PEERDNS=no SRCADDR=192.0.2.1 LINKDELAY=5 BONDING_SLAVE2=eth5
UNHEARD_OF=1""".split()

TEAM_PORT = {"queue_id": 2, "prio": 5, "sticky": True, "lacp_prio": 7, "lacp_key": 3, "x": 1,
             "link_watch": {"name": "ethtool", "delay_up": 300}}
TEAM_TOP = {
    "hwaddr": "02:00:00:00:00:01", "x": 1, "notify_peers": {"count": 3, "interval": 100},
    "mcast_rejoin": {"count": 3}, "link_watch": {"name": "tipc", "tipc_bearer": "x"},
}
TEAM_RUNNERS = {
    "activebackup": {"hwaddr_policy": "by_active"},
    "loadbalance": {"tx_hash": ["l4"], "tx_balancer": {"name": "basic"}},
    "lacp": {"tx_balancer": {"name": "basic", "balancing_interval": 5, "x": 1}},
    "roundrobin": {"x": 1}, "broadcast": {"addr": "x"},
}
TEAM_WATCH = {
    "ethtool": {"delay_up": 300, "delay_down": 300, "x": 1},
    "arp_ping": {"interval": 300, "init_wait": 5, "missed_max": 9, "source_host": "192.0.2.1",
                 "target_host": "192.0.2.7", "validate_active": True, "validate_inactive": True,
                 "vlanid": 3, "send_always": True, "x": 1},
    "nsna_ping": {"interval": 300, "init_wait": 5, "missed_max": 9, "target_host": "2001:db8::7",
                  "x": 1},
}


class Files:
    """Prints the import of a file; compares it with that of the file with one more key."""

    def __init__(self, setup):
        self.setup = setup
        self.printed = {}

    def meaning(self, name, text):
        path = self.setup.base / name
        path.write_text(text)
        result = self.setup.ebond("import", str(path), "--print")
        assert result.code == 0, f"{text}\n{result}"
        return result.out, result.err

    def judge(self, name, base, text, key):
        """There is a warning for the line with @key, or the bond changes."""
        if (name, base) not in self.printed:
            self.printed[name, base] = self.meaning(name, base)
        plain, _ = self.printed[name, base]
        out, err = self.meaning(name, text)
        line = next(n for n, one in enumerate(text.split("\n"), 1) if key in one)
        assert out != plain or f"{name}:{line}: " in err, f"{key}: silently dropped\n{text}{out}{err}"


@pytest.fixture
def files(setup):
    return Files(setup)


BASES = ["mode=active-backup miimon=100", "mode=balance-rr arp_interval=500 arp_ip_target=192.0.2.8",
         "mode=balance-xor miimon=100"]


@pytest.mark.parametrize("base", BASES)
def test_module_options(files, base):
    start = f"alias bond0 bonding\noptions bond0 {base}\n"
    for option in DRIVER + MODULE_ONLY:
        files.judge("m.conf", start, f"{start}options bond0 {option}\n", option)


@pytest.mark.parametrize("base", BASES)
def test_ip_link(files, base):
    start = f"ip link add bond0 type bond {base.replace('=', ' ')}\nip link set eth1 master bond0\n"
    for option in DRIVER:
        words = option.replace("=", " ", 1)
        files.judge("s.sh", "#!/bin/sh\n" + start,
                    f"#!/bin/sh\n{start}ip link set bond0 type bond {words}\n", words)


@pytest.mark.parametrize("base", BASES)
def test_networkmanager(files, base):
    start = ("[connection]\ntype=bond\ninterface-name=bond0\n[bond]\n"
             + base.replace(" ", "\n") + "\n")
    for option in DRIVER + ["balance-slb=1"]:
        files.judge("c.nmconnection", start, f"{start}{option}\n", option)
    port = "[connection]\ntype=ethernet\ninterface-name=eth1\nmaster=bond0\nslave-type=bond\n"
    for option in ["prio=5", "queue-id=2", "x=1"]:
        text = f"{port}[bond-port]\n{option}\n"
        bond = files.setup.base / "c.nmconnection"
        bond.write_text(start)
        (files.setup.base / "p.nmconnection").write_text(text)
        result = files.setup.ebond("import", str(bond), str(files.setup.base / "p.nmconnection"),
                                   "--print")
        assert "set eth1" in result.out or "p.nmconnection:7: " in result.err, (option, result)


@pytest.mark.parametrize("base", [
    "Mode=active-backup\nMIIMonitorSec=0.1\n",
    "Mode=balance-rr\nARPIntervalSec=0.5\nARPIPTargets=192.0.2.8\n",
])
def test_networkd(files, base):
    start = f"[NetDev]\nName=bond0\nKind=bond\n[Bond]\n{base}"
    for option in NETWORKD:
        files.judge("b.netdev", start, f"{start}{option}\n", option)


@pytest.mark.parametrize("base", [
    "mode: active-backup\n        mii-monitor-interval: 100",
    "mode: balance-rr\n        arp-interval: 500\n        arp-ip-targets: [192.0.2.8]",
])
def test_netplan(files, base):
    start = f"network:\n  bonds:\n    bond0:\n      parameters:\n        {base}\n"
    for option in NETPLAN:
        written = option.replace(":", ": ", 1)
        files.judge("n.yaml", start, f"{start}        {written}\n", written)
    start = "network:\n  bonds:\n    bond0:\n      interfaces: [eth0]\n"
    for key in ["openvswitch: {lacp: active}", "nameservers: {}", "dhcp4: true", "mtu: 9000",
                "macaddress: 02:00:00:00:00:01", "gateway4: 192.0.2.1", "wakeonlan: true"]:
        files.judge("n.yaml", start, f"{start}      {key}\n", key)


def test_network_scripts(files):
    start = 'DEVICE=bond0\nBONDING_OPTS="mode=active-backup miimon=100"\n'
    for option in IFCFG:
        files.judge("ifcfg-bond0", start, f"{start}{option}\n", option)
    for option in DRIVER:
        text = start.replace("=100", f"=100 {option}")
        files.judge("ifcfg-bond0", start, text, option)


def team(**changes):
    whole = {"device": "t0", "runner": {"name": "activebackup"}, "ports": {"eth1": {}, "eth2": {}}}
    whole.update(changes)
    return json.dumps(whole, indent=1) + "\n"


def test_teamd(files):
    for key, value in TEAM_TOP.items():
        files.judge("t.json", team(), team(**{key: value}), f'"{key}"')
    for key, value in TEAM_PORT.items():
        files.judge("t.json", team(), team(ports={"eth1": {key: value}, "eth2": {}}), f'"{key}"')
    for runner, keys in TEAM_RUNNERS.items():
        for key, value in keys.items():
            files.judge("t.json", team(runner={"name": runner}),
                        team(runner={"name": runner, key: value}), f'"{key}"')
    for watch, keys in TEAM_WATCH.items():
        start = {"name": watch, "target_host": "2001:db8::8" if watch == "nsna_ping"
                 else "192.0.2.8"} if watch != "ethtool" else {"name": watch}
        for key, value in keys.items():
            files.judge("t.json", team(link_watch=start),
                        team(link_watch={**start, key: value}), f'"{key}"')
