# SPDX-License-Identifier: GPL-2.0-or-later
"""Bonds that several test files start from."""


def bond_to_bridge(rig, mode, *options, daemon=()):
    """Hosts (a, b): bond0 in a (10.0.0.1), two cables, a bridge without ebond in b (10.0.0.2)."""
    a, b = rig.host("a"), rig.host("b")
    a.start_daemon(*daemon)
    rig.cables(a, b, 2)
    b.bridge("br0", "eth0", "eth1", cidr="10.0.0.2/24")
    a.ebond("add", "bond0", "mode", mode, "miimon", 100, *options)
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.pin("bond0")
    a.up("bond0")
    a.address("bond0", "10.0.0.1/24")
    a.wait_ping("10.0.0.2")
    return a, b


def active_backup(rig, pair, *options):
    """Hosts (a, b): bond0 in a, up and without an address, two cables, nothing else in b."""
    a, b = pair
    ports = rig.cables(a, b, 2)
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100, *options)
    a.ebond("attach", "bond0", *ports)
    a.up("bond0")
    a.wait_active("eth0")
    return a, b
