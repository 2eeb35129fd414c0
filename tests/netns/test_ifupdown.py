# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's real ifup and ifdown, with /etc/network/interfaces from how-tos."""

import pytest

from etc import Etc, install_hooks
from rig import wait_for
from test_ifenslave import ports

GATEWAY = "10.31.1.254"
LO = "auto lo\niface lo inet loopback\n\n"


@pytest.fixture
def server(rig):
    """A server with two cards on the gateway's switch, with its own /etc; no daemon runs."""
    a, b = rig.host("a"), rig.host("b")
    names = rig.cables(a, b, 2)
    a.down(*names)
    b.bridge("br0", *names, cidr=f"{GATEWAY}/24")
    etc = Etc(a)
    install_hooks(etc)
    return a, b, etc


def interfaces(etc, text):
    etc.write("network/interfaces", LO + text)


def survives_failover(a, b):
    """The active port's cable is pulled, and the gateway still replies."""
    a.wait_ping(GATEWAY)
    first = wait_for(a.active)
    b.down(first)
    wait_for(lambda: a.active() not in (None, first))
    a.wait_ping(GATEWAY)
    b.up(first)
    a.wait_status(first, "UP")


def is_as_before(a):
    assert not a.has_link("bond0") and not a.has_link("eb.bond0")
    for port in ("eth0", "eth1"):
        assert "UP" not in a.flags(port) and a.link(port).get("master") is None
    # The daemon started by ifup ends with its last bond.
    wait_for(lambda: not [pid for pid in a.pids() if a.program(pid) == "ebondd"])


# The old style: module options, and ifenslave once the interface is up


@pytest.mark.parametrize("options", [
    "alias bond0 bonding\noptions bonding mode=1 miimon=100 downdelay=200 updelay=200\n",
    "alias bond0 bonding\noptions bond0 mode=active-backup miimon=100 downdelay=200 updelay=200\n",
])
def test_debian_server_with_ifenslave(server, options):
    a, b, etc = server
    etc.write("modprobe.d/bonding.conf", options)
    interfaces(etc, """\
auto bond0
iface bond0 inet static
        address 10.31.1.5
        netmask 255.255.255.0
        network 10.31.1.0
        broadcast 10.31.1.255
        gateway 10.31.1.254
        post-up ifenslave bond0 eth0 eth1
        pre-down ifenslave -d bond0 eth0 eth1
""")
    for _ in range(2):
        etc.run("ifup", "bond0")
        info = a.bond_info()
        assert (info["mode"], info["miimon"]) == ("active-backup", 100)
        assert (info["updelay"], info["downdelay"]) == (200, 200)
        assert ports(a) == ["eth0", "eth1"]
        assert a.ip_json("route", "show", "default")[0]["gateway"] == GATEWAY
        survives_failover(a, b)
        etc.run("ifdown", "bond0")
        is_as_before(a)


def test_ifup_all_and_ports_that_are_left_to_the_bond(server):
    """Without pre-down: the driver released its ports when the bond went down."""
    a, b, etc = server
    etc.write("modules.conf", "alias bond0 bonding\noptions bond0 mode=0 miimon=100\n")
    interfaces(etc, """\
auto bond0
iface bond0 inet static
    address 10.31.1.5
    netmask 255.255.255.0
    up ifenslave bond0 eth0 eth1
""")
    for _ in range(2):
        etc.run("ifup", "-a")
        assert ports(a) == ["eth0", "eth1"] and a.bond_info()["mode"] == "balance-rr"
        a.wait_ping(GATEWAY)
        etc.run("ifdown", "-a")
        is_as_before(a)


# The new style: everything in the stanza


