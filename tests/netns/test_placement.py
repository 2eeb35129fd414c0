# SPDX-License-Identifier: GPL-2.0-or-later
"""tx_placement adaptive: which flows move and which stay, and in which order packets arrive.

tbf limits the cables, and speed_mbps tells ebond so. The other end is a bond that takes what comes
on any of them.
"""

import time

import pytest

from numbered import Flows
from rig import EBONDD, OTHER_EBONDD, SLOWNESS, stays, wait_for

pytestmark = [
    pytest.mark.alone,  # loads decide which flow moves
    pytest.mark.skipif(SLOWNESS > 1, reason="an emulated machine cannot send that much"),
]

A, B = "192.0.2.1", "192.0.2.2"


def limited(rig, pair, speeds, *options, mode="balance-xor", queue_ms=30):
    """bond0 in a with tx_placement adaptive over cables of these speeds, bond0 in b."""
    a, b = pair
    b.start_daemon()
    names = rig.cables(a, b, len(speeds))
    common = ("add", "bond0", "mode", mode, "miimon", 50, "xmit_hash_policy", "layer3+4")
    a.ebond(*common, "tx_placement", "adaptive", *options)
    b.ebond(*common)
    connect(a, b, dict(zip(names, speeds)), queue_ms)
    return a, b, names


def connect(a, b, speeds, queue_ms=30):
    """Attaches both ends of the cables, which a sends on at these speeds."""
    for host, address in ((a, A), (b, B)):
        host.ebond("attach", "bond0", *speeds)
        host.pin("bond0", "eb.bond0")
        host.up("bond0")
        host.address("bond0", f"{address}/24")
    for name, mbps in speeds.items():
        a.tc("qdisc", "add", "dev", name, "root", "tbf", "rate", f"{mbps}mbit", "burst", "3kb",
             "latency", f"{queue_ms}ms")
        a.ebond("set", name, "speed_mbps", mbps)
        wait_sends(a, name)
    a.wait_ping(B)


def wait_sends(host, name):
    wait_for(lambda: "load" in host.show()[name]["ebond"], 10, host.log)


def placement(host):
    return host.show()["bond0"]["ebond"]["placement"]


def moves(host):
    now = placement(host)
    return now["moves_paused"] + now["moves_busy"]


def loads(host, names):
    """Mbit/s by port; 0 for one that does not send."""
    shown = host.show()
    return {name: shown[name]["ebond"].get("load", {"bps": 0})["bps"] / 1e6 for name in names}


def wait_settled(host):
    """Until no flow has moved for a second."""
    last = [moves(host), time.monotonic()]

    def is_settled():
        now = moves(host)
        if now != last[0]:
            last[:] = now, time.monotonic()
        return time.monotonic() - last[1] > 1

    wait_for(is_settled, 20, lambda: f"{last} {placement(host)}", 0.05)


def steady(rig, pair, count, *options, mode="balance-xor"):
    """Equal flows on four cables, four Mbit/s on each, and settled."""
    a, b, names = limited(rig, pair, [10] * 4, *options, mode=mode)
    flows = Flows(a, b, A, B, names, [16 / count] * count)
    wait_settled(a)
    return a, b, names, flows


def difference(before, after):
    return {flow: (port, after[flow]) for flow, port in before.items() if after[flow] != port}


def replace(host):
    host.ebond("set", "bond0", "--replace", "mode", "balance-xor", "miimon", 40,
               "xmit_hash_policy", "layer3+4", "tx_placement", "adaptive", "placement_moves", "paused")


def restart(host):
    host.kill_daemon()
    host.start_daemon()


def upgrade(host):
    for binary in (OTHER_EBONDD, EBONDD):
        host.kill_daemon()
        host.start_daemon(binary=binary)


