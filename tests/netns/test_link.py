# SPDX-License-Identifier: GPL-2.0-or-later
"""Link monitoring: what a bond does when a cable is pulled and put back."""

import socket
import statistics
import struct
import threading
import time

import pytest

import frames
from bond_setups import active_backup
from frames import BROADCAST, Sender, Sniffer, mac, number_of, numbered
from rig import stays, urgent, wait_for
from taps import Tap

MS = 10**6
IP_ADD_SOURCE_MEMBERSHIP = 39


def active_backup(rig, pair, *options, ports=2):
    a, b = pair
    names = rig.cables(a, b, ports)
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 50, *options)
    a.ebond("attach", "bond0", *names)
    a.up("bond0")
    a.wait_active("eth0")
    return a, b


# Link states


def test_carrier_lost_and_back(rig, pair):
    a, b = active_backup(rig, pair)
    b.down("eth0")
    a.wait_status("eth0", "DOWN")
    a.wait_active("eth1")
    assert a.port_info("eth0")["link_failure_count"] == 1
    assert a.port_info("eth1")["link_failure_count"] == 0
    b.up("eth0")
    a.wait_status("eth0", "UP")
    assert a.active() == "eth1", "without a primary the working port stays active"
    b.down("eth1")
    a.wait_active("eth0")
    assert a.port_info("eth1")["link_failure_count"] == 1
    assert a.carrier("bond0")


def test_port_set_down_by_hand_is_a_lost_link(rig, pair):
    a, b = active_backup(rig, pair)
    a.down("eth0")
    a.wait_active("eth1")
    assert a.port_info("eth0")["mii_status"] == "DOWN"
    a.up("eth0")
    a.wait_status("eth0", "UP")


def test_events_act_without_miimon(rig, pair):
    a, b = pair
    rig.cables(a, b, 2)
    a.ebond("add", "bond0", "mode", "active-backup")
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.wait_active("eth0")
    b.down("eth0")
    a.wait_active("eth1")


def test_downdelay_keeps_a_port_that_returns_in_time(rig, pair):
    a, b = active_backup(rig, pair, "downdelay", 60000)
    b.down("eth0")
    a.wait_status("eth0", "GOING_DOWN")
    assert a.active() == "eth0"
    b.up("eth0")
    a.wait_status("eth0", "UP")
    assert a.port_info("eth0")["link_failure_count"] == 0
    assert a.active() == "eth0"


def test_downdelay_runs_out(rig, pair):
    a, b = active_backup(rig, pair, "downdelay", 400)
    before = time.monotonic()
    b.down("eth0")
    a.wait_status("eth0", "GOING_DOWN", 1)
    a.wait_active("eth1")
    assert time.monotonic() - before >= 0.4
    assert a.port_info("eth0")["mii_status"] == "DOWN"
    assert a.port_info("eth0")["link_failure_count"] == 1


def test_updelay_holds_a_port_back(rig, pair):
    a, b = active_backup(rig, pair, "updelay", 500, "primary", "eth0")
    b.down("eth0")
    a.wait_active("eth1")
    before = time.monotonic()
    b.up("eth0")
    a.wait_status("eth0", "GOING_BACK", 1)
    assert a.active() == "eth1"
    a.wait_active("eth0")
    assert time.monotonic() - before >= 0.5
    assert a.port_info("eth0")["mii_status"] == "UP"


def test_updelay_lost_again_counts_again(rig, pair):
    a, b = active_backup(rig, pair, "updelay", 3000)
    b.down("eth0")
    a.wait_status("eth0", "DOWN")
    b.up("eth0")
    a.wait_status("eth0", "GOING_BACK", 1)
    b.down("eth0")
    a.wait_status("eth0", "DOWN", 1)
    assert a.port_info("eth0")["link_failure_count"] == 2, "as the kernel counts"


def test_updelay_is_skipped_when_nothing_else_works(rig, pair):
    a, b = active_backup(rig, pair, "updelay", 60000)
    b.down("eth0", "eth1")
    wait_for(lambda: not a.carrier("bond0"), 5, "bond0 keeps its carrier without a port")
    b.up("eth1")
    a.wait_active("eth1")
    wait_for(lambda: a.carrier("bond0"), 5, "bond0 has no carrier")


