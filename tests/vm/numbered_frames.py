# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames for comparing two packet paths: a seeded, reproducible mixture of what a
host may send through a bond, including unusual and malformed frames.

Every frame can be identified at the far end by its source MAC: 06, then its
number in three bytes, then two random ones (which take part in the hash). So
frames of one set need only be captured up to their Ethernet header, and
numbering does not change the payload.
"""
import random
import struct
from collections import namedtuple

# kind: a word for reports; way: how the frame must be handed to the bond, one
# of WAYS; data: from the destination MAC on, without FCS and without the tag
# that the way adds.
Frame = namedtuple("Frame", "number kind way data")

# Onto the bond itself, or through a VLAN device on it, a VLAN device with a
# priority, or a VLAN device on a VLAN device.
WAYS = ("bond", "vlan", "vlan-priority", "qinq")

MARK = 0x06
JUMBO_MTU = 9000

IPV4, IPV6, ARP, MPLS = 0x0800, 0x86DD, 0x0806, 0x8847
ICMP, IGMP, IPIP, TCP, UDP, DCCP, SIT, ROUTING, FRAGMENT, GRE, ESP, AH, ICMPV6, NONE = (
    1, 2, 4, 6, 17, 33, 41, 43, 44, 47, 50, 51, 58, 59)
HOPOPTS, DSTOPTS, OSPF, SCTP, UDPLITE = 0, 60, 89, 132, 136


def number_of(header):
    """The number of the frame whose first 12 bytes are `header`, or None if it is not one of ours.
    """
    return int.from_bytes(header[7:10], "big") if header[6] == MARK else None


class Maker:
    """Parts of frames, drawn from one random source."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        # Few enough hosts that addresses repeat, as in practice.
        self.hosts4 = [self.random.randbytes(4) for _ in range(40)]
        self.hosts6 = [b"\x20\x01" + self.random.randbytes(14) for _ in range(40)]

    def bits(self, count):
        return self.random.getrandbits(count)

    def some(self, low=0, high=64):
        return self.random.randbytes(self.random.randint(low, high))

    # Transport

    def ports(self):
        wellknown = self.random.choice((22, 53, 80, 443, 5201, self.bits(16)))
        return struct.pack(">HH", 1024 + self.bits(15), wellknown)

    def tcp(self, payload=None):
        return TCP, self.ports() + struct.pack(">IIBBHHH", self.bits(32), self.bits(32), 0x50,
                                               0x18, 65535, self.bits(16), 0) + (
            self.some() if payload is None else payload)

    def udp(self, payload=None, port=None):
        payload = self.some() if payload is None else payload
        ports = self.ports() if port is None else struct.pack(">HH", 32768 + self.bits(15), port)
        return UDP, ports + struct.pack(">HH", 8 + len(payload), self.bits(16)) + payload

    def sctp(self):
        return SCTP, self.ports() + self.random.randbytes(8) + self.some(4)

    def other_l4(self):
        """Headers that begin with ports, and some that do not."""
        return self.random.choice((
            (DCCP, self.ports() + self.random.randbytes(12)),
            (UDPLITE, self.ports() + self.random.randbytes(4) + self.some()),
            (OSPF, self.some(24)), (253, self.some(8)), (255, self.some(8)), (NONE, b"")))

    def esp(self):
        return ESP, struct.pack(">II", self.bits(32), self.bits(16)) + self.some(16)

    def ah(self, inner=None):
        proto, body = inner or self.udp()
        return AH, struct.pack(">BBHII", proto, 4, 0, self.bits(32), self.bits(16)) + \
            self.random.randbytes(12) + body

    def icmp_query(self):
        kind = self.random.choice((0, 8, 8, 8, 13, 14, 9, 10, 42))
        return ICMP, struct.pack(">BBHHH", kind, 0, self.bits(16),
                                 self.random.choice((0, 1, self.bits(16))), self.bits(16)) + self.some()

    def icmp_error(self):
        kind = self.random.choice((3, 4, 5, 11, 12))
        inner = self.ipv4(self.random.choice((self.tcp, self.udp, self.sctp))())
        if self.random.random() < 0.3:
            inner = inner[:28]
        return ICMP, struct.pack(">BBHI", kind, self.random.randint(0, 4), self.bits(16), 0) + inner

    def icmp6_query(self):
        kind = self.random.choice((128, 129, 128, 130, 133, 134, 135, 136, 143, 160))
        return ICMPV6, struct.pack(">BBHHH", kind, 0, self.bits(16), self.bits(16),
                                   self.bits(16)) + self.some(16)

    def icmp6_error(self):
        inner = self.ipv6(self.random.choice((self.tcp, self.udp))())
        return ICMPV6, struct.pack(">BBHI", self.random.randint(1, 4), 0, self.bits(16), 0) + inner

    def plain_l4(self):
        return self.random.choice((self.tcp, self.udp))()

    # Network

    def ipv4(self, inner, fragment=0x4000, options=b""):
        proto, body = inner
        source, target = self.random.sample(self.hosts4, 2)
        return struct.pack(">BBHHHBBH", 0x45 + len(options) // 4, self.bits(8),
                           (20 + len(options) + len(body)) & 0xFFFF, self.bits(16), fragment, 64,
                           proto, self.bits(16)) + source + target + options + body

    def ipv6(self, inner):
        proto, body = inner
        source, target = self.random.sample(self.hosts6, 2)
        label = self.random.choice((0, self.bits(20)))
        return struct.pack(">IHBB", 0x60000000 | self.bits(8) << 20 | label, len(body) & 0xFFFF,
                           proto, 64) + source + target + body

    def extension(self, kind, inner):
        """An IPv6 extension header of `kind` before `inner`."""
        proto, body = inner
        if kind == FRAGMENT:
            offset = self.random.choice((0x0001, 0x05A8, 0x05A9))
            return kind, struct.pack(">BBHI", proto, 0, offset, self.bits(32)) + body
        if kind == ROUTING:
            return kind, struct.pack(">BBBBI", proto, 2, 4, 0, 0) + self.hosts6[0] + body
        return kind, struct.pack(">BBBB", proto, 0, 1, 4) + bytes(4) + body

    # Tunnels

    def ethernet_inside(self):
        return self.random.randbytes(12) + struct.pack(">H", IPV4) + self.ipv4(self.plain_l4())

    def gre(self):
        flags = self.random.choice((0, 0x8000, 0x2000, 0x1000, 0xB000))
        options = b"".join(self.random.randbytes(4) for bit in (0x8000, 0x2000, 0x1000)
                           if flags & bit)
        kind, inner = self.random.choice((
            (IPV4, self.ipv4(self.plain_l4())), (IPV6, self.ipv6(self.plain_l4())),
            (0x6558, self.ethernet_inside()), (0x88BE, self.some(16)), (0x880B, self.some(16))))
        version = 1 if kind == 0x880B else 0
        return GRE, struct.pack(">HH", flags | version, kind) + options + inner

    def vxlan(self):
        return self.udp(struct.pack(">II", 0x08000000, self.bits(24) << 8) + self.ethernet_inside(),
                        4789)

    def tunnel(self):
        return self.random.choice((
            self.gre, self.gre, self.vxlan,
            lambda: (IPIP, self.ipv4(self.plain_l4())),
            lambda: (SIT, self.ipv6(self.plain_l4())),
            lambda: (IPIP, self.ipv4((IPIP, self.ipv4(self.plain_l4()))))))()


