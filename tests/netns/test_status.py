# SPDX-License-Identifier: GPL-2.0-or-later
"""What people and scripts look at: the status files of --proc-dir, ip, and Debian's ifconfig."""

import os
import pathlib
import re
import threading
import time

import pytest

from rig import EBONDD, wait_for

COUNTERS = ("rx_packets", "rx_bytes", "tx_packets", "tx_bytes")


def bonded(rig, pair, *options, ports=2):
    a, b = pair
    names = rig.cables(a, b, ports)
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 50, *options)
    a.ebond("attach", "bond0", *names)
    a.up("bond0")
    a.wait_active("eth0")
    return a, b


def text(host, bond="bond0"):
    return host.ask("proc", bond)["text"]


def default_dir(host):
    return next(host.run_dir.glob("net-*")) / "proc"


def wait_current(host, path, bond="bond0"):
    wait_for(
        lambda: path.exists() and path.read_text() == text(host, bond), 5,
        lambda: f"{path}:\n{path.read_text() if path.exists() else 'is not there'}",
    )


# The files


def test_file_is_what_proc_prints(rig, pair):
    a, b = bonded(rig, pair)
    path = default_dir(a) / "bond0"
    wait_current(a, path)
    assert a.ebond("proc", "bond0").stdout == path.read_text()
    assert oct(path.stat().st_mode & 0o777) == "0o444"
    assert os.listdir(path.parent) == ["bond0"]

    b.down("eth0")
    wait_for(lambda: "Currently Active Slave: eth1" in path.read_text(), 5)
    wait_for(lambda: "Link Failure Count: 1" in path.read_text(), 5)
    wait_current(a, path)
    a.ebond("set", "bond0", "updelay", 100)
    wait_for(lambda: "Up Delay (ms): 100" in path.read_text(), 5)
    a.ebond("detach", "bond0", "eth0")
    wait_for(lambda: "eth0" not in path.read_text(), 5)
    a.down("eth1")  # or kernels before 6.2 refuse to rename it
    a.ip("link", "set", "eth1", "name", "uplink")
    wait_for(lambda: "Slave Interface: uplink" in path.read_text(), 5)


def test_file_goes_with_its_bond(rig, pair):
    a, b = bonded(rig, pair)
    directory = default_dir(a)
    a.ebond("add", "bond1", "mode", "balance-rr")
    wait_current(a, directory / "bond0")
    wait_current(a, directory / "bond1", "bond1")
    a.ebond("del", "bond1")
    wait_for(lambda: not (directory / "bond1").exists(), 5)
    a.down("bond0")
    a.ip("link", "set", "bond0", "name", "trunk")
    wait_for(lambda: (directory / "trunk").exists() and not (directory / "bond0").exists(), 5)
    a.ip("link", "del", "trunk")
    wait_for(lambda: not os.listdir(directory), 5)


def test_files_are_removed_on_stop(rig, pair):
    a, b = bonded(rig, pair)
    directory = default_dir(a)
    wait_current(a, directory / "bond0")
    assert a.stop_daemon() == 0
    assert not directory.exists(), "a daemon that stops takes its files along"

    a.start_daemon()
    wait_current(a, directory / "bond0")
    a.kill_daemon()
    (directory / "bond9").write_text((directory / "bond0").read_text())
    (directory / "notes").write_text("an operator's own")
    (directory / "link").symlink_to(directory / "bond0")
    a.start_daemon()
    wait_current(a, directory / "bond0")
    assert sorted(os.listdir(directory)) == ["bond0", "link", "notes"]


def test_directory_by_name(rig, pair):
    a, b = pair
    a.stop_daemon()
    directory = rig.scratch / "status" / "bonding"
    a.start_daemon("--proc-dir", directory)
    bonded(rig, pair)
    wait_current(a, directory / "bond0")
    assert not default_dir(a).exists()
    a.stop_daemon()

    a.start_daemon("--proc-dir", "none")
    assert text(a)
    assert not directory.exists() and not default_dir(a).exists()
    refused = a.run("ebondd", "--proc-dir", "status", check=False)
    assert refused.returncode == 1


