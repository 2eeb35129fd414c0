# SPDX-License-Identifier: GPL-2.0-or-later
"""A server with several ports and its clients, all on one plain switch that knows of no bond.

server: eth0 eth1 eth2 eth3 --- p0 p1 p2 p3 [sw0] q0 ... q7 --- eth0 of client 0 ... 7

The server's links are limited by tbf at both ends; the clients' are not. The switch is a Linux
bridge with default settings, except that it forwards at once and does not run spanning tree.
"""

import json
import re
import subprocess
import threading
import time

from rig import call, urgent, wait_for

MBIT = 8
SERVER = "192.0.2.1"
SERVER6 = "2001:db8::1"


class Office:
    def __init__(self, rig, clients=8, ports=4, ipv6=False):
        self.rig = rig
        self.server, self.switch = rig.host("a"), rig.host("s")
        self.ports = [f"eth{number}" for number in range(ports)]
        self.clients = [rig.host(f"c{number}") for number in range(clients)]
        for number, port in enumerate(self.ports):
            rig.cable(self.server, port, self.switch, f"p{number}", up=False)
            self.server.ip("link", "set", "dev", port, "address", f"02:00:00:00:0a:{number:02x}")
            for host, name in ((self.server, port), (self.switch, f"p{number}")):
                host.tc("qdisc", "add", "dev", name, "root", "tbf", "rate", f"{MBIT}mbit",
                        "burst", "16kb", "latency", "40ms")
                host.up(name)
        for number, client in enumerate(self.clients):
            if ipv6:
                client.enable_ipv6()
            rig.cable(client, "eth0", self.switch, f"q{number}", up=False)
            client.ip("link", "set", "dev", "eth0", "address", self.client_mac(number))
            client.up("eth0")
            self.switch.up(f"q{number}")
            client.address("eth0", f"{self.client_ip(number)}/24")
            if ipv6:
                client.address("eth0", f"{self.client_ip(number, 6)}/64")
        self.switch.ip("link", "add", "sw0", "type", "bridge", "forward_delay", "0")
        for name in [f"p{n}" for n in range(ports)] + [f"q{n}" for n in range(clients)]:
            self.switch.ip("link", "set", name, "master", "sw0")
        self.switch.up("sw0")
        if ipv6:
            self.server.enable_ipv6()
        self.start()

    def start(self):
        self.server.start_daemon()

    @staticmethod
    def client_mac(number):
        return f"02:00:00:00:0c:{number:02x}"

    @staticmethod
    def client_ip(number, version=4):
        return f"192.0.2.{10 + number}" if version == 4 else f"2001:db8::{10 + number:x}"

    def bond(self, *options, ipv6=False):
        """bond0 of all ports, after talking to every client."""
        a = self.server
        a.ebond("add", "bond0", "miimon", 100, *options)
        a.ebond("attach", "bond0", *self.ports)
        a.up("bond0")
        a.address("bond0", f"{SERVER}/24")
        if ipv6:
            a.address("bond0", f"{SERVER6}/64")
        for client in self.clients:
            client.wait_ping(SERVER)

    def cached(self, client, version=4):
        """The server's address in a client's neighbour table."""
        target = SERVER if version == 4 else SERVER6
        for entry in client.ip_json("neigh", "show", "to", target, "dev", "eth0"):
            if "lladdr" in entry:
                return entry["lladdr"]
        return None

    def macs(self):
        return {self.server.mac(port): port for port in self.ports}

    def spread(self, version=4):
        """How many clients send to each port."""
        macs, counts = self.macs(), dict.fromkeys(self.ports, 0)
        for client in self.clients:
            port = macs.get(self.cached(client, version))
            if port:
                counts[port] += 1
        return counts


def jain(shares):
    """Jain's fairness index: 1 when all are equal, 1/n when one has everything."""
    return sum(shares) ** 2 / (len(shares) * sum(share * share for share in shares))


