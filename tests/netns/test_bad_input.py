# SPDX-License-Identifier: GPL-2.0-or-later
"""Bad input is refused in one line and changes nothing; external changes are handled."""

import os
import re
import shutil
import socket

import pytest

import tcx
from rig import EBOND, EBONDD, stays, wait_for
from test_interface import difference, one_bond


@pytest.fixture
def refusing(rig, pair):
    """bond0 (active-backup) with eth0; bond1 (balance-rr) empty; eth1, eth2 and a tun free."""
    a, b = pair
    rig.cables(a, b, 3)
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100)
    a.ebond("add", "bond1", "mode", "balance-rr")
    a.ebond("attach", "bond0", "eth0")
    a.ip("tuntap", "add", "dev", "tun0", "mode", "tun")
    a.wait_active("eth0")
    return a


def state(host):
    shown = host.show()
    for link in shown.values():
        link["ebond"].pop("link_ms", None)
        for key in ("rx_packets", "tx_packets", "rx_bytes", "tx_bytes"):
            link["ebond"].pop(key, None)
    return {"links": host.ip_json("-d", "link"), "show": shown, "qdiscs": host.tc("qdisc").stdout}


REFUSED = {
    "unknown option": ("set bond0 speed 9", 1, "speed"),
    "unknown option at add": ("add bond9 colour blue", 1, "colour"),
    "unknown word": ("add bond9 mode fastest", 1, "fastest"),
    "mode of another tool": ("add bond9 mode balance-slb", 1, "balance-slb"),
    "not a number": ("set bond0 miimon fast", 1, "fast"),
    "trailing letters": ("set bond0 miimon 100ms", 1, "100ms"),
    "negative": ("set bond0 miimon -1", 1, "-1"),
    "over range": ("set bond0 num_grat_arp 256", 1, "256"),
    "over range, wide": ("set bond1 packets_per_slave 65536", 1, "65536"),
    "beyond 64 bits": ("set bond0 miimon 99999999999999999999", 1, "99999999999999999999"),
    "empty number": (["set", "bond0", "miimon", ""], 1, "miimon"),
    "option of another mode": ("set bond0 packets_per_slave 2", 1, "active-backup"),
    "primary in balance-rr": ("set bond1 primary eth1", 1, "balance-rr"),
    "active_slave in balance-rr": ("set bond1 active_slave eth1", 1, "balance-rr"),
    "delay without miimon": ("set bond1 updelay 100", 1, "miimon"),
    "mode with ports": ("set bond0 mode balance-rr", 1, "ports"),
    "second of two bad": ("set bond0 miimon 200 updelay x", 1, "x"),
    "option without value": ("set bond0 miimon", 2, "VALUE"),
    "no options": ("set bond0", 2, None),
    "unknown command": ("bind bond0 eth1", 2, "bind"),
    "no name": ("add", 2, None),
    "no port": ("attach bond0", 2, None),
    "set of no bond": ("set bond9 miimon 100", 1, "bond9"),
    "attach to no bond": ("attach bond9 eth1", 1, "bond9"),
    "del of no bond": ("del bond9", 1, "bond9"),
    "del of a port": ("del eth0", 1, "eth0"),
    "detach of no port": ("detach bond0 eth1", 1, "eth1"),
    "no such interface": ("attach bond0 eth9", 1, "eth9"),
    "loopback": ("attach bond0 lo", 1, "lo"),
    "a bond": ("attach bond0 bond1", 1, "bond1"),
    "the bond itself": ("attach bond0 bond0", 1, "bond0"),
    "a hidden end": ("attach bond0 eb.bond1", 1, "eb.bond1"),
    "already its port": ("attach bond0 eth0", 1, "eth0"),
    "another's port": ("attach bond1 eth0", 1, "bond0"),
    "no Ethernet address": ("attach bond0 tun0", 1, "tun0"),
    "second port bad": ("attach bond0 eth1 eth9", 1, "eth9"),
    "second port is loopback": ("attach bond0 eth1 lo", 1, "lo"),
    "one port twice": ("attach bond0 eth1 eth1", 1, "eth1"),
    "second detach bad": ("detach bond0 eth0 eth1", 1, "eth1"),
    "name of 16": ("add bond012345678901", 1, "bond012345678901"),
    "name with a slash": ("add bo/nd", 1, "bo/nd"),
    "name with a space": (["add", "bo nd"], 1, "bo nd"),
    "name is a dot": ("add .", 1, None),
    "name is two dots": ("add ..", 1, None),
    "empty name": (["add", ""], 1, None),
    "name with a percent": ("add bond%d", 1, "bond%d"),
    "bond exists": ("add bond0", 1, "bond0"),
    "interface exists": ("add eth1", 1, "eth1"),
    "active_slave no port": ("set bond0 active_slave eth1", 1, "eth1"),
    "active_slave no interface": ("set bond0 active_slave eth9", 1, "eth9"),
    "show of no bond": ("show bond9", 1, "bond9"),
    "proc of no bond": ("proc bond9", 1, "bond9"),
    "proc of a port": ("proc eth0", 1, "eth0"),
    "prio of no port": ("set eth1 prio 5", 1, "eth1"),
    "prio out of range": ("set eth0 prio 99999999999", 1, "99999999999"),
}


