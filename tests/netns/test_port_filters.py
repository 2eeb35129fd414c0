# SPDX-License-Identifier: GPL-2.0-or-later
"""Other programs' filters on a port, which see what it receives before bond0 does, as with the driver."""

import json
import platform
import re
import subprocess

import pytest

import tcx
from bond_setups import active_backup, bond_to_bridge
from frames import BROADCAST, ETH_P_TEST, Sender, Sniffer, ethernet, number_of, numbered
from rig import wait_for
from traffic import UdpStream, transfer

TC_ACT_OK, TC_ACT_SHOT = 0, 2
ARP, LLDP = 0x0806, 0x88CC
LLDP_GROUP, STP_GROUP = "01:80:c2:00:00:0e", "01:80:c2:00:00:00"
CHAIN = "add chain netdev t c { type filter hook ingress devices = { eth0, eth1 } priority 0; }"
DROP_PINGS = f"add table netdev t; {CHAIN}; add rule netdev t c icmp type echo-request counter drop"
# A rule that lets everything pass, so that only the way to bond0 changes.
WATCH = f"add table netdev t; {CHAIN}; add rule netdev t c counter"


def bond0_alone(rig, *args, **kwargs):
    """As bond_to_bridge(); but what is left to a port must not reach the host by way of the port's own IP stack."""
    a, b = bond_to_bridge(rig, *args, **kwargs)
    a.shell("sysctl -qw net.ipv4.conf.all.rp_filter=1")
    return a, b


def told(host, port, key):
    return host.show()[port]["ebond"].get(key, "")


def chains(host):
    """{table: [chain, ...]} of family netdev."""
    found = {}
    for item in json.loads(host.run("nft", "-j", "list", "chains", "netdev").stdout)["nftables"]:
        if "chain" in item:
            found.setdefault(item["chain"]["table"], []).append(item["chain"]["name"])
    return found


def counted(host):
    rules = json.loads(host.run("nft", "-j", "list", "chain", "netdev", "t", "c").stdout)["nftables"]
    return sum(e["counter"]["packets"] for r in rules if "rule" in r for e in r["rule"]["expr"] if "counter" in e)


def wait_filtered(host, text, ports=("eth0", "eth1")):
    wait_for(lambda: all(text in told(host, p, "filtered") for p in ports), 10, host.log)


def wait_unfiltered(host):
    wait_for(lambda: "ebond" not in chains(host), 10, lambda: chains(host))
    assert [told(host, p, key) for p in ("eth0", "eth1") for key in ("filtered", "bypassed")] == [""] * 4


@pytest.mark.parametrize("hook", ["clsact", "tcx"])
@pytest.mark.parametrize("mode", ["active-backup", "balance-alb"])
def test_nftables_on_a_port_come_before_bond0(rig, mode, hook):
    a, b = bond0_alone(rig, mode, daemon=("--hook", hook))
    a.run("nft", DROP_PINGS)
    wait_filtered(a, "nft chain netdev t c")
    assert "what port eth0 receives passes nft chain netdev t c, and then reaches bond0" in a.log()
    assert not b.ping("10.0.0.1")
    assert counted(a) > 0
    transfer(b, a, "10.0.0.1", size=1 << 20)
    transfer(a, b, "10.0.0.2", size=1 << 20)
    a.run("nft", "delete table netdev t")
    wait_unfiltered(a)
    assert "other programs have no filters on port eth0 any more" in a.log()
    b.wait_ping("10.0.0.1")


def test_filters_that_were_there_before(rig, pair):
    a, b = pair
    rig.cables(a, b, 2)
    b.bridge("br0", "eth0", "eth1", cidr="10.0.0.2/24")
    a.run("nft", DROP_PINGS)
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100)
    assert "bypass" not in a.ebond("attach", "bond0", "eth0", "eth1").stderr
    assert told(a, "eth0", "filtered") == "nft chain netdev t c"
    a.up("bond0")
    a.address("bond0", "10.0.0.1/24")
    transfer(b, a, "10.0.0.1", size=1 << 16)
    assert not b.ping("10.0.0.1")
    a.ebond("detach", "bond0", "eth1")
    assert len(chains(a)["ebond"]) == 1
    a.ebond("del", "bond0")
    assert "ebond" not in chains(a), chains(a)


def outlives_flush(host):
    """Whether nothing can flush ebond's chain: a table with an owner that it outlives (Linux 6.9)."""
    has_owner = "owner" in host.run("nft", "list", "table", "netdev", "ebond").stdout
    assert has_owner == (tuple(map(int, re.findall(r"\d+", platform.release())[:2])) >= (6, 9))
    return has_owner