CHANGES = {
    "option": lambda host: host.ebond("set", "bond0", "placement_moves", "paused"),
    "replace": replace,
    "restart": restart,
    "upgrade": pytest.param(upgrade, marks=pytest.mark.skipif(
        OTHER_EBONDD is None, reason="no second build: EBOND_OTHER_BUILD")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_flow_moves_by_new_programs(rig, pair, change):
    a, b, names, flows = steady(rig, pair, 12)
    before, moved = flows.placed(), moves(a)
    assert set(before.values()) == set(names), "flows that start together spread"
    change(a)
    after = flows.placed()
    print(f"{len(before)} flows, moved: {difference(before, after)}; {flows}")
    assert after == before, difference(before, after)
    assert moves(a) == moved, "the counters continue"
    assert flows.late == 0, flows


@pytest.mark.parametrize("queue_ms, mbps", [(30, 0.8), (200, 1.3)], ids=["light", "overload"])
def test_a_pause_reorders_nothing(rig, pair, queue_ms, mbps):
    """Bursts on unequal cables: flows move in their pauses, and nothing overtakes.

    With more than the cables can carry, their queues are full at times, and much longer than the
    packet path can know.
    """
    a, b, names = limited(rig, pair, [10, 10, 5], "placement_moves", "paused", queue_ms=queue_ms)
    flows = Flows(a, b, A, B, names, [mbps] * 20, pauses=True)
    flows.runs_for(400, 40)
    wait_for(lambda: placement(a)["moves_paused"] >= 10, 60, lambda: placement(a))
    flows.stop()
    print(f"{flows}; {placement(a)}")
    assert placement(a)["moves_busy"] == 0
    assert flows.late == 0, flows


def test_a_busy_flow_moves_once(rig, pair):
    """More than a port can carry, and then more ports: each move costs one episode at most."""
    a, b, names = limited(rig, pair, [4] * 4)
    for name in names[1:]:
        b.down(name)
        a.wait_status(name, "DOWN")
    flows = Flows(a, b, A, B, names, [1.6] * 8)
    wait_for(lambda: loads(a, names)["eth0"] > 8, 5, lambda: loads(a, names))
    before = placement(a)["moves_busy"]
    for name in names[1:]:
        b.up(name)
        a.wait_status(name, "UP")
    wait_settled(a)
    placed, now = flows.placed(), loads(a, names)
    busy = placement(a)["moves_busy"] - before
    flows.stop()
    print(f"{flows}; {busy} busy moves; loads {now}")
    assert busy >= 3
    assert flows.episodes <= busy, flows
    assert sorted(list(placed.values()).count(name) for name in names) == [2, 2, 2, 2], placed


@pytest.mark.parametrize("mode", ["balance-xor", "802.3ad"])
def test_a_lost_port_and_its_return(rig, pair, mode):
    a, b, names, flows = steady(rig, pair, 16, "placement_moves", "paused", mode=mode)
    before = flows.placed()
    lost = [flow for flow, port in before.items() if port == "eth1"]
    assert lost, before
    b.down("eth1")
    a.wait_status("eth1", "DOWN")
    after = flows.placed(10)
    others = {flow: port for flow, port in before.items() if port != "eth1"}
    print(f"lost {lost}; they went to {[after[flow] for flow in lost]}; "
          f"others moved: {difference(others, after)}")
    assert difference(others, after) == {}
    assert len({after[flow] for flow in lost}) == min(3, len(lost))
    assert "eth1" not in after.values()

    wait_settled(a)
    b.up("eth1")
    wait_sends(a, "eth1")
    start = time.monotonic()

    def has_share():
        now = loads(a, names)
        return now["eth1"] > 0.8 * sum(now.values()) / len(names)

    wait_for(has_share, 2, lambda: loads(a, names))
    print(f"its share after {time.monotonic() - start:.2f} s: {loads(a, names)}")
    flows.stop()
    assert flows.late == 0, flows


def test_one_flow_fills_a_port(rig, pair):
    """What no move can mend is told, once; and `ebond test balance` has the share."""
    a, b, names = limited(rig, pair, [10, 10])
    flows = Flows(a, b, A, B, names, [12])
    wait_for(lambda: "one flow fills eth" in a.log(), 10, a.log)
    # At a moment at which the sender falls behind it is not so.
    wait_for(lambda: "    uneven   one flow fills eth" in a.ebond("show").stdout, 10, a.show)
    assert "    loads    eth0 sends " in a.ebond("show").stdout
    balance = a.ebond("test", "balance", "bond0", 1).stdout
    print(balance)
    assert "sent 0.5" in balance
    stays(lambda: a.log().count("one flow fills") == 1, 2, a.log, 0.2)
    flows.stop()
    wait_for(lambda: "uneven" not in placement(a), 5, lambda: placement(a))


def test_refusals(rig, pair):
    """One line, and nothing is changed."""
    a, b = pair
    rig.cables(a, b, 1)
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 50)
    a.ebond("attach", "bond0", "eth0")
    before = a.show()
    for words, said in {
        ("bond0", "tx_placement", "adaptive"): "mode active-backup has no option tx_placement",
        ("bond0", "striping", "earliest"): "mode active-backup has no option striping",
        ("eth0", "speed_mbps", "-1"): "out of range",
        ("eth0", "latency_us", "1000001"): "out of range",
    }.items():
        refused = a.ebond("set", *words, code=1).stderr
        assert refused.count("\n") == 1 and said in refused, refused
    after = a.show()
    for name in before:
        assert after[name]["ebond"]["options"] == before[name]["ebond"]["options"]
        assert after[name]["linkinfo"] == before[name]["linkinfo"]


def test_striping_by_speed(rig, pair):
    """One stream over unequal cables: each carries its part, and frames come nearly in order."""
    a, b = pair
    b.start_daemon()
    names = rig.cables(a, b, 3)
    speeds = {"eth0": 4, "eth1": 2, "eth2": 1}
    a.ebond("add", "bond0", "mode", "balance-rr", "miimon", 50, "striping", "earliest")
    b.ebond("add", "bond0", "mode", "balance-rr", "miimon", 50)
    connect(a, b, speeds)
    flows = Flows(a, b, A, B, names, [4])
    flows.runs_for(600)
    shown = a.show()
    flows.stop()
    print(f"within the cables' speed: {flows}")
    assert flows.depth <= 3, flows
    assert "placement" not in shown["bond0"]["ebond"]
    assert all("buckets" not in shown[name]["ebond"]["load"] for name in names)

    flows = Flows(a, b, A, B, names, [14])
    flows.runs_for(200)
    before = {name: a.stats(name).tx_bytes for name in names}
    flows.runs_for(1200)
    sent = {name: a.stats(name).tx_bytes - before[name] for name in names}
    flows.stop()
    shares = {name: round(sent[name] / sum(sent.values()), 3) for name in names}
    print(f"twice of that: {shares}")
    for name, mbps in speeds.items():
        assert shares[name] == pytest.approx(mbps / 7, abs=0.02)
