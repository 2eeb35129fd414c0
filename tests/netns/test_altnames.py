# SPDX-License-Identifier: GPL-2.0-or-later
"""An interface can be called by its alternative names (ip link property add ... altname)."""

import pytest

from rig import IFENSLAVE, wait_for
from test_apply import apply, standing

SHORT = "enp1s0"
LONG = "enx-of-a-very-long-name-beyond-15"


@pytest.fixture
def named(rig, pair):
    """eth0 and eth1, called by one more name each."""
    a, b = pair
    rig.cables(a, b, 2)
    a.ip("link", "property", "add", "dev", "eth0", "altname", SHORT)
    a.ip("link", "property", "add", "dev", "eth1", "altname", LONG)
    return a


def ports(a):
    return sorted(standing(a)["bond0"].get("ports", {}))


def test_commands(named):
    a = named
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100, "primary", SHORT)
    a.ebond("attach", "bond0", SHORT, LONG)
    assert ports(a) == ["eth0", "eth1"]
    assert a.bond_info()["primary"] == "eth0"
    a.ebond("set", "bond0", "active_slave", LONG)
    a.wait_active("eth1")
    a.ebond("set", "bond0", "primary", LONG)
    assert a.bond_info()["primary"] == "eth1"
    a.ebond("set", LONG, "prio", 7)
    assert a.port_info("eth1")["prio"] == 7
    assert a.ebond("show", SHORT).stdout == a.ebond("show", "eth0").stdout
    assert "eth0" in a.ebond("show", LONG, "-j").stdout
    again = a.ebond("attach", "bond0", SHORT, code=1).stderr
    assert "eth0: is already a port" in again, again
    a.ebond("detach", "bond0", SHORT, LONG)
    assert ports(a) == []
    a.ip("link", "property", "add", "dev", "bond0", "altname", "uplink-of-this-rack")
    a.ebond("attach", "uplink-of-this-rack", "eth0")
    assert a.ebond("proc", "uplink-of-this-rack").stdout == a.ebond("proc", "bond0").stdout
    assert a.ebond("test", "balance", "uplink-of-this-rack", 1).stdout.startswith("bond0")
    few = a.ebond("test", "failover", "uplink-of-this-rack", "--yes", code=1).stderr
    assert "bond0: 1 usable port: failover needs two" in few, few
    a.ebond("del", "uplink-of-this-rack")
    assert a.show() == {}


def test_one_interface_by_two_names(named):
    a = named
    a.ebond("add", "bond0")
    done = a.ebond("attach", "bond0", "eth0", SHORT, code=1)
    assert "eth0: is given twice" in done.stderr and ports(a) == []


def test_ifenslave(named):
    a = named
    a.ebond("add", "bond0")
    a.up("bond0")
    a.run(IFENSLAVE, "bond0", SHORT)
    assert ports(a) == ["eth0"]
    a.run(IFENSLAVE, "-d", "bond0", SHORT)
    assert ports(a) == []


def test_file(rig, named):
    """The second time it changes nothing; and the names are those of what comes later, too."""
    a = named
    text = (f"add bond0 mode active-backup miimon 100 primary {SHORT}\n"
            f"attach bond0 {SHORT} {LONG}\nset {LONG} prio 5\n")
    apply(a, text, "--check")
    apply(a, text)
    before = standing(a)
    assert before["bond0"]["ports"] == {"eth0": (0, 0), "eth1": (5, 0)}
    assert before["bond0"]["primary"] == "eth0"
    again = apply(a, text)
    assert (again.stdout, again.stderr) == ("", "") and standing(a) == before
    a.ip("link", "del", "dev", "eth1")
    wait_for(lambda: ports(a) == ["eth0"], 5, a.log)
    rig.cable(a, "other", rig.host("c"), "other", up=False)
    a.ip("link", "property", "add", "dev", "other", "altname", LONG)
    wait_for(lambda: ports(a) == ["eth0", "other"], 5, a.log)
    wait_for(lambda: a.port_info("other")["prio"] == 5, 5, a.log)
    assert apply(a, text).stdout == ""


@pytest.mark.parametrize("name", ["", "x" * 128, "x" * 5000, "eth0/", "."])
def test_names_that_are_none(named, name):
    a = named
    a.ebond("add", "bond0")
    a.ebond("attach", "bond0", name, code=1)
    assert ports(a) == []
    a.ebond("attach", "bond0", "eth0")


def test_import(rig, named):
    """A second time changes nothing."""
    a = named
    folder = rig.scratch / "network-scripts"
    folder.mkdir()
    (folder / "ifcfg-bond0").write_text("DEVICE=bond0\nBONDING_OPTS=\"mode=1 miimon=100\"\n")
    (folder / f"ifcfg-{SHORT}").write_text(f"DEVICE={SHORT}\nMASTER=bond0\nSLAVE=yes\n")
    a.ebond("import", "ifcfg", folder)
    assert ports(a) == ["eth0"]
    before, log = standing(a), a.log()
    a.ebond("import", "ifcfg", folder)
    assert standing(a) == before
    assert "detached" not in a.log()[len(log):], a.log()
