# SPDX-License-Identifier: GPL-2.0-or-later
"""A port is moved into another network namespace, a container's: it leaves the bond, and works there."""

import contextlib
import os
import signal

import pytest

import tcx
from rig import call, wait_for
from test_interface import one_bond

HOOKS = ["tcx", "clsact"]
# Groups differ in what the receive program does with a frame of a port that it knows.
MODES = [("active-backup", "miimon", 100), ("balance-rr",), ("balance-alb", "miimon", 100)]


def moved(rig, a, name):
    """A new host, to which `name` was moved."""
    c = rig.host("c")
    a.ip("link", "set", "dev", name, "netns", c.ns)
    return c


def settle(c, name):
    c.up(name)
    c.address(name, "10.0.0.3/24")


def process(host):
    """Of the daemon, the one that enters other namespaces."""
    return next(pid for pid in host.pids() if host.program(pid) == "ebondd-moved")


@contextlib.contextmanager
def stopped(pid):
    """So that something comes before what the process is to do."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("options", MODES, ids=[mode for mode, *_ in MODES])
def test_with_no_daemon(rig, hook, options):
    """What arrives there goes to its stack, not out of whatever has the hidden end's number there."""
    if hook == "tcx" and tcx.BEST_HOOK != "tcx":
        pytest.skip("this kernel has no tcx")
    a, b = rig.host("a"), rig.host("b")
    a.start_daemon("--hook", hook)
    one_bond(rig, (a, b), "mode", *options)
    hidden = a.link("eb.bond0")["ifindex"]
    a.kill_daemon()
    c = moved(rig, a, "eth1")
    c.ip("link", "add", "name", "other", "index", hidden, "type", "veth",
         "peer", "name", "end", "index", rig.next_index())
    c.up("other", "end")
    c.ip("link", "set", "dev", "eth1", "address", "02:00:00:00:00:33")  # bond0 keeps the other
    settle(c, "eth1")
    c.wait_ping("10.0.0.2")
    assert b.ping("10.0.0.3", 20) == 20
    assert c.stats("end").rx_packets == 0
    b.down("eth1")
    a.wait_ping("10.0.0.2")


def facts(host, name):
    link = host.link(name)
    flags = {"UP", "ALLMULTI", "PROMISC"} & set(link["flags"])
    return {"address": link["address"], "mtu": link["mtu"], "flags": flags}


def programs(host, name):
    """What is on the port's hooks."""
    if tcx.BEST_HOOK == "tcx":
        return [program for hook in (tcx.BPF_TCX_INGRESS, tcx.BPF_TCX_EGRESS)
                for program in tcx.programs(host, name, hook)]
    return [word for hook in ("ingress", "egress")
            for word in host.tc("filter", "show", "dev", name, hook).stdout.split()]


def given_back(host, name, before):
    wait_for(lambda: facts(host, name) == before, 5, lambda: f"{facts(host, name)} not {before}")
    wait_for(lambda: not programs(host, name), 5, lambda: programs(host, name))


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("port", ["eth0", "eth1"])  # eth0's address is bond0's
def test_given_back_there(rig, hook, port):
    """With its own address, MTU and flags, as the driver does; it is down, as moving makes all."""
    if hook == "tcx" and tcx.BEST_HOOK != "tcx":
        pytest.skip("this kernel has no tcx")
    a, b = rig.host("a"), rig.host("b")
    a.start_daemon("--hook", hook)
    rig.cables(a, b, 2, up=False)
    before = facts(a, port)
    b.up("eth0", "eth1")
    b.bridge("br0", "eth0", "eth1", cidr="10.0.0.2/24")
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100)
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.ip("link", "set", "dev", "bond0", "mtu", 1400, "up")
    a.address("bond0", "10.0.0.1/24")
    a.wait_ping("10.0.0.2")
    wait_for(lambda: a.mtu(port) == 1400, 5, lambda: a.mtu(port))
    c = moved(rig, a, port)
    given_back(c, port, before)
    wait_for(lambda: f"port {port}: address, MTU and flags restored" in a.log(), 5, a.log)
    assert port not in a.show()
    assert ("its permanent address is in use by bond0" in a.log()) == (port == "eth0")
    a.wait_ping("10.0.0.2")
    if port == "eth1":  # on one network with bond0's address it could not be told apart
        settle(c, port)
        c.wait_ping("10.0.0.2")


