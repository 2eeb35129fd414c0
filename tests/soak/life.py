# SPDX-License-Identifier: GPL-2.0-or-later
"""A random life of a bond, from a seed: operations one after the other, each followed by checks."""

import collections
import random
import time

import invariants
from events import STATIC
from lab import MODES, Lab, wait_for
from rig import EBONDD, OTHER_EBONDD

Counters = collections.namedtuple("Counters", "bond ports dropped")


class Life(Lab):
    """The lab in which operations take place."""

    spares = ("eth0", "eth1", "eth2")

    def __init__(self, seed, say):
        self.random = random.Random(seed)
        super().__init__(self.random.choice(MODES))
        self.say = say
        self.done = []
        self.pulled = set()

    def mode_now(self):
        return self.a.bond_info()["mode"]

    def settle(self):
        """Waits until the daemon knows the state of the cables, and so does a partner."""
        want = sorted(set(self.attached()) - self.pulled)
        # with nothing left to agree on, the partner uses a port that has left the bond here
        for host in (self.a, self.b) if self.lacp and want else (self.a,):
            wait_for(lambda: sorted(self.carrying(host)) == want, 15,
                     lambda: f"{host.name} uses {self.carrying(host)}, wanted {want}")

    def counters(self):
        """Read until they rest: a frame between two questions would be in one answer only."""
        last = self._read_counters()
        while (now := self._read_counters()) != last:
            last = now
        return last

    def _read_counters(self):
        shown = self.a.show()
        ports = [link for link in shown.values() if link.get("master") == "bond0"]
        return Counters(self.a.stats("bond0").tx_packets,
                        sum(self.a.stats(link["ifname"]).tx_packets for link in ports),
                        sum(count for reason, count in shown["bond0"]["ebond"]["counters"].items()
                            if reason.startswith("tx_")))

    # Operations: each does what is possible now, or nothing.

    def pull(self):
        port = self.random.choice(self.spares)
        self.b.down(port)
        self.pulled.add(port)

    def plug(self):
        for port in sorted(self.pulled)[:1]:
            self.b.up(port)
            self.pulled.discard(port)

    def attach(self):
        free = sorted(set(self.spares) - set(self.attached()))
        if free:
            self.a.ebond("attach", "bond0", self.random.choice(free))

    def detach(self):
        ports = self.attached()
        if len(ports) > 1:
            self.a.ebond("detach", "bond0", self.random.choice(ports))

    def active_slave(self):
        ports = self.carrying()
        if ports and self.a.active():
            self.a.ebond("set", "bond0", "active_slave", self.random.choice(ports))

    def replace(self):
        if self.lacp:
            return  # the far end would have to follow
        self.a.ebond("set", "bond0", "--replace", "mode", self.random.choice(STATIC))

    def options(self):
        name, values = self.random.choice([
            ("miimon", (50, 100, 0)), ("updelay", (0, 200)), ("num_grat_arp", (0, 1, 3)),
            ("all_slaves_active", (0, 1)), ("resend_igmp", (0, 2)), ("lp_interval", (1, 5))])
        self.a.run("ebond", "set", "bond0", name, self.random.choice(values), check=False)

    def kill(self):
        self.a.kill_daemon()
        self.a.start_daemon(binary=self.random.choice([EBONDD, OTHER_EBONDD or EBONDD]))

    def stop(self):
        self.a.stop_daemon()
        self.a.start_daemon()

    OPERATIONS = (pull, plug, plug, attach, attach, detach, active_slave, replace, options, kill,
                  stop)

    def live(self, seconds):
        """Raises invariants.Broken, or Failed, with the seed's history in `done`."""
        end = time.monotonic() + seconds
        first = None
        while time.monotonic() < end:
            operation = self.random.choice(self.OPERATIONS)
            self.done.append(operation.__name__)
            operation(self)
            invariants.check(self)
            if len(self.done) % 10 == 0:
                invariants.check_counters(self)
            if operation in (Life.kill, Life.stop) or first is None:
                first = (invariants.descriptors(self.a), invariants.memory_kib(self.a))
            self._check_growth(*first)
        return len(self.done)

    def _check_growth(self, descriptors, memory):
        now = invariants.descriptors(self.a)
        extra = sum(now.values()) - sum(descriptors.values())
        # a port has a few sockets of its own
        if extra > 8 * len(self.spares):
            raise invariants.Broken(f"open files grew from {descriptors} to {now}")
        grown = invariants.memory_kib(self.a) - memory
        if grown > invariants.MEMORY_MAX_KIB:
            raise invariants.Broken(f"the daemon grew by {grown} KiB")
