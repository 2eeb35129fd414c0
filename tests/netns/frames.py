# SPDX-License-Identifier: GPL-2.0-or-later
"""Building, sending and capturing Ethernet frames."""

import collections
import contextlib
import socket
import struct
import time

ETH_P_ALL = 3
ETH_P_TEST = 0x88B5  # "local experimental": no protocol stack answers it
SOL_PACKET = 263
PACKET_AUXDATA = 8
SO_TIMESTAMPNS = 35
SO_RCVBUFFORCE = 33
PACKET_OUTGOING = 4
TP_STATUS_VLAN_VALID = 0x10
BROADCAST = "ff:ff:ff:ff:ff:ff"

Frame = collections.namedtuple("Frame", "time_ns data outgoing vlan_tci")


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def ethernet(dst, src, ethertype, payload=b"", vlan_tci=None):
    tag = b"" if vlan_tci is None else struct.pack("!HH", 0x8100, vlan_tci)
    frame = mac(dst) + mac(src) + tag + struct.pack("!H", ethertype) + payload
    return frame.ljust(60, b"\0")


def numbered(dst, src, number):
    """A frame with a number that protocol stacks ignore."""
    return ethernet(dst, src, ETH_P_TEST, struct.pack("!I", number))


def number_of(frame):
    """The number in a numbered() frame, or None."""
    if len(frame.data) < 18 or frame.data[12:14] != struct.pack("!H", ETH_P_TEST):
        return None
    return struct.unpack("!I", frame.data[14:18])[0]


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(src, dst, protocol, payload, fragment=0):
    head = struct.pack(
        "!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, fragment, 64, protocol, 0,
        socket.inet_aton(src), socket.inet_aton(dst),
    )
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def ipv6(src, dst, next_header, payload):
    return (
        struct.pack("!IHBB", 6 << 28, len(payload), next_header, 64)
        + socket.inet_pton(socket.AF_INET6, src)
        + socket.inet_pton(socket.AF_INET6, dst)
        + payload
    )


def udp(sport, dport, payload=b""):
    """UDP without a checksum."""
    return struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload


class Sender:
    """Sends whole frames out of an interface."""

    def __init__(self, host, ifname):
        with host.inside():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            self.socket.bind((ifname, 0))
        host.rig.closers.append(self.socket.close)

    def send(self, frame):
        self.socket.send(frame)

    def send_all(self, frames):
        """Slightly slower than the receiver empties its queue."""
        for frame in frames:
            self.socket.send(frame)
            time.sleep(0.0002)


class Sniffer:
    """Captures the frames of an interface in both directions, with the kernel's time stamps."""

    def __init__(self, host, ifname):
        self.seen = []
        self.socket = self._open(host, ifname)
        host.rig.closers.append(self.socket.close)

    @staticmethod
    def _open(host, ifname):
        with host.inside():
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
            sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
            sock.bind((ifname, ETH_P_ALL))
        sock.setblocking(False)
        return sock

    def frames(self):
        """Everything since the start (or the last clear)."""
        with contextlib.suppress(BlockingIOError, OSError):
            while True:
                self.seen.append(self._one())
        return self.seen

    def _one(self):
        data, control, _, address = self.socket.recvmsg(70000, 256)
        time_ns, tci = 0, None
        for level, kind, value in control:
            if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                seconds, nanoseconds = struct.unpack("qq", value[:16])
                time_ns = seconds * 10**9 + nanoseconds
            elif level == SOL_PACKET and kind == PACKET_AUXDATA:
                status, _, _, _, _, tag, _ = struct.unpack("IIIHHHH", value[:20])
                tci = tag if status & TP_STATUS_VLAN_VALID else None
        if tci is None and data[12:14] == b"\x81\x00":
            tci = struct.unpack("!H", data[14:16])[0]
            data = data[:12] + data[16:]
        return Frame(time_ns, data, address[2] == PACKET_OUTGOING, tci)

    def clear(self):
        self.frames()
        self.seen = []

    def received(self):
        return [frame for frame in self.frames() if not frame.outgoing]

    def sent(self):
        return [frame for frame in self.frames() if frame.outgoing]

    def numbers(self):
        """The numbers of the numbered() frames received, in order."""
        found = (number_of(frame) for frame in self.received())
        return [number for number in found if number is not None]
