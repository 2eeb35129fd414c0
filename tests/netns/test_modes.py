# SPDX-License-Identifier: GPL-2.0-or-later
"""Where each mode sends frames: counted at the far end of every port's cable."""

import os

import pytest

import hashes
from frames import (
    BROADCAST,
    Sender,
    Sniffer,
    ethernet,
    ipv4,
    ipv6,
    mac,
    numbered,
    udp,
)
from rig import wait_for

DST = "02:00:00:00:be:ef"


def make_bond(rig, pair, ports, *options):
    """bond0 in a over `ports` cables; returns (sender on bond0, sniffers at the far ends)."""
    a, b = pair
    names = rig.cables(a, b, ports)
    a.ebond("add", "bond0", *options)
    a.ebond("attach", "bond0", *names)
    # One CPU for all flows: order between flows is not promised, and round-robin
    # counts for each CPU by itself.
    a.pin("eb.bond0")
    a.up("bond0")
    wait_for(lambda: a.carrier("bond0"), 5, "bond0 has no carrier")
    return Sender(a, "bond0"), [Sniffer(b, name) for name in names]


def send_numbered(a, sender, sniffers, count, copies=1):
    """Sends `count` frames; returns the numbers received at each far end."""
    sender.send_all(numbered(DST, a.mac("bond0"), number) for number in range(count))
    wait_for(
        lambda: sum(len(sniffer.numbers()) for sniffer in sniffers) >= count * copies,
        5,
        lambda: f"arrived: {[sniffer.numbers() for sniffer in sniffers]}",
    )
    return [sniffer.numbers() for sniffer in sniffers]


def test_round_robin_alternates(rig, pair, one_cpu):
    sender, sniffers = make_bond(rig, pair, 2, "mode", "balance-rr", "miimon", 100)
    seen = send_numbered(pair[0], sender, sniffers, 40)
    assert sorted(seen) == [list(range(0, 40, 2)), list(range(1, 40, 2))]


def test_round_robin_three_ports(rig, pair, one_cpu):
    sender, sniffers = make_bond(rig, pair, 3, "mode", "balance-rr", "miimon", 100)
    seen = send_numbered(pair[0], sender, sniffers, 30)
    assert sorted(seen) == [list(range(start, 30, 3)) for start in range(3)]


def test_round_robin_packets_per_slave_n(rig, pair, one_cpu):
    sender, sniffers = make_bond(
        rig, pair, 2, "mode", "balance-rr", "miimon", 100, "packets_per_slave", 4
    )
    seen = send_numbered(pair[0], sender, sniffers, 48)
    assert [len(numbers) for numbers in seen] == [24, 24]
    # Four neighbours travel together; the count may start in the middle of a group.
    port_of = {n: port for port, numbers in enumerate(seen) for n in numbers}
    changes = [n for n in range(1, 48) if port_of[n] != port_of[n - 1]]
    assert {later - first for first, later in zip(changes, changes[1:])} == {4}, changes


def test_round_robin_packets_per_slave_0_is_random(rig, pair, one_cpu):
    sender, sniffers = make_bond(
        rig, pair, 2, "mode", "balance-rr", "miimon", 100, "packets_per_slave", 0
    )
    seen = send_numbered(pair[0], sender, sniffers, 400)
    # Six standard deviations around 200.
    assert all(140 <= len(numbers) <= 260 for numbers in seen), [len(n) for n in seen]
    port_of = {n: port for port, numbers in enumerate(seen) for n in numbers}
    pairs = {(port_of[n], port_of[n + 1]) for n in range(399)}
    assert len(pairs) == 4, "not random: the same port never follows itself"


def test_round_robin_skips_a_dead_port(rig, pair, one_cpu):
    a, b = pair
    sender, sniffers = make_bond(rig, pair, 3, "mode", "balance-rr", "miimon", 100)
    b.down("eth1")
    a.wait_status("eth1", "DOWN")
    seen = send_numbered(a, sender, sniffers, 30)
    # The next usable port carries the dead one's share, as in the kernel's driver.
    assert (len(seen[0]), len(seen[1]), len(seen[2])) == (10, 0, 20)


def test_active_backup_uses_one_port_only(rig, pair):
    a, b = pair
    sender, sniffers = make_bond(rig, pair, 2, "mode", "active-backup", "miimon", 100)
    assert a.active() == "eth0"
    assert send_numbered(a, sender, sniffers, 20) == [list(range(20)), []]
    states = [a.port_info(port)["state"] for port in ("eth0", "eth1")]
    assert states == ["ACTIVE", "BACKUP"]


def test_broadcast_sends_a_copy_out_of_every_port(rig, pair):
    a, b = pair
    sender, sniffers = make_bond(rig, pair, 3, "mode", "broadcast", "miimon", 100)
    every = list(range(20))
    assert send_numbered(a, sender, sniffers, 20, copies=3) == [every, every, every]
    b.down("eth2")
    a.wait_status("eth2", "DOWN")
    for sniffer in sniffers:
        sniffer.clear()
    assert send_numbered(a, sender, sniffers, 20, copies=2) == [every, every, []]