# Interfaces whose events the kernel delays


class Stream(threading.Thread):
    """Sends a numbered frame through bond0 about every millisecond, until stopped."""

    def __init__(self, host):
        super().__init__(daemon=True)
        self.sender, self.src = Sender(host, "bond0"), host.mac("bond0")
        self.running = True
        self.sent = 0
        host.rig.closers.append(self.stop)

    def run(self):
        urgent(0)
        while self.running:
            try:
                self.sender.send(numbered(BROADCAST, self.src, self.sent))
                self.sent += 1
            except OSError:  # bond0 without carrier
                pass
            time.sleep(0.001)

    def stop(self):
        self.running = False
        self.join(5)


@pytest.mark.alone
@pytest.mark.parametrize("mode", ["active-backup", "balance-rr", "balance-xor"])
def test_second_port_lost_20_ms_after_the_first(rig, mode):
    """The kernel reports the second loss up to a second late; ebond acts within 15 ms."""
    a = rig.host("a")
    a.start_daemon()
    urgent(a.daemon.pid)
    taps = [Tap(a, f"tap{number}") for number in range(3)]
    a.ebond("add", "bond0", "mode", mode, "miimon", 100)
    a.ebond("attach", "bond0", *(tap.name for tap in taps))
    a.up("bond0")
    wait_for(lambda: a.carrier("bond0"), 5, "bond0 has no carrier")
    survivor = Sniffer(a, "tap2")
    stream = Stream(a)
    stream.start()
    took_ms = []
    for _ in range(5):
        for tap in taps:
            tap.carrier(True)
        wait_for(
            lambda: all(a.port_info(tap.name)["mii_status"] == "UP" for tap in taps),
            5,
            lambda: a.show(),
        )
        if mode == "active-backup":
            a.ebond("set", "bond0", "active_slave", "tap0")
        survivor.clear()
        taps[0].carrier(False)
        time.sleep(0.020)  # verifies the test case: 20 ms between the two losses
        lost = taps[1].carrier(False)
        took_ms.append(settled_ms(stream, survivor, lost))
    stream.stop()
    # A busy machine may delay one try; a delayed event delays every one by up to 1000 ms.
    assert statistics.median(took_ms) <= 15, took_ms


def settled_ms(stream, survivor, lost_ns):
    """From `lost_ns` to the first frame on the survivor after which none is missing."""
    last = stream.sent + 40
    wait_for(
        lambda: any((number_of(f) or 0) >= last for f in survivor.sent()),
        5,
        "nothing on the surviving port",
    )
    seen = [(number_of(f), f.time_ns) for f in survivor.sent() if number_of(f) is not None]
    settled = seen[-1]
    for earlier in reversed(seen[:-1]):
        if earlier[0] != settled[0] - 1:
            break
        settled = earlier
    return (settled[1] - lost_ns) / MS


# Choice of the active port


def primary_bond(rig, pair, reselect):
    """eth1 is primary and was away; eth0 works. Then eth1 comes back."""
    a, b = pair
    rig.cables(a, b, 2)
    a.ebond(
        "add", "bond0", "mode", "active-backup", "miimon", 50,
        "primary", "eth1", "primary_reselect", reselect,
    )
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.wait_active("eth1")
    b.down("eth1")
    a.wait_active("eth0")
    b.up("eth1")
    a.wait_status("eth1", "UP")
    return a, b


def test_primary_reselect_always(rig, pair):
    a, _ = primary_bond(rig, pair, "always")
    a.wait_active("eth1")


def test_primary_reselect_failure(rig, pair):
    a, b = primary_bond(rig, pair, "failure")
    stays(lambda: a.active() == "eth0", 0.3, "the primary took over a working port")
    b.down("eth0")
    a.wait_active("eth1")


