# SPDX-License-Identifier: GPL-2.0-or-later
"""Published how-tos that configure a bond manually, command by command, with their own files.

Commands that load the module (modprobe, insmod) are replaced by `ebond import modprobe` or
`ifenslave --create`; everything else is unchanged. How-tos that only use configuration files
are in test_ifupdown.py.
"""

import re

import pytest

from etc import Etc, install_hooks
from frames import Sniffer
from rig import wait_for
from test_ifenslave import ports
from test_status import ifconfig
from traffic import UdpStream


@pytest.fixture
def site(rig):
    """A server with two cards, and a gateway with a network behind it."""
    a, b = rig.host("a"), rig.host("b")
    names = rig.cables(a, b, 2)
    a.down(*names)
    b.bridge("br0", *names, cidr="192.168.1.254/24")
    b.ip("addr", "add", "172.16.0.1/32", "dev", "lo")
    return a, b, Etc(a)


def works_and_survives(a, b):
    a.wait_ping("192.168.1.254")
    a.wait_ping("172.16.0.1")
    mac, before = ifconfig(a, "bond0")
    assert {ifconfig(a, port)[0] for port in ("eth0", "eth1")} == {mac}
    stream = UdpStream(b, a, "192.168.1.1", per_second=500)
    for port in ("eth0", "eth1"):
        b.down(port)
        a.wait_status(port, "DOWN")
        a.wait_ping("172.16.0.1")
        received = stream.received()
        wait_for(lambda: stream.received() > received + 100, 10, "nothing arrives")
        b.up(port)
        a.wait_status(port, "UP")
    stream.close()
    after = ifconfig(a, "bond0")[1]
    assert all(after[key] > before[key] for key in after)
    text = a.ebond("proc", "bond0").stdout
    assert re.findall(r"Link Failure Count: (\d+)", text) == ["1", "1"]


def test_vendor_article(site):
    """Two cards on two switches, one as backup; the active one is changed manually."""
    a, b, etc = site
    etc.write("modules.conf", """\
alias eth0 tg3
alias eth1 tg3
alias bond0 bonding
options bond0 max_bonds=1 miimon=100 mode=1
""")
    etc.shell("""
ebond import modprobe
ifconfig bond0 192.168.1.1 netmask 255.255.255.0 broadcast 192.168.1.255 up
ifenslave bond0 eth0 eth1
route add default gw 192.168.1.254
""")
    assert a.bond_info()["mode"] == "active-backup" and ports(a) == ["eth0", "eth1"]
    a.wait_active("eth0")
    works_and_survives(a, b)
    before = a.active()
    other = {"eth0": "eth1", "eth1": "eth0"}[before]
    etc.run("ifenslave", "-c", "bond0", other)
    a.wait_active(other)
    etc.run("ifenslave", "-d", "bond0", before)
    a.wait_ping("172.16.0.1")
    assert ports(a) == [other]


def test_taiwanese_notes(site):
    """The bandwidth of two cards, using ifconfig, ifenslave and route."""
    a, b, etc = site
    etc.write("conf.modules", """\
alias bond0 bonding
options bond0 miimon=100 mode=0
""")
    etc.shell("""
ifenslave --create bond0
ifconfig bond0 192.168.1.1 netmask 255.255.255.0
ifenslave bond0 eth0 eth1
route add -net 172.16.0.0 netmask 255.255.0.0 gw 192.168.1.254 dev bond0
route add default gw 192.168.1.254 bond0
""")
    assert a.bond_info()["mode"] == "balance-rr" and ports(a) == ["eth0", "eth1"]
    works_and_survives(a, b)
    assert "192.168.1.254" in a.run("route", "-n").stdout
    assert re.search(r"^eth1: flags=\d+<UP,BROADCAST,RUNNING", a.run("ifconfig").stdout, re.M)
    etc.shell("ifenslave -d bond0 eth0 eth1; ifconfig bond0 down")
    assert ports(a) == []