@pytest.mark.parametrize("separator, word", [
    ("-", "bond-slaves"), ("_", "bond-ports"), ("-", "slaves"),
])
def test_debian_server_with_bond_options(server, separator, word):
    a, b, etc = server
    interfaces(etc, f"""\
auto bond0
iface bond0 inet static
    address 10.31.1.5
    netmask 255.255.255.0
    gateway 10.31.1.254
    {word} eth0 eth1
    bond-mode active-backup
    bond-miimon 50
    bond-downdelay 200
    bond-updelay 200
    bond-primary eth1
    bond-primary-reselect failure
    bond-num-grat-arp 3
    bond-fail-over-mac none
    bond-use-carrier 1
    bond-xmit-hash-policy layer2+3
    bond-active-slave eth0
""".replace("bond-", "bond" + separator).replace("primary-reselect",
                                                 f"primary{separator}reselect"))
    for _ in range(2):
        done = etc.run("ifup", "bond0")
        assert "ebond: " not in done.stderr.replace("eth0: has no link", ""), done.stderr
        info = a.bond_info()
        assert info["mode"] == "active-backup" and info["miimon"] == 50
        assert info["downdelay"] == 200 and info["updelay"] == 200
        assert info["primary"] == "eth1" and info["primary_reselect"] == "failure"
        assert info["num_peer_notif"] == 3 and info["xmit_hash_policy"] == "layer2+3"
        assert ports(a) == ["eth0", "eth1"]
        survives_failover(a, b)
        etc.run("ifdown", "bond0")
        is_as_before(a)


def test_arp_monitor(server):
    a, b, etc = server
    interfaces(etc, f"""\
iface bond0 inet static
    address 10.31.1.5/24
    bond-slaves eth0 eth1
    bond-mode 1
    bond-arp-interval 200
    bond-arp-ip-target {GATEWAY} 10.31.1.253
    bond-arp-validate all
""")
    etc.run("ifup", "bond0")
    info = a.bond_info()
    assert info["arp_interval"] == 200 and info["arp_validate"] == "all"
    assert info["arp_ip_target"] == [GATEWAY, "10.31.1.253"]
    survives_failover(a, b)
    etc.run("ifdown", "bond0")
    is_as_before(a)


def test_lacp(server):
    a, b, etc = server
    interfaces(etc, """\
iface bond0 inet static
    address 10.31.1.5/24
    bond-slaves eth0 eth1
    bond-mode 4
    bond-miimon 100
    bond-lacp-rate 1
    bond-ad-select count
    bond-xmit-hash-policy layer3+4
""")
    done = etc.run("ifup", "bond0")
    assert "ebond: " not in done.stderr, done.stderr
    info = a.bond_info()
    assert (info["mode"], info["ad_lacp_rate"], info["ad_select"]) == ("802.3ad", "fast", "count")
    assert info["xmit_hash_policy"] == "layer3+4" and ports(a) == ["eth0", "eth1"]
    etc.run("ifdown", "bond0")
    is_as_before(a)


@pytest.mark.parametrize("slaves, how", [
    ("bond-slaves none", ["bond0", "eth0", "eth1"]),
    ("", ["eth1", "eth0", "bond0"]),
    ("bond-slaves none", ["-a"]),
])
def test_ports_that_name_their_bond(server, slaves, how):
    a, b, etc = server
    interfaces(etc, f"""\
auto eth0
iface eth0 inet manual
    bond-master bond0
    bond-primary eth0

auto eth1
iface eth1 inet manual
    bond-master bond0
    bond-prio 7

auto bond0
iface bond0 inet static
    address 10.31.1.5
    netmask 255.255.255.0
    {slaves}
    bond-mode active-backup
    bond-miimon 50
""")
    for _ in range(2):
        etc.run("ifup", *how)
        assert sorted(ports(a)) == ["eth0", "eth1"]
        assert a.bond_info()["primary"] == "eth0" and a.port_info("eth1")["prio"] == 7
        survives_failover(a, b)
        etc.run("ifdown", "eth1")
        assert ports(a) == ["eth0"]
        etc.run("ifup", "eth1")
        assert sorted(ports(a)) == ["eth0", "eth1"]
        etc.run("ifdown", "-a") if how == ["-a"] else etc.run("ifdown", "bond0")
        is_as_before(a)
        state = etc.run("ifquery", "--state", code=None).stdout
        assert "eth" not in state and "bond0" not in state, state


def test_ports_with_a_stanza_of_their_own(server):
    """allow-bond0: interfaces brought up with the bond, which need more than being a port."""
    a, b, etc = server
    interfaces(etc, """\
allow-bond0 eth0
iface eth0 inet manual
    bond-master bond0
    up ip link set eth0 txqueuelen 77

auto bond0
iface bond0 inet static
    address 10.31.1.5/24
    bond-slaves eth0 eth1
    bond-mode active-backup
    bond-miimon 50
""")
    etc.run("ifup", "bond0")
    assert ports(a) == ["eth0", "eth1"] and a.link("eth0")["txqlen"] == 77
    survives_failover(a, b)
    etc.run("ifdown", "bond0")
    is_as_before(a)