def test_primary_reselect_better_at_equal_speed(rig, pair):
    a, b = primary_bond(rig, pair, "better")
    stays(lambda: a.active() == "eth0", 0.3, "the primary is no better, yet took over")
    b.down("eth0")
    a.wait_active("eth1")


@pytest.mark.parametrize("speed, duplex", [(1000, "full"), (100, "full")])
def test_primary_reselect_better_compares_speed(rig, speed, duplex):
    """tap1 is the primary with 1000 Mbit/s or 100; tap0 has 100 half."""
    a = rig.host("a")
    a.start_daemon()
    taps = [Tap(a, "tap0"), Tap(a, "tap1")]
    a.run("ethtool", "-s", "tap0", "speed", 100, "duplex", "half")
    a.run("ethtool", "-s", "tap1", "speed", speed, "duplex", duplex)
    a.ebond(
        "add", "bond0", "mode", "active-backup", "miimon", 50,
        "primary", "tap1", "primary_reselect", "better",
    )
    a.ebond("attach", "bond0", "tap0", "tap1")
    a.wait_active("tap1")
    taps[1].carrier(False)
    a.wait_active("tap0")
    taps[1].carrier(True)
    a.wait_active("tap1")


def test_primary_set_while_running(rig, pair):
    a, _ = active_backup(rig, pair)
    a.ebond("set", "bond0", "primary", "eth1")
    a.wait_active("eth1")
    assert a.bond_info()["primary"] == "eth1"


def test_prio(rig, pair):
    a, b = active_backup(rig, pair, ports=3)
    a.ebond("set", "eth2", "prio", 10)
    a.wait_active("eth2")
    assert a.port_info("eth2")["prio"] == 10
    a.ebond("set", "eth1", "prio", 5)
    b.down("eth2")
    a.wait_active("eth1")
    b.up("eth2")
    a.wait_active("eth2")
    a.ebond("set", "bond0", "primary", "eth0")
    a.wait_active("eth0")


def test_active_slave(rig, pair):
    a, b = active_backup(rig, pair)
    a.ebond("set", "bond0", "active_slave", "eth1\n")
    assert a.active() == "eth1"
    b.down("eth0")
    a.wait_status("eth0", "DOWN")
    refused = a.ebond("set", "bond0", "active_slave", "eth0", code=1)
    assert "eth0" in refused.stderr
    assert a.active() == "eth1"


def test_all_slaves_active(rig, pair):
    a, b = active_backup(rig, pair)
    bond, sender = Sniffer(a, "bond0"), Sender(b, "eth1")
    dst, src = a.mac("bond0"), b.mac("eth1")

    def dropped():
        return a.show()["bond0"]["ebond"]["counters"]["rx_inactive"]

    before = dropped()
    sender.send_all(numbered(dst, src, number) for number in range(10))
    wait_for(lambda: dropped() == before + 10, 5, lambda: f"rx_inactive {dropped()}")
    assert bond.numbers() == []
    a.ebond("set", "bond0", "all_slaves_active", 1)
    sender.send_all(numbered(dst, src, number) for number in range(10))
    wait_for(lambda: bond.numbers() == list(range(10)), 5, lambda: str(bond.numbers()))
    a.ebond("set", "bond0", "all_slaves_active", 0)
    sender.send_all(numbered(dst, src, number) for number in range(10, 20))
    wait_for(lambda: dropped() == before + 20, 5, lambda: f"rx_inactive {dropped()}")
    assert bond.numbers() == list(range(10))


# What neighbours are told after a failover

ADDRESSES_4 = ["10.0.0.1", "10.0.1.1"]
ADDRESSES_6 = ["2001:db8::1", "2001:db8:1::1"]


def announcements(sniffer, src_mac):
    """{address: [time of each announcement, in ns]} seen arriving."""
    found = {}
    for frame in sniffer.received():
        address = gratuitous_arp(frame.data, src_mac) or unsolicited_na(frame.data, src_mac)
        if address:
            found.setdefault(address, []).append(frame.time_ns)
    return found


