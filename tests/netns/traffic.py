# SPDX-License-Identifier: GPL-2.0-or-later
"""Traffic between two hosts, for counting losses or comparing contents."""

import hashlib
import json
import os
import socket
import struct
import threading
import time

from frames import SO_RCVBUFFORCE
from rig import Failed, wait_for


class UdpStream:
    """Numbered datagrams from one host to another at a steady rate, until stopped."""

    def __init__(self, source, sink, sink_ip, port=7000, per_second=2000, size=200):
        family = socket.AF_INET6 if ":" in sink_ip else socket.AF_INET
        with sink.inside():
            self.receiver = socket.socket(family, socket.SOCK_DGRAM)
            self.receiver.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 32 << 20)
            self.receiver.bind((sink_ip, port))
        self.receiver.setblocking(False)
        with source.inside():
            self.sender = socket.socket(family, socket.SOCK_DGRAM)
            self.sender.connect((sink_ip, port))
        self.gap = 1 / per_second
        self.padding = bytes(size - 4)
        self.sent = 0
        self.seen = set()
        self.running = True
        self.thread = threading.Thread(target=self._send, daemon=True)
        source.rig.closers.append(self.close)
        self.thread.start()

    def _send(self):
        due = time.monotonic()
        while self.running:
            # Refused when the link has no carrier: counts as sent, and so as lost.
            try:
                self.sender.send(struct.pack("!I", self.sent) + self.padding)
            except OSError:
                pass
            self.sent += 1
            # Never a burst to make up for lost turns: queues have an end.
            due = max(due + self.gap, time.monotonic())
            time.sleep(max(0, due - time.monotonic()))

    def received(self):
        """How many different numbers have arrived."""
        try:
            while True:
                self.seen.add(struct.unpack("!I", self.receiver.recv(2048)[:4])[0])
        except BlockingIOError:
            return len(self.seen)

    def runs_for(self, packets, deadline=20):
        """Waits until that many more have been sent."""
        goal = self.sent + packets
        wait_for(lambda: self.sent >= goal, deadline, "the stream stands still")

    def stop(self):
        """Stops the stream; returns the numbers that never arrived."""
        self.running = False
        self.thread.join(5)
        try:
            wait_for(lambda: self.received() == self.sent, 2)
        except Failed:
            pass
        return sorted(set(range(self.sent)) - self.seen)

    def close(self):
        self.running = False
        self.thread.join(5)
        self.sender.close()
        self.receiver.close()


def transfer(source, sink, sink_ip, size=4 << 20, port=7100, deadline=30):
    """Sends `size` random bytes over TCP and checks that they arrive unchanged."""
    family = socket.AF_INET6 if ":" in sink_ip else socket.AF_INET
    with sink.inside():
        listener = socket.create_server((sink_ip, port), family=family)
    with source.inside():
        client = socket.socket(family, socket.SOCK_STREAM)
    data = os.urandom(size)
    result = {}

    def serve():
        connection, _ = listener.accept()
        digest = hashlib.sha256()
        with connection:
            connection.settimeout(deadline)
            while part := connection.recv(1 << 16):
                digest.update(part)
        result["digest"] = digest.digest()

    with listener, client:
        listener.settimeout(deadline)
        client.settimeout(deadline)
        server = threading.Thread(target=serve, daemon=True)
        server.start()
        client.connect((sink_ip, port))
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        server.join(deadline)
    if result.get("digest") != hashlib.sha256(data).digest():
        raise Failed(f"{size} bytes from {source} to {sink_ip} did not arrive as sent")


class Iperf:
    """One iperf3 run; result() is its JSON."""

    def __init__(self, source, sink, sink_ip, *args, port=5201):
        self.server = sink.popen("iperf3", "-s", "-1", "-p", port, "-B", sink_ip)
        wait_for(lambda: self._listens(sink, port), 10, "iperf3 does not listen")
        self.client = source.popen("iperf3", "-J", "-c", sink_ip, "-p", port, *args)

    @staticmethod
    def _listens(sink, port):
        return f":{port} " in sink.run("ss", "-Hltn").stdout

    def result(self, timeout=60):
        out, _ = self.client.communicate(timeout=timeout)
        result = json.loads(out)
        if "error" in result:
            raise Failed(f"iperf3: {result['error']}")
        return result
