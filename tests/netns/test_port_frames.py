# SPDX-License-Identifier: GPL-2.0-or-later
"""What leaves and reaches a port besides bond0's frames: its own, and those of whoever listens there."""

import socket

import pytest

import tcx
from frames import BROADCAST, ETH_P_TEST, Sender, Sniffer, ethernet, mac
from rig import stays, wait_for

IPV6 = 0x86DD


def one_bond(rig, pair, mode="active-backup"):
    a, b = pair
    rig.cables(a, b, 2)
    macs = {name: a.mac(name) for name in ("eth0", "eth1")}
    a.ebond("add", "bond0", "mode", mode, "miimon", 100)
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.up("bond0")
    a.wait_active("eth0")
    return a, b, macs


def sysctl(host, name, key, family="ipv6"):
    return host.shell(f"cat /proc/sys/net/{family}/conf/{name}/{key}").stdout.strip()


def ethertype(frame):
    return int.from_bytes(frame.data[12:14], "big")


def own_ipv6(sniffer):
    return [frame.data.hex() for frame in sniffer.received() if ethertype(frame) == IPV6]


def counter(host, word):
    return host.show()["bond0"]["ebond"]["counters"][word]


def test_ipv6_turned_on_by_another_program(rig, pair):
    a, b, _ = one_bond(rig, pair)
    wire = Sniffer(b, "eth1")
    a.shell("sysctl -qw net.ipv6.conf.all.disable_ipv6=0")
    hidden = a.show()["bond0"]["ebond"]["hidden"]
    for name in ("eth0", "eth1", hidden):
        wait_for(lambda: sysctl(a, name, "disable_ipv6") == "1", 10, lambda: a.log())
        assert f"{name}: IPv6 was turned on by another program" in a.log()
        assert a.link_local(name) == []
    assert a.link_local("bond0") != [], "it is the operator's to have"
    stays(lambda: own_ipv6(wire) == [], 1, lambda: own_ipv6(wire))
    a.ebond("detach", "bond0", "eth1")
    assert sysctl(a, "eth1", "addr_gen_mode") == "0", "as before"


def test_ipv6_of_a_port_stays_off_the_wire(rig, pair):
    """Also where somebody insists and the daemon gives in."""
    a, b, _ = one_bond(rig, pair)
    wires = [Sniffer(b, name) for name in ("eth0", "eth1")]
    a.kill_daemon()
    a.shell("sysctl -qw net.ipv6.conf.eth0.disable_ipv6=0 net.ipv6.conf.eth1.disable_ipv6=0")
    for number in range(2):
        a.address(f"eth{number}", f"fd00:{number}::1/64")
        a.run("ping", "-6", "-c", "2", "-i", "0.1", "-W", "1", f"fd00:{number}::2", check=False)
    assert [own_ipv6(wire) for wire in wires] == [[], []]
    a.start_daemon()
    assert counter(a, "port_ipv6") > 0
    # but what a program sends by a packet socket is meant
    frame = ethernet("33:33:00:00:00:01", a.mac("eth0"), IPV6, b"\x60" + bytes(39))
    Sender(a, "eth0").send(frame)
    wait_for(lambda: own_ipv6(wires[0]), 5, "dropped")


def seen_source(sniffer, payload):
    def find():
        return [f for f in sniffer.received() if f.data[14:14 + len(payload)] == payload]

    frame = wait_for(find, 5, f"{payload} did not arrive")[0]
    return frame.data[6:12].hex(":")


def test_source_of_an_inactive_port(rig, pair):
    a, b, macs = one_bond(rig, pair)
    bond = a.mac("bond0")
    assert bond == macs["eth0"] != macs["eth1"]
    senders = {name: Sender(a, name) for name in macs}
    wires = {name: Sniffer(b, name) for name in macs}

    def source(name, payload, kind=ETH_P_TEST):
        senders[name].send(ethernet(BROADCAST, bond, kind, payload))
        return seen_source(wires[name], payload)

    assert source("eth0", b"active") == bond
    assert source("eth1", b"inactive") == macs["eth1"]
    assert source("eth1", b"802.1X", 0x888E) == bond
    a.ebond("set", "bond0", "active_slave", "eth1")
    a.wait_active("eth1")
    assert source("eth1", b"now active") == bond
    # its own address is bond0's
    local = bytearray.fromhex(bond.replace(":", ""))
    local[0] ^= 4 if local[0] & 2 else 2
    assert source("eth0", b"now inactive") == local.hex(":")
    assert counter(a, "port_source") == 2