def gratuitous_arp(data, src_mac):
    if data[12:14] != b"\x08\x06" or data[6:12] != src_mac or data[:6] != mac(BROADCAST):
        return None
    sender_mac, sender_ip, target_ip = data[22:28], data[28:32], data[38:42]
    if sender_mac != src_mac or sender_ip != target_ip:
        return None
    return socket.inet_ntoa(sender_ip)


def unsolicited_na(data, src_mac):
    """To all nodes, hop limit 255, override set, solicited not, our own link-layer address."""
    if data[12:14] != b"\x86\xdd" or data[20] != 58 or data[54] != 136:
        return None
    assert data[:6] == mac("33:33:00:00:00:01") and data[6:12] == src_mac
    assert data[21] == 255, "hop limit"
    length = struct.unpack("!H", data[18:20])[0]
    pseudo = data[22:54] + struct.pack("!II", length, 58)
    assert frames.checksum(pseudo + data[54 : 54 + length]) == 0, "ICMPv6 checksum"
    assert data[58] & 0x60 == 0x20, "flags: override, not solicited"
    assert data[78:80] == b"\x02\x01" and data[80:86] == src_mac, "target link-layer address"
    return socket.inet_ntop(socket.AF_INET6, data[62:78])


def announcing_bond(rig, pair, *options):
    a, b = pair
    a.enable_ipv6()
    rig.cables(a, b, 2)
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 50, *options)
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.up("bond0")
    a.wait_active("eth0")
    a.address("bond0", *(f"{address}/24" for address in ADDRESSES_4))
    a.address("bond0", *(f"{address}/64" for address in ADDRESSES_6))
    return a, b


def test_failover_announces_every_address_once(rig, pair):
    a, b = announcing_bond(rig, pair)
    sniffer = Sniffer(b, "eth1")
    b.down("eth0")
    a.wait_active("eth1")
    wanted = set(ADDRESSES_4 + ADDRESSES_6 + a.link_local("bond0"))
    src = mac(a.mac("bond0"))
    wait_for(
        lambda: set(announcements(sniffer, src)) >= wanted,
        5,
        lambda: f"announced: {announcements(sniffer, src)}, wanted {wanted}",
    )
    stays(
        lambda: all(len(times) == 1 for times in announcements(sniffer, src).values()),
        0.3,
        lambda: f"more than once: {announcements(sniffer, src)}",
    )


def test_num_grat_arp_and_peer_notify_delay(rig, pair):
    a, b = announcing_bond(rig, pair, "num_grat_arp", 3, "peer_notify_delay", 200)
    urgent(a.daemon.pid)
    assert a.bond_info()["num_peer_notif"] == 3
    sniffer = Sniffer(b, "eth1")
    src = mac(a.mac("bond0"))
    b.down("eth0")

    def times():
        seen = announcements(sniffer, src)
        return [seen.get(address, []) for address in ADDRESSES_4 + ADDRESSES_6]

    wait_for(lambda: all(len(t) >= 3 for t in times()), 5, lambda: str(times()))
    stays(lambda: all(len(t) == 3 for t in times()), 0.5, lambda: f"more than 3: {times()}")
    for announced in times():
        gaps = [(late - early) / MS for early, late in zip(announced, announced[1:])]
        # A late first one shortens the gap to a punctual second; never two in one tick.
        assert all(gap >= 150 for gap in gaps), gaps


def test_num_grat_arp_0_announces_nothing(rig, pair):
    a, b = announcing_bond(rig, pair, "num_grat_arp", 0)
    eth0, eth1 = Sniffer(b, "eth0"), Sniffer(b, "eth1")
    src = mac(a.mac("bond0"))
    b.down("eth0")
    a.wait_active("eth1")
    b.up("eth0")
    a.wait_status("eth0", "UP")
    a.ebond("set", "bond0", "num_grat_arp", 1)
    b.down("eth1")
    a.wait_active("eth0")
    wait_for(lambda: set(announcements(eth0, src)) >= set(ADDRESSES_4), 5, "no announcement with 1")
    assert announcements(eth1, src) == {}


