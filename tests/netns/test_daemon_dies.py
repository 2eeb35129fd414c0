# SPDX-License-Identifier: GPL-2.0-or-later
"""The daemon dies and is restarted, or stops for good: traffic and machine stay as they were."""

import os
import signal

import pytest

import tcx
from bond_setups import bond_to_bridge
from frames import Sniffer
from rig import EBONDD, OTHER_EBONDD, wait_for
from taps import Tap
from test_interface import difference, two_bonds
from traffic import Iperf, UdpStream

HOOKS = ["tcx", "clsact"]


def lasting(shown):
    """`ebond show -j` without values that change by themselves."""
    for link in shown.values():
        for key in ("link_ms", "rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "counters"):
            link["ebond"].pop(key, None)
    return shown


def bond_pair(rig, hook, mode, *options):
    """A bond in a with the daemon's `hook`; the far end is a bridge without ebond."""
    a, b = bond_to_bridge(rig, mode, *options, daemon=("--hook", hook))
    assert a.show()["bond0"]["ebond"]["hook"] == hook
    return a, b


@pytest.mark.parametrize("hook", HOOKS)
def test_kill_and_restart_lose_nothing(rig, hook):
    a, b = bond_pair(
        rig, hook, "active-backup", "primary", "eth1", "primary_reselect", "failure",
        "updelay", 200, "num_grat_arp", 2,
    )
    a.ebond("set", "eth0", "prio", 7)
    # State to preserve: a counted failure, and an active port that would not be chosen again.
    a.wait_active("eth1")
    b.down("eth1")
    a.wait_active("eth0")
    b.up("eth1")
    a.wait_status("eth1", "UP")
    a.wait_ping("10.0.0.2")
    dropped = a.show()["bond0"]["ebond"]["counters"]
    before = lasting(a.show())
    out, back = UdpStream(a, b, "10.0.0.2"), UdpStream(b, a, "10.0.0.1", port=7001)
    for _ in range(3):
        out.runs_for(200)
        a.kill_daemon()
        out.runs_for(600)
        a.start_daemon("--hook", hook)
        out.runs_for(400)
    assert (out.stop(), back.stop()) == ([], []), "packets lost"
    counters = a.show()["bond0"]["ebond"]["counters"]
    assert all(counters[reason] >= dropped[reason] for reason in dropped), "counters restart"
    after = lasting(a.show())
    assert after == before, difference(before, after)
    assert a.active() == "eth0"
    b.down("eth0")
    a.wait_active("eth1")
    assert a.port_info("eth0")["link_failure_count"] == 1
    assert a.port_info("eth1")["link_failure_count"] == 1
    a.wait_ping("10.0.0.2")


@pytest.mark.skipif(OTHER_EBONDD is None, reason="no second build: EBOND_OTHER_BUILD")
@pytest.mark.skipif(tcx.BEST_HOOK != "tcx", reason="this kernel has no tcx")
def test_upgrade_under_load(rig):
    """Another build of the daemon, with other programs, takes over the bond; nothing is lost."""
    a, b = bond_pair(rig, "tcx", "balance-xor", "xmit_hash_policy", "layer3+4")
    before, tags = lasting(a.show()), program_tags(a)
    out, back = UdpStream(a, b, "10.0.0.2"), UdpStream(b, a, "10.0.0.1", port=7001)
    for binary in (OTHER_EBONDD, EBONDD, OTHER_EBONDD):
        out.runs_for(200)
        a.kill_daemon()
        a.start_daemon("--hook", "tcx", binary=binary)
        out.runs_for(300)
        assert set(program_tags(a)).isdisjoint(tags), "the programs are still the old ones"
        tags = program_tags(a)
    assert (out.stop(), back.stop()) == ([], []), "packets lost"
    after = lasting(a.show())
    assert after == before, difference(before, after)
    b.down("eth0")
    wait_for(lambda: a.port_info("eth0")["mii_status"] == "DOWN", 5, a.show)
    a.wait_ping("10.0.0.2")


def program_tags(host):
    """The programs on the hooks of bond0, eth0 and eth1."""
    places = [tcx.transmit_hook(host), ("eth0", tcx.BPF_TCX_INGRESS), ("eth1", tcx.BPF_TCX_INGRESS)]
    return [tcx.tag(program) for place in places for program, _ in tcx.programs(host, *place)]


def test_a_bond_keeps_its_kind(rig):
    """Whatever kind a later daemon is configured to use, and whether or not it dies."""
    a, b = bond_pair(rig, tcx.BEST_HOOK, "active-backup")
    kind = a.kind()
    a.kill_daemon()
    a.start_daemon("--kind", "veth")
    a.wait_ping("10.0.0.2")
    assert (a.kind(), a.link("bond0")["linkinfo"]["info_kind"]) == (kind, kind)
    a.ebond("add", "bond1", "mode", "active-backup")
    assert a.kind("bond1") == "veth"
    b.down("eth0")
    a.wait_active("eth1")
    a.wait_ping("10.0.0.2")


@pytest.mark.parametrize("start, then", [("tcx", "clsact"), ("clsact", "tcx")])
def test_restart_with_the_other_hook(rig, start, then):
    a, b = bond_pair(rig, start, "active-backup")
    stream = UdpStream(a, b, "10.0.0.2")
    stream.runs_for(200)
    a.kill_daemon()
    a.start_daemon("--hook", then)
    settled = stream.sent
    stream.runs_for(400)
    lost = stream.stop()
    if then == "clsact":
        # The kernel drops an interface's queued packets when it gets its clsact qdisc.
        lost = [number for number in lost if number >= settled]
    assert lost == []
    assert a.show()["bond0"]["ebond"]["hook"] == then
    a.ebond("del", "bond0")
    for port in ("eth0", "eth1"):
        assert a.tc("filter", "show", "dev", port, "ingress").stdout == ""
        assert "clsact" not in a.tc("qdisc", "show", "dev", port).stdout
        assert tcx.programs(a, port) == []


def test_a_failure_while_dead_is_seen_at_the_restart(rig):
    a, b = bond_pair(rig, tcx.BEST_HOOK, "active-backup")
    a.kill_daemon()
    b.down("eth0")
    a.start_daemon()
    a.wait_active("eth1")
    assert a.port_info("eth0")["link_failure_count"] == 1
    a.wait_ping("10.0.0.2")


def test_a_port_deleted_while_dead(rig):
    a, b = bond_pair(rig, tcx.BEST_HOOK, "active-backup")
    a.kill_daemon()
    a.ip("link", "del", "eth0")
    a.start_daemon()
    assert list(a.show()) == ["bond0", "eth1"]
    a.wait_active("eth1")
    a.wait_ping("10.0.0.2")


def test_restarted_daemon_announces_nothing(rig):
    """A restart is not a failover: neighbours need not be told."""
    a, b = bond_pair(rig, tcx.BEST_HOOK, "active-backup")
    sniffers = [Sniffer(b, "eth0"), Sniffer(b, "eth1")]
    a.kill_daemon()
    a.start_daemon()
    a.wait_ping("10.0.0.2")

    def gratuitous(frame):
        return frame.data[12:14] == b"\x08\x06" and frame.data[28:32] == frame.data[38:42]

    assert not [f for sniffer in sniffers for f in sniffer.received() if gratuitous(f)]


@pytest.mark.parametrize("mode", ["active-backup", "balance-rr"])
def test_tcp_does_not_notice(rig, mode):
    a, b = two_bonds(rig, mode)
    run = Iperf(a, b, "10.0.0.2", "-t", "3", "-i", "0.25", "-b", "400M")
    for _ in range(2):
        wait_for(lambda: a.stats("bond0").tx_bytes > 20 << 20, 10, "no traffic")
        a.kill_daemon()
        a.start_daemon()
    result = run.result()
    # iperf3 samples every 250 ms, or less often if the machine is too slow.
    looks = [interval["sum"] for interval in result["intervals"]]
    assert sum(look["seconds"] for look in looks) > 2.7, looks
    assert min(look["bits_per_second"] for look in looks) > 0, looks


def test_survivor_of_a_kill_while_a_cable_is_out(rig):
    """Taps: the new daemon must find out which of its ports is dead."""
    a = rig.host("a")
    a.start_daemon()
    taps = [Tap(a, f"tap{number}") for number in range(3)]
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100)
    a.ebond("attach", "bond0", *(tap.name for tap in taps))
    taps[0].carrier(False)
    a.wait_active("tap1")
    a.kill_daemon()
    taps[1].carrier(False)
    a.start_daemon()
    a.wait_active("tap2")
    counts = [a.port_info(tap.name)["link_failure_count"] for tap in taps]
    assert counts == [1, 1, 0]


