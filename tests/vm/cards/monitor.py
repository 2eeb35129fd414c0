# SPDX-License-Identifier: GPL-2.0-or-later
"""qemu's monitor at the machine's second serial port: cables and cards, pulled from inside."""

import os
import select
import termios
import time
import tty

PORT = "/dev/ttyS1"
PROMPT = b"(qemu) "


class Monitor:
    def __init__(self):
        self.fd = os.open(PORT, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.fd, termios.TCSANOW)
        self._drain()
        self.ask("")

    def _drain(self, silence_s=0.5):
        """Until it was raw the line echoed the monitor's greeting, and the monitor echoes it, too."""
        while select.select([self.fd], [], [], silence_s)[0]:
            os.read(self.fd, 4096)

    def ask(self, command, deadline_s=20):
        """Sends a command; returns what came before the next prompt."""
        os.write(self.fd, command.encode() + b"\n")
        answer, end = b"", time.monotonic() + deadline_s
        while not answer.endswith(PROMPT):
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                raise TimeoutError(f"qemu's monitor: no answer to '{command}': {answer[-200:]!r}")
            answer += os.read(self.fd, 4096)
        return answer.decode(errors="replace")

    def set_link(self, card, on):
        self.ask(f"set_link {card} {'on' if on else 'off'}")
