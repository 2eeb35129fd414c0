# SPDX-License-Identifier: GPL-2.0-or-later
"""balance-alb with neighbours that spoof, flood, or are very many."""

import socket
import struct
import time

import pytest

from frames import BROADCAST, ethernet, mac
from office import SERVER, Office
from rig import wait_for

REQUEST, REPLY = 1, 2


def arp(operation, sender_mac, sender, target, target_mac="00:00:00:00:00:00", to=BROADCAST):
    return ethernet(to, sender_mac, 0x0806, struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation)
                    + mac(sender_mac) + socket.inet_aton(sender)
                    + mac(target_mac) + socket.inet_aton(target))


class Wire:
    """Sends arbitrary frames through an interface."""

    def __init__(self, host, name="eth0"):
        with host.inside():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            self.socket.bind((name, 0))
        host.rig.closers.append(self.socket.close)

    def send(self, *frames):
        for frame in frames:
            self.socket.send(frame)


@pytest.fixture
def office(rig):
    made = Office(rig, clients=4, ports=2)
    made.bond("mode", "balance-alb")
    wait_for(lambda: peers(made) == [2, 2], 5, lambda: made.server.show())
    return made


def peers(office):
    shown = office.server.show()
    return sorted(shown[port]["ebond"]["peers"] for port in office.ports)


def neighbours(office):
    """address -> (its own MAC address, its port)"""
    return {one["ip"]: (one["mac"], one.get("port"))
            for one in office.server.show()["bond0"]["ebond"]["neighbours"]}


def counter(office, name):
    return office.server.show()["bond0"]["ebond"]["counters"][name]


@pytest.mark.alone
def test_thousands_of_neighbours(office):
    """The table is limited, excess is counted, and existing neighbours stay."""
    a, before = office.server, neighbours(office)
    # What the server would answer: its own neighbour table, which is not under test here, has
    # room for 1024 entries of the whole machine.
    wire, own = Wire(a, "bond0"), a.mac("bond0")
    for number in range(1500):
        asker = f"02:00:00:01:{number >> 8:02x}:{number & 255:02x}"
        wire.send(arp(REPLY, own, SERVER, f"10.0.{1 + number // 250}.{1 + number % 250}", asker,
                      asker))
        if number % 50 == 49:
            time.sleep(0.01)
    wait_for(lambda: len(neighbours(office)) == 1024, 20, lambda: len(neighbours(office)))
    wait_for(lambda: counter(office, "peers_full") >= 1500 - 1024, 5)
    after = neighbours(office)
    assert {ip: after.get(ip) for ip in before} == before
    counts = peers(office)
    assert max(counts) - min(counts) <= 2, counts
    for client in office.clients:
        assert client.ping(SERVER, 3) == 3
    office.switch.down("p0")  # half of them move; none is lost
    wait_for(lambda: peers(office) == [0, 1024], 5, lambda: peers(office))
    for client in office.clients:
        client.wait_ping(SERVER)
    assert len(a.log().splitlines()) < 60  # not one line each


def test_unsolicited_replies(office):
    """Unsolicited replies create and move no neighbours, whatever they claim."""
    before = neighbours(office)
    own = office.server.mac("bond0")
    wire = Wire(office.clients[3])
    liar = "02:00:00:00:66:66"
    for number in range(200):
        wire.send(
            arp(REPLY, liar, f"192.0.2.{100 + number % 100}", SERVER, own, own),
            arp(REPLY, liar, office.client_ip(0), SERVER, own, own),  # another client's address
            arp(REPLY, liar, office.client_ip(1), office.client_ip(1), liar),  # gratuitous
            arp(REQUEST, liar, office.client_ip(2), office.client_ip(2)),
        )
    time.sleep(0.3)
    after = neighbours(office)
    assert set(after) == set(before)
    assert {ip: port for ip, (_, port) in after.items()} == {
        ip: port for ip, (_, port) in before.items()}
    assert peers(office) == [2, 2]


def test_our_own_address_is_claimed(office):
    """Counted; no neighbour loses its port (the kernel's driver forgets all neighbours)."""
    before = neighbours(office)
    own = office.server.mac("bond0")
    wire = Wire(office.clients[3])
    for _ in range(20):
        wire.send(arp(REPLY, "02:00:00:00:66:66", SERVER, SERVER, own, own),
                  arp(REQUEST, "02:00:00:00:66:66", SERVER, office.client_ip(0)))
    wait_for(lambda: counter(office, "own_claimed") >= 20, 5)
    assert neighbours(office) == before


def test_a_neighbour_gets_another_card(office):
    """Once the server talks to it there, it is told a port's address there and keeps its port."""
    a, client = office.server, office.clients[1]
    _, port = neighbours(office)[office.client_ip(1)]
    client.ip("link", "set", "dev", "eth0", "address", "02:00:00:00:0c:99")
    client.ip("neigh", "flush", "dev", "eth0")
    time.sleep(1.1)
    client.wait_ping(SERVER)
    wait_for(lambda: neighbours(office)[office.client_ip(1)] == ("02:00:00:00:0c:99", port), 5,
             lambda: neighbours(office))
    wait_for(lambda: office.cached(client) == a.mac(port), 5)


def test_an_address_that_left(office):
    """An address that the server no longer has is not announced to any neighbour."""
    a = office.server
    a.ip("addr", "del", f"{SERVER}/24", "dev", "bond0")
    a.address("bond0", "192.0.2.2/24")
    seen = office.clients[0].popen("tcpdump", "-lnei", "eth0", "arp", "and", "arp[14:4]=0xc0000201")
    time.sleep(1.5)
    office.switch.down("p1")
    office.switch.down("p0")
    time.sleep(0.2)
    office.switch.up("p0")
    wait_for(lambda: not neighbours(office), 10, lambda: neighbours(office))
    seen.terminate()
    out, _ = seen.communicate(timeout=10)
    assert "is-at" not in out, out
