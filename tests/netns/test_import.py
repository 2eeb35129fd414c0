# SPDX-License-Identifier: GPL-2.0-or-later
"""`ebond import`: published how-tos, from their original files to traffic."""

import pathlib
import re

import pytest

from rig import EBOND, Failed, wait_for
from traffic import UdpStream

# How-to for a cluster: two cards, one address, one alias.
NETWORK_SCRIPTS = {
    "ifcfg-bond0": """\
DEVICE=bond0
IPADDR=192.0.2.20
NETMASK=255.255.255.0
NETWORK=192.0.2.0
BROADCAST=192.0.2.255
GATEWAY=192.0.2.1
ONBOOT=yes
BOOTPROTO=none
USERCTL=no
BONDING_OPTS="mode=active-backup miimon=100 primary=eth0"
""",
    "ifcfg-bond0:0": """\
DEVICE=bond0:0
IPADDR=192.0.2.21
NETMASK=255.255.255.0
ONBOOT=yes
""",
    "ifcfg-eth0": """\
DEVICE=eth0
USERCTL=no
ONBOOT=yes
MASTER=bond0
SLAVE=yes
BOOTPROTO=none
""",
    "ifcfg-eth1": """\
DEVICE=eth1
USERCTL=no
ONBOOT=yes
MASTER=bond0
SLAVE=yes
BOOTPROTO=none
""",
    "ifcfg-bond1": """\
DEVICE=bond1
IPADDR=198.51.100.20
PREFIX=24
ONBOOT=no
BONDING_OPTS="mode=1 miimon=100"
""",
    "ifcfg-eth2": "DEVICE=eth2\nMASTER=bond1\nSLAVE=yes\nONBOOT=no\n",
    "ifcfg-lo": "DEVICE=lo\nIPADDR=127.0.0.1\nNETMASK=255.0.0.0\nONBOOT=yes\n",
    "ifcfg-eth0.bak": "this is no shell (",
}


@pytest.fixture
def cabled(rig):
    """Host a without a daemon; its ports are connected to a bridge of b."""
    a, b = rig.host("a"), rig.host("b")
    rig.cables(a, b, 4)
    b.bridge("br0", "eth0", "eth1", cidr="192.0.2.1/24")
    b.up("eth0", "eth1", "eth2", "eth3")
    yield a, b
    a.run(EBOND, "stop", "--teardown", check=False)


def files(host, contents, folder="files"):
    """Writes the files; returns the path of their directory."""
    path = host.rig.scratch / folder
    path.mkdir(exist_ok=True)
    for name, text in contents.items():
        (path / name).write_text(text)
    return path


def addresses(host, name):
    """The addresses of an interface: {"192.0.2.20/24": label}."""
    found = host.ip_json("addr", "show", "dev", name)[0]["addr_info"]
    return {f"{one['local']}/{one['prefixlen']}": one.get("label") for one in found}


def untouched(host):
    assert not host.has_link("bond0"), "half done"
    assert all(addresses(host, f"eth{n}") == {} for n in range(4))


def test_network_scripts(cabled):
    a, b = cabled
    folder = files(a, NETWORK_SCRIPTS)
    done = a.ebond("import", "ifcfg", folder)
    assert "bond1 is not brought up at boot" in done.stderr
    assert addresses(a, "bond0") == {"192.0.2.20/24": "bond0", "192.0.2.21/24": "bond0:0"}
    assert a.ip_json("route", "show", "default")[0]["gateway"] == "192.0.2.1"
    assert a.show()["bond0"]["linkinfo"]["info_data"]["mode"] == "active-backup"
    assert a.active() == "eth0" and not a.has_link("bond1")
    for address in ("192.0.2.20", "192.0.2.21"):
        b.wait_ping(address)
    # The second time there is nothing to do.
    assert a.ebond("import", "ifcfg", folder).stdout == ""


def test_both_addresses_survive_a_failover(cabled):
    a, b = cabled
    a.ebond("import", "ifcfg", files(a, NETWORK_SCRIPTS))
    for address in ("192.0.2.20", "192.0.2.21"):
        b.wait_ping(address)
    b.down("eth0")
    a.wait_active("eth1")
    for address in ("192.0.2.20", "192.0.2.21"):
        b.wait_ping(address, 2)