ARP = 0x0806


def arp_request(sender, sender_ip, target_ip):
    payload = bytes.fromhex("0001080006040001") + mac(sender) + socket.inet_aton(sender_ip)
    return ethernet(BROADCAST, sender, ARP, payload + bytes(6) + socket.inet_aton(target_ip))


def arp_replies(sniffer):
    return [f for f in sniffer.received() if ethertype(f) == ARP and f.data[20:22] == b"\0\2"]


def listen(host, ifname, protocol):
    """A socket as arping's or pppoe-discovery's; they ignore what is not for this host."""
    with host.inside():
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        sock.bind((ifname, protocol))
    sock.setblocking(False)
    host.rig.closers.append(sock.close)
    return sock


def heard(sock):
    try:
        data, address = sock.recvfrom(2000)
    except BlockingIOError:
        return None
    return data if address[2] != socket.PACKET_OTHERHOST else None


@pytest.mark.parametrize("mode", ["active-backup", "balance-alb"])
@pytest.mark.parametrize("is_filtered", [False, True])
def test_sockets_on_a_port_hear_their_protocol(rig, pair, mode, is_filtered):
    a, b, _ = one_bond(rig, pair, mode)
    if is_filtered:
        a.run("nft", "add table netdev t; "
              "add chain netdev t c { type filter hook ingress devices = { eth0, eth1 } priority 0; }")
        wait_for(lambda: all("filtered" in a.show()[p]["ebond"] for p in ("eth0", "eth1")), 5, a.log)
    a.address("bond0", "10.0.0.1/24")
    ears = {name: listen(a, name, ARP) for name in ("eth0", "eth1", "bond0")}
    wires = {name: Sniffer(b, name) for name in ("eth0", "eth1")}

    def ask(name, target):
        Sender(b, name).send(arp_request(b.mac(name), "10.0.0.2", target))

    for name, answers in (("eth0", 1), ("eth1", 0)):
        ask(name, "10.0.0.1")
        assert wait_for(lambda: heard(ears[name]), 5, f"nothing on {name}")[6:8] == b"\0\1"
        wait_for(lambda: len(arp_replies(wires[name])) == answers, 5, f"no answer by {name}")
    assert wait_for(lambda: heard(ears["bond0"]), 5, "nothing on bond0")
    assert {entry["dev"] for entry in a.ip_json("neigh")} <= {"bond0"}, a.ip_json("neigh")
    # A proxy answers for whatever it reaches by another interface. To a port, bond0 is one.
    a.shell("sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.proxy_arp=1")
    for name in ("eth0", "eth1"):
        ask(name, "10.0.0.77")
        wait_for(lambda: heard(ears[name]), 5, f"nothing on {name}")
    wait_for(lambda: counter(a, "port_arp") == 2, 5, lambda: counter(a, "port_arp"))
    assert [len(arp_replies(wire)) for wire in wires.values()] == [1, 0]
    a.ebond("detach", "bond0", "eth1")
    assert sysctl(a, "eth1", "arp_ignore", "ipv4") == "0", "as before"


LLDP = 0x88CC
LLDP_GROUP = "01:80:c2:00:00:0e"
STP_GROUP = "01:80:c2:00:00:00"


