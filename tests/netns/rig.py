# SPDX-License-Identifier: GPL-2.0-or-later
"""Hosts as network namespaces, cables as veth pairs, and ebond running in them.

Everything that a test creates belongs to a Rig, and Rig.close() removes it all,
even if the test failed half-way. Names contain the process id, so that two runs
of the suite do not collide.

Two properties of the cables matter for measurements: the ends have different
interface indexes (with equal ones the kernel delays carrier events for up to a
second), and each end's received packets are handled on one CPU (otherwise the
cable itself reorders).
"""

import collections
import contextlib
import ctypes
import itertools
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

CLONE_NEWNET = 0x40000000

# How many times slower than an ordinary machine this one is (e.g. an emulated one):
# deadlines are extended by this factor. Assertions are not changed.
SLOWNESS = float(os.environ.get("EBOND_SLOWNESS") or 1)

_libc = ctypes.CDLL(None, use_errno=True)
_numbers = itertools.count()

BUILD = pathlib.Path(
    os.environ.get("EBOND_BUILD") or pathlib.Path(__file__).resolve().parents[2] / "build"
).resolve()
EBOND = BUILD / "cli" / "ebond"
IFENSLAVE = BUILD / "ifenslave" / "ifenslave"
EBONDD = BUILD / "daemon" / "ebondd"
# Another build of the daemon, for upgrade tests; None: not available.
OTHER_EBONDD = (
    pathlib.Path(os.environ["EBOND_OTHER_BUILD"]).resolve() / "daemon" / "ebondd"
    if os.environ.get("EBOND_OTHER_BUILD")
    else None
)


class Failed(AssertionError):
    """A command that had to succeed did not, or a deadline passed."""


def wait_for(predicate, deadline=5.0, what=None, interval=0.01):
    """Calls `predicate` until it returns something true, and returns that.

    `deadline` is in seconds from now, on an ordinary machine (SLOWNESS). After it the
    test fails with `what` (text, or a function that returns the current state).
    """
    end = time.monotonic() + deadline * SLOWNESS
    while True:
        last = predicate()
        if last:
            return last
        if time.monotonic() > end:
            seen = what() if callable(what) else what
            raise Failed(f"not within {deadline * SLOWNESS:g} s: {seen or predicate}")
        time.sleep(interval)


def stays(predicate, duration, what=None, interval=0.02):
    """Checks that `predicate` keeps holding for `duration` seconds."""
    end = time.monotonic() + duration
    while time.monotonic() < end:
        if not predicate():
            seen = what() if callable(what) else what
            raise Failed(f"did not hold for {duration} s: {seen or predicate}")
        time.sleep(interval)


def urgent(pid):
    """What is timed is this process (0: this thread), not what else the machine has to do.

    What it starts from now on is as urgent.
    """
    os.sched_setscheduler(pid, os.SCHED_FIFO, os.sched_param(10))


# The kind of all bonds; empty: the best that the kernel supports.
KIND = os.environ.get("EBOND_KIND", "")


def call(*argv, check=True, env=None, timeout=30):
    """Runs a command to completion; output as text. Fails the test if it fails."""
    done = subprocess.run(
        [str(word) for word in argv],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        env=env,
        timeout=timeout * SLOWNESS,
    )
    if check and done.returncode:
        words = " ".join(map(str, argv))
        raise Failed(f"{words}: exit {done.returncode}: {done.stderr}{done.stdout}")
    return done


def cpu_mask(cpu):
    return f"{1 << cpu:x}"


