# SPDX-License-Identifier: GPL-2.0-or-later
"""bond0 is an ordinary interface: counters, tools, stacking, offloads, addresses, number."""

import re

import pytest

from frames import BROADCAST, Sender, Sniffer, ethernet, numbered
from rig import Traffic, wait_for
from taps import Tap, TapCable
from traffic import Iperf, transfer

MODES = ["balance-rr", "active-backup", "balance-xor"]


def two_bonds(rig, mode, cables=2, ipv6=False, policy="layer3+4"):
    """bond0 in a (10.0.0.1) and in b (10.0.0.2) over the same cables."""
    a, b = rig.host("a"), rig.host("b")
    for host in (a, b):
        if ipv6:
            host.enable_ipv6()
        host.start_daemon()
    names = rig.cables(a, b, cables)
    options = ["xmit_hash_policy", policy] if mode == "balance-xor" else []
    for number, host in enumerate((a, b), 1):
        host.ebond("add", "bond0", "mode", mode, "miimon", 100, *options)
        host.ebond("attach", "bond0", *names)
        host.pin("bond0")
        host.up("bond0")
        host.address("bond0", f"10.0.0.{number}/24")
    a.wait_ping("10.0.0.2")
    return a, b


def one_bond(rig, pair, *options, cables=2):
    """bond0 in a (10.0.0.1); a bridge in b (10.0.0.2) that joins the cables' far ends."""
    a, b = pair
    names = rig.cables(a, b, cables)
    b.bridge("br0", *names, cidr="10.0.0.2/24")
    a.ebond("add", "bond0", *(options or ("mode", "active-backup", "miimon", 100)))
    a.ebond("attach", "bond0", *names)
    a.up("bond0")
    a.address("bond0", "10.0.0.1/24")
    a.wait_ping("10.0.0.2")
    return a, b


# Counters and tools


def grown(host, names, before):
    """The increase of these interfaces' summed counters since `before`."""
    now = total(host, names)
    return Traffic(*(late - early for early, late in zip(before, now)))


def total(host, names):
    return Traffic(*(sum(column) for column in zip(*(host.stats(name) for name in names))))


@pytest.mark.parametrize("mode", MODES)
def test_counters_agree_with_the_ports(rig, mode):
    a, b = two_bonds(rig, mode)
    ports = ["eth0", "eth1"]
    bond_before, ports_before = total(a, ["bond0"]), total(a, ports)
    assert a.ping("10.0.0.2", 50) == 50
    transfer(a, b, "10.0.0.2", 2 << 20)
    transfer(b, a, "10.0.0.1", 2 << 20)

    def agree():
        return grown(a, ["bond0"], bond_before) == grown(a, ports, ports_before)

    wait_for(
        agree, 5,
        lambda: f"{grown(a, ['bond0'], bond_before)} != {grown(a, ports, ports_before)}",
    )
    carried = grown(a, ["bond0"], bond_before)
    assert carried.tx_bytes > 2 << 20 and carried.rx_bytes > 2 << 20
    shown = a.show()
    own = a.stats("bond0")
    ebond = shown["bond0"]["ebond"]
    assert (ebond["rx_packets"], ebond["tx_packets"]) == (own.rx_packets, own.tx_packets)
    assert not any(v for k, v in ebond["counters"].items() if k.startswith("tx_")), ebond


def test_tcpdump_sees_both_directions(rig):
    a, b = two_bonds(rig, "active-backup")
    dumps = {}
    for name in ("bond0", "eth0", "eth1"):
        with open(rig.scratch / f"dump-{name}", "w") as out:
            dumps[name] = a.popen(
                "tcpdump", "-l", "-n", "--immediate-mode", "-i", name, "icmp", stdout=out
            )
    wait_for(
        lambda: all(
            "listening on" in (rig.scratch / f"dump-{name}").read_text() for name in dumps
        ),
        10, "tcpdump does not start",
    )
    assert a.ping("10.0.0.2", 5) == 5

    def seen(name):
        text = (rig.scratch / f"dump-{name}").read_text()
        return (
            len(re.findall("10.0.0.1 > 10.0.0.2: ICMP echo request", text)),
            len(re.findall("10.0.0.2 > 10.0.0.1: ICMP echo reply", text)),
        )

    for name, wanted in (("bond0", (5, 5)), ("eth0", (5, 5))):
        wait_for(lambda: seen(name) == wanted, 5, lambda: f"{name}: {seen(name)}")
    assert seen("eth1") == (0, 0)


