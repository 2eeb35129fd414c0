# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's transmit hashes, implemented independently.

A direct transcription of kernel 6.12's bond_xmit_hash(), bond_flow_dissect() and
__skb_flow_dissect() (drivers/net/bonding/bond_main.c, net/core/flow_dissector.c)
over bytes, independent of the packet path, for comparison with it.
Little-endian hosts. An L4 hash that the stack may have left in the skb, which
the kernel uses for encap3+4, is not modelled.
"""

import struct

IP, IPV6, VLAN, QINQ = 0x0800, 0x86DD, 0x8100, 0x88A8
PORTS_AT = {6: 0, 17: 0, 33: 0, 50: 0, 51: 4, 132: 0, 136: 0}
ICMP, ICMPV6 = 1, 58
ICMP_ERRORS = {ICMP: {3, 4, 5, 11, 12}, ICMPV6: {1, 2, 3, 4}}
ICMP_WITH_ID = {0, 8, 13, 14, 128, 129}
MAX_HEADERS = 15


class TooShort(Exception):
    """A header is truncated by the end of the frame."""


class Frame:
    """Bytes as on the wire, without the tag kept in the metadata."""

    def __init__(self, data, tci=None):
        self.data = data
        self.tci = tci
        self.ethertype = struct.unpack_from(">H", data, 12)[0]

    def read(self, offset, size):
        if offset + size > len(self.data):
            raise TooShort
        return self.data[offset : offset + size]

    def be16(self, offset):
        return struct.unpack(">H", self.read(offset, 2))[0]


def xor_words(data):
    """XOR of the 32-bit words as a little-endian machine loads them."""
    result = 0
    for (word,) in struct.iter_unpack("<I", data):
        result ^= word
    return result


def fold(value):
    value ^= value >> 16
    return value ^ value >> 8


def ethernet(frame):
    return frame.data[5] ^ frame.data[11] ^ frame.ethertype


def ports_at(frame, offset, protocol):
    if protocol not in PORTS_AT:
        return 0
    try:
        return xor_words(frame.read(offset + PORTS_AT[protocol], 4))
    except TooShort:
        return 0


def icmp_at(frame, offset):
    """(type, word to hash in place of the ports or 0)"""
    try:
        header = frame.read(offset, 8)
    except TooShort:
        return 0, 0
    kind, code, _, ident, _ = struct.unpack(">BBHHH", header)
    if kind not in ICMP_WITH_ID:
        return kind, 0
    return kind, kind | code << 8 | (ident or 1) << 16


class Outer:
    """The inputs of layer2+3 and layer3+4."""

    def __init__(self, frame, l34):
        self.frame, self.l34 = frame, l34
        self.offset, self.protocol = 14, None
        self.addresses = self.ports = self.icmp = 0
        self.ip()
        if self.protocol not in ICMP_ERRORS:
            return
        kind, self.icmp = icmp_at(frame, self.offset)
        if kind in ICMP_ERRORS[self.protocol]:
            self.offset += 8
            self.ip()

    def ip(self):
        if self.frame.ethertype == IP:
            header = self.frame.read(self.offset, 20)
            self.addresses = xor_words(header[12:20])
            self.offset += (header[0] & 15) * 4
            if not struct.unpack_from(">H", header, 6)[0] & 0x3FFF:
                self.protocol = header[9]
        elif self.frame.ethertype == IPV6:
            header = self.frame.read(self.offset, 40)
            self.addresses = xor_words(header[8:40])
            self.offset += 40
            self.protocol = header[6]
        else:
            raise TooShort
        if self.l34 and self.protocol is not None:
            self.ports = ports_at(self.frame, self.offset, self.protocol)


class Refused(Exception):
    """The dissector gave up on the frame."""


class Dissector:
    """The inputs of encap2+3 and encap3+4. self.go is None at the end."""

    def __init__(self, frame):
        self.frame = frame
        self.offset = 14
        self.proto, self.ip_proto = frame.ethertype, 0
        self.addresses = self.ports = self.icmp = 0
        self.tag_pending = frame.tci is not None
        self.fragment = False
        headers = 0
        again = "proto"
        while again:
            if again == "proto":
                again = self.by_ethertype()
            else:
                again = "ip"
            if again == "ip":
                again = self.by_protocol()
                if not self.fragment:
                    self.ports = ports_at(frame, self.offset, self.ip_proto)
            headers += 1
            if headers > MAX_HEADERS:
                break

    def by_ethertype(self):
        """None: done. "ip": an IP header was read. "proto": go on with self.proto."""
        at, read = self.offset, self.frame.read
        if self.proto == IP:
            header = read(at, 20)
            words = header[0] & 15
            if words < 5:
                raise Refused
            self.offset += words * 4
            self.ip_proto = header[9]
            self.addresses = xor_words(header[12:20])
            if struct.unpack_from(">H", header, 6)[0] & 0x3FFF:
                return None
            return "ip"
        if self.proto == IPV6:
            header = read(at, 40)
            self.offset += 40
            self.ip_proto = header[6]
            self.addresses = xor_words(header[8:40])
            return "ip"
        if self.proto in (VLAN, QINQ):
            if self.tag_pending:
                self.tag_pending = False
                self.proto = self.frame.ethertype
            else:
                self.proto = struct.unpack(">HH", read(at, 4))[1]
                self.offset += 4
            return "proto"
        if self.proto == 0x8864:
            header = read(at, 8)
            if header[0] != 0x11 or header[1] != 0:
                raise Refused
            self.offset += 8
            ppp = struct.unpack_from(">H", header, 6)[0]
            inside = {0x21: IP, 0x57: IPV6, 0x281: 0x8847, 0x283: 0x8848}
            if ppp in inside:
                self.proto = inside[ppp]
                return "proto"
            if ppp & 0x0101 != 1:
                raise Refused
            return None
        if self.proto == 0x88CA:
            header = read(at, 16)
            if struct.unpack_from(">I", header)[0] & 0x0E080000 == 0x0E080000:
                raise NotImplementedError("TIPC keepalives are hashed at random")
            self.addresses = xor_words(header[12:16])
            return None
        if self.proto == 0x8906:
            read(at, 38)
            return None
        if self.proto == 0x4305:
            header = read(at, 24)
            if header[1] != 15 or header[0] != 0x40:
                raise Refused
            self.proto = struct.unpack_from(">H", header, 22)[0]
            self.offset += 24
            return "proto"
        if self.proto == 0x88F7:
            read(at, 34)
            return None
        if self.proto in (0x88FB, 0x892F):
            self.proto = struct.unpack(">HHH", read(at, 6))[2]
            self.offset += 6
            return "proto"
        if self.proto in (0x8847, 0x8848, 0x0806, 0x8035, 0x8902):
            return None
        raise Refused

    def by_protocol(self):
        protocol = self.ip_proto
        v6 = self.proto == IPV6
        if protocol == 47:
            return self.gre()
        if protocol in (0, 43, 60) and v6:
            header = self.frame.read(self.offset, 2)
            self.ip_proto = header[0]
            self.offset += (header[1] + 1) * 8
            return "ip again"
        if protocol == 44 and v6:
            header = self.frame.read(self.offset, 8)
            self.fragment = True
            self.offset += 8
            self.ip_proto = header[0]
            return None
        if protocol in (4, 41, 137):
            self.proto = {4: IP, 41: IPV6, 137: 0x8847}[protocol]
            return "proto"
        if protocol in (ICMP, ICMPV6):
            self.icmp = icmp_at(self.frame, self.offset)[1]
        return None

    def gre(self):
        flags, proto = struct.unpack(">HH", self.frame.read(self.offset, 4))
        version = flags & 7
        if flags & 0x4000 or version > 1:
            return None
        self.proto = proto
        if version == 1 and not (proto == 0x880B and flags & 0x2000):
            return None
        size = 4
        if flags & 0x8000:
            size += 4
        if flags & 0x2000:
            self.frame.read(self.offset + size, 4)
            size += 4
        if flags & 0x1000:
            size += 4
        if version == 0:
            if proto == 0x6558:
                self.proto = self.frame.be16(self.offset + size + 12)
                size += 14
        else:
            if flags & 0x0080:
                size += 4
            ppp = struct.unpack(">HH", self.frame.read(self.offset + size, 4))[1]
            self.proto = {0x21: IP, 0x57: IPV6}.get(ppp, self.proto)
            size += 4
        self.offset += size
        return "proto"


def xmit_hash(policy, data, tci=None):
    """The 32-bit hash. data: the frame without its metadata tag, whose TCI is tci or None."""
    frame = Frame(data, tci)
    if policy == "vlan+srcmac":
        mac = data[6:12]
        return (tci or 0) ^ int.from_bytes(mac[:3], "big") ^ int.from_bytes(mac[3:], "big")
    l2 = ethernet(frame)
    if policy == "layer2":
        return l2
    try:
        if policy.startswith("encap"):
            flow = Dissector(frame)
        else:
            flow = Outer(frame, policy == "layer3+4")
    except (TooShort, Refused):
        return l2
    if policy.endswith("2+3"):
        return fold(l2 ^ flow.addresses)
    return fold((flow.icmp or flow.ports) ^ flow.addresses) >> 1
