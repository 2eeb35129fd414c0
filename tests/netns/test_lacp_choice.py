# SPDX-License-Identifier: GPL-2.0-or-later
"""802.3ad: which port carries traffic when ports lead to different partners, or to none."""

import re

import pytest

from frames import Sender, Sniffer, ethernet
from lacp import FAST, describe, in_agreement, lacp_bond, lacp_of, senders, wait_in_agreement
from patchbay import PatchBay
from rig import stays, wait_for
from test_lacp import agreed


def two_switches(rig, *options):
    """Host a with eth0 and eth1 to b, eth2 to c."""
    a, b, c, bay = rig.host("a"), rig.host("b"), rig.host("c"), PatchBay(rig)
    ends = [bay.cable(a, b, "eth0"), bay.cable(a, b, "eth1"), bay.cable(a, c, "eth2")]
    for host, ports in ((b, ["eth0", "eth1"]), (c, ["eth2"])):
        host.start_daemon()
        lacp_bond(host, ports, *FAST)
    a.start_daemon()
    lacp_bond(a, ["eth0", "eth1", "eth2"], *FAST, *options)
    return a, b, c, ends


def test_ports_to_two_switches(rig):
    """One aggregator is active, the other on standby until the first is lost."""
    # by count: with stable the switch that speaks first wins, which may be either
    a, b, c, _ = two_switches(rig, "ad_select", "count")
    wait_in_agreement(a, ["eth0", "eth1"])
    a.ebond("set", "bond0", "ad_select", "stable")
    assert a.bond_info()["ad_info"]["num_ports"] == 2
    assert a.port_info("eth2")["ad_aggregator_id"] != a.port_info("eth0")["ad_aggregator_id"]
    assert a.port_info("eth2")["state"] == "BACKUP"
    assert "standing by" in a.show()["eth2"]["ebond"]["reason"]
    assert re.search(r"eth2: own aggregator \d: partner .* differs from eth\d's partner .*: cabled to "
                     r"another switch\?|eth[01]: .* differs from eth2's partner", a.log())
    stays(lambda: in_agreement(c) == [], 1)
    b.down("bond0")
    wait_in_agreement(a, ["eth2"])
    wait_in_agreement(c, ["eth2"])
    b.up("bond0")
    # stable: a better aggregator does not replace a working one
    wait_for(lambda: lacp_of(a, "eth0")["selected"] == "STANDBY", 10, lambda: describe(a))
    stays(lambda: in_agreement(a) == ["eth2"], 1, lambda: describe(a))
    a.ebond("set", "bond0", "ad_select", "count")
    wait_in_agreement(a, ["eth0", "eth1"])


def test_ad_select_by_priority(rig):
    a, _, c, _ = two_switches(rig, "ad_select", "actor_port_prio")
    wait_in_agreement(a, ["eth0", "eth1"])
    a.ebond("set", "eth2", "actor_port_prio", 60000)
    wait_in_agreement(a, ["eth2"])
    wait_in_agreement(c, ["eth2"])


def lonely(rig, *options):
    """A bond whose cables lead to hosts that do not speak LACP."""
    a, b = rig.host("a"), rig.host("b")
    rig.cables(a, b, 2)
    a.start_daemon()
    lacp_bond(a, ["eth0", "eth1"], *FAST, *options)
    return a, b


def test_without_partner_one_port_works(rig):
    a, b = lonely(rig)
    wait_for(lambda: senders(a) == ["eth0"], 5, lambda: describe(a))
    assert a.carrier("bond0")
    wait_for(lambda: "no LACP partner on any port" in a.log(), 10, a.log)
    b.down("eth0")
    wait_for(lambda: senders(a) == ["eth1"], 5, lambda: describe(a))


def test_lacp_strict(rig):
    a, _ = lonely(rig, "lacp_strict", "on")
    stays(lambda: senders(a) == [] and not a.carrier("bond0"), 1.5, lambda: describe(a))
    a.ebond("set", "bond0", "lacp_strict", "off")
    wait_for(lambda: senders(a) == ["eth0"] and a.carrier("bond0"), 5, lambda: describe(a))


@pytest.mark.parametrize("choice, port", [("eth1", "eth1"), ("on", "eth0")])
def test_lacp_fallback(rig, choice, port):
    """Whatever lacp_strict and min_links say; a partner that appears takes over."""
    a, b = lonely(rig, "lacp_strict", "on", "min_links", 2, "lacp_fallback", choice)
    wait_for(lambda: senders(a) == [port] and a.carrier("bond0"), 5, lambda: describe(a))
    assert a.bond_info()["lacp_fallback"] == choice
    b.start_daemon()
    lacp_bond(b, ["eth0", "eth1"], *FAST)
    wait_in_agreement(a, ["eth0", "eth1"])
    assert a.carrier("bond0")


