# SPDX-License-Identifier: GPL-2.0-or-later
"""What must hold for a bond whenever it is idle, whatever was done to it before."""

import os
import pathlib

import tcx
from lab import HAVE_ACTIVE, wait_for

# Growth of the daemon's resident memory over a life, in KiB: caches and arenas, no more.
MEMORY_MAX_KIB = 4096


class Broken(AssertionError):
    """An invariant does not hold."""


def _status(pid, key):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1])
    raise Broken(f"/proc/{pid}/status has no {key}")


def daemon_pid(host):
    """The pid of ebondd itself: the rig starts `ip netns exec`, which becomes it."""
    return next(pid for pid in host.pids() if host.program(pid) == "ebondd")


def descriptors(host):
    """The daemon's open files, counted by kind."""
    kinds = {}
    base = pathlib.Path(f"/proc/{daemon_pid(host)}/fd")
    for fd in os.listdir(base):
        try:
            kind = os.readlink(base / fd).split(":[")[0]
        except OSError:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
    return kinds


def memory_kib(host):
    """0 for a sanitized build: it keeps freed memory, and checks for leaks itself when it stops."""
    pid = daemon_pid(host)
    if "libasan" in pathlib.Path(f"/proc/{pid}/maps").read_text():
        return 0
    return _status(pid, "VmRSS")


def check(lab):
    """Checks carrier, active port, ping and programs; raises Broken with what was seen."""
    lab.settle()
    shown = lab.a.show()
    usable = lab.carrying()
    carrier = lab.a.carrier("bond0")
    if carrier != bool(usable):
        raise Broken(f"carrier {carrier}, usable ports {usable}")
    active = lab.a.active()
    if lab.mode_now() in HAVE_ACTIVE and usable and active not in usable:
        raise Broken(f"active port {active}, usable {usable}")
    if usable and lab.a.ping("10.0.0.2", 3, 0.05) == 0:
        raise Broken(f"no ping though {usable} can be used")
    for port in lab.attached():
        programs = [tcx.tag(program) for program, _ in tcx.programs(lab.a, port)]
        if len(programs) != 1:
            raise Broken(f"{port} has {len(programs)} programs: {programs}")
    for port in set(lab.spares) - set(lab.attached()):
        if tcx.programs(lab.a, port):
            raise Broken(f"{port} is no port, and has programs of ours")
    return shown


def check_counters(lab):
    """Every frame sent by bond0 was sent by a port or is counted as dropped."""
    if lab.mode_now() not in ("balance-rr", "balance-xor", "active-backup") or not lab.carrying():
        return
    before = lab.counters()
    lab.a.ping("10.0.0.2", 20, 0.01)
    wait_for(lambda: lab.counters().bond - before.bond >= 20, 5)
    after = lab.counters()
    bond = after.bond - before.bond
    ports, dropped = after.ports - before.ports, after.dropped - before.dropped
    if bond != ports + dropped:
        raise Broken(f"bond0 sent {bond} frames, its ports {ports}, dropped {dropped}")
