# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbered UDP datagrams in several flows: which port each takes, and in which order they arrive."""

import random
import select
import socket
import struct
import threading
import time

from frames import SO_RCVBUFFORCE
from rig import wait_for

SINK_PORT = 7000
SIZE = 1000  # bytes of payload
HEAD = struct.Struct("!IHI")  # a magic number, the flow, its number
MAGIC = 0x65626f6e
EPISODE = 0.25  # seconds
ETH_P_ALL = 3  # before tc, where bond0 takes the frame
HEADERS = 14 + 20 + 8


class Flow:
    """One sender. `mbps` is its rate; with `pauses` it sends in bursts, with time between them."""

    def __init__(self, source, source_ip, sink_ip, index, mbps, pauses):
        with source.inside():
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((source_ip, 20000 + index))
        self.socket.connect((sink_ip, SINK_PORT))
        self.index, self.mbps, self.pauses = index, mbps, pauses
        self.sent = 0
        self.due = time.monotonic() + random.random() * 0.05
        self.burst_left = 0

    def gap(self):
        """Seconds from one datagram to the next."""
        steady = SIZE * 8 / 1e6 / self.mbps
        if not self.pauses:
            return steady
        if not self.burst_left:
            self.burst_left = random.randrange(4, 40)
            return self.burst_left * steady * 0.75  # the burst is sent in a quarter of its time
        self.burst_left -= 1
        return steady / 4

    def send(self):
        try:
            self.socket.send(HEAD.pack(MAGIC, self.index, self.sent) + bytes(SIZE - HEAD.size))
        except OSError:
            pass  # no carrier for a moment
        self.sent += 1


class Flows:
    """`rates` in Mbit/s, one flow each, from bond0 in `source` to bond0 in `sink`.

    `port_of` has the port on which a flow's latest datagram came; `late` counts datagrams that
    came after one with a higher number, `episodes` how often that began: those of a flow that
    are less than EPISODE apart are one, while the queue of its old port empties.
    """

    def __init__(self, source, sink, source_ip, sink_ip, ports, rates, pauses=False, seed=1):
        random.seed(seed)
        self.running = True
        self.sink_socket = self._open_sink(sink, sink_ip)
        self.taps = {self._open_tap(sink, port): port for port in ports}
        self.flows = [Flow(source, source_ip, sink_ip, index, mbps, pauses)
                      for index, mbps in enumerate(rates)]
        self.port_of = {}
        self.received = {flow.index: 0 for flow in self.flows}
        self.newest = {flow.index: -1 for flow in self.flows}
        self.late_at = {flow.index: -EPISODE for flow in self.flows}
        self.late = self.episodes = self.depth = 0
        self.threads = [threading.Thread(target=run, daemon=True)
                        for run in (self._send, self._receive, self._look)]
        source.rig.closers.append(self.stop)
        for thread in self.threads:
            thread.start()

    @staticmethod
    def _open_sink(sink, sink_ip):
        with sink.inside():
            opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        opened.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 32 << 20)
        opened.bind((sink_ip, SINK_PORT))
        opened.settimeout(0.1)
        return opened

    @staticmethod
    def _open_tap(sink, port):
        with sink.inside():
            opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        opened.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
        opened.bind((port, ETH_P_ALL))
        return opened

    def _send(self):
        while self.running:
            flow = min(self.flows, key=lambda each: each.due)
            time.sleep(max(0, flow.due - time.monotonic()))
            flow.send()
            # Never a burst to make up for lost time.
            flow.due = max(flow.due + flow.gap(), time.monotonic())

    def _receive(self):
        while self.running:
            try:
                _, index, number = HEAD.unpack_from(self.sink_socket.recv(2048))
            except TimeoutError:
                continue
            self.received[index] += 1
            if number < self.newest[index]:
                self.late += 1
                self.depth = max(self.depth, self.newest[index] - number)
                self.episodes += time.monotonic() - self.late_at[index] >= EPISODE
                self.late_at[index] = time.monotonic()
            self.newest[index] = max(number, self.newest[index])

    def _look(self):
        while self.running:
            for tap in select.select(list(self.taps), [], [], 0.1)[0]:
                try:
                    frame = tap.recv(HEADERS + HEAD.size)
                except OSError:
                    continue  # the port was set down: said once
                if len(frame) < HEADERS + HEAD.size:
                    continue
                magic, index, _ = HEAD.unpack_from(frame, HEADERS)
                if magic == MAGIC:
                    self.port_of[index] = self.taps[tap]

    def runs_for(self, datagrams, deadline=20):
        """Waits until that many more of each flow have arrived."""
        goals = {index: count + datagrams for index, count in self.received.items()}
        wait_for(lambda: all(self.received[index] >= goal for index, goal in goals.items()),
                 deadline, lambda: f"received {self.received}, wanted {goals}")

    def placed(self, datagrams=30):
        """The port of each flow, as of now."""
        self.runs_for(datagrams)
        return dict(self.port_of)

    def __str__(self):
        return (f"{sum(self.received.values())} of {sum(each.sent for each in self.flows)} "
                f"datagrams arrived, {self.late} late by up to {self.depth} "
                f"in {self.episodes} episodes")

    def stop(self):
        self.running = False
        for thread in self.threads:
            thread.join(5)
        for opened in (self.sink_socket, *self.taps, *(flow.socket for flow in self.flows)):
            opened.close()