def test_one_by_name(cabled):
    a, b = cabled
    folder = files(a, NETWORK_SCRIPTS)
    a.ebond("ifup", "bond1", folder)
    assert addresses(a, "bond1") == {"198.51.100.20/24": "bond1"}
    assert a.show()["eth2"]["master"] == "bond1" and not a.has_link("bond0")
    a.ebond("ifup", "eth0", folder)  # a port brings up its bond
    b.wait_ping("192.0.2.21")
    a.ebond("ifdown", "bond0:0", folder)
    assert addresses(a, "bond0") == {"192.0.2.20/24": "bond0"}
    a.ebond("ifup", "bond0:0", folder)
    b.wait_ping("192.0.2.21")
    a.ebond("ifdown", "eth1", folder)
    assert "master" not in a.show().get("eth1", {})
    a.ebond("ifdown", "bond0", folder)
    a.ebond("ifdown", "bond1", folder)
    untouched(a)
    assert "neither a bond nor a port" in a.ebond("ifup", "lo", folder, code=1).stderr


def test_module_options(cabled):
    """Several bonds with different options, and addresses set manually, as in the how-to."""
    a, b = cabled
    folder = files(a, {"bonding.conf": """\
alias bond0 bonding
alias bond1 bonding
options bonding miimon=100
options bond0 -o bond0 mode=0
options bond1 -o bonding1 mode=active-backup miimon=50 primary=eth2
"""})
    a.ebond("import", "modprobe", folder)
    assert a.bond_info("bond0")["mode"] == "balance-rr" and a.bond_info("bond0")["miimon"] == 100
    assert a.bond_info("bond1")["mode"] == "active-backup"
    assert a.bond_info("bond1")["miimon"] == 50
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.address("bond0", "192.0.2.20/24")
    a.up("bond0")
    b.wait_ping("192.0.2.20")


@pytest.mark.parametrize("name, text", [
    ("bond.yaml", """\
network:
  version: 2
  bonds:
    bond0:
      interfaces: [eth0, eth1]
      addresses: [192.0.2.20/24]
      mtu: 1400
      parameters: {mode: active-backup, mii-monitor-interval: 100}
"""),
    ("bond.sh", """\
ip link add bond0 type bond mode active-backup miimon 100
ip link set eth0 master bond0
ip link set eth1 master bond0
ip link set bond0 mtu 1400 up
ip addr add 192.0.2.20/24 dev bond0
"""),
])
def test_other_files(cabled, name, text):
    a, b = cabled
    a.ebond("import", files(a, {name: text}) / name)
    b.wait_ping("192.0.2.20")
    assert a.mtu("bond0") == 1400 and a.active() == "eth0"


def test_traffic_through_an_import(cabled):
    """Importing a running bond with another option loses no packets."""
    a, b = cabled
    folder = files(a, NETWORK_SCRIPTS)
    a.ebond("import", "ifcfg", folder)
    b.wait_ping("192.0.2.20")
    stream = UdpStream(b, a, "192.0.2.20")
    stream.runs_for(200)
    bond0 = folder / "ifcfg-bond0"
    bond0.write_text(bond0.read_text().replace("miimon=100", "miimon=50"))
    a.ebond("import", "ifcfg", folder)
    stream.runs_for(200)
    assert stream.stop() == []
    assert a.bond_info()["miimon"] == 50


