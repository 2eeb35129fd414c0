# SPDX-License-Identifier: GPL-2.0-or-later
"""Mode 802.3ad between two ebonds: synchronization, faults, and what must go unnoticed."""

import time

import pytest

import hashes
from frames import Sniffer, ethernet, ipv4, mac, udp, Sender
from lacp import (
    FAST, SLOW_RATE, describe, in_agreement, lacp_bond, lacp_of, senders, wait_in_agreement,
)
from patchbay import PatchBay
from rig import stays, wait_for
from traffic import UdpStream

STATE = 32  # offset of the actor's state octet in a LACPDU


def two_bonds(rig, count=2, options_a=FAST, options_b=FAST):
    """Hosts a and b, with a bond each, `count` cables in a patch bay; both in sync."""
    a, b, bay = rig.host("a"), rig.host("b"), PatchBay(rig)
    ports = [f"eth{number}" for number in range(count)]
    ends = [bay.cable(a, b, port) for port in ports]
    for host, options, cidr in ((a, options_a, "10.0.0.1/24"), (b, options_b, "10.0.0.2/24")):
        host.start_daemon()
        lacp_bond(host, ports, *options, cidr=cidr)
    return a, b, bay, ends


def agreed(rig, *args, **kwargs):
    a, b, bay, ends = two_bonds(rig, *args, **kwargs)
    for host in (a, b):
        wait_in_agreement(host, [end.port for end in ends])
    a.wait_ping("10.0.0.2")
    return a, b, bay, ends


def test_traffic_goes_by_hash_over_all_ports(rig):
    """Each flow leaves by the port that the driver's formula gives."""
    a, b, _, _ = agreed(rig, 3, FAST + ("xmit_hash_policy", "layer3+4"))
    sender, sniffers = Sender(a, "bond0"), [Sniffer(b, f"eth{number}") for number in range(3)]
    src = a.mac("bond0")
    sports = range(2000, 2040)
    for sport in sports:
        packet = ipv4("10.0.0.1", "10.0.0.9", 17, udp(sport, 9, b"flow"))
        sender.send(ethernet("02:00:00:00:be:ef", src, 0x0800, packet))

    def seen(sniffer):
        return {
            int.from_bytes(frame.data[34:36], "big")
            for frame in sniffer.received()
            if frame.data[:6] == mac("02:00:00:00:be:ef")
        }

    wait_for(lambda: sum(len(seen(s)) for s in sniffers) == len(sports), 5, "not all arrived")
    wanted = [set(), set(), set()]
    for sport in sports:
        wanted[hashes.layer34("10.0.0.1", "10.0.0.9", sport, 9) % 3].add(sport)
    assert [seen(sniffer) for sniffer in sniffers] == wanted


@pytest.mark.parametrize("how", ["pulled", "cut"])
def test_a_lost_cable(rig, how):
    """With or without loss of carrier: the other port takes over, and both come back."""
    a, b, bay, ends = agreed(rig)
    far = ends[0].other
    if how == "pulled":
        bay.pull(ends[0])
    else:
        bay.cut(ends[0])
    wait_in_agreement(a, ["eth1"])
    wait_in_agreement(b, ["eth1"])
    stream = UdpStream(a, b, "10.0.0.2")
    stream.runs_for(400)
    assert stream.stop() == []
    if how == "cut":
        assert a.carrier("eth0") and "eth0: receive CURRENT -> EXPIRED: no LACPDU" in a.log()
        bay.connect(ends[0], far)
    else:
        bay.push(ends[0])
    for host in (a, b):
        wait_in_agreement(host, ["eth0", "eth1"])


def test_passive_waits_to_be_spoken_to(rig):
    a, b, bay, _ = two_bonds(rig, options_b=FAST + ("lacp_active", "off"))
    for host in (a, b):
        wait_in_agreement(host, ["eth0", "eth1"])
    assert bay.slow_frames(b)[0].time > bay.slow_frames(a)[0].time


def test_two_passive_ones_do_not_speak(rig):
    """As with the driver, one port works alone."""
    passive = FAST + ("lacp_active", "off")
    a, b, bay, _ = two_bonds(rig, options_a=passive, options_b=passive)
    wait_for(lambda: senders(a) == ["eth0"], 10, lambda: describe(a))
    stays(lambda: in_agreement(a) == [], 1.5)
    assert not bay.slow_seen
    a.wait_ping("10.0.0.2")
    assert "alone" in a.show()["eth0"]["ebond"]["reason"]


@pytest.mark.parametrize("coupled", ["on", "off"])
def test_slow_rate_and_either_control(rig, coupled):
    """Initial synchronization does not wait for slow periods; each port sends at most 3 LACPDUs/s.
    """
    options = SLOW_RATE + ("coupled_control", coupled)
    a, b, bay, _ = agreed(rig, options_a=options, options_b=SLOW_RATE)
    for host in (a, b):
        for port in ("eth0", "eth1"):
            times = [seen.time for seen in bay.slow_frames(host, port)]
            # the daemon enforces the limit; it may send up to 50 ms late
            assert all(later - first > 0.95 for first, later in zip(times, times[3:])), times


