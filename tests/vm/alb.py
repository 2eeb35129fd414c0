#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""balance-tlb and balance-alb side by side: clients behind one plain switch and a
server with four ports (tests/netns/office.py), once with the kernel's driver and once with
ebond. In each row ebond must be at least as good.

alb.py sends|receives|pull [MODE]

Rates are low, and times are only compared with each other: the machine is emulated.
"""
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from sides import ready  # noqa: E402
import office as office_module  # noqa: E402
from office import SERVER, Learned, Office, Pings, Streams, jain, plug, pull  # noqa: E402
from rig import Rig  # noqa: E402

office_module.MBIT = 1
CLIENTS = 8
SECONDS = 4
# Two measurements of the same thing are never exactly equal.
SLACK = 0.1


class Driver(Office):
    """The same office with a bond of the kernel's driver."""

    def start(self):
        pass  # no daemon

    def bond(self, mode):
        a = self.server
        a.ip("link", "add", "bond0", "type", "bond", "mode", mode, "miimon", "100")
        for port in self.ports:
            a.down(port)
            a.ip("link", "set", port, "master", "bond0")
        a.ip("link", "set", "bond0", "type", "bond", "primary", "eth0")
        a.up("bond0")
        a.address("bond0", f"{SERVER}/24")
        for client in self.clients:
            client.wait_ping(SERVER, 20)


class Ebond(Office):
    def bond(self, mode):
        super().bond("mode", mode, "primary", "eth0")


def throughput(office, to_server):
    fdb, start = Learned(office), time.monotonic()
    alone = Streams(office, [0], to_server, SECONDS, mbit=2).rates()[0]
    time.sleep(11)  # the driver reads loads every 10 s, and then redistributes flows
    rates = Streams(office, range(CLIENTS), to_server, 2 * SECONDS, mbit=0.6).rates()
    return {"links used": sum(rates) / alone, "Jain's index": jain(rates),
            "addresses in order": 1 - len(fdb.flapping(start)) / (4 + CLIENTS)}


def outage(office, act, port):
    pings = [Pings(client) for client in office.clients[:4]]
    time.sleep(1)
    act(office, port)
    time.sleep(6)
    stopped = [ping.stop() for ping in pings]
    return max(silence for _, silence in stopped), sum(len(lost) for lost, _ in stopped)


def failover(office):
    fdb, start = Learned(office), time.monotonic()
    silence, lost = outage(office, pull, "eth0")
    _, lost_back = outage(office, plug, "eth0")
    return {"pulled: silence, s": -silence, "pulled: lost": -lost, "back: lost": -lost_back,
            "addresses that flap": -len(fdb.flapping(start, most=3))}


def measure(kind, mode, what):
    with Rig(f"alb{kind.__name__}") as rig:
        office = kind(rig, CLIENTS)
        office.bond(mode)
        time.sleep(5)  # the driver tells neighbours after 2 s
        if what == "pull":
            return failover(office)
        return throughput(office, what == "receives")


def main():
    what, mode = sys.argv[1], (sys.argv[2:] or ["balance-alb"])[0]
    if not ready():
        return 77
    subprocess.run(["modprobe", "-a", "bridge", "sch_tbf"], check=True)
    driver, ebond = measure(Driver, mode, what), measure(Ebond, mode, what)
    worse = 0
    print(f"{mode}, {what:20}     driver      ebond")
    for row, expected in driver.items():
        good = ebond[row] >= expected - SLACK * max(1, abs(expected))
        print(f"{row:28} {abs(expected):10.3f} {abs(ebond[row]):10.3f} {'' if good else 'WORSE'}")
        worse += not good
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