# Leaving no trace


def busy_host(rig, hook):
    """A host with its own settings, and its state before ebond was started."""
    a, b = rig.host("a"), rig.host("b")
    a.enable_ipv6()
    rig.cables(a, b, 2)
    a.down("eth0")
    a.ip("link", "set", "dev", "eth1", "mtu", 1400)
    a.tc("qdisc", "add", "dev", "eth1", "clsact")
    # The link-local address is there at once (no DAD), and must come back.
    wait_for(lambda: a.link_local("eth1"), 5, "no link-local address")
    settle(a)
    before = a.snapshot()
    a.start_daemon("--hook", hook)
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100)
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.up("bond0")
    a.address("bond0", "10.0.0.1/24")
    a.wait_active("eth0")
    return a, before


def settle(host):
    """Waits until two snapshots are equal: IPv6 has finished its startup."""
    last = [host.snapshot()]

    def same():
        now, earlier = host.snapshot(), last[0]
        last[0] = now
        return now == earlier

    wait_for(same, 10, "the host does not settle", interval=0.1)


def as_found(host, before):
    wait_for(
        lambda: host.snapshot() == before, 10, lambda: difference(before, host.snapshot()), 0.1
    )


@pytest.mark.parametrize("hook", HOOKS)
def test_del_leaves_the_host_as_found(rig, hook):
    a, before = busy_host(rig, hook)
    a.ebond("del", "bond0")
    as_found(a, before)
    assert a.show() == {}