def test_min_links(rig):
    a, b, bay, ends = agreed(rig, options_a=FAST + ("min_links", 2))
    assert a.carrier("bond0")
    bay.pull(ends[0])
    wait_for(lambda: not a.carrier("bond0"), 5, "bond0 keeps its carrier")
    bay.push(ends[0])
    wait_for(lambda: a.carrier("bond0"), 10, "bond0 has no carrier")


@pytest.mark.parametrize("setting, copies", [("on", 2), ("off", 1)])
def test_broadcast_neighbor(rig, setting, copies):
    """ARP is sent by every port, other frames by one."""
    a, b, _, _ = agreed(rig, options_a=FAST + ("broadcast_neighbor", setting))
    sniffers = [Sniffer(b, port) for port in ("eth0", "eth1")]
    sender, src = Sender(a, "bond0"), a.mac("bond0")
    arp = ethernet("ff:ff:ff:ff:ff:ff", src, 0x0806, bytes(27) + b"\x77")
    other = ethernet("02:00:00:00:be:ef", src, 0x88B5, b"\x77")
    for _ in range(5):
        sender.send(arp)
        sender.send(other)

    def seen(ethertype):
        return sum(frame.data[12:14] == ethertype and b"\x77" in frame.data[14:]
                   for sniffer in sniffers for frame in sniffer.received())

    wait_for(lambda: seen(b"\x88\xb5") == 5 and seen(b"\x08\x06") == 5 * copies, 5,
             lambda: (seen(b"\x88\xb5"), seen(b"\x08\x06")))


def test_half_duplex_is_reported(rig):
    """Taps can be set to half duplex: no LACP on such a port, with the reason."""
    from taps import Tap

    a = rig.host("a")
    a.start_daemon()
    tap = Tap(a, "tap0")
    a.run("ethtool", "-s", "tap0", "duplex", "half")
    lacp_bond(a, ["tap0"], *FAST)
    wait_for(lambda: lacp_of(a, "tap0")["rx"] == "LACP_DISABLED", 5, lambda: describe(a))
    assert "alone" in a.show()["tap0"]["ebond"]["reason"] and tap.fd >= 0
    a.run("ethtool", "-s", "tap0", "duplex", "full")
    wait_for(lambda: lacp_of(a, "tap0")["rx"] != "LACP_DISABLED", 15, lambda: describe(a))


def test_apply_a_file(rig, tmp_path):
    """Options of 802.3ad in a file, changed under traffic by applying another."""
    a, b, _, _ = agreed(rig)
    path = tmp_path / "ebond.conf"
    path.write_text("add bond0 mode 802.3ad lacp_rate slow lacp_strict on\n"
                    "attach bond0 eth0 eth1\nset eth1 actor_port_prio 9\n")
    a.ebond("apply", path)
    assert lacp_of(a, "eth1")["actor"]["port_priority"] == 9
    assert a.bond_info()["ad_lacp_rate"] == "slow" and a.bond_info()["lacp_strict"] == "on"
    assert a.ebond("apply", "--diff", path).stdout == ""
    wait_in_agreement(a, ["eth0", "eth1"])


def test_a_switch_that_floods_lacpdus(rig):
    """Every port receives our own LACPDUs, as on an unmanaged switch: one of them carries the traffic."""
    a, s, c = rig.host("a"), rig.host("s"), rig.host("c")
    s.bridge("br0")
    for number, host in enumerate((a, a, c)):
        rig.cable(host, f"eth{number}", s, f"p{number}")
        s.ip("link", "set", f"p{number}", "master", "br0")
        s.shell(f"echo 4 > /sys/class/net/p{number}/brport/group_fwd_mask")
    a.start_daemon()
    lacp_bond(a, ["eth0", "eth1"], *FAST, cidr="10.0.0.1/24")
    c.address("eth2", "10.0.0.3/24")
    wait_for(lambda: lacp_of(a, "eth0")["looped"] and lacp_of(a, "eth1")["looped"], 10,
             lambda: describe(a))
    c.wait_ping("10.0.0.1")
    stays(lambda: c.ping("10.0.0.1", 1) == 1, 3, lambda: describe(a))
    alone = [port for port in ("eth0", "eth1") if lacp_of(a, port)["alone"]]
    assert len(alone) == 1, describe(a)
    assert "floods" in a.show()[alone[0]]["ebond"]["reason"]
    assert "eth0: receives our own LACPDUs" in a.log(), a.log()
