# SPDX-License-Identifier: GPL-2.0-or-later
"""The traffic of bench/links, and what is measured of it."""

import dataclasses
import random
import socket
import statistics
import struct
import threading
import time

from links_lab import IP
from rig import wait_for
from traffic import Iperf

WARM_UP = 1  # seconds before a measurement, for slow start and placement
MIX_SMALLEST, MIX_LARGEST, MIX_SHAPE = 10_000, 50_000_000, 1.1


@dataclasses.dataclass
class Bulk:
    mbits: float
    share: float
    retransmissions: int


def start_bulk(lab, flows, seconds, number, congestion="cubic"):
    """Long TCP streams whose ports depend on the round: one iperf3 for each of at most eight."""
    processes = min(flows, 8)
    first = 20000 + 97 * number
    return [Iperf(lab.a, lab.b, IP["b"], "-t", seconds + WARM_UP, "-O", WARM_UP, "-C", congestion,
                  "-P", flows // processes, *(["--cport", first + 13 * n] if flows <= 8 else []),
                  port=5201 + n)
            for n in range(processes)]


def bulk(lab, flows, seconds, number, congestion="cubic"):
    """Long TCP streams, together."""
    ends = [run.result()["end"] for run in start_bulk(lab, flows, seconds, number, congestion)]
    mbits = sum(end["sum_received"]["bits_per_second"] for end in ends) / 1e6
    return Bulk(mbits, mbits / lab.links.goodput,
                sum(end["sum_sent"]["retransmits"] for end in ends))


def pareto(rng):
    """A length from the bounded Pareto distribution."""
    ratio = (MIX_SMALLEST / MIX_LARGEST) ** MIX_SHAPE
    return round(MIX_SMALLEST / (1 - rng.random() * (1 - ratio)) ** (1 / MIX_SHAPE))


class Sink(threading.Thread):
    """Accepts connections on b, reads and counts."""

    def __init__(self, lab, port):
        super().__init__(daemon=True)
        with lab.b.inside():
            self.listener = socket.create_server((IP["b"], port), backlog=128)
        self.received = 0
        lab.b.rig.closers.append(self.listener.close)
        self.start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._read, args=(connection,), daemon=True).start()

    def _read(self, connection):
        buffer = bytearray(1 << 18)
        with connection:
            while size := connection.recv_into(buffer):
                self.received += size


def mix(lab, workers, seconds, seed):
    """
    Senders that each send one flow after the other, of lengths from a bounded Pareto
    distribution; the share of the links that they fill.
    """
    sink = Sink(lab, 7100)
    stop = threading.Event()

    def work(rng):
        chunk = bytes(1 << 17)
        while not stop.is_set():
            with lab_socket(lab) as sender:
                sender.connect((IP["b"], 7100))
                left = pareto(rng)
                while left > 0 and not stop.is_set():
                    left -= sender.send(chunk[:left])

    threads = [threading.Thread(target=work, args=(random.Random(1000 * seed + n),), daemon=True)
               for n in range(workers)]
    for thread in threads:
        thread.start()
    time.sleep(WARM_UP)
    before, began = sink.received, time.monotonic()
    time.sleep(seconds)
    mbits = (sink.received - before) * 8 / (time.monotonic() - began) / 1e6
    stop.set()
    for thread in threads:
        thread.join(10)
    return mbits / lab.links.goodput


_namespace = threading.Lock()


def lab_socket(lab):
    """A TCP socket on host a; a thread's namespace is its own, so one at a time enters it."""
    with _namespace, lab.a.inside():
        return socket.socket(socket.AF_INET, socket.SOCK_STREAM)


def p99_beside_bulk(lab, flows, seconds, number):
    """The 99th percentile of the time between a small request and its answer, in ms."""
    with lab.b.inside():
        listener = socket.create_server((IP["b"], 7200))
    lab.b.rig.closers.append(listener.close)

    def serve():
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection:
            while request := connection.recv(64):
                connection.sendall(request)

    threading.Thread(target=serve, daemon=True).start()
    runs = start_bulk(lab, flows, seconds, number)
    times = []
    with lab_socket(lab) as client:
        client.bind((IP["a"], 30000 + 7 * number))
        client.connect((IP["b"], 7200))
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        time.sleep(WARM_UP)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            began = time.monotonic()
            client.sendall(b"?" * 64)
            client.recv(64)
            times.append(1000 * (time.monotonic() - began))
            time.sleep(0.005)
    for run in runs:
        run.result()
    return statistics.quantiles(times, n=100)[98]


def numbered(lab, seconds, mbit=None):
    """Of 1000 numbered datagrams at 0.8 of the links' speed, those that arrive after a later one."""
    rate = (mbit or 0.8 * sum(lab.links.mbits)) * 1e6 / 8 / 1442
    with lab.b.inside():
        receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    receiver.bind((IP["b"], 7300))
    receiver.settimeout(1)
    lab.b.rig.closers.append(receiver.close)
    counts = {"all": 0, "late": 0}

    def receive():
        newest = -1
        while True:
            try:
                number = struct.unpack("!I", receiver.recv(2048)[:4])[0]
            except (TimeoutError, OSError):
                return
            counts["all"] += 1
            counts["late"] += number < newest
            newest = max(newest, number)

    thread = threading.Thread(target=receive, daemon=True)
    thread.start()
    with lab.a.inside():
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with sender:
        sender.connect((IP["b"], 7300))
        began, sent, padding = time.monotonic(), 0, bytes(1396)
        while (elapsed := time.monotonic() - began) < seconds:
            while sent < elapsed * rate:
                sender.send(struct.pack("!I", sent) + padding)
                sent += 1
            time.sleep(0.0005)
    thread.join(10)
    wait_for(lambda: counts["all"] > 0, 1, "no datagram arrived")
    return 1000 * counts["late"] / counts["all"]
