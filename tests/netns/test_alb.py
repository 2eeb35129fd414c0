# SPDX-License-Identifier: GPL-2.0-or-later
"""balance-alb: both directions are spread over a server's ports, without support from the switch.
"""

import time

import pytest

from office import (MBIT, SERVER, SERVER6, Learned, Office, Outage, Pings, Streams, jain, plug,
                    pull)
from rig import SLOWNESS, wait_for

fast = pytest.mark.skipif(SLOWNESS > 1, reason="an emulated machine cannot send that much")

EVEN = [2, 2, 2, 2]


def wait_even(office, version=4, ports=None, even=EVEN, deadline=5):
    """Every port has its share of the clients, and the clients use it."""
    def counts():
        spread = office.spread(version)
        return sorted(spread[port] for port in ports or office.ports)

    wait_for(lambda: counts() == even, deadline,
             lambda: (office.spread(version), office.server.ebond("show").stdout))


@fast
@pytest.mark.parametrize("to_server", [False, True], ids=["sends", "receives"])
def test_streams_are_spread(rig, to_server):
    office = Office(rig)
    office.bond("mode", "balance-alb")
    wait_even(office)
    fdb = Learned(office)
    start = time.monotonic()
    rates = Streams(office, range(8), to_server, 10).rates()
    alone = Streams(office, [0], to_server, 2, mbit=2 * MBIT).rates()[0]
    print("alone", alone, "together", rates, sum(rates) / alone, jain(rates))
    assert sum(rates) >= 3.5 * alone, (alone, rates)
    assert jain(rates) >= 0.9, rates
    wait_even(office)
    assert not fdb.flapping(start), fdb.flapping(start)
    assert len({office.server.mac(port) for port in office.ports}) == 4


@fast
@pytest.mark.alone
def test_active_port_is_pulled(rig):
    office = Office(rig)
    office.bond("mode", "balance-alb", "primary", "eth0")
    wait_even(office)
    a, fdb = office.server, Learned(office)
    address = a.mac("bond0")
    outage = Outage(office)
    time.sleep(1)
    start = time.monotonic()
    pull(office, "eth0")
    a.wait_active("eth1")
    wait_even(office, ports=["eth1", "eth2", "eth3"], even=[2, 3, 3])
    time.sleep(1)
    outage.stop(0.2)
    assert a.mac("eth1") == a.mac("bond0") == address
    assert not fdb.flapping(start, most=2), fdb.flapping(start)

    outage = Outage(office)
    time.sleep(0.5)
    start = time.monotonic()
    plug(office, "eth0")
    a.wait_active("eth0")
    wait_even(office, deadline=20)
    time.sleep(1.5)
    assert max(outage.stop(0.2)) <= 1
    assert not fdb.flapping(start, most=2), fdb.flapping(start)


@pytest.mark.parametrize("on", [True, False], ids=["balanced", "off"])
def test_ipv6(rig, on):
    """Neighbour discovery is balanced like ARP; alb_ipv6 0 turns that off."""
    office = Office(rig, clients=4, ports=2, ipv6=True)
    office.bond("mode", "balance-alb", "alb_ipv6", int(on), ipv6=True)
    for client in office.clients:
        client.wait_ping(SERVER6)
    a = office.server
    if not on:
        assert {office.cached(client, 6) for client in office.clients} == {a.mac("bond0")}
        return
    wait_even(office, 6, even=[2, 2])
    fdb = Learned(office)
    start = time.monotonic()
    outage = Outage(office, SERVER6)
    time.sleep(0.5)
    pull(office, "eth0")
    a.wait_active("eth1")
    wait_even(office, 6, ports=["eth1"], even=[4])
    time.sleep(0.5)
    outage.stop(0.2 * SLOWNESS)
    plug(office, "eth0")
    wait_even(office, 6, even=[2, 2], deadline=20)
    assert not fdb.flapping(start, most=3), fdb.flapping(start)
    # The server asks: its solicitations are rewritten, too, with correct checksums.
    for client in office.clients:
        client.ip("-6", "neigh", "flush", "dev", "eth0")
    for number in range(4):
        a.ip("-6", "neigh", "flush", "dev", "bond0")
        a.wait_ping(office.client_ip(number, 6))
    wait_even(office, 6, even=[2, 2])


def test_the_server_speaks_first(rig):
    """A host that replies to the server becomes a neighbour."""
    office = Office(rig, clients=4, ports=2)
    a = office.server
    a.ebond("add", "bond0", "mode", "balance-alb")
    a.ebond("attach", "bond0", *office.ports)
    a.up("bond0")
    a.address("bond0", f"{SERVER}/24")
    for number in range(4):
        a.wait_ping(office.client_ip(number))
    wait_even(office, even=[2, 2])
    # A broadcast request makes all neighbours send to bond0's address, but not for long.
    for _ in range(3):
        a.ping("192.0.2.250", 1)
    wait_even(office, even=[2, 2])


def test_neighbours_outlive_the_daemon(rig):
    """kill -9 and set --replace: neighbours are told nothing new, and nothing is lost."""
    office = Office(rig, clients=4, ports=2)
    office.bond("mode", "balance-alb")
    wait_even(office, even=[2, 2])
    a = office.server
    before = [office.cached(client) for client in office.clients]
    pings = [Pings(client) for client in office.clients]
    time.sleep(0.5)
    a.kill_daemon()
    time.sleep(0.5)
    a.start_daemon()
    wait_for(lambda: [a.show()[port]["ebond"]["peers"] for port in office.ports] == [2, 2], 5,
             lambda: a.show())
    a.ebond("set", "bond0", "alb_ipv6", 0)
    time.sleep(0.5)
    assert [office.cached(client) for client in office.clients] == before
    a.ebond("set", "bond0", "--replace", "mode", "balance-tlb")
    time.sleep(1)
    a.ebond("set", "bond0", "--replace", "mode", "balance-alb")
    for client in office.clients:
        client.ip("neigh", "flush", "dev", "eth0")
    wait_even(office, even=[2, 2])
    lost = [ping.stop()[0] for ping in pings]
    assert not any(lost), lost
    shown = a.ebond("show").stdout
    assert "eth0 sends " in shown and "receives from 2 neighbours" in shown, shown
    assert "adaptive load balancing" in a.ebond("proc", "bond0").stdout


def test_under_a_bridge(rig):
    """A bridge on bond0 with bond0's address: neighbours told a port's address reach it."""
    office = Office(rig, clients=4, ports=2)
    a = office.server
    a.ebond("add", "bond0", "mode", "balance-alb")
    a.ebond("attach", "bond0", *office.ports)
    a.up("bond0")
    a.ip("link", "add", "br0", "type", "bridge", "forward_delay", "0")
    a.ip("link", "set", "bond0", "master", "br0")
    a.up("br0")
    a.address("br0", f"{SERVER}/24")
    wait_for(lambda: a.mac("br0") == a.mac("bond0"), 5)
    for client in office.clients:
        client.wait_ping(SERVER)
    wait_even(office, even=[2, 2])
    for client in office.clients:
        assert client.ping(SERVER, 20) == 20