class Host:
    """A network namespace, with this project's commands to use in it."""

    def __init__(self, rig, name):
        self.rig = rig
        self.name = name
        self.ns = f"{rig.tag}-{name}"
        self.run_dir = rig.scratch / name
        self.run_dir.mkdir()
        self.log_path = rig.scratch / f"{name}.log"
        self.daemon = None

    def create(self):
        call("ip", "netns", "add", self.ns)
        # Only the test's own packets are on the cables.
        self.shell(
            "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1"
        )
        self.ip("link", "set", "lo", "up")

    def __str__(self):
        return self.name

    # Commands

    def env(self):
        # Otherwise a call missing from the daemon's filter only shows in the kernel's log.
        env = dict(os.environ, EBOND_RUN_DIR=str(self.run_dir), EBOND_SYSCALLS="kill", LC_ALL="C")
        env["PATH"] = f"{EBOND.parent}:{EBONDD.parent}:{env['PATH']}:/usr/sbin:/sbin"
        return env

    def run(self, *argv, check=True, timeout=30):
        """Runs a command in the namespace, as `ip netns exec` does."""
        return call(
            "ip", "netns", "exec", self.ns, *argv, check=check, env=self.env(), timeout=timeout
        )

    def shell(self, script, check=True):
        return self.run("sh", "-c", script, check=check)

    def popen(self, *argv, **kwargs):
        """Starts a command in the namespace; the rig ends it if the test does not."""
        kwargs.setdefault("stdin", subprocess.DEVNULL)
        kwargs.setdefault("stdout", subprocess.PIPE)
        kwargs.setdefault("stderr", subprocess.STDOUT)
        kwargs.setdefault("text", True)
        process = subprocess.Popen(
            ["ip", "netns", "exec", self.ns, *map(str, argv)], env=self.env(), **kwargs
        )
        self.rig.processes.append(process)
        return process

    def ip(self, *words, check=True):
        return call("ip", "-n", self.ns, *words, check=check)

    def ip_json(self, *words):
        return json.loads(self.ip("-j", *words).stdout or "[]")

    def tc(self, *words, check=True):
        return call("tc", "-n", self.ns, *words, check=check)

    @contextlib.contextmanager
    def inside(self):
        """The calling thread is in the namespace: sockets opened here belong to it."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        there = os.open(f"/run/netns/{self.ns}", os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._setns(there)
            try:
                yield
            finally:
                self._setns(home)
        finally:
            os.close(there)
            os.close(home)

    @staticmethod
    def _setns(fd):
        if _libc.setns(fd, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")

    # ebond

    def start_daemon(self, *args, binary=EBONDD):
        """Starts ebondd in the foreground, logging to a file; waits until it replies."""
        assert self.daemon is None or self.daemon.poll() is not None
        if KIND and "--kind" not in args:
            args += ("--kind", KIND)
        with open(self.log_path, "a") as log:
            self.daemon = self.popen(binary, "--foreground", *args, stdout=log, stderr=log)
        wait_for(self._answers, 20, lambda: f"no answer from ebondd:\n{self.log()}")

    def _answers(self):
        if self.daemon.poll() is not None:
            raise Failed(f"ebondd ended with {self.daemon.returncode}:\n{self.log()}")
        # Not by the CLI: that would start another daemon if it is too early.
        try:
            return self.ask("show")["exit"] == 0
        except (OSError, StopIteration):
            return False

    def control(self):
        """The daemon's socket."""
        return next(self.run_dir.glob("net-*/control"))

    def ask(self, command, *args):
        """Sends a request straight to the control socket: cheap enough for polling."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(20 * SLOWNESS)
            client.connect(str(self.control()))
            client.sendall(json.dumps({"command": command, "args": args}).encode() + b"\n")
            parts = []
            while part := client.recv(1 << 16):
                parts.append(part)
        return json.loads(b"".join(parts) or b'{"exit": -1}')

    def kill_daemon(self):
        """kill -9."""
        self.daemon.kill()
        self.daemon.wait(10 * SLOWNESS)

    def stop_daemon(self, deadline=20):
        """SIGTERM, and the exit status."""
        self.daemon.terminate()
        return self.daemon.wait(deadline * SLOWNESS)

    def pids(self):
        """Processes in the namespace."""
        listed = call("ip", "netns", "pids", self.ns, check=False).stdout
        return [int(pid) for pid in listed.split()]

    def kill_all(self):
        """kill -9; one of them may end because another did."""
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    @staticmethod
    def program(pid):
        """A process's short name; empty if it has ended."""
        with contextlib.suppress(OSError):
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
            return "" if "\nState:\tZ" in status else status.split(maxsplit=2)[1]
        return ""

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def ebond(self, *words, code=0):
        """Runs the CLI; the exit code must be `code`."""
        done = self.run(EBOND, *words, check=False)
        if done.returncode != code:
            raise Failed(
                f"ebond {' '.join(map(str, words))}: exit {done.returncode}, not {code}: "
                f"{done.stderr}{done.stdout}"
            )
        return done

    def kind(self, bond="bond0"):
        """The kind of bond0: "netkit" or "veth"."""
        return self.show()[bond]["ebond"]["kind"]

    def show(self):
        """The output of `ebond show -j`, as a dict from interface name to its object."""
        return {link["ifname"]: link for link in self.ask("show")["links"]}

    def bond_info(self, bond="bond0"):
        """The bond's options: the driver's and ebond's own."""
        link = self.show()[bond]
        return {**link["linkinfo"]["info_data"], **link["ebond"]["options"]}

    def port_info(self, port):
        return self.show()[port]["linkinfo"]["info_slave_data"]

    def active(self, bond="bond0"):
        return self.bond_info(bond).get("active_slave")

    def wait_active(self, port, bond="bond0", deadline=5):
        wait_for(
            lambda: self.active(bond) == port,
            deadline,
            lambda: f"active port {self.active(bond)}, wanted {port}",
        )

    def wait_status(self, port, status, deadline=5):
        wait_for(
            lambda: self.port_info(port)["mii_status"] == status,
            deadline,
            lambda: f"{port} is {self.port_info(port)}, wanted {status}",
        )

    # Interfaces

    def link(self, name):
        return self.ip_json("-d", "-s", "link", "show", "dev", name)[0]

    def has_link(self, name):
        return self.ip("link", "show", "dev", name, check=False).returncode == 0

    def mac(self, name):
        return self.link(name)["address"]

    def mtu(self, name):
        return self.link(name)["mtu"]

    def flags(self, name):
        return self.link(name)["flags"]

    def carrier(self, name):
        return "LOWER_UP" in self.flags(name) and "NO-CARRIER" not in self.flags(name)

    def stats(self, name):
        """(packets, bytes) received and sent, as `ip -s link` counts them."""
        stats = self.link(name)["stats64"]
        rx, tx = stats["rx"], stats["tx"]
        return Traffic(rx["packets"], rx["bytes"], tx["packets"], tx["bytes"])

    def up(self, *names):
        for name in names:
            self.ip("link", "set", "dev", name, "up")

    def down(self, *names):
        for name in names:
            self.ip("link", "set", "dev", name, "down")

    def address(self, name, *cidrs):
        for cidr in cidrs:
            extra = ["nodad"] if ":" in cidr else []
            self.ip("addr", "add", cidr, "dev", name, *extra)

    def bridge(self, name, *ports, cidr=None):
        """A bridge with a fixed address, whatever ports come and go, like a switch."""
        mac = f"02:b0:00:00:00:{int(name[-1]):02x}"
        self.ip("link", "add", "name", name, "address", mac, "type", "bridge")
        for port in ports:
            self.ip("link", "set", "dev", port, "master", name)
        self.up(name)
        if cidr:
            self.address(name, cidr)

    def enable_ipv6(self):
        """Affects interfaces that come up later."""
        self.shell(
            "sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0"
            " net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0"
        )

    def link_local(self, name):
        """The interface's IPv6 link-local addresses."""
        found = self.ip_json("-6", "addr", "show", "dev", name, "scope", "link")
        entries = [entry for link in found for entry in link.get("addr_info", [])]
        return [entry["local"] for entry in entries if entry]  # iproute2 prints {} for the others

    def pin(self, *names, cpu=0):
        """Received packets of these interfaces are handled on one CPU."""
        mask = cpu_mask(cpu % os.cpu_count())
        script = "; ".join(
            f"for f in /sys/class/net/{name}/queues/rx-*/rps_cpus; do echo {mask} > $f; done"
            for name in names
        )
        self.shell(script)

    def ping(self, target, count=3, interval=0.01, size=56, *extra):
        """Pings and returns the number of replies."""
        done = self.run(
            "ping", "-n", "-c", count, "-i", interval, "-W", "1", "-s", size, *extra, target,
            check=False,
        )
        for line in done.stdout.splitlines():
            if "received" in line:
                return int(line.split(",")[1].split()[0])
        raise Failed(f"ping {target}: {done.stderr}{done.stdout}")

    def wait_ping(self, target, deadline=5, *extra):
        wait_for(
            lambda: self.ping(target, 1, 0.01, 56, *extra) == 1, deadline,
            f"no answer from {target}",
        )

    def snapshot(self):
        """What `ebond del` must restore: links, addresses, qdiscs, filters, sysctls."""
        links = self.ip_json("-d", "link")
        for link in links:
            for key in ("stats", "stats64", "ifindex_peer"):
                link.pop(key, None)
        sysctls = self.shell(
            "cd /proc/sys/net && grep -rs '' ipv4/conf ipv6/conf ipv4/neigh ipv6/neigh core"
            " | grep -v stable_secret | sort",
            check=False,
        ).stdout
        filters = "".join(
            self.tc("filter", "show", "dev", link["ifname"], parent, check=False).stdout
            for link in links
            for parent in ("ingress", "egress")
        )
        return {
            "links": links,
            "addresses": self.ip_json("addr"),
            "qdiscs": self.tc("qdisc").stdout,
            "filters": filters,
            "bpf": self.run("bpftool", "net", check=False).stdout,
            "sysctls": sysctls,
            "neighbours": self.ip("neigh").stdout,
            "routes": self.ip("route", "show", "table", "all").stdout,
        }

    def report(self):
        """The state to print when a test failed."""
        parts = [f"=== host {self.name} ({self.ns})"]
        if self.daemon is not None:
            state = self.daemon.poll()
            parts.append(f"--- ebondd: {'running' if state is None else f'exit {state}'}")
            if state is None:
                parts.append(self._shown())
        parts.append(f"--- log of ebondd\n{self.log()}")
        parts.append(f"--- ip -s link\n{self.ip('-s', 'link', check=False).stdout}")
        return "\n".join(parts)

    def _shown(self):
        try:
            return self.run(EBOND, "show", check=False, timeout=5).stdout
        except subprocess.TimeoutExpired:
            return "(no answer to 'ebond show')"

    def close(self):
        if self.daemon is not None and self.daemon.poll() is None:
            self.daemon.kill()
            self.daemon.wait(10 * SLOWNESS)
        self.kill_all()
        call("ip", "netns", "del", self.ns, check=False)


