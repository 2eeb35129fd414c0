# SPDX-License-Identifier: GPL-2.0-or-later
"""spill_threshold: one port under light load, more under heavy load, no reordering in a flow.

tbf limits the cables to 160 Mbit/s, which ebond is told, because veth reports 10 Gbit/s. The other
end is a static aggregation, as the option requires.
"""

import json
import socket
import struct
import threading
import time

import pytest

import hashes
import tcx
from frames import SO_RCVBUFFORCE
from rig import SLOWNESS, call, stays, wait_for
from traffic import Iperf

pytestmark = [
    pytest.mark.alone,  # rates decide when a port joins
    pytest.mark.skipif(SLOWNESS > 1, reason="an emulated machine cannot send that much"),
]

LINK = 160_000_000 / 8  # bytes a second
LIGHT, HEAVY = 20_000_000 / 8, 280_000_000 / 8
SIZE = 8000
CLOCKS_BYTES = 32 * 64  # before the buckets in struct ebond_placement
PERIOD = 0.1  # a flow sends one burst in each, and pauses for longer than 1000 frames take (77 ms)


def aggregation(rig, pair, *options):
    """bond0 in a with `options`, over two cables to a bond0 in b that balances by flow."""
    a, b = pair
    b.start_daemon()
    names = rig.cables(a, b, 2)
    a.ebond("add", "bond0", "miimon", 50, *options)
    b.ebond("add", "bond0", "mode", "balance-xor", "miimon", 50, "xmit_hash_policy", "layer3+4")
    for number, host in enumerate((a, b), 1):
        for name in names:
            host.ip("link", "set", "dev", name, "mtu", 9000)
        host.ip("link", "set", "dev", "bond0", "mtu", 9000)
        host.ebond("attach", "bond0", *names)
        host.up("bond0")
        host.address("bond0", f"192.0.2.{number}/24")
    for name in names:
        a.ebond("set", name, "speed_mbps", 160)
        a.tc("qdisc", "add", "dev", name, "root", "tbf", "rate", "160mbit", "burst", "64kb",
             "latency", "5ms")
    a.wait_ping("192.0.2.2")
    return a, b


def spill(host):
    return host.show()["bond0"]["ebond"]["spill"]


def awake(host):
    return spill(host)["awake"]


def wait_awake(host, *ports):
    wait_for(lambda: awake(host) == list(ports), 20,
             lambda: f"{spill(host)}, wanted {ports}\n{host.log()}")


def sent(host, port):
    return host.show()[port]["ebond"]["tx_bytes"]


class Flows:
    """Numbered UDP datagrams in several flows, each in bursts, at an adjustable rate."""

    def __init__(self, source, sink, count=32):
        self.rate = LIGHT
        self.running = True
        self.received = self.late = 0
        with sink.inside():
            self.receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.receiver.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
        self.receiver.bind(("192.0.2.2", 7000))
        self.receiver.settimeout(0.1)
        self.senders = []
        with source.inside():
            for number in range(count):
                self.senders.append(self._sender(number))
        self.newest = [-1] * count
        self.threads = [threading.Thread(target=run, daemon=True)
                        for run in (self._send, self._receive)]
        source.rig.closers.append(self.close)
        for thread in self.threads:
            thread.start()

    @staticmethod
    def _sender(number):
        """Half of the flows hash to either port."""
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        port = 20000 + 100 * number
        while hashes.layer34("192.0.2.1", "192.0.2.2", port, 7000) % 2 != number % 2:
            port += 1
        sender.bind(("192.0.2.1", port))
        sender.connect(("192.0.2.2", 7000))
        return sender

    def _send(self):
        due, turn = time.monotonic(), 0
        owed = [0.0] * len(self.senders)
        numbers = [0] * len(self.senders)
        while self.running:
            flow = turn % len(self.senders)
            owed[flow] += self.rate * PERIOD / len(self.senders)
            while owed[flow] >= SIZE:
                owed[flow] -= SIZE
                head = struct.pack("!II", flow, numbers[flow])
                numbers[flow] += 1
                try:
                    self.senders[flow].send(head + bytes(SIZE - len(head)))
                except OSError:
                    pass  # no carrier for a moment: counts as lost
            turn += 1
            # Never two rounds at once to catch up: they would form one long burst.
            due = max(due + PERIOD / len(self.senders), time.monotonic())
            time.sleep(max(0, due - time.monotonic()))

    def _receive(self):
        while self.running:
            try:
                flow, number = struct.unpack("!II", self.receiver.recv(1 << 16)[:8])
            except TimeoutError:
                continue
            self.late += number < self.newest[flow]
            self.newest[flow] = max(number, self.newest[flow])
            self.received += SIZE

    def rate_within(self, duration):
        """Bytes per second that arrive."""
        start, before = time.monotonic(), self.received
        time.sleep(duration)
        return (self.received - before) / (time.monotonic() - start)

    def close(self):
        self.running = False
        for thread in self.threads:
            thread.join(5)
        for sock in (self.receiver, *self.senders):
            sock.close()