def test_refusals(refusing):
    """All cases in one test: the host is set up once, and checked after each."""
    host = refusing
    before, wrong = state(host), []
    for title, (words, code, said) in REFUSED.items():
        words = words.split() if isinstance(words, str) else words
        done = host.run(EBOND, *words, check=False)
        lines = done.stderr.splitlines()
        if done.returncode != code:
            wrong.append(f"{title}: exit {done.returncode}, not {code}: {done.stderr}")
        if len(lines) != 1 or done.stdout:
            wrong.append(f"{title}: not one line on stderr: {done.stderr!r} {done.stdout!r}")
        if said and said not in done.stderr:
            wrong.append(f"{title}: does not name {said!r}: {done.stderr!r}")
        after = state(host)
        if after != before:
            wrong.append(f"{title}: changed {difference(before, after)}")
            before = after
    assert not wrong, "\n".join(wrong)


def test_long_name_is_allowed_up_to_15(rig, pair):
    a, _ = pair
    a.ebond("add", "bond01234567890")
    assert a.has_link("bond01234567890")
    a.ebond("del", "bond01234567890")


def test_no_privileges(refusing):
    """Any user may query; only root may change."""
    host = refusing
    before = state(host)
    as_nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    host.shell(f"chmod 755 {host.rig.scratch} {host.run_dir}")
    command = host.rig.scratch / "ebond"
    shutil.copy(EBOND, command)  # the build directory may not be accessible to others
    for words in (["add", "bond9"], ["attach", "bond0", "eth1"], ["del", "bond0"], ["stop"]):
        done = host.run(*as_nobody, command, *words, check=False)
        assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done
        assert re.search("root|permi|privilege", done.stderr), done.stderr
    assert host.run(*as_nobody, command, "show", "-j", check=False).returncode == 0
    assert state(host) == before


def test_daemon_as_nobody(rig):
    a = rig.host("a")
    done = a.run(
        "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
        EBONDD, "--foreground", check=False, timeout=10,
    )
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done
    assert re.search("root|CAP_|privilege|permi", done.stderr), done.stderr


def test_root_without_capabilities(rig):
    """As in a container with too few capabilities: the message says which are missing."""
    a = rig.host("a")
    done = a.run("setpriv", "--bounding-set", "-all", EBOND, "add", "bond0", check=False)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done
    assert "CAP_" in done.stderr, done.stderr
    assert not a.has_link("bond0")


def test_second_daemon_is_refused(rig, pair):
    a, _ = pair
    a.ebond("add", "bond0")
    done = a.run(EBONDD, "--foreground", check=False, timeout=10)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done
    assert a.daemon.poll() is None
    assert "bond0" in a.show()


def test_stale_socket(rig, pair):
    a, _ = pair
    a.ebond("add", "bond0")
    a.kill_daemon()
    assert a.control().exists(), "the case is a socket that nobody listens on"
    a.start_daemon()
    assert "bond0" in a.show()


def test_garbage_on_the_control_socket(rig, pair):
    a, _ = pair
    a.ebond("add", "bond0")
    for line in (
        b"\n", b"{}\n", b"[1]\n", b'{"command": 7}\n', b'{"command": "add", "args": [7]}\n',
        b"\xff\xfe\n", b'{"command": "show"', b"x" * 3_000_000 + b"\n",
    ):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(10)
            client.connect(str(a.control()))
            try:
                client.sendall(line)
                client.shutdown(socket.SHUT_WR)
                while client.recv(65536):
                    pass
            except (BrokenPipeError, ConnectionResetError):
                pass
    assert a.daemon.poll() is None
    assert "bond0" in a.show()


