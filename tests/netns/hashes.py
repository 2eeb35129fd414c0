# SPDX-License-Identifier: GPL-2.0-or-later
"""Which port the kernel's driver picks for a frame, by the documented formulas.

Little-endian only, like the golden vectors at the end. Frames are given as
fields, so that no parsing is shared with the code under test.
"""

import socket
import struct


def _host_word(data):
    """Four bytes of a header, loaded as on a little-endian machine."""
    return struct.unpack("<I", data)[0]


def _address(text):
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    data = socket.inet_pton(family, text)
    word = 0
    for offset in range(0, len(data), 4):
        word ^= _host_word(data[offset : offset + 4])
    return word


def _fold(value):
    value ^= value >> 16
    value ^= value >> 8
    return value & 0xFFFFFFFF


def layer2(src_mac, dst_mac, ethertype):
    return src_mac[5] ^ dst_mac[5] ^ ethertype


def layer23(src_mac, dst_mac, ethertype, src, dst):
    return _fold(layer2(src_mac, dst_mac, ethertype) ^ _address(src) ^ _address(dst))


def layer34(src, dst, sport=None, dport=None):
    """Without ports: protocols that have none, and all fragments."""
    ports = 0 if sport is None else _host_word(struct.pack("!HH", sport, dport))
    return _fold(ports ^ _address(src) ^ _address(dst)) >> 1


def vlan_srcmac(src_mac, tci):
    def three(data):
        return int.from_bytes(data, "big")

    return (tci or 0) ^ three(src_mac[:3]) ^ three(src_mac[3:])
