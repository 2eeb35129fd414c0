# SPDX-License-Identifier: GPL-2.0-or-later
"""fail_over_mac: which port has which address, and that the peer finds the bond after a failover.
"""

import pytest

from rig import wait_for

OWN = {"eth0": "02:00:00:00:0a:00", "eth1": "02:00:00:00:0a:01", "eth2": "02:00:00:00:0a:02"}


def macs(a, *names):
    return [a.mac(name) for name in names]


def made(rig, pair, policy, ports=3):
    """The peer's ports are in a bridge: a switch that learns addresses."""
    a, b = pair
    names = rig.cables(a, b, ports)
    for name in names:
        a.ip("link", "set", name, "address", OWN[name])
    b.ip("link", "add", "sw", "type", "bridge", "forward_delay", "0", "mcast_snooping", "0")
    for name in names:
        b.ip("link", "set", name, "master", "sw")
    b.up("sw")
    b.address("sw", "192.0.2.2/24")
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 50, "fail_over_mac", policy)
    a.ebond("attach", "bond0", *names)
    a.address("bond0", "192.0.2.1/24")
    a.up("bond0")
    a.wait_active("eth0")
    b.wait_ping("192.0.2.1")
    return a, b


def wait_macs(a, expected):
    wait_for(
        lambda: macs(a, *expected) == list(expected.values()),
        5,
        lambda: f"{macs(a, *expected)}, wanted {expected}\n{a.log()}",
    )


def test_active(rig, pair):
    """bond0 takes the active port's address; ports keep theirs."""
    a, b = made(rig, pair, "active")
    wait_macs(a, {"bond0": OWN["eth0"], **OWN})
    b.down("eth0")
    a.wait_active("eth1")
    wait_macs(a, {"bond0": OWN["eth1"], **OWN})
    # The peer's cache has the old address: only the announcement can update it.
    assert b.ping("192.0.2.1", 3) == 3
    a.wait_ping("192.0.2.2")
    a.ebond("set", "bond0", "active_slave", "eth2")
    wait_macs(a, {"bond0": OWN["eth2"], **OWN})
    assert b.ping("192.0.2.1", 3) == 3


def test_follow(rig, pair):
    """bond0 keeps its address and the active port has it; the old one gets the new one's."""
    a, b = made(rig, pair, "follow")
    wait_macs(a, {"bond0": OWN["eth0"], **OWN})
    b.down("eth0")
    a.wait_active("eth1")
    wait_macs(a, {"bond0": OWN["eth0"], "eth1": OWN["eth0"], "eth0": OWN["eth1"]})
    b.wait_ping("192.0.2.1")
    b.up("eth0")
    a.wait_status("eth0", "UP")
    a.ebond("set", "bond0", "active_slave", "eth2")
    wait_macs(
        a, {"bond0": OWN["eth0"], "eth2": OWN["eth0"], "eth1": OWN["eth2"], "eth0": OWN["eth1"]}
    )
    b.wait_ping("192.0.2.1")
    # All ports are lost, and another one returns first: it gets the bond's address.
    b.down("eth0", "eth1", "eth2")
    wait_for(lambda: a.active() is None, 5)
    b.up("eth0")
    a.wait_active("eth0")
    wait_macs(a, {"bond0": OWN["eth0"], "eth0": OWN["eth0"]})
    assert len(set(macs(a, *OWN))) == 3
    b.wait_ping("192.0.2.1")


def test_follow_never_has_one_address_twice(rig, pair):
    a, b = pair
    names = rig.cables(a, b, 2)
    for name in names:
        a.ip("link", "set", name, "address", OWN["eth0"])
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 50, "fail_over_mac", "follow")
    a.ebond("attach", "bond0", *names)
    a.up("bond0")
    a.wait_active("eth0")
    assert a.mac("bond0") == a.mac("eth0") == OWN["eth0"]
    assert a.mac("eth1") != OWN["eth0"]


@pytest.mark.parametrize("policy", ["active", "follow"])
def test_ports_get_their_own_back(rig, pair, policy):
    a, b = made(rig, pair, policy)
    b.down("eth0")
    a.wait_active("eth1")
    a.ebond("del", "bond0")
    wait_macs(a, OWN)


@pytest.mark.parametrize("policy", ["active", "follow"])
def test_survives_a_restart_of_the_daemon(rig, pair, policy):
    a, b = made(rig, pair, policy)
    b.down("eth0")
    a.wait_active("eth1")
    b.wait_ping("192.0.2.1")
    before = macs(a, "bond0", *OWN)
    a.kill_daemon()
    a.start_daemon()
    assert macs(a, "bond0", *OWN) == before
    b.down("eth1")
    a.wait_active("eth2")
    b.wait_ping("192.0.2.1")
    a.ebond("del", "bond0")
    wait_macs(a, OWN)


def test_an_address_that_others_change_is_set_back(rig, pair):
    a, b = made(rig, pair, "active")
    wait_macs(a, {"bond0": OWN["eth0"]})
    a.ip("link", "set", "bond0", "address", "02:00:00:00:0b:00")
    wait_macs(a, {"bond0": OWN["eth0"]})
    a.ip("link", "set", "eth1", "address", "02:00:00:00:0b:01")
    wait_macs(a, {"eth1": OWN["eth1"]})


def test_not_while_ports_are_attached(rig, pair):
    a, b = made(rig, pair, "active", ports=2)
    done = a.ebond("set", "bond0", "fail_over_mac", "none", code=1)
    assert "detach them first" in done.stderr
    assert "fail_over_mac active" in a.ebond("proc", "bond0").stdout


def test_replaced_while_ports_are_attached(rig, pair):
    a, b = made(rig, pair, "none")
    wait_macs(a, {"bond0": OWN["eth0"], "eth0": OWN["eth0"], "eth1": OWN["eth0"]})
    a.ebond("set", "bond0", "--replace", "fail_over_mac", "active")
    wait_macs(a, {"bond0": OWN["eth0"], **OWN})
    b.down("eth0")
    a.wait_active("eth1")
    wait_macs(a, {"bond0": OWN["eth1"], **OWN})
    b.wait_ping("192.0.2.1")
    a.ebond("set", "bond0", "--replace", "mode", "balance-xor")
    wait_macs(a, {"bond0": OWN["eth1"], "eth0": OWN["eth1"], "eth2": OWN["eth1"]})
    a.ebond("set", "bond0", "--replace", "mode", "active-backup", "fail_over_mac", "follow")
    active = a.active()
    wait_macs(a, {"bond0": OWN["eth1"], active: OWN["eth1"]})
    assert len(set(macs(a, *OWN))) == 3
    b.wait_ping("192.0.2.1")