def test_lldp_is_for_the_ports(rig, pair):
    a, b, _ = one_bond(rig, pair)
    bond, wire = Sniffer(a, "bond0"), Sniffer(b, "eth0")
    far, near = Sender(b, "eth0"), Sender(a, "bond0")
    for group, kind, payload in ((LLDP_GROUP, LLDP, b"lldp"), (STP_GROUP, ETH_P_TEST, b"other")):
        far.send(ethernet(group, b.mac("eth0"), kind, payload))
        near.send(ethernet(group, a.mac("bond0"), kind, payload))
    # frames stay in order: what was sent first would be there
    assert seen_source(bond, b"other") == b.mac("eth0")
    assert seen_source(wire, b"other") == a.mac("bond0")
    assert LLDP not in [ethertype(f) for f in bond.received() + wire.received()]
    assert counter(a, "tx_lldp") == 1
    # and the hidden end is no place to speak from
    hidden = a.link(a.show()["bond0"]["ebond"]["hidden"])
    assert hidden["operstate"] == "DORMANT" and "LOWER_UP" in hidden["flags"], hidden
    assert hidden["group"] == "235" and hidden["ifalias"].startswith("hidden end of ebond's bond0"), hidden
    assert a.link("bond0")["operstate"] == "UP"


def test_macvlan_on_a_port(rig, pair):
    a, b = pair
    rig.cables(a, b, 2)
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100)
    a.ip("link", "add", "link", "eth0", "name", "m0", "type", "macvlan")
    refused = a.ebond("attach", "bond0", "eth0", code=1).stderr
    assert "eth0: has m0 (macvlan) on top, which would receive nothing" in refused
    a.ip("link", "del", "m0")
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.ip("link", "add", "link", "eth1", "name", "m1", "type", "macvlan")
    wait_for(lambda: "m1 (macvlan) on port eth1 receives nothing" in a.log(), 5, a.log)


@pytest.mark.skipif(tcx.BEST_HOOK != "tcx", reason="this kernel has no tcx: the hidden end hears it")
def test_the_hidden_end_hears_no_lldp(rig, pair):
    """Packet sockets there see frames before the transmit program does, if bond0 is a veth."""
    a, b, _ = one_bond(rig, pair)
    ear, near = Sniffer(a, a.show()["bond0"]["ebond"]["hidden"]), Sender(a, "bond0")

    def send_and_listen(number):
        for group, kind, payload in ((LLDP_GROUP, LLDP, b"lldp"), (STP_GROUP, ETH_P_TEST, b"%d" % number)):
            near.send(ethernet(group, a.mac("bond0"), kind, payload))
        if a.show()["bond0"]["ebond"]["kind"] == "veth":
            assert seen_source(ear, b"%d" % number) == a.mac("bond0")
            assert len(tcx.programs(a, "bond0", tcx.BPF_TCX_EGRESS)) == 1
        wait_for(lambda: counter(a, "tx_lldp") == number, 5, lambda: counter(a, "tx_lldp"))
        assert LLDP not in [ethertype(f) for f in ear.received()]

    send_and_listen(1)
    a.ebond("set", "bond0", "--replace", "mode", "balance-xor")
    send_and_listen(2)
    a.kill_daemon()
    a.start_daemon()
    send_and_listen(3)
    tcx.detach_all(a, "bond0", tcx.BPF_TCX_EGRESS)
    a.ebond("set", "bond0", "--replace", "mode", "broadcast")
    send_and_listen(4)


@pytest.mark.parametrize("hook", ["clsact", "tcx"])
def test_programs_of_a_port_are_reattached(rig, hook):
    a, b = rig.host("a"), rig.host("b")
    a.start_daemon("--hook", hook)
    one_bond(rig, (a, b))
    if hook == "clsact":
        a.tc("filter", "del", "dev", "eth1", "egress")
    else:
        assert tcx.detach_all(a, "eth1", tcx.BPF_TCX_EGRESS) == 1
    wait_for(lambda: "a program of port eth1 was removed by another program: restored" in a.log(),
             10, a.log)
    if hook == "clsact":
        assert "ebond_port" in a.tc("filter", "show", "dev", "eth1", "egress").stdout
    else:
        assert len(tcx.programs(a, "eth1", tcx.BPF_TCX_EGRESS)) == 1
    a.ebond("detach", "bond0", "eth1")
    assert "ebond" not in a.tc("filter", "show", "dev", "eth1", "egress").stdout
    assert hook == "clsact" or not tcx.programs(a, "eth1", tcx.BPF_TCX_EGRESS)
