# SPDX-License-Identifier: GPL-2.0-or-later
"""A bond of the kernel's driver and a bond of ebond with the same methods,
so that a test can be written once and run on both. Runs in the virtual
machine, as root.
"""
import json
import os
import socket
import subprocess
import time
from pathlib import Path

DEADLINE_S = 20


def run(*command, check=True):
    """Runs a command; its stdout. On failure the exception has its stderr."""
    done = subprocess.run(command, capture_output=True, text=True)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def ip(batch):
    """Several `ip` commands, one per line, in one process."""
    done = subprocess.run(["ip", "-batch", "-"], input=batch, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"ip -batch: {done.stderr.strip()}\n{batch}")


def wait_for(what, condition):
    """Polls until condition() is true; raises if it never is."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"not within {DEADLINE_S} s: {what}")
        time.sleep(0.02)


class Daemon:
    """A permanent ebondd of this network namespace, and its control socket."""

    def __init__(self):
        program = Path(os.environ.get("EBOND_BUILD", "build"), "daemon", "ebondd")
        self.process = subprocess.Popen([str(program), "--foreground"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        inode = os.stat("/proc/self/ns/net").st_ino
        self.path = f"/run/ebond/net-{inode}/control"
        wait_for("an answer from ebondd", self._answers)

    def _answers(self):
        try:
            return self.ask("show")["exit"] == 0
        except OSError:
            return False

    def ask(self, command, *args):
        """Sends one request; returns the reply."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(DEADLINE_S)
            client.connect(self.path)
            client.sendall(json.dumps({"command": command, "args": args}).encode() + b"\n")
            reply = b""
            while part := client.recv(1 << 16):
                reply += part
        return json.loads(reply)

    def stop(self):
        self.process.terminate()
        self.process.wait(DEADLINE_S)


class Bond:
    """What both kinds share: a name, and a status text to poll."""

    kind = ""

    def __init__(self, name):
        self.name = name

    def text(self):
        """The /proc/net/bonding text."""
        raise NotImplementedError

    def links(self):
        """MII status of the bond (key None) and of each port, from the text."""
        status, block = {}, None
        for line in self.text().splitlines():
            if line.startswith("Slave Interface: "):
                block = line.split(": ", 1)[1]
            elif line.startswith("MII Status: "):
                status[block] = line.split(": ", 1)[1]
        return status

    def wait_links(self, up, down=()):
        wanted = {**{port: "up" for port in up}, **{port: "down" for port in down}}
        wait_for(f"{self.kind}: ports {wanted}, have {self.text()}",
                 lambda: self.links().items() >= wanted.items())


class KernelBond(Bond):
    """The kernel driver's bond."""

    kind = "kernel"

    def add(self, **options):
        words = " ".join(f"{name} {value}" for name, value in options.items())
        ip(f"link add {self.name} type bond {words}")

    def set(self, **options):
        words = " ".join(f"{name} {value}" for name, value in options.items())
        ip(f"link set {self.name} type bond {words}")

    def attach(self, *ports):
        ip("\n".join(f"link set {port} down\nlink set {port} master {self.name}" for port in ports))

    def text(self):
        return Path("/proc/net/bonding", self.name).read_text()

    def delete(self):
        run("ip", "link", "del", self.name, check=False)


class EbondBond(Bond):
    """ebond's bond, using its command line."""

    kind = "ebond"

    @staticmethod
    def program():
        """The path of the command, or None."""
        build = os.environ.get("EBOND_BUILD", "build")
        for path in (Path(build, "ebond"), Path(build, "cli", "ebond")):
            if os.access(path, os.X_OK) and path.is_file():
                return str(path)
        return None

    def ebond(self, *words, check=True):
        return run(self.program(), *words, check=check)

    def add(self, **options):
        self.ebond("add", self.name, *(str(w) for pair in options.items() for w in pair))

    def set(self, **options):
        self.ebond("set", self.name, *(str(w) for pair in options.items() for w in pair))

    def attach(self, *ports):
        self.ebond("attach", self.name, *ports)

    def text(self):
        return self.ebond("proc", self.name)

    def delete(self):
        self.ebond("del", self.name, check=False)