def test_both_families(server):
    a, b, etc = server
    a.enable_ipv6()
    b.enable_ipv6()
    b.address("br0", "2001:db8::254/64")
    interfaces(etc, """\
auto bond0
iface bond0 inet static
    address 10.31.1.5/24
    bond-slaves eth0 eth1
    bond-mode active-backup
    bond-miimon 50

iface bond0 inet6 static
    address 2001:db8::5/64
    dad-attempts 0
    bond-slaves eth0 eth1
    bond-mode active-backup
    bond-miimon 50
""")
    for _ in range(2):
        etc.run("ifup", "bond0")
        assert ports(a) == ["eth0", "eth1"]
        a.wait_ping(GATEWAY)
        a.wait_ping("2001:db8::254")
        survives_failover(a, b)
        a.wait_ping("2001:db8::254")
        etc.run("ifdown", "bond0")
        is_as_before(a)


def test_ipv6_and_ports_that_come_first(server):
    """The bond's ifup, run by its port's, waits for DAD to finish, which needs a link."""
    a, b, etc = server
    a.enable_ipv6()
    b.enable_ipv6()
    b.address("br0", "2001:db8::254/64")
    interfaces(etc, """\
auto eth0
iface eth0 inet manual
    bond-master bond0

auto bond0
iface bond0 inet6 static
    address 2001:db8::5/64
    bond-slaves none
    bond-mode active-backup
    bond-miimon 50
""")
    for _ in range(2):
        etc.run("ifup", "-a")
        assert ports(a) == ["eth0"]
        a.wait_ping("2001:db8::254")
        etc.run("ifdown", "-a")
        is_as_before(a)


# Errors


def test_inapplicable_options_give_a_message(server):
    a, b, etc = server
    interfaces(etc, """\
iface bond0 inet static
    address 10.31.1.5/24
    bond-slaves eth0 eth7 eth1
    bond-mode balance-rr
    bond-miimon 100
    bond-arp-interval 500
    bond-primary eth0
    bond-arp-validate sometimes
    bond-updelay 200
    bond-give-a-chance 10
""")
    done = etc.run("ifup", "bond0")
    lines = [line for line in done.stderr.splitlines() if line.startswith(("ebond: ", "ifenslave: "))]
    assert [next(word for word in ("arp_validate", "eth7", "primary") if word in line)
            for line in lines] == ["arp_validate", "eth7", "primary"], done.stderr
    info = a.bond_info()
    assert info["miimon"] == 100 and info["updelay"] == 200 and info["arp_interval"] == 0
    assert ports(a) == ["eth0", "eth1"]
    a.wait_ping(GATEWAY)
    etc.run("ifdown", "bond0")
    is_as_before(a)


def test_impossible_stanzas(server):
    a, b, etc = server
    interfaces(etc, "iface bond0 inet static\n    address 10.31.1.5/24\n"
                    "    bond-slaves eth0 eth1\n    bond-mode fastest\n\n"
                    "iface eth0 inet manual\n    bond-master bond9\n\n"
                    "iface vlan9 inet manual\n")
    done = etc.run("ifup", "bond0", code=1)
    assert "fastest" in done.stderr and not a.has_link("bond0")
    assert etc.run("ifup", "eth0", code=1)
    # An interface that is not ours and does not exist is ignored.
    assert "ebond" not in etc.run("ifup", "vlan9", code=None).stderr
    etc.write("modprobe.d/bonding.conf", "alias bond0 bonding\noptions bond0 mode=\"1\n")
    interfaces(etc, "iface bond0 inet manual\n")
    done = etc.run("ifup", "bond0", code=1)
    assert "/etc/modprobe.d/bonding.conf:2: " in done.stderr


def test_a_bond_of_another_program_is_kept(server):
    a, b, etc = server
    a.start_daemon()
    a.ebond("add", "bond0", "mode", "balance-xor")
    a.ebond("attach", "bond0", "eth0", "eth1")
    interfaces(etc, "iface bond0 inet static\n    address 10.31.1.5/24\n")
    etc.run("ifup", "bond0")
    a.wait_ping(GATEWAY)
    etc.run("ifdown", "bond0")
    assert ports(a) == ["eth0", "eth1"] and a.bond_info()["mode"] == "balance-xor"
