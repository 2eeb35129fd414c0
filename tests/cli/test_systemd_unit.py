# SPDX-License-Identifier: GPL-2.0-or-later
"""The systemd unit is sandboxed as far as the daemon's needs allow."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNIT = (ROOT / "systemd/ebondd.service.in").read_text()
# Before the daemon installs its own filter: daemon/privileges.c, daemon/kernel/steering.c, main.c.
OPENING = {"capset", "prctl", "seccomp", "fsopen", "fsconfig", "fsmount", "setsid", "pipe2"}
EXPOSURE_MAX = 2.5


def analyze(*words):
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)


def members(name):
    """The system calls of a set, including nested sets."""
    calls = set()
    for word in re.findall(r"^ +(@?[a-z0-9_-]+)$", analyze("syscall-filter", name).stdout, re.M):
        calls |= members(word) if word.startswith("@") else {word}
    return calls


def allowed():
    calls = set()
    for word in re.search(r"^SystemCallFilter=(.*)$", UNIT, re.M)[1].split():
        calls |= members(word) if word.startswith("@") else {word}
    # systemd always adds @default.
    return calls | members("@default")


def test_exposure(tmp_path):
    unit = tmp_path / "ebondd.service"
    unit.write_text(UNIT.replace("@EBONDD@", "/bin/true").replace("@EBOND@", "/bin/true"))
    done = analyze("security", "--offline=true", "--no-pager",
                   f"--threshold={int(EXPOSURE_MAX * 10)}", str(unit))
    assert "Overall exposure level" in done.stdout, done.stderr
    assert done.returncode == 0, done.stdout


def test_system_calls():
    """The unit does not forbid any system call that the daemon makes, during startup or later."""
    source = (ROOT / "daemon/syscalls.c").read_text()
    serving = re.search(r"allowed\[\] = \{(.*?)\};", source, re.S)[1]
    wanted = OPENING | set(re.findall(r"SCMP_SYS\((\w+)\)", serving))
    assert len(wanted) > 80
    assert not wanted - allowed()


def test_capabilities():
    """Exactly the capabilities that the daemon needs."""
    source = (ROOT / "daemon/privileges.c").read_text()
    opening = re.search(r"opening\[\] = \{(.*?)\};", source, re.S)[1]
    listed = re.search(r"^CapabilityBoundingSet=(.*)$", UNIT, re.M)[1].split()
    assert set(listed) == set(re.findall(r"CAP_\w+", opening))
