# SPDX-License-Identifier: GPL-2.0-or-later
"""The programs on an interface's tcx and netkit hooks, using the bpf system call itself.

Debian 12's bpftool does not support these hooks.
"""

import ctypes
import os
import platform
import struct

BPF_MAP_UPDATE_ELEM = 2
BPF_PROG_LOAD = 5
BPF_PROG_ATTACH = 8
BPF_PROG_DETACH = 9
BPF_PROG_GET_FD_BY_ID = 13
BPF_MAP_GET_FD_BY_ID = 14
BPF_OBJ_GET_INFO_BY_FD = 15
BPF_PROG_QUERY = 16
BPF_LINK_GET_FD_BY_ID = 30
BPF_LINK_DETACH = 34
BPF_TCX_INGRESS = 46
BPF_TCX_EGRESS = 47
BPF_NETKIT_PEER = 55
BPF_PROG_TYPE_SCHED_CLS = 3
BPF_F_BEFORE = 8
SYS_BPF = {"x86_64": 321, "aarch64": 280}[platform.machine()]
PROGRAMS_MAX = 64

_LICENSE = ctypes.create_string_buffer(b"GPL")
_libc = ctypes.CDLL(None, use_errno=True)


def _bpf(command, attr):
    buffer = ctypes.create_string_buffer(attr.ljust(128, b"\0"), 128)
    result = _libc.syscall(SYS_BPF, command, buffer, 128)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"bpf command {command}")
    return result, buffer.raw


def is_available():
    """Whether this kernel has the hooks (since 6.6): queries those of lo."""
    try:
        _bpf(BPF_PROG_QUERY, struct.pack("II", 1, BPF_TCX_INGRESS))
    except OSError:
        return False
    return True


# For tests to which the hook does not matter.
BEST_HOOK = "tcx" if is_available() else "clsact"


def _index(host, ifname):
    return host.link(ifname)["ifindex"]


def transmit_hook(host, bond="bond0"):
    """(interface, attach type) of a bond's transmit program, unless it is clsact."""
    own = host.show()[bond]["ebond"]
    return own["hidden"], BPF_NETKIT_PEER if own["kind"] == "netkit" else BPF_TCX_INGRESS


def programs(host, ifname, attach_type=BPF_TCX_INGRESS):
    """[(program id, link id or 0)] on the hook, in order."""
    progs = (ctypes.c_uint32 * PROGRAMS_MAX)()
    links = (ctypes.c_uint32 * PROGRAMS_MAX)()
    attr = struct.pack(
        "IIIIQIIQQQQ", _index(host, ifname), attach_type, 0, 0, ctypes.addressof(progs),
        PROGRAMS_MAX, 0, 0, ctypes.addressof(links), 0, 0,
    )
    with host.inside():
        _, out = _bpf(BPF_PROG_QUERY, attr)
    count = struct.unpack_from("I", out, 24)[0]
    return [(progs[i], links[i]) for i in range(count)]


def tag(program):
    """The kernel's hash over a program's instructions, by program id."""
    info = ctypes.create_string_buffer(16)  # bpf_prog_info: type, id, tag
    fd, _ = _bpf(BPF_PROG_GET_FD_BY_ID, struct.pack("I", program))
    _bpf(BPF_OBJ_GET_INFO_BY_FD, struct.pack("IIQ", fd, len(info), ctypes.addressof(info)))
    os.close(fd)
    return info.raw[8:].hex()


def attach(host, ifname, verdict, flags=0):
    """Attaches a program that returns a tc verdict, after all others; BPF_F_BEFORE: before."""
    code = ctypes.create_string_buffer(struct.pack("=BBhiBBhi", 0xB7, 0, 0, verdict, 0x95, 0, 0, 0))
    program, _ = _bpf(BPF_PROG_LOAD, struct.pack(
        "IIQQ", BPF_PROG_TYPE_SCHED_CLS, 2, ctypes.addressof(code), ctypes.addressof(_LICENSE)))
    index = _index(host, ifname)
    with host.inside():
        _bpf(BPF_PROG_ATTACH, struct.pack("IIII", index, program, BPF_TCX_INGRESS, flags))
    os.close(program)


def detach_all(host, ifname, attach_type=BPF_TCX_INGRESS):
    """Detaches every program from the hook; returns how many there were."""
    found = programs(host, ifname, attach_type)
    index = _index(host, ifname)
    for program, link in found:
        with host.inside():
            if link:
                fd, _ = _bpf(BPF_LINK_GET_FD_BY_ID, struct.pack("I", link))
                _bpf(BPF_LINK_DETACH, struct.pack("I", fd))
            else:
                fd, _ = _bpf(BPF_PROG_GET_FD_BY_ID, struct.pack("I", program))
                _bpf(BPF_PROG_DETACH, struct.pack("IIII", index, fd, attach_type, 0))
        os.close(fd)
    return len(found)


def fill_map(number, size, text=b""):
    """Puts `text`, padded with zeros, into the one element of an array, by map id."""
    key, value = ctypes.create_string_buffer(4), ctypes.create_string_buffer(text, size)
    fd, _ = _bpf(BPF_MAP_GET_FD_BY_ID, struct.pack("I", number))
    try:
        _bpf(BPF_MAP_UPDATE_ELEM, struct.pack(
            "IIQQQ", fd, 0, ctypes.addressof(key), ctypes.addressof(value), 0))
    finally:
        os.close(fd)