def test_several_bonds_with_different_options(site, rig):
    a, b, etc = site
    for number in (2, 3):
        rig.cable(a, f"eth{number}", b, f"eth{number}")
    etc.write("modprobe.d/bonding.conf", """\
alias bond0 bonding
alias bond1 bonding
options bond0 -o bond0 miimon=100 mode=1
options bond1 -o bonding1 miimon=50 mode=2
""")
    etc.shell("ifenslave bond0 eth0 eth1; ifenslave bond1 eth2 eth3")
    assert a.bond_info("bond0")["mode"] == "active-backup"
    assert a.bond_info("bond1")["mode"] == "balance-xor"
    assert (a.bond_info("bond0")["miimon"], a.bond_info("bond1")["miimon"]) == (100, 50)
    assert ports(a, "bond0") == ["eth0", "eth1"] and ports(a, "bond1") == ["eth2", "eth3"]


# Labels and several addresses


ADDRESSES = ["192.168.1.1", "192.168.1.11", "192.168.1.12", "10.9.0.1", "192.168.1.13"]


def announced(frames):
    """IPv4 addresses in gratuitous ARP."""
    found = set()
    for frame in frames:
        data = frame.data
        if data[12:14] == b"\x08\x06" and data[28:32] == data[38:42]:
            found.add(".".join(str(byte) for byte in data[28:32]))
    return found


def check_addresses(a, b):
    for address in ADDRESSES:
        b.wait_ping(address)
    first = a.active()
    other = {"eth0": "eth1", "eth1": "eth0"}[first]
    sniffer = Sniffer(b, other)
    streams = [UdpStream(b, a, address, port=7000 + n, per_second=200)
               for n, address in enumerate(ADDRESSES)]
    b.down(first)
    a.wait_active(other)
    wait_for(lambda: announced(sniffer.received()) >= set(ADDRESSES), 5,
             lambda: f"announced: {announced(sniffer.frames())}")
    for address, stream in zip(ADDRESSES, streams):
        received = stream.received()
        wait_for(lambda s=stream, r=received: s.received() > r + 20, 5, f"nothing to {address}")
    for address in ADDRESSES:
        b.wait_ping(address)
    b.up(first)


def test_labels_by_ifconfig(site):
    """The traditional eth0:0, on bond0, together with addresses without a label."""
    a, b, etc = site
    b.address("br0", "10.9.0.254/24")
    etc.write("modprobe.d/bonding.conf", "alias bond0 bonding\noptions bond0 mode=1 miimon=50\n")
    etc.shell("""
ifenslave --create bond0
ifconfig bond0 192.168.1.1 netmask 255.255.255.0 up
ifenslave bond0 eth0 eth1
ifconfig bond0:0 192.168.1.11 netmask 255.255.255.0 up
ifconfig bond0:1 192.168.1.12 netmask 255.255.255.0 up
ifconfig bond0:net 10.9.0.1 netmask 255.255.255.0 up
ip addr add 192.168.1.13/24 dev bond0
""")
    out = a.run("ifconfig").stdout
    assert "bond0:0: flags" in out and "bond0:net: flags" in out
    a.wait_active("eth0")
    check_addresses(a, b)
    a.run("ifconfig", "bond0:0", "down")
    assert b.ping("192.168.1.11", 1) == 0
    b.wait_ping("192.168.1.12")


def test_labels_by_ifup(site):
    a, b, etc = site
    install_hooks(etc)
    b.address("br0", "10.9.0.254/24")
    etc.write("network/interfaces", """\
auto bond0 bond0:0 bond0:1 bond0:net
iface bond0 inet static
    address 192.168.1.1/24
    bond-slaves eth0 eth1
    bond-mode active-backup
    bond-miimon 50
    up ip addr add 192.168.1.13/24 dev $IFACE

iface bond0:0 inet static
    address 192.168.1.11
    netmask 255.255.255.0

iface bond0:1 inet static
    address 192.168.1.12
    netmask 255.255.255.0

iface bond0:net inet static
    address 10.9.0.1
    netmask 255.255.255.0
""")
    etc.run("ifup", "-a")
    a.wait_active("eth0")
    check_addresses(a, b)
    etc.run("ifdown", "bond0:0")
    assert b.ping("192.168.1.11", 1) == 0
    b.wait_ping("192.168.1.12")
    etc.run("ifdown", "-a")
    assert not a.has_link("bond0")