@pytest.mark.parametrize("content", [b"", b"{", b"\0\xff garbage", b"[]"])
def test_corrupted_state_file(rig, pair, content):
    """A daemon that cannot read its state reports that, and does not interrupt traffic."""
    a, b = one_bond(rig, pair)
    a.kill_daemon()
    (path,) = a.run_dir.glob("net-*/state.json")
    path.write_bytes(content)
    a.start_daemon()
    said(a, "state.json")
    a.wait_ping("10.0.0.2")


# External changes


def said(host, *words):
    """The daemon's log has a line with all the words."""
    def found():
        return any(all(w in line for w in words) for line in host.log().splitlines())

    wait_for(found, 5, lambda: f"no line with {words} in the log:\n{host.log()}")


def test_port_unplugged_for_good(rig, pair):
    a, b = one_bond(rig, pair)
    a.ip("link", "del", "eth0")
    a.wait_active("eth1")
    wait_for(lambda: list(a.show()) == ["bond0", "eth1"], 5, lambda: list(a.show()))
    a.wait_ping("10.0.0.2")
    said(a, "eth0")
    # Plugged in again, it is a new interface that can be attached.
    rig.cable(a, "eth0", b, "neweth0")
    a.ebond("attach", "bond0", "eth0")
    assert "eth0" in a.show()


def test_bond_deleted_with_ip_link(rig, pair):
    a, b = pair
    rig.cables(a, b, 2)
    before = [a.mac("eth0"), a.mac("eth1")]
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100)
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.ip("link", "del", "bond0")
    wait_for(lambda: a.show() == {}, 5, lambda: list(a.show()))
    wait_for(lambda: [a.mac("eth0"), a.mac("eth1")] == before, 5, "addresses not given back")
    said(a, "bond0")
    a.ebond("add", "bond0", "mode", "balance-rr")
    a.ebond("attach", "bond0", "eth0", "eth1")


def test_bonds_hidden_end_deleted(rig, pair):
    a, b = pair
    rig.cables(a, b, 1)
    a.ebond("add", "bond0")
    a.ebond("attach", "bond0", "eth0")
    a.ip("link", "del", "eb.bond0")
    wait_for(lambda: a.show() == {}, 5, lambda: list(a.show()))
    said(a, "bond0")


def test_bond_moved_to_another_namespace(rig, pair):
    """A container's bond0 on the host's cards: it keeps running, and del still finds it."""
    a, b = one_bond(rig, pair)
    c = rig.host("c")
    before = a.mac("bond0")
    a.ip("link", "set", "bond0", "netns", c.ns)
    said(a, "bond0", "another network namespace")
    c.up("bond0")
    c.address("bond0", "10.0.0.3/24")
    c.wait_ping("10.0.0.2")
    a.kill_daemon()
    a.start_daemon()
    c.wait_ping("10.0.0.2")
    assert a.show()["bond0"]["address"] == before
    b.down("eth0")
    a.wait_active("eth1")
    c.wait_ping("10.0.0.2")
    a.ebond("del", "bond0")
    assert not c.has_link("bond0") and not a.has_link("eb.bond0")


def test_port_put_into_a_bridge_by_hand(rig, pair):
    a, b = one_bond(rig, pair)
    a.ip("link", "add", "name", "br7", "type", "bridge")
    a.ip("link", "set", "dev", "eth0", "master", "br7")
    said(a, "eth0", "br7")
    a.wait_ping("10.0.0.2")


def test_ports_address_changed_by_hand(rig, pair):
    a, b = one_bond(rig, pair)
    a.ip("link", "set", "dev", "eth0", "address", "02:00:00:00:77:77")
    wait_for(lambda: a.mac("eth0") == a.mac("bond0"), 5, lambda: a.mac("eth0"))
    said(a, "eth0")
    a.wait_ping("10.0.0.2")


def test_ports_mtu_changed_by_hand(rig, pair):
    a, b = one_bond(rig, pair)
    a.ip("link", "set", "dev", "eth0", "mtu", 1300)
    wait_for(lambda: a.mtu("eth0") == a.mtu("bond0"), 5, lambda: a.mtu("eth0"))
    said(a, "eth0")
    assert a.ping("10.0.0.2", 2, 0.01, 1472, "-M", "do") == 2