# ip link set


def test_mtu(rig, pair):
    a, b = one_bond(rig, pair)
    for name in ("eth0", "eth1", "br0"):
        b.ip("link", "set", "dev", name, "mtu", 9000)
    a.ip("link", "set", "dev", "bond0", "mtu", 9000)
    wait_for(
        lambda: [a.mtu(port) for port in ("eth0", "eth1")] == [9000, 9000], 5,
        lambda: [a.mtu(port) for port in ("eth0", "eth1")],
    )
    assert a.ping("10.0.0.2", 3, 0.01, 8900, "-M", "do") == 3
    assert a.ping("10.0.0.2", 1, 0.01, 9000, "-M", "do") == 0


def test_mtu_that_a_port_cannot_have(rig, pair):
    """`ip` succeeds before the ports are asked: all return to the old MTU, and the log says why."""
    a, b = one_bond(rig, pair, cables=1)
    rig.cable(a, "card", b, "card")
    a.ip("link", "add", "link", "card", "name", "small", "type", "macvlan", "mode", "passthru")
    a.ebond("attach", "bond0", "small")
    a.ip("link", "set", "dev", "bond0", "mtu", 9000)
    wait_for(lambda: "MTU stays 1500: port small does not support 9000" in a.log(), 5, a.log)
    mtus = {name: a.mtu(name) for name in ("bond0", "eth0", "small")}
    assert set(mtus.values()) == {1500}, mtus


def test_address(rig, pair):
    a, b = one_bond(rig, pair)
    a.ip("link", "set", "dev", "bond0", "address", "02:00:00:00:12:34")
    wait_for(
        lambda: {a.mac(name) for name in ("bond0", "eth0", "eth1")} == {"02:00:00:00:12:34"}, 5,
        lambda: [a.mac(name) for name in ("bond0", "eth0", "eth1")],
    )
    a.wait_ping("10.0.0.2")


def test_down_and_up(rig, pair):
    a, b = one_bond(rig, pair)
    far = Sender(b, "eth0")
    bond, port = Sniffer(a, "bond0"), Sniffer(a, "eth0")
    a.down("bond0")
    far.send_all(numbered(BROADCAST, b.mac("eth0"), number) for number in range(5))
    wait_for(lambda: port.numbers() == list(range(5)), 5, lambda: port.numbers())
    assert "UP" in a.flags("eth0"), "a bond that is down leaves its ports up"
    a.up("bond0")
    a.wait_ping("10.0.0.2")
    assert bond.numbers() == [], "received while down"


def test_carrier_follows_the_ports(rig, pair):
    a, b = pair
    a.ebond("add", "bond0", "mode", "balance-rr", "miimon", 50)
    a.up("bond0")
    assert not a.carrier("bond0"), "carrier without a port"
    rig.cables(a, b, 2)
    a.ebond("attach", "bond0", "eth0", "eth1")
    for far, wanted in (((), True), (("eth0",), True), (("eth0", "eth1"), False)):
        b.down(*far)
        wait_for(lambda: a.carrier("bond0") == wanted, 5, f"{far} pulled: carrier not {wanted}")
    b.up("eth1")
    wait_for(lambda: a.carrier("bond0"), 5, "no carrier after a cable is back")
    a.ebond("detach", "bond0", "eth0", "eth1")
    wait_for(lambda: not a.carrier("bond0"), 5, "carrier without a port")
    assert a.show()["bond0"]["ebond"]["carrier"] is False


# Upper interfaces, and what passes through


def test_vlan_tags_pass_both_ways(rig, pair):
    a, b = one_bond(rig, pair)
    tci = 0xA064  # priority 5, VLAN 100
    bond, far = Sniffer(a, "bond0"), Sniffer(b, "eth0")
    out = ethernet("02:00:00:00:00:99", a.mac("bond0"), 0x88B5, b"out", tci)
    back = ethernet(a.mac("bond0"), b.mac("eth0"), 0x88B5, b"back", tci)
    Sender(a, "bond0").send(out)
    Sender(b, "eth0").send(back)

    def tagged(sniffer):
        return [f.data[14:18] for f in sniffer.received() if f.vlan_tci == tci]

    wait_for(lambda: tagged(far) == [b"out\0"], 5, lambda: f"far end: {far.received()}")
    wait_for(lambda: tagged(bond) == [b"back"], 5, lambda: f"bond0: {bond.received()}")