@pytest.mark.parametrize("change, said", [
    ({"ifcfg-eth1": "DEVICE=eth9\nMASTER=bond0\nSLAVE=yes\n"},
     "ifcfg-eth1:2: eth9: no such interface: see 'ip link'"),
    ({"ifcfg-eth1": "DEVICE=eth1\nMASTER=bond7\nSLAVE=yes\n"},
     "ifcfg-eth1:2: eth1: no file defines its master bond7 as a bond: import that file, too"),
    ({"ifcfg-bond0": "DEVICE=bond0\nBONDING_OPTS=\"mode=1\n"},
     "ifcfg-bond0:2: unterminated quote: close it on the same line"),
    ({"ifcfg-bond0": "DEVICE=bond0\nMASTER=eth0\n"},
     "ifcfg-bond0:2: bond0: master eth0 forms a loop"),
    ({"ifcfg-bond0": "DEVICE=bond0\nBONDING_OPTS=\"mode=1 miimon=x\"\n"},
     "ifcfg-bond0:2: miimon 'x': not a number: use a number from 0 to 2147483647 ms"),
    ({"ifcfg-bond0": "DEVICE=bond0\nIPADDR=192.0.2.300\nNETMASK=255.255.255.0\n"},
     "ifcfg-bond0:2: '192.0.2.300/24' is not an address: write 192.0.2.1/24 or 2001:db8::1/64"),
    # The kernel reports an unreachable router only after everything else is done: see --strict.
    ({"ifcfg-bond0": "DEVICE=bond0\nIPADDR=192.0.2.20\nPREFIX=24\nGATEWAY=203.0.113.1\n"},
     "ifcfg-bond0:4: 'ip route add default via 203.0.113.1 dev bond0' failed: "
     "Network is unreachable"),
])
def test_nothing_is_half_done(cabled, change, said):
    a, _ = cabled
    folder = files(a, {**NETWORK_SCRIPTS, **change})
    done = a.ebond("import", "ifcfg", folder, "--strict", code=1)
    assert f"ebond: {folder}/{said}\n" in done.stderr, done.stderr
    untouched(a)


def test_a_refused_route_does_not_revert_the_rest(cabled):
    a, b = cabled
    text = NETWORK_SCRIPTS["ifcfg-bond0"] + "GATEWAY1=203.0.113.1\n"
    folder = files(a, {**NETWORK_SCRIPTS, "ifcfg-bond0": text,
                       "route-bond0": "198.51.100.0/24 via 192.0.2.254 table 7 metric 5\n"})
    done = a.ebond("import", "ifcfg", folder)
    assert "ifcfg-bond0:11: 'ip route add default via 203.0.113.1" in done.stderr
    b.wait_ping("192.0.2.20")
    assert a.ip_json("route", "show", "default")[0]["gateway"] == "192.0.2.1"
    assert a.ip_json("route", "show", "table", "7")[0]["metric"] == 5


def cases():
    return sorted((pathlib.Path(__file__).parents[1] / "import" / "corpus").glob("*.case"))


def write_case(host, path):
    """The files of one case of the corpus, in their own directory; returns their paths."""
    folder = host.rig.scratch / path.stem
    found = re.findall(r"^=== (.*)\n((?:(?!=== ).*\n)*)", path.read_text(), re.M)
    names = []
    for name, text in found:
        if name not in ("prints", "says"):
            file = folder / name.lstrip("/")  # some are in /etc, /run and /usr
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            names.append(file)
    return names


@pytest.mark.parametrize("part", range(4))
def test_twice_changes_nothing(cabled, part):
    """For every case of the corpus: a second import, or --print and apply, changes nothing."""
    a, _ = cabled
    for number in range(4):
        a.ip("link", "set", f"eth{number}", "address", f"02:00:00:00:00:0{number}")
    inputs, count = cases()[part::4], 0
    for path in inputs:
        names = write_case(a, path)
        done = a.run(EBOND, "import", *names, check=False)
        if done.returncode:
            continue
        assert a.ebond("import", *names).stdout == "", path.name
        printed = a.rig.scratch / "printed.conf"
        printed.write_text(a.ebond("import", *names, "--print").stdout)
        assert a.ebond("apply", printed, "--diff").stdout == "", path.name
        for bond in re.findall("^add ([^ \n]+)", printed.read_text(), re.M):
            a.ebond("del", bond)
        count += 1
    assert count >= len(inputs) // 2


