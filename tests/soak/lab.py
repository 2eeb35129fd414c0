# SPDX-License-Identifier: GPL-2.0-or-later
"""A bond under numbered traffic in both directions, in any mode.

a: bond0 of eth0 eth1 (eth2 is a spare) --- b: a bridge that learns as a switch does,
or in 802.3ad another bond
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "netns"))

from rig import Failed, Rig, wait_for  # noqa: E402
from traffic import UdpStream  # noqa: E402

MODES = ("balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb",
         "balance-alb")
HAVE_ACTIVE = ("active-backup", "balance-tlb", "balance-alb")
PER_SECOND = 1500


class Lab:
    """Use as a context manager."""

    def __init__(self, mode):
        self.mode = mode
        self.rig = Rig("soak")
        self.a, self.b = self.rig.host("a"), self.rig.host("b")
        self.lacp = mode == "802.3ad"

    def __enter__(self):
        try:
            self._build()
        except BaseException:
            self.rig.close()
            raise
        return self

    def __exit__(self, *_):
        self.rig.close()

    def _build(self):
        ports = self.rig.cables(self.a, self.b, 3)
        self.a.start_daemon()
        options = ("mode", self.mode, "miimon", 100, *(("lacp_rate", "fast") if self.lacp else ()))
        self.a.ebond("add", "bond0", *options)
        self.a.ebond("attach", "bond0", *ports[:2])
        if self.lacp:
            self.b.start_daemon()
            self.b.ebond("add", "bond0", *options)
            self.b.ebond("attach", "bond0", *ports)
            far = "bond0"
        else:
            far = "br0"
            self.b.ip("link", "add", "br0", "address", "02:b0:00:00:00:00", "type", "bridge",
                      "forward_delay", "0")
            for port in ports:
                self.b.ip("link", "set", port, "master", "br0")
        self.a.up("bond0")
        self.b.up(far)
        self.a.address("bond0", "10.0.0.1/24")
        self.b.address(far, "10.0.0.2/24")
        self.wait_ready(2)

    def attached(self):
        """Names of the ports, in order of attachment."""
        return [name for name, link in self.a.show().items() if link.get("master") == "bond0"]

    def carrying(self, host=None):
        """Names of the usable ports of the near host or `host`."""
        shown = (host or self.a).show()
        return [name for name, link in shown.items() if link.get("master") == "bond0"
                and (link["ebond"]["lacp"]["distributes"] if self.lacp
                     else link["linkinfo"]["info_slave_data"]["mii_status"] == "UP")]

    def wait_ready(self, ports):
        """Waits until that many ports carry traffic and a ping is answered."""
        wait_for(lambda: len(self.carrying()) == ports, 30, self.a.log)
        self.a.wait_ping("10.0.0.2", 10)

    def active(self):
        return self.a.active()

    def streams(self):
        """Numbered datagrams: (out, in)."""
        return (UdpStream(self.a, self.b, "10.0.0.2", port=7000, per_second=PER_SECOND),
                UdpStream(self.b, self.a, "10.0.0.1", port=7001, per_second=PER_SECOND))


__all__ = ["Failed", "HAVE_ACTIVE", "Lab", "MODES", "Rig", "wait_for"]
