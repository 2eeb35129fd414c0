# SPDX-License-Identifier: GPL-2.0-or-later
"""ifenslave: the traditional command, its options and exit codes."""

import re

import pytest

from etc import Etc
from rig import IFENSLAVE, wait_for

ARTICLE = """\
alias bond0 bonding
options bond0 mode=1 miimon=100
"""


@pytest.fixture
def ready(rig, pair):
    """A bond that is up, and two cables."""
    a, b = pair
    rig.cables(a, b, 2)
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 50)
    a.up("bond0")
    return a, b


def ifenslave(host, *words, code=0):
    done = host.run(IFENSLAVE, *words, check=False)
    assert done.returncode == code, f"{done.returncode}: {done.stderr}{done.stdout}"
    return done


def ports(host, bond="bond0"):
    return [name for name, link in host.show().items() if link.get("master") == bond]


def test_enslaves_copies_and_restores(ready):
    a, b = ready
    a.ip("link", "set", "bond0", "mtu", "1400")
    a.down("eth0")
    a.address("eth0", "192.0.2.7/24")
    a.ip("addr", "add", "192.0.2.8/24", "dev", "eth0", "label", "eth0:0")
    a.ip("addr", "add", "198.51.100.8/24", "dev", "eth0")
    before = {port: a.mac(port) for port in ("eth0", "eth1")}

    done = ifenslave(a, "-v", "bond0", "eth0", "eth1")
    assert ports(a) == ["eth0", "eth1"]
    assert a.mac("bond0") == a.mac("eth0") == a.mac("eth1") == before["eth0"]
    assert a.mtu("eth0") == a.mtu("eth1") == 1400
    assert "UP" in a.flags("eth0") and "UP" in a.flags("eth1")
    assert "inet " not in a.ip("addr", "show", "dev", "eth0").stdout
    assert "Master 'bond0', Slave 'eth0': enslaved" in done.stderr
    a.wait_active("eth0")

    ifenslave(a, "-c", "bond0", "eth1")
    a.wait_active("eth1")
    ifenslave(a, "--detach", "bond0", "eth0", "eth1")
    assert ports(a) == []
    assert {port: a.mac(port) for port in before} == before
    assert a.mtu("eth0") == 1500 and "UP" not in a.flags("eth0") and "UP" in a.flags("eth1")


def test_one_that_fails_is_skipped(ready):
    a, b = ready
    done = ifenslave(a, "bond0", "eth9", "eth0", "eth0", "eth1", code=1)
    assert ports(a) == ["eth0", "eth1"]
    lines = done.stderr.splitlines()
    assert len(lines) == 2 and lines[0].startswith("ifenslave: eth9: no such interface"), lines
    assert "eth0" in lines[1]
    done = ifenslave(a, "-d", "bond0", "eth9", "eth1", code=1)
    assert ports(a) == ["eth0"] and len(done.stderr.splitlines()) == 1


def test_the_bond_must_be_up(ready):
    a, b = ready
    a.down("bond0")
    done = ifenslave(a, "bond0", "eth0", code=1)
    assert "is not up" in done.stderr and ports(a) == []
    ifenslave(a, "-f", "bond0", "eth0")
    assert ports(a) == ["eth0"]
    ifenslave(a, "-d", "bond0", "eth0")
    assert ports(a) == [], "giving back needs no more than the bond"


@pytest.mark.parametrize("words, code, said", [
    (["-V"], 0, "ifenslave of ebond"),
    (["-h"], 0, "--change-active"),
    (["--help"], 0, "usage: "),
    (["-u"], 0, "usage: "),
    (["-a", "bond0"], 2, "usage: "),
    (["-d", "bond0"], 2, "usage: "),
    (["-c", "bond0"], 2, "usage: "),
    (["-c", "bond0", "eth0", "eth1"], 2, "usage: "),
    (["-c", "-d", "bond0", "eth0"], 2, "usage: "),
    (["-x"], 2, "usage: "),
    (["bond9", "eth0"], 1, "no module options define it"),
    (["eth0", "eth1"], 1, "no such bond"),
    (["-d", "bond9", "eth1"], 1, "bond9"),
    (["-c", "bond0", "eth1"], 1, "eth1"),
    (["eth9"], 1, "eth9"),
])
def test_exit_codes(ready, words, code, said):
    a, b = ready
    done = Etc(a).run(IFENSLAVE, *words, code=code)
    assert said in done.stdout + done.stderr
    assert bool(done.stderr) == bool(code)
    assert ports(a) == []


def test_shows(ready):
    a, b = ready
    a.address("bond0", "10.0.0.1/24")
    ifenslave(a, "bond0", "eth0")
    a.wait_active("eth0")
    a.down("eth1")
    out = ifenslave(a).stdout
    names = re.findall(r"^(\S+): flags 0x[0-9a-f]+", out, re.M)
    assert set(names) >= {"lo", "bond0", "eth0"} and "eth1" not in names
    assert "eth1: flags" in ifenslave(a, "-a").stdout
    one = ifenslave(a, "bond0").stdout
    assert one.startswith("bond0: flags 0x") and " UP " in one.splitlines()[0]
    assert "    address 10.0.0.1\n" in one
    assert f"    hardware address {a.mac('eth0')}, type 1\n" in one
    assert "    master, active-backup, slaves: eth0, active: eth0\n" in one
    assert "slave of bond0, link up, active" in ifenslave(a, "eth0").stdout


# The bond is defined only in module options


@pytest.mark.parametrize("name", [
    "modprobe.d/bonding.conf", "modules.conf", "conf.modules", "modprobe.conf",
])
def test_makes_the_bond_of_module_options(rig, name):
    a, b = rig.host("a"), rig.host("b")
    rig.cables(a, b, 2)
    etc = Etc(a)
    etc.write(name, ARTICLE)
    etc.run("ifenslave", "bond0", "eth0", "eth1")
    assert a.bond_info()["mode"] == "active-backup" and a.bond_info()["miimon"] == 100
    assert ports(a) == ["eth0", "eth1"]
    assert "UP" in a.flags("bond0")
    wait_for(lambda: a.carrier("bond0"))


def test_create_makes_only_the_bond(rig):
    a, b = rig.host("a"), rig.host("b")
    etc = Etc(a)
    etc.write("modprobe.d/bonding.conf", "options bonding mode=balance-xor max_bonds=2\n")
    etc.run("ifenslave", "--create", "bond1")
    assert list(a.show()) == ["bond1"] and a.bond_info("bond1")["mode"] == "balance-xor"
    assert "UP" not in a.flags("bond1")
    etc.run("ifenslave", "--create", "bond1")
    done = etc.run("ifenslave", "--create", "bond2", code=3)
    assert "no module options define it" in done.stderr


def test_bad_module_options_are_reported_with_their_line(rig):
    a = rig.host("a")
    etc = Etc(a)
    etc.write("modprobe.d/bonding.conf", 'alias bond0 bonding\n\noptions bond0 mode="1\n')
    done = etc.run("ifenslave", "bond0", "eth0", code=1)
    assert done.stderr.startswith("ifenslave: /etc/modprobe.d/bonding.conf:3: "), done.stderr
    assert len(done.stderr.splitlines()) == 1 and not a.has_link("bond0")
    etc.write("modprobe.d/bonding.conf", "alias bond0 bonding\noptions bond0 mode=7\n")
    done = etc.run("ifenslave", "bond0", "eth0", code=1)
    assert "/etc/modprobe.d/bonding.conf:2: " in done.stderr and not a.has_link("bond0")