@pytest.mark.parametrize("hook", HOOKS)
def test_stop_teardown_leaves_the_host_as_found(rig, hook):
    a, before = busy_host(rig, hook)
    a.ebond("stop", "--teardown")
    wait_for(lambda: a.daemon.poll() is not None, 10, "ebondd goes on")
    assert a.daemon.returncode == 0
    as_found(a, before)


def test_teardown_after_a_kill(rig):
    """Bonds of a dead daemon can be deleted without a running one."""
    a, before = busy_host(rig, tcx.BEST_HOOK)
    a.kill_daemon()
    a.ebond("stop", "--teardown")
    as_found(a, before)


def test_plain_stop_leaves_the_bonds_running(rig):
    a, b = bond_pair(rig, tcx.BEST_HOOK, "active-backup")
    stream = UdpStream(a, b, "10.0.0.2")
    stream.runs_for(200)
    assert a.stop_daemon() == 0
    stream.runs_for(400)
    a.start_daemon()
    stream.runs_for(200)
    assert stream.stop() == []
    a.ebond("stop")
    wait_for(lambda: a.daemon.poll() is not None, 10, "ebondd goes on")
    a.wait_ping("10.0.0.2")


def test_cli_starts_the_daemon_and_takes_bonds_back(rig):
    """`ip netns exec X ebond add ...` needs nothing else."""
    a, b = rig.host("a"), rig.host("b")
    rig.cables(a, b, 2)
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100)
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.wait_active("eth0")
    (daemon,) = [pid for pid in a.pids() if a.program(pid) == "ebondd"]
    os.kill(daemon, signal.SIGKILL)
    wait_for(lambda: a.program(daemon) != "ebondd", 5, "ebondd does not die")
    b.down("eth0")
    a.ebond("set", "bond0", "resend_igmp", 2)
    a.wait_active("eth1")
    a.ebond("stop", "--teardown")
    assert not a.has_link("bond0")