def flows(src_mac):
    """[(frame, inputs of the formulas)]: UDP in IPv4 and IPv6, a fragment, ARP, VLAN."""
    made = []
    for number in range(24):
        src, dst = "10.0.0.1", f"10.0.{number % 5}.{number + 2}"
        sport, dport = 40000 + 3 * number, 5201 + number % 2
        made.append((
            ethernet(DST, src_mac, 0x0800, ipv4(src, dst, 17, udp(sport, dport))),
            dict(ethertype=0x0800, ip=(src, dst), ports=(sport, dport)),
        ))
        src, dst = "2001:db8::1", f"2001:db8:{number:x}::{number + 2:x}"
        made.append((
            ethernet(DST, src_mac, 0x86DD, ipv6(src, dst, 17, udp(sport, dport))),
            dict(ethertype=0x86DD, ip=(src, dst), ports=(sport, dport)),
        ))
        src, dst = "10.0.0.1", f"10.1.0.{number + 2}"
        made.append((
            ethernet(DST, src_mac, 0x0800, ipv4(src, dst, 17, udp(sport, dport), fragment=0x2000)),
            dict(ethertype=0x0800, ip=(src, dst), ports=None),
        ))
    made.append((ethernet(BROADCAST, src_mac, 0x0806, bytes(28)), dict(ethertype=0x0806)))
    return made


def expected_hash(policy, frame, flow):
    dst, src = frame[:6], frame[6:12]
    if policy == "vlan+srcmac":
        return hashes.vlan_srcmac(src, None)
    if policy == "layer2" or "ip" not in flow:
        return hashes.layer2(src, dst, flow["ethertype"])
    if policy in ("layer2+3", "encap2+3"):
        return hashes.layer23(src, dst, flow["ethertype"], *flow["ip"])
    return hashes.layer34(*flow["ip"], *(flow["ports"] or ()))


def test_golden_vectors():
    """Checks the formulas of this file against independent figures."""
    one, two = mac("02:00:00:00:00:01"), mac("02:00:00:00:00:02")
    assert hashes.layer2(one, two, 0x0800) == 0x803
    assert hashes.layer23(one, two, 0x0800, "10.0.0.1", "10.0.0.2") == 0x03030B08
    assert hashes.layer23(one, two, 0x86DD, "2001:db8::1", "2001:db8::2") == 0x0303855B
    assert hashes.layer34("10.0.0.1", "10.0.0.2", 40000, 5201) == 0x2923034D
    assert hashes.layer34("10.0.0.1", "10.0.0.2") == 0x01818181
    assert hashes.layer34("2001:db8::1", "2001:db8::2", 53, 1024) == 0x01839919
    assert hashes.vlan_srcmac(mac("52:54:00:12:34:56"), 0x0064) == 0x00406032


@pytest.mark.skipif(os.sys.byteorder != "little", reason="the formulas here are little-endian")
@pytest.mark.parametrize(
    "policy", ["layer2", "layer2+3", "layer3+4", "encap2+3", "encap3+4", "vlan+srcmac"]
)
def test_xor_picks_the_kernels_port(rig, pair, policy):
    a, b = pair
    ports = 3
    sender, sniffers = make_bond(
        rig, pair, ports, "mode", "balance-xor", "miimon", 100, "xmit_hash_policy", policy
    )
    wanted = [[] for _ in range(ports)]
    cases = flows(a.mac("bond0"))
    if policy.startswith("encap"):
        # ARP is hashed differently there; see tests/bpf.
        cases = [case for case in cases if "ip" in case[1]]
    for frame, flow in cases:
        wanted[expected_hash(policy, frame, flow) % ports].append(frame)
    sender.send_all(frame for frame, _ in cases)
    wait_for(
        lambda: sum(len(sniffer.received()) for sniffer in sniffers) >= len(cases),
        5,
        lambda: f"arrived: {[len(sniffer.received()) for sniffer in sniffers]}",
    )
    for sniffer, frames in zip(sniffers, wanted):
        assert [frame.data for frame in sniffer.received()] == frames


def test_xor_vlan_tag_counts_in_vlan_srcmac(rig, pair):
    a, b = pair
    sender, sniffers = make_bond(
        rig, pair, 2, "mode", "balance-xor", "miimon", 100, "xmit_hash_policy", "vlan+srcmac"
    )
    if a.kind() == "netkit":
        pytest.skip("a tag that a raw socket wrote stays in the frame: no policy looks there")
    src = mac(a.mac("bond0"))
    sender.send_all(ethernet(DST, a.mac("bond0"), 0x88B5, vlan_tci=vid) for vid in range(100, 116))
    wait_for(lambda: sum(len(sniffer.received()) for sniffer in sniffers) >= 16, 5, "frames lost")
    for port, sniffer in enumerate(sniffers):
        tags = [frame.vlan_tci for frame in sniffer.received()]
        assert tags == [v for v in range(100, 116) if hashes.vlan_srcmac(src, v) % 2 == port]


def test_policy_changes_while_running(rig, pair):
    a, b = pair
    sender, sniffers = make_bond(rig, pair, 2, "mode", "balance-xor", "miimon", 100)
    # One pair of addresses: layer2 keeps it on one port, layer3+4 spreads its flows.
    cases = [
        ethernet(DST, a.mac("bond0"), 0x0800, ipv4("10.0.0.1", "10.0.0.2", 17, udp(port, 7)))
        for port in range(1000, 1032)
    ]
    sender.send_all(cases)
    wait_for(lambda: sum(len(s.received()) for s in sniffers) >= 32, 5, "frames lost")
    assert sorted(len(s.received()) for s in sniffers) == [0, 32]
    a.ebond("set", "bond0", "xmit_hash_policy", "layer3+4")
    for sniffer in sniffers:
        sniffer.clear()
    sender.send_all(cases)
    wait_for(lambda: sum(len(s.received()) for s in sniffers) >= 32, 5, "frames lost")
    assert min(len(s.received()) for s in sniffers) > 0