class Streams:
    """UDP from or to the server, one stream per client, all at once at the same rate.

    More than the links carry: the received rate shows how many share a link. (TCP streams would not
    share a link evenly, as it has no fair queueing.)
    """

    def __init__(self, office, clients, to_server, seconds, target=SERVER, mbit=None):
        mbit = mbit or MBIT * 0.6
        self.runs = []
        for number in clients:
            port = 5201 + number
            client = office.clients[number]
            server = office.server.popen("iperf3", "-s", "-1", "-p", port, "-B", target)
            self.runs.append((client, port, server))
        wait_for(lambda: all(f":{port} " in office.server.run("ss", "-Hltn").stdout
                             for _, port, _ in self.runs), 20, "iperf3 does not listen")
        reverse = [] if to_server else ["-R"]
        self.clients = [
            client.popen("iperf3", "-J", "-c", target, "-p", port, "-t", seconds, "-u",
                         "-b", f"{mbit}M", "-l", 1400, *reverse, stderr=subprocess.DEVNULL)
            for client, port, _ in self.runs
        ]

    def rates(self):
        """Mbit/s of each, as received."""
        results = []
        for client in self.clients:
            out, _ = client.communicate(timeout=120)
            result = json.loads(out)
            assert "error" not in result, result["error"]
            got = result["end"]["sum"]
            share = 1 - got["lost_packets"] / got["packets"]
            results.append(got["bytes"] * 8 * share / got["seconds"] / 1e6)
        return results


class Learned:
    """Where the switch learns addresses over time: `bridge monitor fdb` with timestamps."""

    def __init__(self, office):
        self.lines = []
        self.process = office.switch.popen("bridge", "-o", "monitor", "fdb")
        threading.Thread(target=self._read, daemon=True).start()
        time.sleep(0.2)

    def _read(self):
        for line in self.process.stdout:
            self.lines.append((time.monotonic(), line.strip()))

    def moves(self, since=0):
        """address -> the switch ports of the server behind which it was learnt, in order."""
        found = {}
        for at, line in list(self.lines):
            match = re.match(r"([0-9a-f:]{17}) dev (p\d+) .*master sw0", line)
            if at < since or not match or "permanent" in line or line.startswith("Deleted"):
                continue
            places = found.setdefault(match[1], [])
            if not places or places[-1] != match[2]:
                places.append(match[2])
        return found

    def flapping(self, since=0, most=1):
        """Addresses that were learnt behind more than `most` ports, or again behind an earlier one.
        """
        return {mac: places for mac, places in self.moves(since).items()
                if len(places) > most or len(set(places)) < len(places)}


class Pings:
    """A client's pings every 10 ms; the longest outage and the losses."""

    def __init__(self, client, target=SERVER):
        self.process = client.popen("ping", "-n", "-D", "-i", "0.01", target)
        urgent(self.process.pid)
        self.times, self.numbers = [], []
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        for line in self.process.stdout:
            match = re.match(r"\[(\d+\.\d+)\].*icmp_seq=(\d+) ttl", line)
            if match:
                self.times.append(float(match[1]))
                self.numbers.append(int(match[2]))

    def stop(self):
        """(numbers lost between the first and the last reply, longest outage in s)."""
        self.process.send_signal(2)
        self.process.wait(10)
        self.thread.join(5)
        seen = sorted(set(self.numbers))
        assert seen, "not one answer"
        lost = sorted(set(range(seen[0], seen[-1] + 1)) - set(seen))
        gaps = [b - a for a, b in zip(self.times, self.times[1:])]
        return lost, max(gaps, default=0)


class Outage:
    """Pings of all clients, and between two clients, which show delays of the machine itself.

    Outages are measured relative to those, since the machine may be busy.
    """

    def __init__(self, office, target=SERVER):
        urgent(office.server.daemon.pid)
        self.pings = [Pings(client, target) for client in office.clients]
        version = 6 if ":" in target else 4
        self.control = Pings(office.clients[-2],
                             office.client_ip(len(office.clients) - 1, version))

    def stop(self, limit):
        """No client lacked replies for longer than `limit` seconds. Returns the losses of each."""
        stopped = [ping.stop() for ping in self.pings]
        lost, slack = self.control.stop()
        silences = [silence for _, silence in stopped]
        print("silences", silences, "control", slack, "lost", [len(gone) for gone, _ in stopped])
        assert max(silences) <= limit + 2 * slack, (silences, slack)
        return [len(gone) - len(lost) for gone, _ in stopped]


def pull(office, port):
    """Disconnects a server port's cable at the switch."""
    office.switch.down(f"p{office.ports.index(port)}")


def plug(office, port):
    office.switch.up(f"p{office.ports.index(port)}")


def show_fdb(office):
    return call("bridge", "-n", office.switch.ns, "fdb", "show", "br", "sw0", check=False).stdout