def test_port_renamed(rig, pair):
    a, b = one_bond(rig, pair)
    a.ip("link", "property", "add", "dev", "eth0", "altname", "unused")
    done = a.ip("link", "set", "dev", "eth0", "name", "lan0", check=False)
    if done.returncode:  # before Linux 6.x an interface that is up cannot be renamed
        a.down("eth0")
        a.ip("link", "set", "dev", "eth0", "name", "lan0")
        a.up("lan0")
    wait_for(lambda: "lan0" in a.show() and "eth0" not in a.show(), 5, lambda: list(a.show()))
    a.wait_ping("10.0.0.2")
    a.ebond("set", "bond0", "active_slave", "lan0")
    a.wait_ping("10.0.0.2")
    a.ebond("detach", "bond0", "lan0")


def test_bond_renamed(rig, pair):
    a, b = one_bond(rig, pair)
    if a.ip("link", "set", "dev", "bond0", "name", "uplink", check=False).returncode:
        a.down("bond0")
        a.ip("link", "set", "dev", "bond0", "name", "uplink")
        a.up("uplink")
    wait_for(lambda: "uplink" in a.show() and "bond0" not in a.show(), 5, lambda: list(a.show()))
    a.wait_ping("10.0.0.2")
    a.kill_daemon()
    a.start_daemon()
    b.down("eth0")
    a.wait_active("eth1", "uplink")
    a.wait_ping("10.0.0.2")
    a.ebond("del", "uplink")
    assert not [link for link in a.ip_json("link") if link["ifname"] in ("uplink", "eb.bond0")]


@pytest.fixture
def hooked(rig, request):
    a, b = rig.host("a"), rig.host("b")
    a.start_daemon("--hook", request.param)
    one_bond(rig, (a, b))
    return a, b


@pytest.mark.parametrize("hooked", ["clsact"], indirect=True)
@pytest.mark.parametrize("name", ["eth0", "eb.bond0"])
@pytest.mark.parametrize("what", ["filter", "qdisc"])
def test_clsact_removed_by_hand(hooked, name, what):
    a, _ = hooked
    if name == "eb.bond0" and a.kind() == "netkit":
        pytest.skip("a netkit bond has nothing on clsact but its ports")
    if what == "filter":
        a.tc("filter", "del", "dev", name, "ingress")
    else:
        a.tc("qdisc", "del", "dev", name, "clsact")
    a.wait_ping("10.0.0.2")
    said(a, "program", name.removeprefix("eb."))


@pytest.mark.parametrize("hooked", ["tcx"], indirect=True)
@pytest.mark.parametrize("name", ["eth0", "bond0"])
def test_program_detached_by_hand(hooked, name):
    """The kernel does not notify of this: the daemon has to poll."""
    a, _ = hooked
    place = tcx.transmit_hook(a) if name == "bond0" else (name, tcx.BPF_TCX_INGRESS)
    assert tcx.detach_all(a, *place) >= 1
    wait_for(lambda: tcx.programs(a, *place), 10, f"no program at {place}")
    a.wait_ping("10.0.0.2")
    said(a, "program", name)


def test_an_unknown_kind(rig):
    done = rig.host("a").run(EBONDD, "--kind", "dummy", check=False)
    assert done.returncode == 2
    assert done.stderr == "ebondd: --kind dummy: must be netkit or veth\n"


def test_a_kind_that_the_kernel_lacks(rig):
    a = rig.host("a")
    found = a.ip("link", "add", "probe", "type", "netkit", check=False)
    if found.returncode == 0:
        pytest.skip("this kernel has netkit")
    a.start_daemon("--kind", "netkit")
    done = a.ebond("add", "bond0", code=1)
    assert "--kind veth" in done.stderr and done.stderr.count("\n") == 1
    assert not a.has_link("bond0") and not a.has_link("eb.bond0")


def test_port_taken_by_a_bridge(rig, pair):
    """A port is also put in a bridge: this is logged, and bond0 keeps working."""
    a, b = one_bond(rig, pair)
    a.ip("link", "add", "br9", "type", "bridge")
    a.ip("link", "set", "dev", "eth1", "master", "br9", check=False)
    a.wait_ping("10.0.0.2")
    assert "bond0" in a.show()


def test_everything_deleted_at_once(rig, pair):
    """The daemon neither crashes nor spins."""
    a, b = one_bond(rig, pair)
    a.shell("ip link del eth0; ip link del bond0; ip link del eth1")
    wait_for(lambda: a.show() == {}, 5, lambda: list(a.show()))
    ticks = cpu_ticks(a.daemon.pid)
    stays(lambda: a.daemon.poll() is None, 0.5, "ebondd ended")
    assert cpu_ticks(a.daemon.pid) - ticks < os.sysconf("SC_CLK_TCK") / 4, "ebondd spins"


def cpu_ticks(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])