def igmp_reports(sniffer, group):
    """Times at which a membership report for `group` arrived."""
    word = socket.inet_aton(group)
    return [
        frame.time_ns
        for frame in sniffer.received()
        if frame.data[12:14] == b"\x08\x00" and frame.data[23] == 2 and word in frame.data[34:]
    ]


@pytest.mark.parametrize("mode", ["active-backup", "balance-rr"])
def test_igmp_rejoin(rig, pair, mode):
    a, b = pair
    rig.cables(a, b, 2)
    a.ebond("add", "bond0", "mode", mode, "miimon", 50, "resend_igmp", 3)
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.up("bond0")
    a.address("bond0", "10.0.0.1/24")
    ports = [Sniffer(b, "eth0"), Sniffer(b, "eth1")]
    group = "239.1.2.3"
    with a.inside():
        member = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    rig.closers.append(member.close)
    index = a.link("bond0")["ifindex"]
    member.setsockopt(
        socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
        struct.pack("4s4si", socket.inet_aton(group), bytes(4), index),
    )
    join_is_over(ports, group)
    for sniffer in ports:
        sniffer.clear()
    b.down("eth0")
    wait_for(
        lambda: len(igmp_reports(ports[1], group)) >= 3, 5, lambda: igmp_reports(ports[1], group)
    )
    first, *_, last = igmp_reports(ports[1], group)[:3]
    # 200 ms apart; on a busy machine the first is the one that comes late.
    assert (last - first) / MS >= 200, "rejoins come all at once"


def join_is_over(ports, group):
    """The stack repeats a join by itself within about a second; waits for that."""
    wait_for(lambda: any(igmp_reports(port, group) for port in ports), 5, "no report at the join")

    def quiet():
        newest = max(max(igmp_reports(port, group), default=0) for port in ports)
        return time.time_ns() - newest > 1300 * MS

    wait_for(quiet, 10, "reports do not end")


def source_records(sniffer, group):
    """(kind, sources) of each IGMPv3 record for the group (RFC 3376 4.2)."""
    found = []
    for frame in sniffer.received():
        if frame.data[12:14] != b"\x08\x00" or frame.data[23] != 2 or frame.data[38] != 0x22:
            continue
        kind, _, count, address = struct.unpack_from("!BBH4s", frame.data, 46)
        if address == socket.inet_aton(group):
            found.append((kind, [socket.inet_ntoa(frame.data[54 + 4 * i:58 + 4 * i])
                                 for i in range(count)]))
    return found


