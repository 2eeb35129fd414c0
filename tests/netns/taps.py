# SPDX-License-Identifier: GPL-2.0-or-later
"""Taps: interfaces whose carrier the test switches, like a real card's cable.

The kernel delays carrier events of a tap (and of a real card) for up to a second
after a previous one; those of a veth pair are immediate. So tests that depend on
the time of an event use taps.
"""

import contextlib
import fcntl
import os
import select
import struct
import threading
import time

TUNSETIFF = 0x400454CA
TUNSETCARRIER = 0x400454E2
IFF_TAP = 0x0002
IFF_NO_PI = 0x1000


class Tap:
    """A tap interface in a host. Frames sent through it are read from `fd`."""

    def __init__(self, host, name, carrier=True, up=True):
        self.host, self.name = host, name
        with host.inside():
            self.fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
            request = struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI)
            fcntl.ioctl(self.fd, TUNSETIFF, request)
        host.rig.closers.append(self.close)
        self.carrier(carrier)
        if up:
            host.up(name)

    def carrier(self, on):
        """Plugs in (True) or pulls (False); returns when, on the clock of frame time stamps."""
        before = time.time_ns()
        fcntl.ioctl(self.fd, TUNSETCARRIER, struct.pack("i", int(on)))
        return before

    def close(self):
        with contextlib.suppress(OSError):
            os.close(self.fd)
        self.fd = -1


class TapCable:
    """Forwards frames between two taps until closed."""

    def __init__(self, tap_a, tap_b):
        self.taps = (tap_a, tap_b)
        self.wake_read, self.wake_write = os.pipe()
        self.thread = threading.Thread(target=self._carry, daemon=True)
        self.thread.start()
        tap_a.host.rig.closers.append(self.close)

    def _carry(self):
        out = {self.taps[0].fd: self.taps[1].fd, self.taps[1].fd: self.taps[0].fd}
        while True:
            ready, _, _ = select.select([*out, self.wake_read], [], [])
            if self.wake_read in ready:
                return
            for fd in ready:
                # A tap that is down refuses frames: they are lost, as on an unplugged cable.
                with contextlib.suppress(OSError):
                    os.write(out[fd], os.read(fd, 70000))

    def plug(self, on):
        """Sets the carrier of both ends."""
        for tap in self.taps:
            tap.carrier(on)

    def close(self):
        if self.thread.is_alive():
            os.write(self.wake_write, b"x")
            self.thread.join(5)
