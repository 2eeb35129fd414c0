# SPDX-License-Identifier: GPL-2.0-or-later
"""A port is moved into another network namespace, a container's: it leaves the bond, and works there."""

import pytest

import tcx
from rig import wait_for
from test_interface import one_bond

HOOKS = ["tcx", "clsact"]
# Groups differ in what the receive program does with a frame of a port that it knows.
MODES = [("active-backup", "miimon", 100), ("balance-rr",), ("balance-alb", "miimon", 100)]


def moved(rig, a, name):
    """A new host, to which `name` was moved."""
    c = rig.host("c")
    a.ip("link", "set", "dev", name, "netns", c.ns)
    return c


def settle(c, name):
    c.up(name)
    c.address(name, "10.0.0.3/24")


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("options", MODES, ids=[mode for mode, *_ in MODES])
def test_with_no_daemon(rig, hook, options):
    """What arrives there goes to its stack, not out of whatever has the hidden end's number there."""
    if hook == "tcx" and tcx.BEST_HOOK != "tcx":
        pytest.skip("this kernel has no tcx")
    a, b = rig.host("a"), rig.host("b")
    a.start_daemon("--hook", hook)
    one_bond(rig, (a, b), "mode", *options)
    hidden = a.link("eb.bond0")["ifindex"]
    a.kill_daemon()
    c = moved(rig, a, "eth1")
    c.ip("link", "add", "name", "other", "index", hidden, "type", "veth",
         "peer", "name", "end", "index", rig.next_index())
    c.up("other", "end")
    c.ip("link", "set", "dev", "eth1", "address", "02:00:00:00:00:33")  # bond0 keeps the other
    settle(c, "eth1")
    c.wait_ping("10.0.0.2")
    assert b.ping("10.0.0.3", 20) == 20
    assert c.stats("end").rx_packets == 0
    b.down("eth1")
    a.wait_ping("10.0.0.2")
