# SPDX-License-Identifier: GPL-2.0-or-later
"""Two hosts with a bond each over cables of limited speed."""

import itertools
import subprocess
import time

import ovs
from rig import wait_for

IP = {"a": "10.0.0.1", "b": "10.0.0.2"}
# Of an Ethernet frame of 1500 bytes the token bucket counts 1514; TCP with timestamps carries 1448.
GOODPUT = 1448 / 1514


class Links:
    """The cables: Mbit/s each, the queue in front of them, and the time that they take."""

    def __init__(self, *mbits, queue_ms=20, latency_ms=()):
        self.mbits, self.queue_ms, self.latency_ms = mbits, queue_ms, latency_ms

    @property
    def goodput(self):
        """What TCP can carry over all of them, in Mbit/s."""
        return sum(self.mbits) * GOODPUT


def has_netem():
    """Whether this kernel can delay frames."""
    probe = "ip link add d0 type ifb && tc qdisc add dev d0 root netem delay 1ms"
    return subprocess.run(["unshare", "-n", "sh", "-c", probe], capture_output=True).returncode == 0


def has_driver():
    """Whether this kernel has the bonding driver."""
    subprocess.run(["modprobe", "bonding", "max_bonds=0"], capture_output=True)
    probe = "ip link add b0 type bond"
    return subprocess.run(["unshare", "-n", "sh", "-c", probe], capture_output=True).returncode == 0


class Lab:
    """Host a sends to host b; both have bond0 with the same options."""

    def __init__(self, rig, links, options, cpus=1):
        self.links = links
        self.a, self.b = rig.host("a"), rig.host("b")
        self.names = rig.cables(self.a, self.b, len(links.mbits))
        self._bonds(options)
        for host in (self.a, self.b):
            self._limit(host)
            # With several processors at work on one cable, veth reorders by itself.
            for number, name in enumerate(self.names):
                host.pin(name, cpu=number % cpus)
        self.a.wait_ping(IP["b"], 20)

    def _bonds(self, options):
        for host in (self.a, self.b):
            self._bond(host, options)
            host.pin("bond0", cpu=0)

    def _bond(self, host, options):
        host.start_daemon()
        host.ebond("add", "bond0", "miimon", 100, *options)
        host.ebond("attach", "bond0", *self.names)
        for name, mbit in zip(self.names, self.links.mbits):
            host.ebond("set", name, "speed_mbps", mbit)
        for name, ms in zip(self.names, self.links.latency_ms):
            host.ebond("set", name, "latency_us", 1000 * ms)
        host.up("bond0")
        host.address("bond0", f"{IP[host.name]}/24")
        wait_for(lambda: host.carrier("bond0"), 5, host.report)

    def _limit(self, host):
        for name, mbit, ms in itertools.zip_longest(self.names, self.links.mbits,
                                                    self.links.latency_ms, fillvalue=0):
            parent = ["root", "handle", "1:"]
            if ms:
                host.tc("qdisc", "add", "dev", name, *parent, "netem", "delay", f"{ms}ms",
                        "limit", 10000)
                parent = ["parent", "1:1"]
            host.tc("qdisc", "add", "dev", name, *parent, "tbf", "rate", f"{mbit}mbit",
                    "burst", "64kb", "latency", f"{self.links.queue_ms}ms")

    def sent(self):
        """Bytes that each port of a has sent."""
        return [self.a.stats(name).tx_bytes for name in self.names]

    def curves(self, flows, seconds=6, step=0.1):
        """Mbit/s of each port, at least `step` seconds apart, while long flows are sent."""
        from links_traffic import start_bulk
        runs = start_bulk(self, flows, seconds, 0)
        times, rates, began = [], [], time.monotonic()
        before, then = self.sent(), began
        while then < began + seconds:
            time.sleep(step)
            sent, now = self.sent(), time.monotonic()
            times.append(now - began)
            rates.append([(new - old) * 8 / (now - then) / 1e6 for old, new in zip(before, sent)])
            before, then = sent, now
        for run in runs:
            run.result()
        return times, rates


class DriverLab(Lab):
    """Host a has a bond of the kernel's driver."""

    def _bond(self, host, options):
        if host is self.b:
            super()._bond(host, options)
            return
        host.ip("link", "add", "bond0", "type", "bond", "miimon", 100, *options)
        for name in self.names:
            host.down(name)
            host.ip("link", "set", name, "master", "bond0")
        host.up("bond0")
        host.address("bond0", f"{IP['a']}/24")


class OvsLab(Lab):
    """Host a has a bond of Open vSwitch, in user space; LACP, which it needs to balance by flow."""

    def _bonds(self, _):
        self._bond(self.b, ["mode", "802.3ad", "lacp_rate", "fast"])
        switch = ovs.OpenVSwitch(self.a, f"{IP['a']}/24")
        switch.add_bond(self.names, "lacp=active", "other_config:lacp-time=fast",
                        "other_config:bond-rebalance-interval=1000")
        switch.wait_attached(self.names, 30)
        # It copies frames as they are: with checksums, and no longer than the MTU.
        for host, names in ((self.a, ["br0"]), (self.b, [*self.names, "bond0"])):
            for name in names:
                host.run("ethtool", "-K", name, "tx", "off", check=False)


def plot(file, curves):
    """Draws (title, (times, rates)) side by side."""
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(curves), figsize=(10, 3.2), sharey=True)
    for axis, (title, (times, rates)) in zip(axes, curves):
        for number, rate in enumerate(zip(*rates)):
            axis.plot(times, rate, label=f"eth{number}", linewidth=1)
        axis.set(title=title, xlabel="seconds")
    axes[0].set_ylabel("Mbit/s")
    axes[-1].legend(loc="lower right")
    figure.tight_layout()
    figure.savefig(file, dpi=110)
