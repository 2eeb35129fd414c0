# SPDX-License-Identifier: GPL-2.0-or-later
"""802.3ad with Open vSwitch as the partner."""

import pytest

import ovs
from lacp import FAST, SLOW_RATE, lacp_bond, lacp_of, wait_in_agreement
from patchbay import PatchBay
from rig import SLOWNESS, wait_for
from traffic import UdpStream

pytestmark = [
    pytest.mark.alone,  # switch and patch bay are processes: without a CPU they drop packets
    pytest.mark.skipif(not ovs.is_there(), reason="no Open vSwitch (openvswitch-switch)"),
    pytest.mark.skipif(SLOWNESS > 1, reason="too slow under emulation, which has tests/vm/lacp_partners.py"),
]

PORTS = ["eth0", "eth1"]


def partners(rig, lacp="active", time="fast", options=FAST):
    """Host a with a bond, host s with Open vSwitch, two cables; without waiting for sync."""
    a, s, bay = rig.host("a"), rig.host("s"), PatchBay(rig)
    ends = [bay.cable(a, s, port) for port in PORTS]
    switch = ovs.OpenVSwitch(s, "10.0.0.2/24")
    switch.add_bond(PORTS, f"lacp={lacp}", f"other_config:lacp-time={time}")
    a.start_daemon()
    lacp_bond(a, PORTS, "xmit_hash_policy", "layer3+4", *options, cidr="10.0.0.1/24")
    return a, s, switch, bay, ends


def in_agreement(a, switch, ports=PORTS, deadline=20):
    wait_in_agreement(a, ports, deadline)
    switch.wait_attached(ports, deadline)


def spread(a, ports):
    """Many flows; each of the ports carries some, and none is lost."""
    a.wait_ping("10.0.0.2")
    before = [a.stats(port).tx_packets for port in ports]
    streams = [UdpStream(a, a.rig.hosts[1], "10.0.0.2", port=7000 + n, per_second=100)
               for n in range(12)]
    for stream in streams:
        stream.runs_for(30)
    lost = [stream.stop() for stream in streams]
    for stream in streams:
        stream.close()
    assert not any(lost), f"packets lost: {lost}"
    sent = [a.stats(port).tx_packets - count for port, count in zip(ports, before)]
    assert min(sent) > 20, f"not spread: {dict(zip(ports, sent))}"


@pytest.mark.parametrize("lacp", ["active", "passive"])
@pytest.mark.parametrize("time", ["fast", "slow"])
def test_agrees_and_carries_traffic(rig, lacp, time):
    rate = FAST if time == "fast" else SLOW_RATE
    a, _, switch, _, _ = partners(rig, lacp, time, rate)
    in_agreement(a, switch)
    a.wait_ping("10.0.0.2")
    spread(a, PORTS)
    partner = lacp_of(a, "eth0")["partner"]["state_str"]
    assert ("active" in partner) == (lacp == "active"), partner
    assert ("short_timeout" in partner) == (time == "fast"), partner


@pytest.mark.parametrize("how", ["cut", "pulled"])
def test_a_cable_lost_and_back(rig, how):
    a, _, switch, bay, ends = partners(rig)
    in_agreement(a, switch)
    far = ends[1].other
    if how == "cut":
        bay.cut(ends[1])
    else:
        bay.pull(ends[1])
    in_agreement(a, switch, ["eth0"])
    a.wait_ping("10.0.0.2")
    if how == "cut":
        # soon: after losing a partner it only sends every 30 s
        bay.connect(ends[1], far)
    else:
        spread(a, ["eth0"])
        bay.push(ends[1])
    in_agreement(a, switch)
    spread(a, PORTS)


def test_the_partner_restarts(rig):
    a, _, switch, _, _ = partners(rig)
    in_agreement(a, switch)
    switch.restart()
    # its state is lost: both sides start over, whatever was held to be in sync
    wait_for(lambda: "not in sync" in a.log() or "changed" in a.log() or "EXPIRED" in a.log(),
             10, a.log)
    in_agreement(a, switch)
    a.wait_ping("10.0.0.2")
    spread(a, PORTS)


def test_the_partner_becomes_another_system(rig):
    a, _, switch, _, _ = partners(rig)
    in_agreement(a, switch)
    switch.set("other_config:lacp-system-id=02:00:00:00:aa:bb")
    wait_for(lambda: a.bond_info()["ad_info"]["partner_mac"] == "02:00:00:00:aa:bb", 10,
             lambda: a.bond_info())
    in_agreement(a, switch)
    a.wait_ping("10.0.0.2")


def test_a_port_moves_to_another_partner(rig):
    """It stays on standby, alone in its aggregator, until its cable is back."""
    a, _, switch, bay, ends = partners(rig)
    in_agreement(a, switch)
    b, far = rig.host("b"), ends[1].other
    other = bay.plug_in(b, "eth0")
    b.start_daemon()
    lacp_bond(b, ["eth0"], *FAST)
    bay.connect(ends[1], other)
    wait_for(lambda: lacp_of(a, "eth1")["selected"] == "STANDBY"
             and lacp_of(a, "eth1")["has_partner"], 15, lambda: lacp_of(a, "eth1"))
    in_agreement(a, switch, ["eth0"])
    assert "eth1: own aggregator 2: partner" in a.log() and "eth0's partner" in a.log(), a.log()
    assert "standing by" in a.show()["eth1"]["ebond"]["reason"]
    spread(a, ["eth0"])
    bay.connect(ends[1], far)
    in_agreement(a, switch)


def test_a_cable_looped_back(rig):
    """Two of our own ports on one cable: not used for traffic, and harmless to the others."""
    a, _, switch, bay, ends = partners(rig)
    in_agreement(a, switch)
    loop = [bay.plug_in(a, port) for port in ("eth2", "eth3")]
    bay.connect(*loop)
    a.ebond("attach", "bond0", "eth2", "eth3")
    wait_for(lambda: lacp_of(a, "eth2")["looped"] and lacp_of(a, "eth3")["looped"], 10,
             lambda: a.log())
    in_agreement(a, switch)
    assert "eth2: receives our own LACPDUs" in a.log(), a.log()
    assert "cable loop" in a.show()["eth2"]["ebond"]["reason"]
    spread(a, PORTS)


def test_a_killed_daemon_goes_unnoticed(rig):
    a, _, switch, _, _ = partners(rig)
    in_agreement(a, switch)
    a.wait_ping("10.0.0.2")
    stream = UdpStream(a, a.rig.hosts[1], "10.0.0.2", per_second=200)
    a.kill_daemon()
    stream.runs_for(60)
    a.start_daemon()
    for _ in range(5):
        stream.runs_for(100)
        assert switch.attached() == PORTS, switch.show()
    assert stream.stop() == []
    in_agreement(a, switch)