# Kinds of frames. Each returns ethertype and what follows it.

def kind_ipv4(m):
    return IPV4, m.ipv4(m.random.choice((m.tcp, m.tcp, m.udp, m.udp, m.sctp, m.other_l4))())


def kind_ipv6(m):
    return IPV6, m.ipv6(m.random.choice((m.tcp, m.tcp, m.udp, m.udp, m.sctp, m.other_l4))())


def kind_ipv4_options(m):
    return IPV4, m.ipv4(m.plain_l4(), options=b"\x01" * 4 * m.random.randint(1, 10))


def kind_ipv4_fragment(m):
    return IPV4, m.ipv4(m.plain_l4(), fragment=m.random.choice((0x2000, 0x20B9, 0x00B9, 0x0001)))


def kind_ipv6_fragment(m):
    return IPV6, m.ipv6(m.extension(FRAGMENT, m.plain_l4()))


def kind_ipv6_extensions(m):
    inner = m.plain_l4()
    for _ in range(m.random.randint(1, 3)):
        inner = m.extension(m.random.choice((HOPOPTS, ROUTING, DSTOPTS)), inner)
    return IPV6, m.ipv6(inner)


def kind_icmp(m):
    return IPV4, m.ipv4(m.icmp_query())


def kind_icmp_error(m):
    return IPV4, m.ipv4(m.icmp_error())


def kind_icmpv6(m):
    return IPV6, m.ipv6(m.icmp6_query())