def test_directory_of_the_machines_own_daemon(rig):
    """Process 1 is in the same network namespace; the daemon is restricted as by systemd's unit."""
    a, b = rig.host("a"), rig.host("b")
    unit = pathlib.Path(__file__).resolve().parents[2] / "systemd" / "ebondd.service.in"
    allowed = re.search(r"^CapabilityBoundingSet=(.*)", unit.read_text(), re.M).group(1).split()
    bounding = ",".join(["-all", *(f"+{name.removeprefix('CAP_').lower()}" for name in allowed)])
    a.popen("unshare", "-pf", "--mount-proc", "--kill-child", "sh", "-c",
            'setpriv --bounding-set="$1" "$2" --foreground & wait', "sh", bounding, EBONDD)
    wait_for(lambda: list(a.run_dir.glob("net-*/control")), 20)
    a.ebond("add", "bond0", "mode", "active-backup")
    rig.cables(a, b, 1)
    a.ebond("attach", "bond0", "eth0")
    wait_current(a, a.run_dir / "proc" / "bond0")
    assert not default_dir(a).exists()
    a.ebond("stop", "--teardown")


def test_reader_never_sees_half_a_text(rig, pair):
    a, b = bonded(rig, pair)
    path = default_dir(a) / "bond0"
    wait_current(a, path)
    torn, inodes, running = [], set(), True

    def read():
        while running:
            with open(path) as file:
                inodes.add(os.fstat(file.fileno()).st_ino)
                seen = file.read()
            if seen.count("Slave Interface: ") != 2 or not re.search(
                r"^Slave queue ID: \d+\n\Z", seen, re.M
            ):
                torn.append(seen)
            time.sleep(0.0005)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        before, changes = time.monotonic(), 0
        while time.monotonic() < before + 3:
            changes += 1
            assert a.ask("set", "bond0", "updelay", str(50 * (changes % 40)))["exit"] == 0
        elapsed = time.monotonic() - before
    finally:
        running = False
        reader.join()
    assert not torn, torn[0]
    assert changes > 100
    # Inode numbers are reused: fewer may show, but never more than one file in 100 ms.
    assert len(inodes) <= elapsed / 0.1 + 2, f"{len(inodes)} files for {changes} changes"


# ip and ifconfig


def ifconfig(host, name):
    """(address, counters) as Debian's ifconfig prints them."""
    out = host.run("ifconfig", name).stdout
    counters = {}
    for way in ("RX", "TX"):
        packets, size = re.search(rf"{way} packets (\d+)  bytes (\d+)", out).groups()
        counters[f"{way.lower()}_packets"] = int(packets)
        counters[f"{way.lower()}_bytes"] = int(size)
    return re.search(r"ether (\S+)", out).group(1), counters


def ip_stats(host, name):
    return host.mac(name), host.stats(name)._asdict()


@pytest.mark.parametrize("look", [ifconfig, ip_stats])
def test_one_address_and_counters_that_add_up(rig, pair, look):
    a, b = pair
    names = rig.cables(a, b, 2)
    b.bridge("br0", *names, cidr="10.0.0.2/24")
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 50)
    a.ebond("attach", "bond0", *names)
    a.up("bond0")
    a.address("bond0", "10.0.0.1/24")
    a.wait_ping("10.0.0.2")
    before = {name: look(a, name) for name in ("bond0", *names)}
    assert len({mac for mac, _ in before.values()}) == 1, before

    assert a.ping("10.0.0.2", 50, 0.005, 1000) == 50
    a.ask("set", "bond0", "active_slave", "eth1")
    a.wait_ping("10.0.0.2")
    assert a.ping("10.0.0.2", 50, 0.005, 1000) == 50
    after = {name: look(a, name) for name in before}
    grown = {
        name: {key: after[name][1][key] - before[name][1][key] for key in COUNTERS}
        for name in before
    }
    assert all(grown[name]["tx_packets"] >= 50 for name in names), grown
    for key in ("tx_packets", "tx_bytes"):
        assert grown["bond0"][key] == sum(grown[name][key] for name in names), grown
    for key in ("rx_packets", "rx_bytes"):
        # What a backup port receives (the bridge floods) counts on the port only.
        assert 100 <= grown["bond0"]["rx_packets"]
        assert grown["bond0"][key] <= sum(grown[name][key] for name in names), grown


def test_ifconfig_sets_address_and_flags(rig, pair):
    a, b = bonded(rig, pair)
    a.down("bond0")
    a.run("ifconfig", "bond0", "192.168.1.1", "netmask", "255.255.255.0", "up")
    out = a.run("ifconfig").stdout
    assert "inet 192.168.1.1  netmask 255.255.255.0  broadcast 192.168.1.255" in out
    assert re.search(r"^bond0: flags=\d+<UP,BROADCAST,RUNNING,.*MULTICAST>", out, re.M), out
