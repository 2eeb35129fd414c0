# SPDX-License-Identifier: GPL-2.0-or-later
"""The text output about a bond, where no comparison with the kernel's driver is needed.

The comparison with the driver's output is tests/vm/same_words.py.
"""

from rig import wait_for

LEGACY = """\
Bonding Mode: fault-tolerance (active-backup)
Currently Active Slave: eth0
MII Status: up
MII Polling Interval (ms): 100
Up Delay (ms): 60000
Down Delay (ms): 60000
Multicast Mode: all slaves

Slave Interface: eth0
MII Status: up
Link Failure Count: 0

Slave Interface: eth1
MII Status: down
Link Failure Count: 1
"""
LEGACY_LOST = """\
Bonding Mode: load balancing (round-robin)
MII Status: down
MII Polling Interval (ms): 0
Up Delay (ms): 0
Down Delay (ms): 0
Multicast Mode: all slaves
"""


def test_the_text_of_a_24_kernel(rig, pair):
    a, b = pair
    ports = rig.cables(a, b, 2)
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100)
    a.ebond("attach", "bond0", *ports)
    b.down("eth1")
    a.wait_status("eth1", "DOWN")
    a.ebond("set", "bond0", "updelay", 60000, "downdelay", 60000)
    assert a.ebond("proc", "bond0", "--legacy").stdout == LEGACY
    assert a.ebond("proc", "--legacy", "bond0").stdout == LEGACY
    # A running delay: shown as down in either direction.
    b.up("eth1")
    a.wait_status("eth1", "GOING_BACK")
    assert a.ebond("proc", "bond0", "--legacy").stdout == LEGACY
    a.ebond("add", "bond1")
    assert a.ebond("proc", "bond1", "--legacy").stdout == LEGACY_LOST


def test_wrong_words_for_proc(pair):
    a, _ = pair
    a.ebond("add", "bond0")
    assert "--modern" in a.ebond("proc", "bond0", "--modern", code=2).stderr
    assert "NAME is missing" in a.ebond("proc", "--legacy", code=2).stderr
    # An older or another client may use any form.
    assert "too many words" in a.ask("proc", "bond0", "--modern")["error"]
    assert "too few words" in a.ask("proc", "--legacy")["error"]


def test_primary_is_shown_while_it_is_a_port(rig, pair):
    a, b = pair
    ports = rig.cables(a, b, 2)
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100, "primary", "eth1")
    a.ebond("attach", "bond0", "eth0")
    assert "primary" not in a.bond_info()
    assert a.show()["bond0"]["ebond"]["primary"] == "eth1"
    a.ebond("attach", "bond0", *ports[1:])
    wait_for(lambda: a.bond_info().get("primary") == "eth1", 5, a.bond_info)
    assert a.show()["eth1"]["linkinfo"]["info_kind"] == "veth"


def test_a_queue_is_one_ports_only(rig, pair):
    a, b = pair
    ports = rig.cables(a, b, 2)
    a.ebond("add", "bond0", "miimon", 100)
    a.ebond("attach", "bond0", *ports)
    a.ebond("set", "eth0", "queue_id", 16)
    assert "eth0" in a.ebond("set", "eth1", "queue_id", 16, code=1).stderr
    a.ebond("set", "eth0", "queue_id", 16)
    assert "0 to 16" in a.ebond("set", "eth1", "queue_id", 17, code=1).stderr
    a.ebond("set", "eth0", "queue_id", 0)
    a.ebond("set", "eth1", "queue_id", 16)