def ports(rig, pair):
    """bond0 with eth0, whose address it has, and eth1; how eth1 was before."""
    a, _ = pair
    rig.cables(a, rig.host("d"), 2, up=False)
    before = facts(a, "eth1")
    a.ebond("add", "bond0")
    a.ebond("attach", "bond0", "eth0", "eth1")
    return a, before


def test_another_number_there(rig, pair):
    """The port's number is taken in its new namespace: it gets another."""
    a, before = ports(rig, pair)
    c = rig.host("c")
    number = a.link("eth1")["ifindex"]
    c.ip("link", "add", "name", "other", "index", number, "type", "veth", "peer", "name", "end",
         "index", rig.next_index())
    other = facts(c, "other")
    a.ip("link", "set", "dev", "eth1", "netns", c.ns)
    given_back(c, "eth1", before)
    assert c.link("eth1")["ifindex"] != number and facts(c, "other") == other


def test_new_owner_was_quicker(rig, pair):
    """What the container's side has set in the meantime stays."""
    a, _ = ports(rig, pair)
    c = rig.host("c")
    with stopped(process(a)):
        a.ip("link", "set", "dev", "eth1", "netns", c.ns)
        c.ip("link", "set", "dev", "eth1", "address", "02:00:00:00:00:33", "mtu", 1300)
    given_back(c, "eth1", {"address": "02:00:00:00:00:33", "mtu": 1300, "flags": set()})


def test_to_a_namespace_of_a_process(rig, pair):
    """It has no name: systemd-nspawn and LXC make such ones."""
    a, before = ports(rig, pair)
    shell = a.popen("unshare", "--net", "sh", "-c", "echo ready; exec sleep 1000")
    assert shell.stdout.readline() == "ready\n"
    a.ip("link", "set", "dev", "eth1", "netns", shell.pid)

    def inside():
        return a.run("nsenter", f"--net=/proc/{shell.pid}/ns/net", "ip", "link", "show").stdout

    wait_for(lambda: before["address"] in inside(), 5, lambda: inside() + a.log())


def test_to_nowhere(rig, pair):
    """The namespace is gone before anybody could look: the log has what to set."""
    a, before = ports(rig, pair)
    c = rig.host("c")
    with stopped(process(a)):
        a.ip("link", "set", "dev", "eth1", "netns", c.ns)
        call("ip", "netns", "del", c.ns)
    wait_for(lambda: "port eth1: cannot restore its state" in a.log(), 5, a.log)
    assert f"set address {before['address']} and MTU 1500" in a.log()


def test_after_lost_events(rig, pair):
    """Too many at once for the socket: a port that is gone is found by looking."""
    a, _ = one_bond(rig, pair)
    script = rig.scratch / "aliases"
    script.write_text("".join(f"link set dev lo alias {number}\n" for number in range(3000)))
    with stopped(a.daemon.pid):
        call("ip", "-n", a.ns, "-batch", script)
        moved(rig, a, "eth1")
    wait_for(lambda: "the kernel dropped link events" in a.log(), 5, a.log)
    wait_for(lambda: "eth1" not in a.show(), 5, a.log)
    a.wait_ping("10.0.0.2")


def test_while_no_daemon_ran(rig, pair):
    """The next one cannot know where to: the log has what to set."""
    a, before = ports(rig, pair)
    a.kill_daemon()
    moved(rig, a, "eth1")
    a.start_daemon()
    told = f"namespace, there, set address {before['address']} and MTU {before['mtu']}"
    assert told in a.log() and "eth1" not in a.show()


def test_the_process_is_gone(rig, pair):
    """Killed: bonds go on, and the log says what is missing."""
    a, _ = one_bond(rig, pair)
    os.kill(process(a), signal.SIGKILL)
    wait_for(lambda: "restart ebondd" in a.log(), 5, a.log)
    moved(rig, a, "eth1")
    wait_for(lambda: "port eth1: cannot restore its state" in a.log(), 5, a.log)
    a.wait_ping("10.0.0.2")


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_the_daemon(pair, way):
    a, _ = pair
    assert sorted(a.program(pid) for pid in a.pids()) == ["ebondd", "ebondd-moved"]
    a.daemon.send_signal(way)
    a.daemon.wait(20)
    wait_for(lambda: not a.pids(), 5, a.pids)
