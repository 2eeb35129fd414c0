# SPDX-License-Identifier: GPL-2.0-or-later
"""An operator's actions on a running bond that must not cost a packet.

Each row: a name, the modes it applies to, and a function that does it once and leaves the bond as it was.
"""

import collections

from lab import HAVE_ACTIVE, MODES
from rig import EBONDD, OTHER_EBONDD

Event = collections.namedtuple("Event", "name modes run")

STATIC = tuple(mode for mode in MODES if mode != "802.3ad")


def kill_and_restart(lab):
    lab.a.kill_daemon()
    lab.a.start_daemon()
    lab.wait_ready(2)


def upgrade(lab):
    for binary in (OTHER_EBONDD, EBONDD):
        lab.a.kill_daemon()
        lab.a.start_daemon(binary=binary)
        lab.wait_ready(2)


def stop_and_start(lab):
    lab.a.stop_daemon()
    lab.a.start_daemon()
    lab.wait_ready(2)


def third_port(lab):
    lab.a.ebond("attach", "bond0", "eth2")
    lab.wait_ready(3)
    lab.a.ebond("detach", "bond0", "eth2")
    lab.wait_ready(2)


def used_port(lab):
    """The active port, or in modes without one the first, is lost and returns."""
    port = lab.active() or lab.attached()[0]
    lab.a.ebond("detach", "bond0", port)
    lab.wait_ready(1)
    lab.a.ebond("attach", "bond0", port)
    lab.wait_ready(2)


def other_active(lab):
    port = next(port for port in lab.attached() if port != lab.active())
    lab.a.ebond("set", "bond0", "active_slave", port)
    lab.a.wait_active(port)


def replace_modes(lab):
    """To every other mode and back: with a row per mode, each pair of modes is covered."""
    for other in STATIC:
        if other != lab.mode:
            for mode in (other, lab.mode):
                lab.a.ebond("set", "bond0", "--replace", "mode", mode)
                lab.wait_ready(2)


EVENTS = (
    Event("kill -9, restart", MODES, kill_and_restart),
    Event("upgrade and back", MODES if OTHER_EBONDD else (), upgrade),
    Event("stop, start", MODES, stop_and_start),
    Event("attach and detach of a third port", MODES, third_port),
    Event("detach and attach of a port in use", MODES, used_port),
    Event("active_slave", HAVE_ACTIVE, other_active),
    Event("set --replace mode", STATIC, replace_modes),
)
