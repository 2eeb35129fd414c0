# SPDX-License-Identifier: GPL-2.0-or-later
"""Ports that work badly: error_threshold and flap_hold."""

import time

import pytest

from rig import stays, urgent, wait_for
from switches import Switches


def bond(rig, pair, *options):
    a, b = pair
    rig.cables(a, b, 2)
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 50, *options)
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.up("bond0")
    a.wait_active("eth0")
    return a, b


def reason(a, port):
    return a.show()[port]["ebond"]["reason"]


def flap(a, b, port, times):
    for _ in range(times):
        b.down(port)
        wait_for(lambda: not a.carrier(port), 5)
        wait_for(lambda: a.show()[port]["ebond"]["carrier"] is False, 5)
        b.up(port)
        wait_for(lambda: a.show()[port]["ebond"]["carrier"], 5)


def test_a_port_that_keeps_losing_its_carrier_is_taken_out(rig, pair):
    a, b = bond(rig, pair, "error_threshold", "3/60000", "primary", "eth0")
    flap(a, b, "eth0", 2)
    a.wait_active("eth0")
    flap(a, b, "eth0", 1)
    a.wait_active("eth1")
    stays(lambda: a.active() == "eth1", 0.5, a.log)
    assert a.carrier("eth0")
    assert "3 errors in 60000 ms, error_threshold 3/60000" in reason(a, "eth0")
    assert "error_threshold" in a.ebond("show").stdout
    # A bad port is better than none.
    b.down("eth1")
    a.wait_active("eth0")


def test_unanswered_probes_count(rig, pair):
    """Every path loses probes now and then; only the one that loses many is disabled."""
    a, b = pair
    urgent(a.daemon.pid)
    switches = Switches(rig, a, b)
    a.ebond(
        "add", "bond0", "mode", "active-backup", "arp_interval", 50, "arp_missed_max", 20,
        "arp_ip_target", "192.0.2.2", "arp_validate", "active", "error_threshold", "5/10000",
    )
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.address("bond0", "192.0.2.1/24")
    b.address("eth0", "192.0.2.2/24")
    a.up("bond0")
    a.wait_active("eth0")
    time.sleep(0.5)  # verifies the test case: a time without loss
    assert a.active() == "eth0"
    switches.black_hole(0)
    before = time.monotonic()
    a.wait_active("eth1")
    # The monitor alone would take (20 + 1) x 50 ms.
    assert time.monotonic() - before < 0.9
    assert "error_threshold" in a.log()


def test_flap_hold_keeps_a_lost_port_out(rig, pair):
    a, b = bond(rig, pair, "flap_hold", 800, "primary", "eth0")
    before = time.monotonic()
    flap(a, b, "eth0", 1)
    wait_for(lambda: "flap_hold" in reason(a, "eth0"), 1, lambda: a.show()["eth0"])
    assert a.active() == "eth1"
    a.wait_active("eth0")
    assert time.monotonic() - before >= 0.8
    before = time.monotonic()
    flap(a, b, "eth0", 1)
    a.wait_active("eth0")
    assert time.monotonic() - before >= 1.6


def test_off_by_default(rig, pair):
    a, b = bond(rig, pair, "primary", "eth0")
    flap(a, b, "eth0", 5)
    a.wait_active("eth0")
    assert reason(a, "eth0") == ""
    info = a.bond_info()
    assert (info["error_threshold"], info["flap_hold"]) == ("off", 0)
