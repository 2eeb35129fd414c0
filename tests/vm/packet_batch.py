# SPDX-License-Identifier: GPL-2.0-or-later
"""
Many frames per system call: sendmmsg() and recvmmsg() on packet sockets.
Under emulation a Python loop around send() would take most of a test's time.
"""
import ctypes
import os
import socket
import struct

ETH_P_ALL = 3
SO_RCVBUFFORCE, SO_PRIORITY = 33, 12
SOL_PACKET, PACKET_IGNORE_OUTGOING = 263, 23
HEADER_BYTES = 14
RECEIVE_AT_ONCE = 512

libc = ctypes.CDLL(None, use_errno=True)


class Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Msghdr(ctypes.Structure):
    _fields_ = [("name", ctypes.c_void_p), ("name_length", ctypes.c_uint32),
                ("iov", ctypes.POINTER(Iovec)), ("iov_count", ctypes.c_size_t),
                ("control", ctypes.c_void_p), ("control_length", ctypes.c_size_t),
                ("flags", ctypes.c_int)]


class Mmsghdr(ctypes.Structure):
    _fields_ = [("header", Msghdr), ("length", ctypes.c_uint)]


def message_array(addresses_and_lengths):
    """An array for the two calls; the second value keeps its buffers alive."""
    count = len(addresses_and_lengths)
    iovecs = (Iovec * count)(*addresses_and_lengths)
    messages = (Mmsghdr * count)()
    for index in range(count):
        messages[index].header.iov = ctypes.pointer(iovecs[index])
        messages[index].header.iov_count = 1
    return messages, iovecs


class Sender:
    """Sends a prepared set of frames through an interface, any number of times."""

    def __init__(self, frames):
        self.buffers = [ctypes.create_string_buffer(frame, len(frame)) for frame in frames]
        self.messages, self.iovecs = message_array(
            [(ctypes.addressof(buffer), len(buffer)) for buffer in self.buffers])

    def send(self, interface, priority, start, count):
        """Sends frames [start, start + count) in order."""
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as sock:
            sock.bind((interface, 0))
            sock.setsockopt(socket.SOL_SOCKET, SO_PRIORITY, priority)
            sent = 0
            while sent < count:
                result = libc.sendmmsg(sock.fileno(), ctypes.byref(self.messages[start + sent]),
                                       count - sent, 0)
                if result <= 0:
                    error = ctypes.get_errno()
                    raise OSError(error, f"{interface}: frame {start + sent}: {os.strerror(error)}")
                sent += result


class Receiver:
    """Collects the Ethernet headers of what arrives on an interface."""

    def __init__(self, interface):
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 128 << 20)
        self.sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        # A filter that accepts the first bytes only: a jumbo frame costs no more than a short one.
        program = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 64))
        self.sock.setsockopt(socket.SOL_SOCKET, 26,
                             struct.pack("HP", 1, ctypes.addressof(program)))
        self.sock.bind((interface, ETH_P_ALL))
        self.buffer = ctypes.create_string_buffer(RECEIVE_AT_ONCE * HEADER_BYTES)
        base = ctypes.addressof(self.buffer)
        self.messages, self.iovecs = message_array(
            [(base + index * HEADER_BYTES, HEADER_BYTES) for index in range(RECEIVE_AT_ONCE)])

    def headers(self):
        """What has arrived since the last call, without waiting."""
        while True:
            count = libc.recvmmsg(self.sock.fileno(), self.messages, RECEIVE_AT_ONCE,
                                  socket.MSG_DONTWAIT, None)
            if count <= 0:
                return
            raw = self.buffer.raw
            for index in range(count):
                yield raw[index * HEADER_BYTES:(index + 1) * HEADER_BYTES]

    def close(self):
        self.sock.close()