OPTIONS = {
    "active-backup": ("mode", "active-backup", "primary", "eth0"),
    "balance-xor": ("mode", "balance-xor", "xmit_hash_policy", "layer3+4"),
}


@pytest.mark.parametrize("mode", OPTIONS)
def test_ports_join_and_rest(rig, pair, mode):
    a, b = aggregation(rig, pair, *OPTIONS[mode], "spill_threshold", 60)
    flows = Flows(a, b)
    wait_for(lambda: flows.received, 5, "nothing arrives")
    assert awake(a) == ["eth0"]
    before = sent(a, "eth1")
    stays(lambda: awake(a) == ["eth0"] and sent(a, "eth1") == before, 1.5, a.log, 0.1)
    shown = a.ebond("show").stdout
    assert "resting" in shown and "spill_threshold 60" in shown, shown

    flows.rate = HEAVY
    wait_awake(a, "eth0", "eth1")
    wait_for(lambda: flows.rate_within(1) > 1.5 * LINK, 20,
             lambda: f"{flows.rate_within(1) * 8 / 1e6} Mbit/s", 0)
    assert "resting" not in a.ebond("show").stdout
    assert ("joined" in a.ebond("show").stdout) == (mode == "active-backup")
    assert spill(a)["load_mbps"] > 160, spill(a)
    assert "eth1 joins: " in a.log() and " of 160 Mbit/s in use, threshold 60 %" in a.log()

    flows.rate = LIGHT
    wait_awake(a, "eth0")
    wait_for(lambda: a.show()["eth1"]["ebond"]["spill"] == "resting", 2)
    time.sleep(4 * PERIOD)  # every flow has paused
    before = sent(a, "eth1")
    stays(lambda: sent(a, "eth1") == before, 1, a.log, 0.1)
    assert "eth1 rests: " in a.log()
    flows.close()
    assert flows.received and flows.late == 0


def test_tcp_takes_the_second_port(rig, pair):
    """Streams that never pause stay; new ones use the port that was added."""
    a, b = aggregation(rig, pair, *OPTIONS["active-backup"], "spill_threshold", 60)
    first = Iperf(a, b, "192.0.2.2", "-P", 4, "-t", 30, port=5301)
    wait_awake(a, "eth0", "eth1")
    second = Iperf(a, b, "192.0.2.2", "-P", 8, "-t", 30, port=5302)

    def both():
        start, before = time.monotonic(), sent(a, "eth0") + sent(a, "eth1")
        time.sleep(1)
        return (sent(a, "eth0") + sent(a, "eth1") - before) / (time.monotonic() - start)

    wait_for(lambda: both() > 1.5 * LINK, 20, lambda: f"{both() * 8 / 1e6} Mbit/s", 0)
    for run in (first, second):
        run.client.kill()
        run.server.kill()
    wait_awake(a, "eth0")