Traffic = collections.namedtuple("Traffic", "rx_packets rx_bytes tx_packets tx_bytes")


class Rig:
    """Everything that one test creates. Use as a context manager."""

    def __init__(self, name="rig"):
        letters = "".join(c for c in name if c.isalnum())[:24]
        self.tag = f"ebt{os.getpid():x}n{next(_numbers):x}{letters}"
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="ebt"))
        self.hosts = []
        self.processes = []
        self.closers = []
        self._index = itertools.count(100)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def host(self, name):
        host = Host(self, name)
        self.hosts.append(host)  # first, so that it is cleaned up after a failure below, too
        host.create()
        return host

    def next_index(self):
        """An interface index no other interface of this rig has."""
        return next(self._index)

    def cable(self, host_a, name_a, host_b, name_b, up=True):
        """A veth pair between two hosts."""
        call(
            "ip", "link", "add", "name", name_a, "index", self.next_index(), "netns", host_a.ns,
            "type", "veth", "peer", "name", name_b, "index", self.next_index(), "netns", host_b.ns,
        )
        host_a.pin(name_a)
        host_b.pin(name_b)
        if up:
            host_a.up(name_a)
            host_b.up(name_b)

    def cables(self, host_a, host_b, count, up=True):
        """`count` cables, eth0... on either side; returns the names."""
        names = [f"eth{number}" for number in range(count)]
        for name in names:
            self.cable(host_a, name, host_b, name, up)
        return names

    def report(self):
        parts = []
        for host in self.hosts:
            try:
                parts.append(host.report())
            except Exception as error:  # an error in the report must not hide the original one
                parts.append(f"=== host {host.name}: no report: {error}")
        return "\n".join(parts)

    def close(self):
        for closer in reversed(self.closers):
            with contextlib.suppress(Exception):
                closer()
        for process in self.processes:
            if process.poll() is None:
                process.kill()
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10 * SLOWNESS)
            if process.stdout is not None:
                process.stdout.close()
        for host in self.hosts:
            host.close()
        self.unmount()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def unmount(self):
        """The daemon's bpffs, where it is mounted in our mount namespace."""
        with open("/proc/self/mounts") as mounts:
            paths = [line.split()[1] for line in mounts]
        for path in sorted(paths, reverse=True):
            if path.startswith(f"{self.scratch}/"):
                call("umount", path, check=False)