def kind_icmpv6_error(m):
    return IPV6, m.ipv6(m.icmp6_error())


def kind_igmp(m):
    return IPV4, m.ipv4((IGMP, struct.pack(">BBHI", m.random.choice((0x11, 0x16, 0x17, 0x22)), 0,
                                           m.bits(16), 0xEF000000 | m.bits(24))),
                        options=m.random.choice((b"", b"\x94\x04\0\0")))


def kind_ipsec(m):
    if m.bits(1):
        return IPV4, m.ipv4(m.random.choice((m.esp, m.ah))())
    return IPV6, m.ipv6(m.random.choice((m.esp, m.ah))())


def kind_tunnel(m):
    return IPV4, m.ipv4(m.tunnel())


def kind_tunnel6(m):
    return IPV6, m.ipv6(m.tunnel())


def kind_arp(m):
    return m.random.choice((ARP, ARP, ARP, 0x8035)), struct.pack(
        ">HHBBH", 1, IPV4, 6, 4, m.random.randint(1, 4)) + m.random.randbytes(20) + bytes(18)


def kind_other_type(m):
    """PPPoE, MPLS, TIPC, B.A.T.M.A.N., PTP, FCoE, a private one, 802.3 with LLC. Not LLDP: it is kept off bond0."""
    kind = m.random.choice((0x8864, MPLS, 0x88CA, 0x4305, 0x88F7, 0x8906, 0x88B5, 0x0026))
    if kind == 0x8864:
        return kind, struct.pack(">BBHHH", 0x11, 0, m.bits(16), 60, 0x0021) + m.ipv4(m.plain_l4())
    if kind == MPLS:
        return kind, struct.pack(">I", m.bits(20) << 12 | 0x1FF) + m.ipv4(m.plain_l4())
    return kind, m.some(46)


def kind_broken(m):
    """Malformed headers: wrong version, impossible header length, wrong total length."""
    packet = bytearray(m.ipv4(m.plain_l4()))
    packet[m.random.choice((0, 2, 3))] = m.bits(8)
    return m.random.choice((IPV4, IPV4, IPV6)), bytes(packet)


def kind_jumbo(m):
    body = m.random.randbytes(m.random.randint(1500, JUMBO_MTU - 80))
    if m.bits(1):
        return IPV4, m.ipv4(m.random.choice((m.tcp, m.udp))(body))
    return IPV6, m.ipv6(m.random.choice((m.tcp, m.udp))(body))


# Percentages.
KINDS = ((kind_ipv4, 14), (kind_ipv6, 14), (kind_ipv4_options, 4), (kind_ipv4_fragment, 6),
         (kind_ipv6_fragment, 4), (kind_ipv6_extensions, 4), (kind_icmp, 6), (kind_icmp_error, 6),
         (kind_icmpv6, 5), (kind_icmpv6_error, 5), (kind_igmp, 3), (kind_ipsec, 6), (kind_tunnel, 8),
         (kind_tunnel6, 5), (kind_arp, 3), (kind_other_type, 3), (kind_broken, 2), (kind_jumbo, 2))


def make_frame(maker, number):
    kind = maker.random.choices([k for k, _ in KINDS], [weight for _, weight in KINDS])[0]
    name = kind.__name__[len("kind_"):].replace("_", "-")
    ethertype, rest = kind(maker)
    target = maker.random.choice((b"\x02" + maker.random.randbytes(5), b"\xff" * 6,
                                  b"\x01\x00\x5e" + maker.random.randbytes(3)))
    source = bytes((MARK,)) + number.to_bytes(3, "big") + maker.random.randbytes(2)
    if maker.random.random() < 0.12:
        # Truncated anywhere after the Ethernet header, most often inside the headers.
        rest = rest[:maker.random.randint(0, min(len(rest), maker.random.choice((20, 48, 120))))]
        name += "-truncated" if rest else "-header-only"
    way = maker.random.choices(WAYS, (70, 14, 8, 8))[0]
    if ethertype == MPLS:
        way = "bond"  # without MPLS offloads a VLAN device would put the tag into the frame
    return Frame(number, name, way, target + source + struct.pack(">H", ethertype) + rest)


def make_frames(seed, count):
    """`count` frames, the same for the same seed, grouped by way and then in order of number."""
    maker = Maker(seed)
    frames = [make_frame(maker, number) for number in range(count)]
    return sorted(frames, key=lambda frame: WAYS.index(frame.way))
