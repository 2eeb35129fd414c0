# SPDX-License-Identifier: GPL-2.0-or-later
"""A port that a file names is attached when its interface appears: later, or again, at any time."""

import pytest

from rig import stays, wait_for
from test_apply import FILE, apply, standing, write


def comes(rig, a, b, name):
    rig.cable(a, name, b, f"p{name}", up=False)
    b.up(f"p{name}")


def goes(b, name):
    b.ip("link", "del", "dev", f"p{name}")


def ports(a, bond="bond0"):
    return sorted(standing(a)[bond].get("ports", {}))


def becomes(a, names):
    wait_for(lambda: ports(a) == names, 5, lambda: f"{ports(a)}\n{a.log()}")


@pytest.fixture
def hosts(rig):
    return rig.host("a"), rig.host("b")


def started(a, way, text=FILE):
    if way == "--config":
        a.start_daemon("--config", write(a, text))
    else:
        a.start_daemon()
        apply(a, text)


WAYS = pytest.mark.parametrize("way", ["--config", "apply"])


@WAYS
def test_again_and_again(rig, hosts, way):
    a, b = hosts
    comes(rig, a, b, "eth0")
    comes(rig, a, b, "eth1")
    started(a, way)
    for _ in range(2):
        goes(b, "eth0")
        becomes(a, ["eth1"])
        comes(rig, a, b, "eth0")
        becomes(a, ["eth0", "eth1"])
        a.wait_active("eth0")
        assert a.port_info("eth0")["prio"] == 10


@WAYS
def test_all_of_them(rig, hosts, way):
    """None is there when the file is applied; both go while the daemon runs."""
    a, b = hosts
    started(a, way)
    assert ports(a) == []
    for _ in range(2):
        comes(rig, a, b, "eth1")
        comes(rig, a, b, "eth0")
        becomes(a, ["eth0", "eth1"])
        goes(b, "eth0")
        goes(b, "eth1")
        becomes(a, [])


def test_apply_notes_what_is_missing(rig, hosts):
    a, b = hosts
    a.start_daemon()
    comes(rig, a, b, "eth1")
    path = write(a, FILE)
    for flags in (["--diff"], []):
        done = a.ebond("apply", path, *flags)
        assert done.stderr == (f"ebond: note: {path}:3:14: eth0: no such interface: "
                               "it is attached when it appears\n")
        assert "attach bond0 eth1\n" in done.stdout
    assert ports(a) == ["eth1"]


def test_to_a_container_and_back(rig, hosts):
    a, b = hosts
    comes(rig, a, b, "eth0")
    comes(rig, a, b, "eth1")
    started(a, "apply")
    c = rig.host("c")
    a.ip("link", "set", "dev", "eth1", "netns", c.ns)
    becomes(a, ["eth0"])
    c.ip("link", "set", "dev", "eth1", "netns", a.ns)
    becomes(a, ["eth0", "eth1"])


def test_after_a_crash(rig, hosts):
    """The daemon that was not there when the port went waits for it, too."""
    a, b = hosts
    comes(rig, a, b, "eth0")
    comes(rig, a, b, "eth1")
    path = write(a, FILE)
    a.start_daemon("--config", path)
    a.kill_daemon()
    goes(b, "eth0")
    a.start_daemon("--config", path)
    becomes(a, ["eth1"])
    comes(rig, a, b, "eth0")
    becomes(a, ["eth0", "eth1"])


def test_what_ends_the_wait(rig, hosts):
    """Detached, deleted, or no longer in the file; not a file that is refused, or about others."""
    a, b = hosts
    comes(rig, a, b, "eth1")
    started(a, "apply")
    apply(a, "add other mode broadcast\nattach other eth7\n")
    apply(a, "add bond0 mode nonsense\n", code=1)
    comes(rig, a, b, "eth0")
    becomes(a, ["eth0", "eth1"])
    a.ebond("detach", "bond0", "eth0")
    goes(b, "eth0")
    comes(rig, a, b, "eth0")
    stays(lambda: ports(a) == ["eth1"], 0.3, a.log)
    apply(a, FILE.replace("eth0 eth1", "eth1").replace("set eth0 prio 10", ""), "--prune")
    goes(b, "eth1")
    a.ebond("del", "bond0")
    comes(rig, a, b, "eth1")
    comes(rig, a, b, "eth7")
    wait_for(lambda: a.has_link("eth7"), 5)
    stays(lambda: a.show() == {}, 0.3, a.log)
    assert "not attached" not in a.log()


def test_an_undone_file_changes_nothing_of_it(rig, hosts):
    """Its detaching was undone as well: what was waited for still is."""
    a, b = hosts
    comes(rig, a, b, "eth0")
    comes(rig, a, b, "eth1")
    comes(rig, a, b, "eth2")
    started(a, "apply")
    a.bridge("br0", "eth2")
    apply(a, "add bond0 mode active-backup miimon 100\nattach bond0 eth1 eth2\n", code=1)
    becomes(a, ["eth0", "eth1"])
    goes(b, "eth0")
    becomes(a, ["eth1"])
    comes(rig, a, b, "eth0")
    becomes(a, ["eth0", "eth1"])


def test_what_cannot_be_attached_is_tried_once(rig, hosts):
    a, b = hosts
    a.start_daemon()
    apply(a, "add bond0\nattach bond0 tun7\n")
    a.ip("tuntap", "add", "dev", "tun7", "mode", "tun")
    wait_for(lambda: "port tun7 appeared, but was not attached: tun7: has no" in a.log(), 5, a.log)
    a.up("tun7")
    a.down("tun7")
    wait_for(lambda: a.ask("show")["exit"] == 0, 5)
    assert a.log().count("was not attached") == 1
    a.ip("link", "del", "dev", "tun7")
    comes(rig, a, b, "tun7")
    becomes(a, ["tun7"])


def test_teardown_while_waiting(rig, hosts):
    a, b = hosts
    comes(rig, a, b, "eth1")
    a.start_daemon("--config", write(a, FILE), "--teardown")
    assert a.stop_daemon() == 0
    assert not a.has_link("bond0")