def test_link_local_control_frames(rig, pair):
    """As in the kernel: listeners on the port get them, those on bond0 only from an active port."""
    a, b = one_bond(rig, pair, "mode", "active-backup", "miimon", 100)
    bond = Sniffer(a, "bond0")
    active, backup = Sniffer(a, "eth0"), Sniffer(a, "eth1")
    Sender(b, "eth1").send(numbered("01:80:c2:00:00:0e", b.mac("eth1"), 1))
    wait_for(lambda: backup.numbers() == [1], 5, lambda: backup.numbers())
    Sender(b, "eth0").send(numbered("01:80:c2:00:00:0e", b.mac("eth0"), 2))
    wait_for(lambda: bond.numbers() == [2], 5, lambda: bond.numbers())
    assert active.numbers() == [2]


def test_in_a_bridge(rig, pair):
    a, b = one_bond(rig, pair, "mode", "balance-xor", "miimon", 100, cables=1)
    c = rig.host("c")
    rig.cable(a, "toc", c, "eth0")
    a.ip("addr", "flush", "dev", "bond0")
    a.bridge("br1", "bond0", "toc", cidr="10.0.0.1/24")
    c.address("eth0", "10.0.0.3/24")
    a.wait_ping("10.0.0.2")
    c.wait_ping("10.0.0.2")
    b.wait_ping("10.0.0.3")
    transfer(b, c, "10.0.0.3", 1 << 20)


def test_under_a_macvlan(rig, pair):
    a, b = one_bond(rig, pair)
    c = rig.host("c")
    a.ip("link", "add", "link", "bond0", "name", "mv0", "type", "macvlan", "mode", "bridge")
    a.ip("link", "set", "dev", "mv0", "netns", c.ns)
    c.up("mv0")
    c.address("mv0", "10.0.0.3/24")
    c.wait_ping("10.0.0.2")
    b.wait_ping("10.0.0.3")
    a.wait_ping("10.0.0.2")


def test_ipv6(rig):
    a, b = two_bonds(rig, "active-backup", ipv6=True)
    a.address("bond0", "2001:db8::1/64")
    b.address("bond0", "2001:db8::2/64")
    a.wait_ping("2001:db8::2", 5, "-6")
    local = b.link_local("bond0")
    assert local, "bond0 has no link-local address"
    a.wait_ping(f"{local[0]}%bond0", 5, "-6")
    transfer(a, b, "2001:db8::2", 1 << 20)
    for port in ("eth0", "eth1", "eb.bond0"):
        (shown,) = a.ip_json("addr", "show", "dev", port)
        assert shown["addr_info"] == [], f"{port} has addresses of its own"


# Segmentation and checksums


@pytest.mark.parametrize("mode", MODES)
def test_super_packets_pass_unsegmented(rig, mode):
    a, b = two_bonds(rig, mode)
    ports = ["eth0", "eth1"]
    at_a, at_b = [Sniffer(a, port) for port in ports], Sniffer(b, "bond0")
    before = [(h, n, total(h, n)) for h in (a, b) for n in (["bond0"], ports)]
    transfer(a, b, "10.0.0.2", 8 << 20)

    def sizes():
        bond_a, ports_a, bond_b, ports_b = (grown(h, n, was) for h, n, was in before)
        return bond_a.tx_packets, ports_a.tx_packets, ports_b.rx_packets, bond_b.rx_packets

    wait_for(lambda: len(set(sizes())) == 1, 5, lambda: f"packets on the way: {sizes()}")
    assert grown(*before[0]).tx_bytes / sizes()[0] > 1514, "no super-packets at all"
    assert max(len(frame.data) for sniffer in at_a for frame in sniffer.sent()) > 1514
    assert max(len(frame.data) for frame in at_b.received()) > 1514


