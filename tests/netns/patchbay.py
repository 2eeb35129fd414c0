# SPDX-License-Identifier: GPL-2.0-or-later
"""A patch bay: cables between hosts that can be moved, looped back, cut with the carrier
staying up, unplugged, sniffed, and injected into.

a: eth0 === p0 [patch] p1 === eth0 :b

Both ends of every cable are in a separate namespace, and a thread forwards the frames.
"""

import collections
import contextlib
import os
import select
import socket
import struct
import threading
import time

from rig import urgent

ETH_P_ALL = 3
SOL_PACKET = 263
PACKET_IGNORE_OUTGOING = 23
SO_RCVBUFFORCE = 33
SLOW = b"\x88\x09"

Seen = collections.namedtuple("Seen", "time host port data")


class End:
    """The end that is plugged into an interface of a host."""

    def __init__(self, bay, host, port, name):
        self.bay, self.host, self.port, self.name = bay, host, port, name
        with bay.host.inside():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
            self.socket.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
            self.socket.bind((name, ETH_P_ALL))
        self.socket.setblocking(False)
        self.other = None  # destination of frames from the host

    def inject(self, *frames):
        """Injects frames towards the host."""
        for frame in frames:
            with contextlib.suppress(OSError):
                self.socket.send(frame)


class PatchBay:
    def __init__(self, rig, name="patch"):
        self.host = rig.host(name)
        self.ends = {}
        self.slow_seen = []  # LACPDUs and Markers that hosts sent, in order
        self.running = True
        self.wake_read, self.wake_write = os.pipe()
        self.thread = threading.Thread(target=self._carry, daemon=True)
        rig.closers.append(self.close)

    def plug_in(self, host, port):
        """A new interface of `host`, up, with carrier, but connected to nothing."""
        name = f"p{len(self.ends)}"
        self.host.rig.cable(host, port, self.host, name)
        # The thread must read complete packets: no checksum or segmentation offload.
        for where, which in ((host, port), (self.host, name)):
            where.run("ethtool", "-K", which, "tx", "off", "tso", "off", "gso", "off")
        end = self.ends[host.name, port] = End(self, host, port, name)
        if not self.thread.is_alive():
            self.thread.start()
        os.write(self.wake_write, b"x")
        return end

    def connect(self, one, other):
        """Connects two ends; the same end twice is a loop."""
        for end in (one, other):
            if end.other:
                end.other.other = None
        one.other, other.other = other, one

    def cable(self, host_a, host_b, port):
        """A cable between ports of the same name; returns the end at host_a."""
        one, other = self.plug_in(host_a, port), self.plug_in(host_b, port)
        self.connect(one, other)
        return one

    @staticmethod
    def cut(end):
        """Frames are lost in both directions; carriers stay up."""
        if end.other:
            end.other.other = None
        end.other = None

    def pull(self, end):
        """The host loses carrier, and so does the other end."""
        for each in filter(None, (end, end.other)):
            self.host.down(each.name)

    def push(self, end):
        for each in filter(None, (end, end.other)):
            self.host.up(each.name)

    def slow_frames(self, host, port=None, since=0.0):
        """The slow-protocol frames that `host` sent."""
        return [
            seen for seen in list(self.slow_seen)
            if seen.host == host.name and port in (None, seen.port) and seen.time >= since
        ]

    def write_pcap(self, path, seen):
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
            for one in seen:
                length = len(one.data)
                file.write(struct.pack("<IIII", int(one.time), int(one.time % 1 * 1e6),
                                       length, length) + one.data)

    def _carry(self):
        urgent(0)  # a cable does not wait for a processor
        while self.running:
            ends = {end.socket: end for end in list(self.ends.values())}
            ready, _, _ = select.select([*ends, self.wake_read], [], [])
            if self.wake_read in ready:
                os.read(self.wake_read, 100)
            for sock in ready:
                if sock in ends:
                    self._drain(ends[sock])

    def _drain(self, end):
        for _ in range(64):
            try:
                data = end.socket.recv(70000)
            except OSError:  # nothing more, or the interface is down
                return
            if data[12:14] == SLOW:
                self.slow_seen.append(Seen(time.time(), end.host.name, end.port, data))
            if end.other:
                end.other.inject(data)

    def close(self):
        self.running = False
        os.write(self.wake_write, b"x")
        if self.thread.is_alive():
            self.thread.join(5)
        for end in self.ends.values():
            end.socket.close()