def test_a_lost_port_is_left_at_once(rig, pair):
    a, b = aggregation(rig, pair, *OPTIONS["active-backup"], "spill_threshold", 60)
    flows = Flows(a, b)
    flows.rate = HEAVY
    wait_awake(a, "eth0", "eth1")
    flows.rate = LINK * 0.7  # above the threshold, and one port can carry it
    wait_for(lambda: flows.rate_within(0.5) > LINK * 0.5, 10)
    b.down("eth0")
    a.wait_active("eth1")
    wait_awake(a, "eth1")
    wait_for(lambda: flows.rate_within(0.5) > LINK * 0.5, 10,
             lambda: f"{flows.rate_within(0.5) * 8 / 1e6} Mbit/s")
    b.up("eth0")
    a.wait_active("eth0")
    wait_awake(a, "eth0", "eth1")
    flows.rate = LIGHT
    wait_awake(a, "eth0")


def test_a_change_of_the_option_under_traffic(rig, pair):
    """On and off at any time without loss."""
    # The other end may reply by either port.
    a, b = aggregation(rig, pair, *OPTIONS["active-backup"], "all_slaves_active", 1)
    assert "spill" not in a.show()["bond0"]["ebond"]
    assert a.bond_info()["spill_threshold"] == 0
    flows = Flows(a, b)
    wait_for(lambda: flows.received, 5)
    assert "spill_threshold" in a.ebond("set", "bond0", "--replace", "mode", "active-backup",
                                        "miimon", 50, "primary", "eth0",
                                        "all_slaves_active", 1, "spill_threshold", 60).stdout
    wait_awake(a, "eth0")
    flows.rate = HEAVY
    wait_awake(a, "eth0", "eth1")
    a.ebond("set", "bond0", "spill_threshold", "off")
    before = sent(a, "eth1")
    assert "spill" not in a.show()["bond0"]["ebond"]
    stays(lambda: sent(a, "eth1") <= before + 100_000, 0.5, a.log)
    assert a.ebond("set", "bond0", "spill_threshold", 1, "fail_over_mac", "active",
                   code=1).stderr.count("\n") == 1


def flow_ports(host):
    """The ifindex of each bucket, from the packet path's map."""
    program = tcx.programs(host, *tcx.transmit_hook(host))[0][0]
    maps = json.loads(call("bpftool", "-j", "prog", "show", "id", program).stdout)["map_ids"]
    for number in maps:
        shown = json.loads(call("bpftool", "-j", "map", "show", "id", number).stdout)
        if shown["name"].endswith(".data.place"):
            dump = json.loads(call("bpftool", "-j", "map", "dump", "id", number).stdout)
            data = bytes(int(byte, 16) for byte in dump[0]["value"])
            buckets = data[CLOCKS_BYTES:CLOCKS_BYTES + 4096 * struct.calcsize("QQIIII")]
            return [port for *_, port, _ in struct.iter_unpack("QQIIII", buckets)]
    raise AssertionError("no map of flows")


@pytest.mark.skipif(tcx.BEST_HOOK != "tcx", reason="the program is found by tcx")
def test_flows_stay_where_they_are_over_a_restart(rig, pair):
    a, b = aggregation(rig, pair, *OPTIONS["active-backup"], "spill_threshold", 60)
    flows = Flows(a, b)
    flows.rate = HEAVY
    wait_awake(a, "eth0", "eth1")
    ports = {a.link(name)["ifindex"] for name in ("eth0", "eth1")}
    wait_for(lambda: ports <= set(flow_ports(a)), 5, lambda: flow_ports(a))
    flows.close()
    before = flow_ports(a)
    a.kill_daemon()
    a.start_daemon()
    assert [new for old, new in zip(before, flow_ports(a)) if old] == [old for old in before if old]
    assert spill(a)["awake"] == ["eth0"]
