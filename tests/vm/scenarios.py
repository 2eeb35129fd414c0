# SPDX-License-Identifier: GPL-2.0-or-later
"""The scenarios of same_times.py: a bond, its ports, and events."""
from typing import Callable, NamedTuple

MIIMON_MS = 50
# Long enough to be seen many times over, also under emulation.
DELAY_MS = 600
BACKUP = {"mode": "active-backup", "miimon": MIIMON_MS}


class Step(NamedTuple):
    what: str
    do: Callable  # (side); False: it was refused
    until: tuple = ()  # (port, state) that both must come to; none: until nothing moves


class Scenario(NamedTuple):
    name: str
    options: dict
    steps: list
    ports: int = 2
    kept: str = ""  # the row of docs/differences.md: the sides must differ


def unplug(*ports, until=()):
    return Step(f"unplug {ports}", lambda side: side.unplug(*ports), until)


def plug(*ports, until=()):
    return Step(f"plug {ports}", lambda side: side.plug(*ports), until)


def options(until=(), **values):
    return Step(f"set {values}", lambda side: side.set(**values), until)


def prio(port, value):
    return Step(f"{port} prio {value}", lambda side: side.set_port(port, prio=value))


def attach(port, until=()):
    return Step(f"attach {port}", lambda side: side.attach(port), until)


def detach(port):
    return Step(f"detach {port}", lambda side: side.detach(port))


def switch(port, on):
    return Step(f"{port} {'on' if on else 'off'}",
                lambda side: (side.up if on else side.down)(port) is None)


CLEAR_ACTIVE = Step("clear active", lambda side: side.clear_active())


def delayed(**more):
    return {**BACKUP, "updelay": DELAY_MS, "downdelay": DELAY_MS, **more}


def primary_returns(reselect):
    """The primary is lost and comes back; then the other is lost and comes back."""
    return Scenario(f"primary returns, {reselect}",
                    {**BACKUP, "primary": "eth1", "primary_reselect": reselect},
                    [unplug("eth1"), plug("eth1"), unplug("eth0"), plug("eth0"),
                     options(primary_reselect="always")])


def states_of(mode, **more):
    """Delays without an active port; one port stays up, so updelay is never skipped."""
    return Scenario(f"link states, {mode}", {**BACKUP, "mode": mode, **more},
                    [options(updelay=DELAY_MS, downdelay=DELAY_MS), unplug("eth0"), plug("eth0"),
                     unplug("eth0", until=("eth0", "going down")), plug("eth0"),
                     unplug("eth0"), plug("eth0", until=("eth0", "going back")), unplug("eth0"),
                     detach("eth0"), plug("eth0"), attach("eth0")])


def all_lost(mode, **more):
    """The first port back is used at once; the second waits."""
    return Scenario(f"all lost, {mode}", {**BACKUP, "mode": mode},
                    [options(updelay=DELAY_MS, downdelay=DELAY_MS), unplug("eth0", "eth1"), plug("eth1"), plug("eth0")], **more)


SCENARIOS = [
    Scenario("loss and return", BACKUP,
             [unplug("eth0"), plug("eth0"), unplug("eth1"), plug("eth1")]),
    Scenario("delays", delayed(), [unplug("eth0"), plug("eth0"), unplug("eth1"), plug("eth1")]),
    Scenario("a loss shorter than downdelay", delayed(),
             [unplug("eth0", until=("eth0", "going down")), plug("eth0")]),
    Scenario("a return shorter than updelay", delayed(primary="eth0"),
             [unplug("eth0"), plug("eth0", until=("eth0", "going back")), unplug("eth0"),
              plug("eth0")]),
    *[primary_returns(reselect) for reselect in ("always", "better", "failure")],
    Scenario("primary set and cleared", BACKUP,
             [options(primary="eth1"), options(primary="eth0"), unplug("eth0"),
              options(primary="eth2"), plug("eth0"), attach("eth2"), detach("eth2")]),
    Scenario("the same primary again", {**BACKUP, "primary": "eth0", "primary_reselect": "failure"},
             [unplug("eth0"), plug("eth0"), options(primary="eth0")],
             kept="setting the same `primary` again"),
    Scenario("prio", BACKUP,
             [prio("eth2", 10), prio("eth1", 20), unplug("eth1"), plug("eth1"), prio("eth1", -5),
              unplug("eth2"), unplug("eth0"), plug("eth0"), plug("eth2")], ports=3),
    Scenario("prio, failure", {**BACKUP, "primary_reselect": "failure"},
             [prio("eth2", 10), unplug("eth0"), plug("eth0"), prio("eth0", 30), unplug("eth2"),
              plug("eth2")], ports=3),
    Scenario("prio under a primary", {**BACKUP, "primary": "eth0"},
             [prio("eth2", 10), unplug("eth0"), plug("eth0"), detach("eth0")], ports=3),
    Scenario("active set by hand", {**BACKUP, "primary_reselect": "failure"},
             [options(active_slave="eth1"), options(active_slave="eth0"), unplug("eth1"),
              options(active_slave="eth1"), plug("eth1"), options(active_slave="eth1"),
              CLEAR_ACTIVE]),
    Scenario("active set by hand, primary", {**BACKUP, "primary": "eth0"},
             [options(active_slave="eth1"), unplug("eth0"), plug("eth0"),
              options(active_slave="eth1"), CLEAR_ACTIVE]),
    all_lost("active-backup"),
    all_lost("balance-xor"),
    all_lost("balance-rr", kept="updelay with nothing else usable"),
    all_lost("broadcast", kept="updelay with nothing else usable"),
    Scenario("all lost, the last one's downdelay", delayed(),
             [unplug("eth1"), unplug("eth0", until=("eth0", "going down")), plug("eth1"),
              plug("eth0")]),
    Scenario("the active port detached", delayed(),
             [detach("eth0"), attach("eth0"), detach("eth1"), attach("eth1")]),
    # The active port is lost last: ebond, which waits for no miimon, would use the other between.
    Scenario("attached without a link", BACKUP,
             [unplug("eth2"), attach("eth2"), unplug("eth1", "eth0"), plug("eth2"),
              plug("eth0", "eth1")]),
    Scenario("a port switched off", BACKUP, [switch("eth0", False), switch("eth0", True),
                                             switch("eth1", False), switch("eth1", True)]),
    states_of("balance-rr"),
    states_of("balance-xor"),
    states_of("broadcast"),
    Scenario("no miimon", {"mode": "active-backup", "miimon": 0}, [unplug("eth0"), plug("eth0")],
             kept="miimon 0"),
]