def test_membership_of_one_source(rig, pair):
    """After a failover the report asks for one source only (RFC 4604)."""
    a, b = active_backup(rig, pair)
    a.address("bond0", "10.0.0.1/24")
    with a.inside(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as joined:
        one = [socket.inet_aton(text) for text in ("232.1.2.3", "10.0.0.1", "10.0.0.2")]
        joined.setsockopt(socket.IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, b"".join(one))
        seen = Sniffer(b, "eth1")
        a.ebond("set", "bond0", "active_slave", "eth1")
        wait_for(lambda: (1, ["10.0.0.2"]) in source_records(seen, "232.1.2.3"), 5,
                 lambda: source_records(seen, "232.1.2.3"))
    records = source_records(seen, "232.1.2.3")
    # the kernel's own report of the join may be seen here, too (5: a new source is allowed)
    assert (1, ["10.0.0.2"]) in records and {kind for kind, _ in records} <= {1, 5}, records


def announced(seen):
    """Source address and EtherType of what was received."""
    return {frame.data[6:14] for frame in seen.received()}


def test_a_container_is_announced(rig, pair):
    """A macvlan of bond0 in another namespace sends nothing; its address moves with bond0's."""
    a, b = active_backup(rig, pair)
    container = rig.host("x")
    address = "02:00:00:00:0c:01"
    a.ip("link", "add", "mv0", "link", "bond0", "address", address, "type", "macvlan")
    a.ip("link", "set", "mv0", "netns", container.ns)
    container.up("mv0")
    seen = Sniffer(b, "eth1")
    a.ebond("set", "bond0", "active_slave", "eth1")
    wait_for(lambda: mac(address) + b"\x80\x35" in announced(seen), 5,
             "no reverse ARP from the container's address")


def test_hosts_beyond_the_bond_are_not_announced(rig, pair):
    """What a bridge has learned behind bond0 is on the network: saying it is here would cut it off."""
    a, b = active_backup(rig, pair)
    a.bridge("br0", "bond0", cidr="10.0.0.1/24")
    b.address("eth0", "10.0.0.2/24")
    b.wait_ping("10.0.0.1")
    far = b.mac("eth0")
    a.run("bridge", "fdb", "replace", "02:00:00:00:0c:02", "dev", "bond0", "self")
    assert far in a.run("bridge", "fdb", "show", "br", "br0", "dev", "bond0").stdout
    seen = Sniffer(b, "eth1")
    a.ebond("set", "bond0", "active_slave", "eth1")
    wait_for(lambda: mac("02:00:00:00:0c:02") + b"\x80\x35" in announced(seen), 5,
             "no reverse ARP from bond0's own list")
    assert mac(far) + b"\x80\x35" not in announced(seen)


def bridge_of_machines(rig, pair, *options):
    """a: a bridge of bond0 and a machine's card. Returns (a, b, the machine's address)."""
    a, b = active_backup(rig, pair, *options)
    machine = rig.host("x")
    rig.cable(a, "tap0", machine, "eth0")
    a.bridge("br0", "bond0", "tap0")
    machine.address("eth0", "10.0.0.3/24")
    machine.run("ping", "-c", "1", "-W", "0.1", "10.0.0.2", check=False)
    return a, b, machine.mac("eth0")


@pytest.mark.parametrize("wanted", [True, False])
def test_a_machine_behind_a_bridge_is_announced(rig, pair, wanted):
    """Where announce_bridge says so: what the bridge has learned is not the host's own."""
    a, b, address = bridge_of_machines(rig, pair, "announce_bridge", int(wanted))
    assert address in a.run("bridge", "fdb", "show", "br", "br0", "dev", "tap0").stdout
    seen = Sniffer(b, "eth1")
    before = a.log().count("addresses to the network")
    a.ebond("set", "bond0", "active_slave", "eth1")
    wait_for(lambda: a.log().count("addresses to the network") > before, 5, a.log)
    if wanted:
        wait_for(lambda: mac(address) + b"\x80\x35" in announced(seen), 5, lambda: announced(seen))
    assert (mac(address) + b"\x80\x35" in announced(seen)) == wanted


def test_a_machine_in_a_vlan_is_announced_in_it(rig, pair):
    """By a bridge that knows VLANs: with a tag where bond0 has one, and not where bond0 is not."""
    a, b, _ = bridge_of_machines(rig, pair, "announce_bridge", 1)
    if a.ip("link", "set", "br0", "type", "bridge", "vlan_filtering", "1", check=False).returncode:
        pytest.skip("this kernel's bridge knows no VLANs")
    a.run("bridge", "vlan", "add", "dev", "bond0", "vid", "7-9")
    hosts = {1: "02:00:00:00:0d:01", 8: "02:00:00:00:0d:08", 20: "02:00:00:00:0d:20"}
    for vlan, address in hosts.items():
        a.run("bridge", "vlan", "add", "dev", "tap0", "vid", vlan)
        a.run("bridge", "fdb", "add", address, "dev", "tap0", "master", "static", "vlan", vlan)
    seen = Sniffer(b, "eth1")
    a.ebond("set", "bond0", "active_slave", "eth1")
    wait_for(lambda: mac(hosts[1]) + b"\x80\x35" in announced(seen), 5, lambda: announced(seen))
    wait_for(lambda: any(frame.data[6:12] == mac(hosts[8]) for frame in seen.received()), 5)
    tags = [frame.vlan_tci for frame in seen.received() if frame.data[6:12] == mac(hosts[8])]
    assert set(tags) == {8}, tags
    assert not any(frame.data[6:12] == mac(hosts[20]) for frame in seen.received())
