# SPDX-License-Identifier: GPL-2.0-or-later
"""A bond of the kernel's driver and one of ebond side by side: two hosts (network
namespaces) with the same names, addresses and cables, so that what is read from
both can be compared directly. Runs in the virtual machine, as root.
"""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "netns"))

from rig import EBOND, Failed, call  # noqa: E402

BOND = "bond0"


def ready():
    """False when there is nothing to test; otherwise loads the modules."""
    if not os.access(EBOND, os.X_OK):
        print("no ebond in $EBOND_BUILD: build it first")
        return False
    call("modprobe", "veth")
    call("modprobe", "bonding", "max_bonds=0")
    return True


class Side:
    """One host with cables eth0, eth1..., whose far ends are in `far`."""

    kind = ""

    def __init__(self, rig, far, cables):
        self.rig, self.far = rig, far
        self.host = rig.host(self.kind)
        self.ports = [f"eth{number}" for number in range(cables)]
        for number, port in enumerate(self.ports):
            self._lay_cable(number, port)
            self.host.ip("link", "set", port, "address", f"02:00:00:00:00:{number:02x}")
            far.up(self._far(port))

    def _lay_cable(self, _number, port):
        self.rig.cable(self.host, port, self.far, self._far(port), up=False)

    def _far(self, port):
        return f"{self.kind[0]}{port}"

    def unplug(self, *ports):
        self.far.down(*map(self._far, ports))

    def plug(self, *ports):
        self.far.up(*map(self._far, ports))

    def up(self, name=BOND):
        self.host.up(name)

    def down(self, name=BOND):
        self.host.down(name)


def words(options):
    return [str(word) for pair in options.items() for word in pair]


class DriverSide(Side):
    kind = "driver"

    def add(self, **options):
        self.host.ip("link", "add", BOND, "type", "bond", *words(options))

    def set(self, **options):
        """False when it was refused."""
        done = self.host.ip("link", "set", BOND, "type", "bond", *words(options), check=False)
        return done.returncode == 0

    def clear_active(self):
        self.host.ip("link", "set", BOND, "type", "bond", "clear_active_slave")

    def set_port(self, port, **options):
        self.host.ip("link", "set", port, "type", "bond_slave", *words(options))

    def attach(self, *ports):
        for port in ports:
            self.host.down(port)
            self.host.ip("link", "set", port, "master", BOND)

    def detach(self, *ports):
        for port in ports:
            self.host.ip("link", "set", port, "nomaster")

    def delete(self):
        self.host.ip("link", "del", BOND)

    def text(self):
        """/proc/net/bonding, of the calling thread's namespace."""
        with self.host.inside():
            return Path("/proc/thread-self/net/bonding", BOND).read_text()

    def links(self):
        return {link["ifname"]: link for link in self.host.ip_json("-d", "link", "show")}


class EbondSide(Side):
    kind = "ebond"

    def __init__(self, rig, far, cables):
        super().__init__(rig, far, cables)
        self.host.start_daemon()

    def _ask(self, *request):
        reply = self.host.ask(*request)
        if reply["exit"]:
            raise Failed(f"{' '.join(request)}: {reply.get('error')}")
        return reply

    def add(self, **options):
        self._ask("add", BOND, *words(options))

    def set(self, **options):
        return self.host.ask("set", BOND, *words(options))["exit"] == 0

    def clear_active(self):
        self._ask("set", BOND, "active_slave", "none")

    def set_port(self, port, **options):
        self._ask("set", port, *words(options))

    def attach(self, *ports):
        # As with the driver: down before, and so down again after detaching.
        self.host.down(*ports)
        self._ask("attach", BOND, *ports)

    def detach(self, *ports):
        self._ask("detach", BOND, *ports)

    def delete(self):
        self._ask("del", BOND)

    def text(self):
        return self._ask("proc", BOND)["text"]

    def links(self):
        return self.host.show()