def test_an_existing_bond_is_restored(cabled):
    """A late failure reverts options, ports, addresses, routes, MTU - and nothing else."""
    a, b = cabled
    a.ebond("import", "ifcfg", files(a, NETWORK_SCRIPTS))
    a.ip("addr", "del", "192.0.2.21/24", "dev", "bond0")
    a.ip("route", "del", "default")
    a.ebond("set", "eth1", "prio", "7")
    b.wait_ping("192.0.2.20")
    stream = UdpStream(b, a, "192.0.2.20")
    before = a.bond_info()
    text = NETWORK_SCRIPTS["ifcfg-bond0"].replace("192.0.2.1\n", "192.0.2.1\nGATEWAY1=203.0.113.1\n")
    text = text.replace("miimon=100", "miimon=50 num_grat_arp=5") + "MTU=1400\n"
    folder = files(a, {**NETWORK_SCRIPTS, "ifcfg-bond0": text})
    (folder / "ifcfg-eth1").unlink()
    done = a.ebond("import", "ifcfg", folder, "--strict", code=1)
    assert "ifcfg-bond0:7: 'ip route add default via 203.0.113.1" in done.stderr
    assert a.bond_info() == before and a.mtu("bond0") == 1500
    assert addresses(a, "bond0") == {"192.0.2.20/24": "bond0"}
    assert a.ip_json("route", "show", "default") == []
    assert a.port_info("eth1")["prio"] == 7
    stream.runs_for(100)
    assert stream.stop() == []


def test_who_may(cabled):
    """--print works for any user; the rest needs root."""
    a, _ = cabled
    folder = files(a, NETWORK_SCRIPTS)
    for path in (a.rig.scratch, folder):
        path.chmod(0o755)
    printed = a.run("setpriv", "--reuid=65534", "--clear-groups", EBOND, "import", "ifcfg",
                    folder, "--print")
    assert printed.stdout.startswith("add bond0 mode active-backup miimon 100 primary eth0\n")
    with pytest.raises(Failed):
        a.run("setpriv", "--reuid=65534", "--clear-groups", EBOND, "import", "ifcfg", folder)
    untouched(a)
    assert wait_for(lambda: not a.has_link("bond0"))


# Each `ip netns exec` has its own mounts: /etc can be hidden for one command.
EMPTY_ETC = "mount -t tmpfs none /etc && "


def test_the_usual_places(cabled):
    a, _ = cabled
    folder = files(a, {**NETWORK_SCRIPTS, "bonding.conf": "alias bond3 bonding\n",
                       "modules.conf": "options bond3 miimon=70\nalias bond4 bonding\n"})
    none = a.shell(f"{EMPTY_ETC} {EBOND} import modprobe --print", check=False)
    assert none.returncode == 1 and "name a file" in none.stderr
    printed = a.shell(
        f"{EMPTY_ETC} mkdir /etc/modprobe.d && cp {folder}/bonding.conf /etc/modprobe.d &&"
        f" cp {folder}/modules.conf /etc && {EBOND} import modprobe --print").stdout
    assert printed == "add bond3 miimon 70\nadd bond4\n"
    a.shell(f"{EMPTY_ETC} mkdir -p /etc/sysconfig/network-scripts &&"
            f" cp {folder}/ifcfg-* /etc/sysconfig/network-scripts && {EBOND} import ifcfg &&"
            f" {EBOND} ifup bond1")
    assert a.has_link("bond0") and a.has_link("bond1")


def test_options_of_the_module_and_addresses_of_ifcfg(cabled):
    """The older how-to: /etc/modprobe.conf instead of BONDING_OPTS."""
    a, b = cabled
    plain = "DEVICE=bond0\nIPADDR=192.0.2.20\nNETMASK=255.255.255.0\nONBOOT=yes\n"
    folder = files(a, {"ifcfg-bond0": plain, "modprobe.conf": """\
alias eth0 tg3
alias bond0 bonding
alias bond5 bonding
options bond0 mode=1 miimon=80
""", **{name: NETWORK_SCRIPTS[name] for name in ("ifcfg-eth0", "ifcfg-eth1")}})
    a.shell(f"{EMPTY_ETC} mkdir -p /etc/sysconfig/network-scripts &&"
            f" cp {folder}/ifcfg-* /etc/sysconfig/network-scripts &&"
            f" cp {folder}/modprobe.conf /etc && {EBOND} import ifcfg")
    assert (a.bond_info()["mode"], a.bond_info()["miimon"]) == ("active-backup", 80)
    assert not a.has_link("bond5")
    b.wait_ping("192.0.2.20")