def test_no_frame_is_lost_on_the_way(rig):
    """While filters come and go, rules are flushed, the bond changes, and daemons die."""
    a, b = bond0_alone(rig, "active-backup")
    stream = UdpStream(b, a, "10.0.0.1")
    stream.runs_for(500)
    for _ in range(3):
        a.run("nft", WATCH)
        wait_filtered(a, "nft chain netdev t c")
        stream.runs_for(500)
        a.run("nft", "delete table netdev t")
        wait_unfiltered(a)
        stream.runs_for(500)
    a.run("nft", WATCH)
    wait_filtered(a, "nft chain netdev t c")
    for mode in ("balance-xor", "active-backup"):
        a.ebond("set", "bond0", "--replace", "mode", mode)
        before = counted(a)
        stream.runs_for(500)
        assert counted(a) >= before + 400, "the new programs know of the filters"
    flush_is_harmless = outlives_flush(a)
    a.kill_daemon()
    stream.runs_for(500)
    a.start_daemon()
    wait_filtered(a, "nft chain netdev t c")
    if flush_is_harmless:
        a.run("nft", f"flush ruleset; {WATCH}")
    before = counted(a)
    stream.runs_for(500)
    assert counted(a) >= before + 400
    assert a.stop_daemon() == 0
    stream.runs_for(500)
    lost = stream.stop()
    assert lost == [], f"{len(lost)} of {stream.sent}: {lost[:20]}"


def test_ruleset_is_flushed(rig):
    """Where that takes ebond's chain along, it is soon there again."""
    a, b = bond0_alone(rig, "active-backup")
    a.run("nft", WATCH)
    wait_filtered(a, "nft chain netdev t c")
    a.run("nft", f"flush ruleset; {WATCH}")
    wait_for(lambda: len(chains(a).get("ebond", [])) == 2, 5, lambda: chains(a))
    b.wait_ping("10.0.0.1")
    assert counted(a) > 0
    a.run("nft", "flush ruleset")
    wait_unfiltered(a)
    b.wait_ping("10.0.0.1")


def test_filtered_port_is_renamed(rig):
    """Which may take nftables' chains from it: the kernel finds interfaces by name (Linux 6.16)."""
    a, b = bond0_alone(rig, "active-backup")
    a.run("nft", WATCH)
    wait_filtered(a, "nft chain netdev t c")
    for name in ("eth0", "eth1"):
        a.down(name)
        a.ip("link", "set", name, "name", f"{name}x")
        a.up(f"{name}x")
    wait_for(lambda: "eth1x" in a.show(), 10, a.log)
    b.wait_ping("10.0.0.1", 10)
    a.ebond("del", "bond0")
    assert "ebond" not in chains(a), chains(a)


def test_who_gets_what_behind_filters(rig, pair):
    """The port's sockets, its VLAN devices, bond0: the same frames as without a filter."""
    a, b = active_backup(rig, pair)
    tagged = ["eth0.7"]
    if a.ip("link", "add", "link", "eth0", "name", "eth0.7", "type", "vlan", "id", 7, check=False).returncode:
        tagged = []  # this kernel has no VLAN devices
    for name in tagged:
        a.up(name)
    senders = {name: Sender(b, name) for name in ("eth0", "eth1")}

    def arrivals():
        """{ear: the frames' marks}: of ARP, LLDP, STP and two VLANs, on the active port and the other."""
        ears = {name: Sniffer(a, name) for name in ["bond0", *tagged]}
        for name, sender in senders.items():
            source = b.mac(name)
            for kind, (group, protocol, tag) in {
                "arp": (BROADCAST, ARP, None), "lldp": (LLDP_GROUP, LLDP, None), "stp": (STP_GROUP, ETH_P_TEST, None),
                "own": (BROADCAST, ETH_P_TEST, 7), "other": (BROADCAST, ETH_P_TEST, 8),
            }.items():
                sender.send(ethernet(group, source, protocol, f"{kind}@{name}".encode(), tag))
            sender.send(numbered(BROADCAST, source, 77))
        wait_for(lambda: 77 in [number_of(f) for f in ears["bond0"].received()], 5, "nothing arrived")
        return {name: sorted(f.data[14:].split(b"\0")[0].decode() for f in ear.received()
                             if b"@eth" in f.data) for name, ear in ears.items()}

    without = arrivals()
    wanted = {"bond0": ["arp@eth0", "other@eth0", "stp@eth0"], "eth0.7": ["own@eth0"]}
    assert without == (wanted if tagged else {"bond0": sorted(["own@eth0", *wanted["bond0"]])})
    a.run("nft", WATCH)
    wait_filtered(a, "nft chain netdev t c")
    assert arrivals() == without