def checksum_errors(host):
    """TCP, UDP and ICMP packets dropped for a bad checksum."""
    out = host.run("nstat", "-asz").stdout
    found = dict(line.split()[:2] for line in out.splitlines() if not line.startswith("#"))
    names = ("TcpInCsumErrors", "UdpInCsumErrors", "IcmpInCsumErrors", "Udp6InCsumErrors")
    return {name: int(found[name]) for name in names if int(found.get(name, 0))}


@pytest.mark.parametrize("bond", ["on", "off"])
@pytest.mark.parametrize("ports", ["on", "off"])
def test_checksums_with_offloads(rig, ports, bond):
    a, b = two_bonds(rig, "balance-rr")
    for host in (a, b):
        for port in ("eth0", "eth1"):
            host.run("ethtool", "-K", port, "tx", ports, "rx", ports, "tso", ports, "gso", ports)
        host.run("ethtool", "-K", "bond0", "tx", bond, "tso", bond)
    transfer(a, b, "10.0.0.2", 1 << 20)
    transfer(b, a, "10.0.0.1", 1 << 20)
    assert a.ping("10.0.0.2", 4) == 4
    udp = Iperf(a, b, "10.0.0.2", "-u", "-b", "5M", "-l", "1000", "-n", "200K").result()
    assert udp["end"]["sum"]["lost_packets"] == 0
    assert checksum_errors(a) == {} and checksum_errors(b) == {}


# Addresses


def test_first_ports_address_is_adopted_and_kept(rig, pair):
    a, b = pair
    rig.cables(a, b, 3)
    own = [a.mac(f"eth{number}") for number in range(3)]
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100)
    a.ebond("attach", "bond0", "eth0", "eth1")
    assert [a.mac(name) for name in ("bond0", "eth0", "eth1")] == [own[0]] * 3
    assert a.port_info("eth1")["perm_hwaddr"] == own[1]
    a.ebond("detach", "bond0", "eth0")
    assert a.mac("eth0") == own[0] and a.mac("bond0") == own[0]
    a.ebond("attach", "bond0", "eth2")
    assert a.mac("eth2") == own[0]
    a.ebond("del", "bond0")
    assert [a.mac(f"eth{number}") for number in range(3)] == own


def test_address_set_by_hand_is_not_replaced_by_the_first_port(rig, pair):
    a, b = pair
    rig.cables(a, b, 1)
    a.ebond("add", "bond0", "mode", "balance-rr")
    a.ip("link", "set", "dev", "bond0", "address", "02:00:00:00:ab:cd")
    a.ebond("attach", "bond0", "eth0")
    assert a.mac("bond0") == a.mac("eth0") == "02:00:00:00:ab:cd"


def test_detach_restores_a_port(rig, pair):
    a, b = pair
    rig.cables(a, b, 2)
    a.ip("link", "set", "dev", "eth0", "mtu", 1400, "down")
    before = a.snapshot()
    a.ebond("add", "bond0", "mode", "balance-rr", "miimon", 100)
    a.ip("link", "set", "dev", "bond0", "mtu", 1450)
    a.ebond("attach", "bond0", "eth0", "eth1")
    assert [a.mtu("eth0"), a.mtu("eth1")] == [1450, 1450]
    assert "UP" in a.flags("eth0"), "a port is brought up"
    a.ebond("detach", "bond0", "eth0", "eth1")
    assert (a.mtu("eth0"), "UP" in a.flags("eth0")) == (1400, False)
    assert (a.mtu("eth1"), "UP" in a.flags("eth1")) == (1500, True)
    a.ebond("del", "bond0")
    wait_for(lambda: a.snapshot() == before, 5, lambda: difference(before, a.snapshot()))


def difference(before, after):
    return {key: (before[key], after[key]) for key in before if before[key] != after[key]}


# Kinds and numbers


