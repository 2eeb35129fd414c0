# SPDX-License-Identifier: GPL-2.0-or-later
"""A card that has addresses or routes becomes a port: what stops working is told, and asked at a terminal."""

import os
import pty

import pytest

from rig import EBOND, wait_for
from test_apply import apply, standing

TOLD = ("eth0: its addresses and routes do not work while it is a port "
        "(192.0.2.7/24, 2001:db8::7/64, the default route, 2 other routes): give them to bond0")


@pytest.fixture
def used(rig):
    """eth0 as a server's only card, and eth1 unused."""
    a, b = rig.host("a"), rig.host("b")
    a.enable_ipv6()
    a.start_daemon()
    rig.cables(a, b, 2)
    a.address("eth0", "192.0.2.7/24", "2001:db8::7/64")
    wait_for(lambda: a.link_local("eth0") and a.link_local("eth1"), 5)
    a.ip("route", "add", "default", "via", "192.0.2.1")
    a.ip("route", "add", "198.51.100.0/24", "via", "192.0.2.1")
    a.ip("route", "add", "203.0.113.0/24", "nexthop", "via", "192.0.2.1",
         "nexthop", "via", "192.0.2.2")
    a.ebond("add", "bond0")
    return a


def ports(a):
    return sorted(standing(a)["bond0"].get("ports", {}))


@pytest.mark.parametrize("words", [[], ["--yes"]])
def test_told(used, words):
    """Where nobody can be asked it is a note."""
    a = used
    done = a.ebond("attach", "bond0", "eth0", "eth1", *words)
    assert done.stderr == f"ebond: note: {TOLD}\n", done.stderr
    assert ports(a) == ["eth0", "eth1"] and f"bond0: warning: {TOLD}" in a.log()


def test_nothing_to_tell(used):
    a = used
    assert a.ebond("attach", "bond0", "eth1").stderr == ""
    assert "do not work" not in a.log()


def test_told_by_apply(used):
    a = used
    assert f"note: {TOLD}" in apply(a, "add bond0\nattach bond0 eth0\n").stderr


def at_terminal(a, answer, *words):
    """The exit code and all that was printed, of a command with this answer typed beforehand."""
    master, slave = pty.openpty()
    process = a.popen(EBOND, *words, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    os.write(master, answer)
    printed = b""
    try:
        while part := os.read(master, 4096):
            printed += part
    except OSError:  # the other end is closed
        pass
    os.close(master)
    return process.wait(20), printed.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("answer, attached", [
    (b"y\n", True), (b"yes\n", True), (b"n\n", False), (b"\n", False), (b"\x04", False),
])
def test_asked(used, answer, attached):
    a = used
    code, printed = at_terminal(a, answer, "attach", "bond0", "eth0")
    assert code == (0 if attached else 1), printed
    assert ports(a) == (["eth0"] if attached else []), printed
    assert printed.count(TOLD) == 1 and "Attach nevertheless? [y/N]" in printed, printed
    assert ("nothing was done" in printed) != attached, printed


def test_not_asked(used):
    a = used
    code, printed = at_terminal(a, b"", "attach", "bond0", "eth1")
    assert (code, printed, ports(a)) == (0, "", ["eth1"])
    code, printed = at_terminal(a, b"", "attach", "bond0", "eth0", "--yes")
    assert code == 0 and "[y/N]" not in printed and ports(a) == ["eth0", "eth1"], printed
    code, printed = at_terminal(a, b"", "attach", "bond0", "eth9")
    assert code == 1 and "eth9: no such interface" in printed, printed
