#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Parts of the namespace suite (tests/netns) inside the virtual machine.

    suite.py FILE [K/N]     the tests of tests/netns/FILE, or the K-th of N parts of them
    suite.py --serve FD     a line "FILE [K/N]" after the other from stdin; what they print goes
                            to FD, and their exit codes, one a line, to stdout

An emulated machine takes seconds until the interpreter and pytest are loaded. The server has
done that before it forks a process for each line.
"""
import os
import signal
import subprocess
import sys
import time

import pytest

MODULES = ["veth", "tun", "8021q", "macvlan", "bridge", "ifb", "sch_tbf"]
TIMED_OUT = 124  # as timeout(1)
GRACE_S = 5


def run(file, part="1/1"):
    """Which tests are in which part depends on nothing but their order: none is forgotten."""
    return pytest.main(["-p", "no:cacheprovider", "-q", "-rs", "--durations=5", "--color=no",
                        "--part", part, f"tests/netns/{file}"])


def start(words, output):
    """A process of its own, in a group of its own, for one part."""
    pid = os.fork()
    if pid:
        return pid
    os.setpgid(0, 0)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    code = 1
    try:
        code = int(run(*words))
    finally:
        sys.stdout.flush()
        os._exit(code)


def ended(pid, seconds):
    """The exit code, or None when it has not ended so soon."""
    end = time.monotonic() + seconds
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) & 0xFF
        if (left := end - time.monotonic()) <= 0:
            return None
        signal.sigtimedwait({signal.SIGCHLD}, left)


def judge(words, output, limit_s):
    pid = start(words, output)
    code = ended(pid, limit_s)
    if code is not None:
        return code
    os.killpg(pid, signal.SIGTERM)
    if ended(pid, GRACE_S) is None:
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return TIMED_OUT


def serve(output):
    # Blocked, so that a child's end waits for sigtimedwait().
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    for line in sys.stdin:
        print(judge(line.split(), output, int(os.environ["EBOND_VM_TIMEOUT"])), flush=True)


def main(words):
    subprocess.run(["modprobe", "-a", *MODULES], check=False)
    if words[0] == "--serve":
        return serve(int(words[1]))
    return run(*words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
