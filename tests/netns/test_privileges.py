# SPDX-License-Identifier: GPL-2.0-or-later
"""The daemon has the privileges it needs, no others, and says which are missing.

Every other test here runs with EBOND_SYSCALLS=kill (rig.py): a system call missing from
the daemon's filter terminates it.
"""

import pytest

from rig import EBONDD
from test_interface import one_bond

OPENING = ["CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_BPF", "CAP_PERFMON", "CAP_SYS_ADMIN"]
# linux/capability.h: 12, 13, 38, 39.
SERVING = 1 << 12 | 1 << 13 | 1 << 38 | 1 << 39
# 12, 19, 21, 39: of the process that enters other network namespaces.
ENTERING = 1 << 12 | 1 << 19 | 1 << 21 | 1 << 39


def limited(host, *capabilities):
    """ebondd with only these capabilities."""
    words = "".join(f",+{name.lower().removeprefix('cap_')}" for name in capabilities)
    return host.run("setpriv", f"--bounding-set=-all{words}", f"--inh-caps=-all{words}",
                    EBONDD, "--auto", check=False)


@pytest.mark.parametrize("name, left", [("ebondd", SERVING), ("ebondd-moved", ENTERING)])
def test_capabilities_after_startup(pair, name, left):
    """Only the capabilities for serving, whatever it was started with; none can be regained."""
    a, _ = pair
    pid = next(pid for pid in a.pids() if a.program(pid) == name)
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        status = dict(line.split(":\t", 1) for line in file.read().splitlines())
    for key in ("CapPrm", "CapEff"):
        assert int(status[key], 16) == left, status[key]
    assert int(status["CapInh"], 16) == int(status["CapAmb"], 16) == 0
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"


@pytest.mark.parametrize("missing", [[name] for name in OPENING] + [OPENING[2:], OPENING])
def test_missing(rig, missing):
    """Refused at once, with the exact list; nothing is left behind."""
    a = rig.host("a")
    done = limited(a, *(name for name in OPENING if name not in missing))
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done
    assert f"lacks {', '.join(missing)}:" in done.stderr, done.stderr
    assert not list(a.run_dir.iterdir())


def test_no_more_is_needed(rig, pair):
    """A daemon with just these starts, takes over bonds, changes and deletes them."""
    a, _ = one_bond(rig, pair)
    a.stop_daemon()
    done = limited(a, *OPENING)
    assert done.returncode == 0, done
    a.wait_ping("10.0.0.2")
    a.ebond("set", "bond0", "--replace", "mode", "balance-rr")
    a.wait_ping("10.0.0.2")
    a.ebond("detach", "bond0", "eth1")
    a.ebond("del", "bond0")
    a.up("eth0")
    a.address("eth0", "10.0.0.1/24")
    a.wait_ping("10.0.0.2")  # our programs do not keep it from receiving
