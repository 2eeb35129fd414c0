# SPDX-License-Identifier: GPL-2.0-or-later
"""balance-tlb: what a server sends is spread over its ports, without support from the switch."""

import time

import pytest

from office import MBIT, Learned, Office, Outage, Pings, Streams, jain, plug, pull, show_fdb
from rig import SLOWNESS, wait_for

fast = pytest.mark.skipif(SLOWNESS > 1, reason="an emulated machine cannot send that much")


def ports_used(office):
    """How many buckets are on each port."""
    shown = office.server.show()
    return {port: shown[port]["ebond"]["buckets"] for port in office.ports}


@fast
def test_streams_are_spread(rig):
    office = Office(rig)
    office.bond("mode", "balance-tlb")
    a = office.server
    fdb = Learned(office)
    start = time.monotonic()
    rates = Streams(office, range(8), False, 12).rates()
    alone = Streams(office, [0], False, 2, mbit=2 * MBIT).rates()[0]
    print("alone", alone, "together", rates, sum(rates) / alone, jain(rates))
    assert sum(rates) >= 3.5 * alone, (alone, rates, ports_used(office))
    assert jain(rates) >= 0.9, rates
    # What the clients send arrives at the active port only.
    assert {office.cached(client) for client in office.clients} == {a.mac("bond0")}
    assert a.mac("bond0") == a.mac("eth0")
    assert not fdb.flapping(start), (fdb.flapping(start), show_fdb(office))
    assert len({a.mac(port) for port in office.ports}) == 4


@fast
@pytest.mark.alone
def test_active_port_is_pulled(rig):
    """Another port takes its address over; plugged in again, it is used again."""
    office = Office(rig)
    office.bond("mode", "balance-tlb", "primary", "eth0")
    a = office.server
    address = a.mac("bond0")
    fdb = Learned(office)
    outage = Outage(office)
    time.sleep(1)
    start = time.monotonic()
    pull(office, "eth0")
    a.wait_active("eth1")
    wait_for(lambda: a.mac("eth1") == address, 5)
    time.sleep(1.5)
    outage.stop(0.2)
    assert a.mac("bond0") == address
    assert len({a.mac(port) for port in office.ports}) == 4
    assert fdb.moves(start)[address] == ["p1"]
    assert not fdb.flapping(start), fdb.flapping(start)

    outage = Outage(office)
    time.sleep(0.5)
    start = time.monotonic()
    plug(office, "eth0")
    a.wait_active("eth0")
    wait_for(lambda: a.mac("eth0") == address, 5)
    wait_for(lambda: all(ports_used(office).values()), 20, lambda: ports_used(office))
    time.sleep(1)
    assert max(outage.stop(0.2)) <= 1
    assert not fdb.flapping(start, most=2), fdb.flapping(start)


@pytest.mark.alone
def test_modes_and_daemons_change(rig):
    """set --replace into and out of the mode, kill -9, and options as the kernel's driver."""
    office = Office(rig, clients=2)
    office.bond("mode", "active-backup")
    a = office.server
    own = {"eth0": "02:00:00:00:0a:00", "eth1": "02:00:00:00:0a:01",
           "eth2": "02:00:00:00:0a:02", "eth3": "02:00:00:00:0a:03"}
    assert {a.mac(port) for port in office.ports} == {own["eth0"]}
    pings = [Pings(client) for client in office.clients]
    time.sleep(0.5)
    a.ebond("set", "bond0", "--replace", "mode", "balance-tlb")
    wait_for(lambda: {port: a.mac(port) for port in office.ports} == own, 5,
             lambda: {port: a.mac(port) for port in office.ports})
    assert "transmit load balancing" in a.ebond("proc", "bond0").stdout
    assert "Hash Policy" not in a.ebond("proc", "bond0").stdout
    time.sleep(1.5)
    used = ports_used(office)
    a.kill_daemon()
    time.sleep(0.5)
    a.start_daemon()
    assert a.active() == "eth0"
    assert {port: a.mac(port) for port in office.ports} == own
    wait_for(lambda: ports_used(office) == used, 3, lambda: (used, ports_used(office)))
    assert "is up" in a.ebond("set", "bond0", "tlb_dynamic_lb", 0, code=1).stderr
    a.down("bond0")
    a.ebond("set", "bond0", "tlb_dynamic_lb", 0)
    a.up("bond0")
    assert "Transmit Hash Policy: layer2 (0)" in a.ebond("proc", "bond0").stdout
    pings.append(Pings(office.clients[0]))
    time.sleep(0.5)
    a.ebond("set", "bond0", "--replace", "mode", "balance-xor")
    wait_for(lambda: {a.mac(port) for port in office.ports} == {own["eth0"]}, 5)
    time.sleep(0.5)
    assert pings[2].stop()[0] == []
    # The bond was down for a moment; nothing was lost before and after.
    for ping in pings[:2]:
        assert len(ping.stop()[0]) < 20
    a.ebond("del", "bond0")
    assert {port: a.mac(port) for port in office.ports} == own


def test_addresses_that_collide(rig):
    """A port that was replaced, one that has bond0's address, one whose address is used elsewhere.
    """
    a, b = rig.host("a"), rig.host("b")
    a.start_daemon()
    rig.cables(a, b, 4)
    for number, name in enumerate(("eth0", "eth1", "eth2", "eth3")):
        a.ip("link", "set", "dev", name, "address", f"02:00:00:00:00:{number:02x}")
    a.ebond("add", "bond0", "mode", "balance-tlb")
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.up("bond0")

    def macs():
        return [a.mac(name)[-2:] for name in ("bond0", "eth0", "eth1", "eth2")]

    assert macs()[:3] == ["00", "00", "01"]
    a.ebond("detach", "bond0", "eth0")  # bond0 keeps the address, eth1 has it now
    wait_for(lambda: macs()[:3] == ["00", "00", "00"], 5, macs)
    a.ebond("attach", "bond0", "eth0")  # which cannot have its own back: it gets eth1's
    wait_for(lambda: macs()[:3] == ["00", "01", "00"], 5, macs)
    a.ip("link", "set", "dev", "eth2", "address", "02:00:00:00:00:01")
    a.ebond("attach", "bond0", "eth2")
    wait_for(lambda: len(set(macs()[1:])) == 3 and macs()[2] == "00", 5, macs)
    a.ip("link", "set", "dev", "bond0", "address", "02:00:00:00:00:77")
    wait_for(lambda: macs()[2] == "77" and len(set(macs()[1:])) == 3, 5, macs)
    a.ebond("del", "bond0")
    assert [a.mac(name)[-2:] for name in ("eth0", "eth1", "eth2")] == ["00", "01", "01"]