def test_mixed_kinds_of_interfaces(rig, pair):
    """veth, tap and macvlan in one bond; each must be able to carry the traffic."""
    a, b = pair
    rig.cable(a, "eth0", b, "eth0")
    rig.cable(a, "lower", b, "eth1")
    near, far = Tap(a, "tap0"), Tap(b, "tap0")
    TapCable(near, far)
    a.ip("link", "add", "link", "lower", "name", "mv0", "type", "macvlan", "mode", "passthru")
    b.bridge("br0", "eth0", "eth1", "tap0", cidr="10.0.0.2/24")
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100)
    a.ebond("attach", "bond0", "eth0", "tap0", "mv0")
    a.up("bond0")
    a.address("bond0", "10.0.0.1/24")
    for port in ("eth0", "tap0", "mv0"):
        wait_for(lambda: a.port_info(port)["mii_status"] == "UP", 5, f"{port} is not up")
        a.ebond("set", "bond0", "active_slave", port)
        before = a.stats(port)
        a.wait_ping("10.0.0.2")
        assert a.stats(port).tx_packets > before.tx_packets
        assert a.stats(port).rx_packets > before.rx_packets


def test_several_bonds(rig, pair):
    a, b = pair
    for bond in range(3):
        for port in range(2):
            rig.cable(a, f"p{bond}{port}", b, f"p{bond}{port}")
        b.bridge(f"br{bond}", f"p{bond}0", f"p{bond}1", cidr=f"10.0.{bond}.2/24")
    for bond, mode in enumerate(("active-backup", "balance-xor", "active-backup")):
        a.ebond("add", f"bond{bond}", "mode", mode, "miimon", 100)
        cables = [f"p{bond}0", f"p{bond}1"] if mode == "active-backup" else [f"p{bond}0"]
        a.ebond("attach", f"bond{bond}", *cables)
        a.up(f"bond{bond}")
        a.address(f"bond{bond}", f"10.0.{bond}.1/24")
    for bond in range(3):
        a.wait_ping(f"10.0.{bond}.2")
    b.down("p00")
    a.wait_active("p01", "bond0")
    assert a.active("bond2") == "p20"
    a.ebond("del", "bond1")
    for bond in (0, 2):
        a.wait_ping(f"10.0.{bond}.2")


def test_16_ports_in_one_bond(rig, pair, one_cpu):
    a, b = pair
    names = rig.cables(a, b, 16)
    a.ebond("add", "bond0", "mode", "balance-rr", "miimon", 100)
    a.ebond("attach", "bond0", *names)
    a.up("bond0")
    wait_for(lambda: a.carrier("bond0"), 5, "no carrier")
    assert len({a.mac(name) for name in names + ["bond0"]}) == 1
    sniffers = [Sniffer(b, name) for name in names]
    Sender(a, "bond0").send_all(
        numbered("02:00:00:00:00:99", a.mac("bond0"), number) for number in range(160)
    )
    wait_for(lambda: sum(len(s.numbers()) for s in sniffers) >= 160, 5, "frames lost")
    assert [len(sniffer.numbers()) for sniffer in sniffers] == [10] * 16
    a.ebond("detach", "bond0", *names)
    assert len({a.mac(name) for name in names}) == 16


def test_64_bonds_on_one_daemon(rig, pair):
    a, b = pair
    bonds = 64
    a.shell("; ".join(
        f"ip link add name p{n} index {rig.next_index()} type veth"
        f" peer name q{n} index {rig.next_index()} netns {b.ns}; ip link set p{n} up"
        for n in range(bonds)
    ))
    b.shell("; ".join(f"ip link set q{n} up" for n in range(bonds)))
    # Each program waits for the CPUs to be done with what was there before it.
    a.run("sh", "-c", " && ".join(
        f"ebond add bond{n} mode active-backup miimon 100 && ebond attach bond{n} p{n}"
        f" && ip link set bond{n} up" for n in range(bonds)
    ), timeout=120)
    shown = a.show()
    assert sum(link["linkinfo"].get("info_kind") == "bond" for link in shown.values()) == bonds
    for n in (0, 31, 63):
        a.address(f"bond{n}", f"10.0.{n}.1/24")
        b.address(f"q{n}", f"10.0.{n}.2/24")
        a.wait_ping(f"10.0.{n}.2")
    b.down("q63")
    a.wait_status("p63", "DOWN")
    a.run("sh", "-c", " && ".join(f"ebond del bond{n}" for n in range(bonds)), timeout=120)
    wait_for(lambda: a.show() == {}, 5, lambda: list(a.show()))
    assert not [link for link in a.ip_json("link") if "bond" in link["ifname"]]
