# SPDX-License-Identifier: GPL-2.0-or-later
"""Two switches between a bond and a peer: carriers that stay up while the way behind them dies.

    a: eth0 --- s: p0 [sw0] u0 --- u0 [core] ... b: eth0
       eth1 --- s: p1 [sw1] u1 --- u1 [core]

`black_hole(n)` takes the uplink u<n> down, one hop further than the port of the bond.
"""


class Switches:
    def __init__(self, rig, a, b, ports=2):
        self.rig = rig
        self.host = rig.host("s")
        self.core = rig.host("c")
        for number in range(ports):
            rig.cable(a, f"eth{number}", self.host, f"p{number}")
            rig.cable(self.host, f"u{number}", self.core, f"u{number}")
            self._bridge(self.host, f"sw{number}", f"p{number}", f"u{number}")
        rig.cable(b, "eth0", self.core, "b0")
        self._bridge(self.core, "core", "b0", *(f"u{number}" for number in range(ports)))

    @staticmethod
    def _bridge(host, name, *ports):
        host.ip("link", "add", name, "type", "bridge", "forward_delay", "0", "mcast_snooping", "0")
        for port in ports:
            host.ip("link", "set", port, "master", name)
        host.up(name)

    def black_hole(self, number):
        """Frames die behind the switch; the carrier of the bond's port stays."""
        self.host.ip("link", "set", f"u{number}", "nomaster")

    def heal(self, number):
        self.host.ip("link", "set", f"u{number}", "master", f"sw{number}")
