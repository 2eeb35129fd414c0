# SPDX-License-Identifier: GPL-2.0-or-later
"""Random frames of every kind that the hash policies treat differently."""

import ipaddress
import struct

from oracle import IP, IPV6, QINQ, VLAN

PROTOCOLS = [1, 2, 4, 6, 17, 33, 41, 44, 47, 50, 51, 58, 60, 0, 43, 103, 132, 136, 137]
ETHERTYPES = [0x0806, 0x8035, 0x88F7, 0x8902, 0x88CC, 0x0900, 0x0040, 0x8906, 0x88A7]


class Frames:
    """A source of frames; the same random generator state gives the same frames."""

    def __init__(self, rng):
        self.rng = rng

    def noise(self, low, high=None):
        return self.rng.randbytes(low if high is None else self.rng.randint(low, high))

    def ipv4(self, protocol, payload, fragment=None, words=None):
        rng = self.rng
        if fragment is None:
            fragment = rng.choice([0, 0, 0, 0, 0x4000, 0x2000, 0x00B9, 0x20B9])
        if words is None:
            words = rng.choice([5, 5, 5, 5, 5, 6, 10, 15, 4, 0])
        header = struct.pack(
            ">BBHHHBBH4s4s", 0x40 | words, rng.choice([0, 0, 16, 0xB8]), 20 + len(payload),
            rng.getrandbits(16), fragment, 64, protocol, rng.getrandbits(16),
            ipaddress.IPv4Address(0x0A000000 | rng.getrandbits(10)).packed, self.noise(4))
        return header + self.noise(max(words - 5, 0) * 4) + payload

    def ipv6(self, protocol, payload):
        label = self.rng.choice([0, 0, self.rng.getrandbits(20)])
        return struct.pack(">IHBB16s16s", 6 << 28 | label, len(payload) & 0xFFFF, protocol, 64,
                           self.noise(16), self.noise(16)) + payload

    def extension(self, following, payload):
        units = self.rng.choice([0, 0, 0, 1, 2])
        return bytes([following, units]) + self.noise(6 + 8 * units) + payload

    def fragment_header(self, following, payload):
        offset = self.rng.choice([1, 0, 0x0558, 0x0559])
        return struct.pack(">BBHI", following, 0, offset, self.rng.getrandbits(32)) + payload

    def icmp(self, kind=None, depth=0):
        rng = self.rng
        if kind is None:
            kind = rng.choice([0, 3, 4, 5, 8, 11, 12, 13, 14, 17, 1, 2, 128, 129, 133, 135, 200])
        ident = rng.choice([0, rng.getrandbits(16)])
        quoted = self.ip(depth + 1) if rng.random() < 0.7 else self.noise(0, 60)
        return struct.pack(">BBHHH", kind, rng.choice([0, 1, 3]), rng.getrandbits(16), ident,
                           rng.getrandbits(16)) + quoted

    def gre(self, depth):
        rng = self.rng
        flags = rng.choice([0, 0x2000, 0x8000, 0x1000, 0xB000, 0x4000, 0x2001, 0x3001, 0x3081,
                            0x0001, 0x0002, 0x2003])
        proto, body = self.network(depth)
        if flags & 7 == 1:
            ppp, body = rng.choice([(0x21, self.ipv4(17, self.noise(8, 30))),
                                    (0x57, self.ipv6(6, self.noise(20, 30))), (0xC021, b"abcd")])
            body = struct.pack(">HH", 0xFF03, ppp) + body
            proto = rng.choice([0x880B, 0x880B, 0x880B, IP])
        elif rng.random() < 0.4:
            body = self.noise(12) + struct.pack(">H", proto) + body
            proto = 0x6558
        options = b""
        for bit in (0x8000, 0x2000, 0x1000):
            if flags & bit:
                options += self.noise(4)
        if flags & 7 and flags & 0x80:
            options += self.noise(4)
        return struct.pack(">HH", flags, proto) + options + body

    def transport(self, protocol, depth):
        """The bytes after an IP header with the given `protocol`."""
        rng = self.rng
        if protocol in (1, 58):
            return self.icmp(depth=depth)
        if depth < 5:
            if protocol == 4:
                return self.ipv4_any(depth + 1)
            if protocol == 41:
                return self.ipv6_any(depth + 1)
            if protocol == 47:
                return self.gre(depth + 1)
        if protocol in (0, 43, 60):
            following = rng.choice(PROTOCOLS)
            return self.extension(following, self.transport(following, depth + 1))
        if protocol == 44:
            following = rng.choice(PROTOCOLS)
            return self.fragment_header(following, self.noise(0, 40))
        if protocol == 17 and rng.random() < 0.2:  # VXLAN: never looked into
            return struct.pack(">HHHH", rng.getrandbits(16), 4789, 0, 0) + self.noise(8, 80)
        return self.noise(0, 60)

    def ipv4_any(self, depth):
        protocol = self.rng.choice(PROTOCOLS)
        return self.ipv4(protocol, self.transport(protocol, depth))

    def ipv6_any(self, depth):
        protocol = self.rng.choice(PROTOCOLS)
        return self.ipv6(protocol, self.transport(protocol, depth))

    def ip(self, depth):
        return self.ipv4_any(depth) if self.rng.random() < 0.5 else self.ipv6_any(depth)

    def plain(self):
        protocol = self.rng.choice([6, 17])
        payload = struct.pack(">HH", 2 * self.rng.randint(16384, 30000), 5201) + self.noise(4, 80)
        if self.rng.random() < 0.5:
            return IP, self.ipv4(protocol, payload, fragment=0x4000, words=5)
        return IPV6, self.ipv6(protocol, payload)

    def chain(self):
        """As many headers as the dissector follows, one fewer, one more."""
        following = self.rng.choice([6, 17, 50, 51])
        body = self.noise(30)
        if self.rng.random() < 0.5:
            kind = following
            for _ in range(self.rng.randint(12, 18)):
                body = self.extension(kind, body)
                kind = self.rng.choice([0, 43, 60])
            return IPV6, self.ipv6(kind, body)
        kind = following
        for _ in range(self.rng.randint(12, 18)):
            body = self.ipv4(kind, body, fragment=0, words=5)
            kind = 4
        return IP, body

    def pppoe(self, depth):
        rng = self.rng
        ppp, body = rng.choice([(0x21, self.ipv4_any(depth)), (0x57, self.ipv6_any(depth)),
                                (0x281, self.noise(8)), (0x283, self.noise(8)),
                                (0xC021, self.noise(8)), (0x2145, self.noise(8)),
                                (0x0122, self.noise(8))])
        start = rng.choice([0x11, 0x11, 0x11, 0x11, 0x21, 0x12])
        return struct.pack(">BBHHH", start, rng.choice([0, 0, 0, 9]), 1, len(body) + 2, ppp) + body

    def tipc(self):
        words = self.rng.getrandbits(32) & ~0x08000000
        return struct.pack(">I", words) + self.noise(12, 30)

    def network(self, depth=0):
        """(ethertype, what follows it)"""
        rng = self.rng
        kind = rng.randrange(20) if depth < 6 else 0
        if kind < 6:
            return IP, self.ipv4_any(depth)
        if kind < 11:
            return IPV6, self.ipv6_any(depth)
        if kind == 11:
            return 0x8864, self.pppoe(depth)
        if kind == 12:
            return 0x88CA, self.tipc()
        if kind == 13:
            proto, body = self.network(depth + 1)
            start = bytes([rng.choice([0x40, 0x40, 0x40, 0x41]), rng.choice([15, 15, 15, 14])])
            return 0x4305, start + self.noise(8) + self.noise(12) + struct.pack(">H", proto) + body
        if kind == 14:
            proto, body = self.network(depth + 1)
            return rng.choice([0x88FB, 0x892F]), self.noise(4) + struct.pack(">H", proto) + body
        if kind in (15, 16):
            proto, body = self.network(depth + 1)
            return rng.choice([VLAN, VLAN, QINQ]), self.noise(2) + struct.pack(">H", proto) + body
        if kind == 17:
            return rng.choice([0x8847, 0x8848]), self.noise(4, 30)
        if kind == 18:
            return self.chain()
        # Around the lengths of the PTP and FCoE headers, which must be complete.
        size = rng.choice([rng.randint(1, 60), rng.choice([33, 34, 37, 38])])
        return rng.choice(ETHERTYPES), self.noise(size)

    def frame(self):
        """(tags pushed onto it [(tpid, tci)], bytes)"""
        rng = self.rng
        proto, body = self.plain() if rng.random() < 0.2 else self.network()
        if rng.random() < 0.03:
            body += self.noise(1500, 2500)
        data = self.noise(12) + struct.pack(">H", proto) + body
        data = data[:3300]
        if rng.random() < 0.15:
            data = data[: rng.randint(14, len(data))]
        tags = [(rng.choice([VLAN, QINQ]), rng.getrandbits(16))
                for _ in range(rng.choice([0, 0, 0, 1, 2]))]
        return tags, data