def add_filter(host, port, pref):
    """A tc filter that accepts everything."""
    host.tc("qdisc", "add", "dev", port, "clsact", check=False)  # it may be there
    host.tc("filter", "add", "dev", port, "ingress", "pref", pref, "protocol", "all", "bpf",
            "bytecode", "1,6 0 0 4294967295", "flowid", "1:1")


@pytest.mark.parametrize("hook", ["clsact", "tcx"])
def test_tc_filters_come_before_bond0(rig, hook):
    """One that accepts ends the list, also before ebond's own filter, which has preference 60."""
    a, b = bond0_alone(rig, "active-backup", daemon=("--hook", hook))
    for pref in (70, 10):
        for port in ("eth0", "eth1"):
            add_filter(a, port, pref)
        # from the kernel's events: well before the next look at all filters
        wait_for(lambda: f"tc filter pref {pref} bpf" in told(a, "eth1", "filtered"), 3, a.log)
        transfer(b, a, "10.0.0.1", size=1 << 16)
    for port in ("eth0", "eth1"):
        for pref in (10, 70):
            a.tc("filter", "del", "dev", port, "ingress", "pref", pref)
    wait_unfiltered(a)
    b.wait_ping("10.0.0.1")


def test_tcx_programs_come_before_bond0(rig):
    if tcx.BEST_HOOK != "tcx":
        pytest.skip("this kernel has no tcx")
    a, b = bond0_alone(rig, "active-backup")
    transfer(b, a, "10.0.0.1", size=1 << 16)
    tag = tcx.tag(tcx.programs(a, "eth1")[0][0])
    # One that accepts ends the list: with the driver, the frame then reaches the bond.
    for flags in (tcx.BPF_F_BEFORE, 0):
        for port in ("eth0", "eth1"):
            tcx.attach(a, port, TC_ACT_OK, flags)
        wait_filtered(a, "tcx program id")
        wait_for(lambda: [len(tcx.programs(a, p)) for p in ("eth0", "eth1")] == [2, 2], 5)
        transfer(b, a, "10.0.0.1", size=1 << 16)
        # The inactive port's copy of a broadcast is dropped: our program runs all the same.
        assert tcx.tag(tcx.programs(a, "eth1")[0][0]) == tag
        bond0 = Sniffer(a, "bond0")
        for number in range(20):
            Sender(b, "br0").send(numbered(BROADCAST, b.mac("br0"), number))
        wait_for(lambda: 19 in [number_of(f) for f in bond0.received()], 5, "nothing arrived")
        assert sorted(filter(None, map(number_of, bond0.received()))) == list(range(1, 20))
        for port in ("eth0", "eth1"):
            tcx.detach_all(a, port)  # ours as well: it returns
        wait_unfiltered(a)
        b.wait_ping("10.0.0.1")
    for port in ("eth0", "eth1"):
        tcx.attach(a, port, TC_ACT_SHOT)
    wait_filtered(a, "tcx program id")
    assert not b.ping("10.0.0.1")


@pytest.mark.parametrize("hook", ["clsact", "tcx"])
def test_bypassed_where_nftables_refuses(rig, hook):
    """A table of that name that belongs to somebody else stands for a kernel that cannot forward."""
    a, b = rig.host("a"), rig.host("b")
    a.start_daemon("--hook", hook)
    rig.cables(a, b, 2)
    owner = a.popen("nft", "-i", stdin=subprocess.PIPE)
    owner.stdin.write("add table netdev ebond { flags owner; }\n")
    owner.stdin.flush()
    wait_for(lambda: "ebond" in a.run("nft", "list", "tables").stdout, 5)
    a.run("nft", "add table netdev t; "
          "add chain netdev t c { type filter hook ingress device eth0 priority 0; }; "
          "add chain netdev t e { type filter hook ingress devices = { eth1, lo } priority 5; }")
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100)
    note = a.ebond("attach", "bond0", "eth0").stderr
    assert "eth0: what it receives bypasses nft chain netdev t c" in note, note
    a.ebond("attach", "bond0", "eth1")
    assert [told(a, p, "bypassed") for p in ("eth0", "eth1")] == ["nft chain netdev t c", "nft chain netdev t e"]
    assert "filters on port eth0 cannot come first: nftables refused" in a.log()
    a.run("nft", "delete table netdev t")
    wait_for(lambda: told(a, "eth0", "bypassed") == told(a, "eth1", "bypassed") == "", 10, a.log)
    for pref in (10, 70):
        add_filter(a, "eth1", pref)
    wanted = "tc filter pref 10 bpf, tc filter pref 70 bpf"
    wait_for(lambda: told(a, "eth1", "bypassed") == wanted, 10, lambda: told(a, "eth1", "bypassed"))
    assert "what port eth1 receives bypasses nft" in a.log()
    assert "other programs have no filters on port eth1 any more" in a.log()