def test_detach_sends_a_final_lacpdu(rig):
    """At the slow rate, where the partner would otherwise wait for 90 s."""
    a, b, bay, _ = agreed(rig, options_a=SLOW_RATE, options_b=SLOW_RATE)
    a.ebond("detach", "bond0", "eth0")
    wait_in_agreement(b, ["eth1"], 2)
    assert not bay.slow_frames(a, "eth0")[-1].data[STATE] & 0x38
    a.wait_ping("10.0.0.2")
    a.ebond("del", "bond0")
    wait_in_agreement(b, [], 2)


def test_stop_teardown_sends_a_final_lacpdu(rig):
    a, b, _, _ = agreed(rig, options_a=SLOW_RATE, options_b=SLOW_RATE)
    a.ebond("stop", "--teardown")
    wait_in_agreement(b, [], 3)


@pytest.mark.parametrize("rate", [FAST, SLOW_RATE], ids=["fast", "slow"])
def test_a_killed_daemon_goes_unnoticed(rig, rate):
    """Restarted within the partner's timeout: no different LACPDU, no extra log line, no loss."""
    a, b, bay, _ = two_bonds(rig, options_a=FAST, options_b=rate)
    a.ebond("set", "eth1", "actor_port_prio", 7)
    for host in (a, b):
        wait_in_agreement(host, ["eth0", "eth1"])
    wait_for(lambda: lacp_of(b, "eth1")["partner"]["port_priority"] == 7, 5, lambda: describe(b))
    a.wait_ping("10.0.0.2")
    out = UdpStream(a, b, "10.0.0.2", per_second=200)
    back = UdpStream(b, a, "10.0.0.1", port=7001, per_second=200)
    since, log = time.time(), b.log()
    received = lacp_of(a, "eth0")["counters"]["lacpdu_rx"]
    for _ in range(3):
        out.runs_for(20)
        a.kill_daemon()
        out.runs_for(60)
        a.start_daemon()
        out.runs_for(250)
    assert (out.stop(), back.stop()) == ([], []), "packets lost"
    frames = bay.slow_frames(a, since=since)
    # at least one from each start and port, and all alike
    states = {seen.data[STATE] for seen in frames}
    assert len(frames) >= 6 and states == {0x3F}, frames
    assert b.log() == log, b.log()
    assert in_agreement(a) == ["eth0", "eth1"], describe(a)
    info = {port: lacp_of(a, port) for port in ("eth0", "eth1")}
    assert [info[port]["actor"]["port"] for port in info] == [1, 2]
    assert [info[port]["actor"]["port_priority"] for port in info] == [255, 7]
    assert lacp_of(a, "eth0")["counters"]["lacpdu_rx"] > received, "counters restart"


def test_killed_for_longer_than_the_timeout(rig):
    """The partner expires, and takes the ports back."""
    a, b, _, _ = agreed(rig)
    a.kill_daemon()
    wait_in_agreement(b, [], 8)
    a.start_daemon()
    for host in (a, b):
        wait_in_agreement(host, ["eth0", "eth1"])
    a.wait_ping("10.0.0.2")


def test_bond_switched_off_is_silent(rig):
    a, b, _, _ = agreed(rig)
    a.down("bond0")
    wait_in_agreement(b, [], 8)
    a.up("bond0")
    for host in (a, b):
        wait_in_agreement(host, ["eth0", "eth1"])


def test_set_replace_to_and_from(rig):
    """Switches between balance-xor and 802.3ad with ports attached; the partner is informed."""
    a, b, _, _ = agreed(rig, options_a=SLOW_RATE, options_b=SLOW_RATE)
    a.ebond("set", "bond0", "--replace", "mode", "balance-xor")
    wait_in_agreement(b, [], 2)
    done = a.ebond("set", "bond0", "--replace", "mode", "802.3ad", "lacp_rate", "fast")
    assert "mode balance-xor -> 802.3ad" in done.stdout
    for host in (a, b):
        wait_in_agreement(host, ["eth0", "eth1"])
    a.wait_ping("10.0.0.2")


def test_other_options_while_it_runs(rig):
    """Rate, key, system and priorities change under traffic; the partner sees them."""
    a, b, _, _ = agreed(rig)
    a.ebond("set", "bond0", "lacp_rate", "slow", "ad_actor_sys_prio", 99, "ad_user_port_key", 5,
            "ad_actor_system", "02:00:00:00:00:77")
    for host in (a, b):
        wait_in_agreement(host, ["eth0", "eth1"])
    partner = lacp_of(b, "eth0")["partner"]
    assert (partner["system"], partner["system_priority"]) == ("02:00:00:00:00:77", 99)
    assert partner["key"] >> 6 == 5 and not partner["state"] & 2, partner
    assert b.bond_info()["ad_info"]["partner_mac"] == "02:00:00:00:00:77"
