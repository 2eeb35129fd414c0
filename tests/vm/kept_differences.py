#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Differences that stay: each row of docs/differences.md has a test here or in
another of this folder, which fails when the two are no longer different, and
whatever those tests hold for different on purpose has a row there.

    kept_differences.py [--document]    only that rows and tests name each other: needs no driver
"""
import re
import socket
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from kept_refusals import KEPT  # noqa: E402
from scenarios import SCENARIOS  # noqa: E402
from sides import BOND, DriverSide, EbondSide, ready  # noqa: E402
from rig import Failed, Rig, wait_for  # noqa: E402

TREE = Path(__file__).resolve().parents[2]
DOCUMENT = TREE / "docs" / "differences.md"
BRIDGE_IP = "10.9.9.9"
GROUP = "33:33:00:00:12:34"
ETH_P_ARP = 0x0806

# Rows whose test is elsewhere, or that cannot be tested.
ELSEWHERE = {
    "carrier lost, downdelay 0": "how soon: tests/unit; here both are as slow as the emulator",
    "round-robin's IGMP port loses carrier": "how soon: tests/unit",
    "QinQ frames, encap2+3 and encap3+4": "same_port.py",
    "802.1Q tags written into the frame by a raw socket on bond0 of kind veth": "same_port.py leaves them out",
    "NetworkManager's type of bond0": "boot/run, which has a profile of each type",
    "MTU that a port cannot have": "tests/netns/test_interface.py test_mtu_that_a_port_cannot_have",
    "unicast filters of the ports": "tests/netns/test_interface.py test_under_a_macvlan",
    "IPsec offload (ip xfrm state add ... offload dev bond0)": "no device here has it",
    "netconsole on bond0": "a console of the kernel's: nothing to run in a namespace",
    "encap3+4 for locally generated traffic": "same_port.py leaves it out",
    "skb->tstamp (fq pacing on a port)": "the kernel's redirect",
    # The ARP/NS monitor: ebond's side of each rule, in virtual time or with real frames.
    "miimon together with arp_interval": "tests/unit/test_options.c two_monitors",
    "port through which answers are sought while none is active": "tests/unit/test_probe.c search",
    "arp_all_targets where arp_validate does not apply": "tests/unit/test_probe.c all_targets",
    "arp_all_targets": "tests/unit/test_probe.c ip6",
    "answers behind two VLAN tags": "probes.py, tests/unit/test_probe_frames.c",
    "switching the ARP monitor on, changing its targets": "tests/unit/test_probe.c switched_on_later",
    "a late look of the monitor": "tests/unit/test_probe.c late_rounds",
    '"any frame was received" (arp_validate without that port\'s role)': "tests/unit/test_probe.c noise",
    "arp_validate filter": "tests/unit/test_probe.c noise",
    "a port's interface vanishes and returns": "tests/netns/test_waiting.py",
    "an interface with addresses or routes becomes a port": "tests/netns/test_port_use.py",
    "ARP monitoring while bond0 is in another network namespace": "tests/netns/test_probe.py",
    # What ports send themselves.
    "what an inactive port sends itself (LLDP, DHCP, arping)": "tests/netns/test_port_frames.py test_source_of_an_inactive_port",
    "nftables chains (netdev, ingress) and tc filters on a port": "tests/netns/test_port_filters.py test_bypassed_where_nftables_refuses",
    "LLDP on bond0": "tests/netns/test_port_frames.py test_lldp_is_for_the_ports",
    "macvlan, ipvlan or macsec put on a port": "tests/netns/test_port_frames.py test_macvlan_on_a_port",
    "ARP that a port's own stack sends": "tests/bpf/test_programs.c port_arp",
    "sockets on a port for IPv4 or IPv6 alone (ETH_P_IP, ETH_P_IPV6)": "tests/bpf/test_programs.c rx_any_port",
    "a VLAN device on a port that was moved to another network namespace": "nothing to run: nobody sees it",
    "a port moved to another network namespace is given back before it leaves":
        "tests/netns/test_moved_port.py test_given_back_there",
    "IPv6 on a port": "tests/netns/test_port_frames.py test_ipv6_of_a_port_stays_off_the_wire",
    # Options.
    "queue_id": "tests/netns/test_queue_id.py",
    "tx_queues, and the module's other parameters": "not there: nothing to run",
    "fail_over_mac with ports that cannot change their address": "no device here refuses one",
    "address of bond0 set by hand, fail_over_mac not none": "tests/netns/test_fail_over_mac.py",
    # 802.3ad.
    "802.3ad while bond0 is down": "tests/netns/test_lacp.py test_bond_switched_off_is_silent",
    "802.3ad without ports": "same_words.py leaves those lines out",
    "ad_select stable": "tests/unit/test_lacp_select.c test_stable_waits",
    "802.3ad's state machines": "tests/unit/test_lacp_machines.c",
    "a port of unknown speed or duplex in 802.3ad": "tests/unit/test_lacp_select.c test_half_duplex",
    # balance-tlb and balance-alb.
    "addresses of two ports that collide, and no port's own is free":
        "tests/unit/test_tlb.c test_addresses_that_collide",
    "balance-tlb, balance-alb: least load": "tests/unit/test_tlb.c test_new_flows_are_counted_out",
    "balance-tlb, balance-alb: every 10 s":
        "tests/unit/test_tlb.c test_buckets_move_every_ten_seconds",
    "balance-tlb, balance-alb: a port of unknown speed": "tests/unit/test_tlb.c test_unknown_speed",
    "balance-tlb: addresses of the ports": "tests/netns/test_tlb.py test_active_port_is_pulled",
    "balance-alb: table of neighbours": "tests/netns/test_alb_hostile.py test_thousands_of_neighbours",
    "balance-alb: which port a neighbour is given": "tests/unit/test_rlb.c test_speed_counts",
    "balance-alb: a port returns or joins": "tests/unit/test_rlb.c test_port_fails_and_returns",
    "balance-alb: neighbours are told": "tests/unit/test_rlb.c test_broadcasts",
    "balance-alb: age of neighbours": "tests/unit/test_rlb.c test_forgotten",
    "balance-alb: a lost port's address": "tests/unit/test_rlb.c test_active_port_fails",
    "balance-alb: somebody claims our address by ARP":
        "tests/netns/test_alb_hostile.py test_our_own_address_is_claimed",
    "balance-alb: a neighbour's hardware address":
        "tests/netns/test_alb_hostile.py test_a_neighbour_gets_another_card",
    "balance-alb: what arrives at inactive ports": "tests/bpf/test_alb_balance.c who_receives",
    "balance-alb: ARP of a bridge on bond0": "tests/netns/test_alb.py test_under_a_bridge",
    "multicast in balance-alb": "tests/bpf/test_alb_balance.c sources",
}


def accepts(action):
    try:
        action()
    except Failed:
        return False
    return True


def take(side, port):
    """Attaches an interface as it is, without setting it down first."""
    if side.kind == "driver":
        side.host.ip("link", "set", port, "master", BOND)
    else:
        side.host.ebond("attach", BOND, port)


def attach_up(side):
    side.add(mode="active-backup", miimon=100)
    side.up("eth0")
    return accepts(lambda: take(side, "eth0"))


def up_after_detaching(side):
    """The interface was up before, however it was attached to the bond."""
    side.add(mode="active-backup", miimon=100)
    if side.kind == "driver":
        side.attach("eth0")
    else:
        side.up("eth0")
        take(side, "eth0")
    side.detach("eth0")
    return "UP" in side.host.flags("eth0")


def miimon_after_half_a_request(side):
    side.add(mode="active-backup", miimon=100)
    assert not side.set(miimon=50, packets_per_slave=3)
    return side.links()[BOND]["linkinfo"]["info_data"]["miimon"]


def take_a_bridge(side):
    side.add(mode="active-backup", miimon=100)
    side.host.ip("link", "add", "br9", "type", "bridge")
    try:
        return accepts(lambda: take(side, "br9"))
    finally:
        side.host.ip("link", "del", "br9")


def group_at_the_port(side):
    side.add(mode="active-backup", miimon=100)
    side.attach("eth0")
    side.up()
    side.host.ip("maddr", "add", GROUP, "dev", BOND)
    return GROUP in side.host.ip("maddr", "show", "dev", "eth0").stdout


def operstate_without_carrier(side):
    side.unplug("eth0")
    side.add(mode="active-backup", miimon=100)
    side.attach("eth0")
    side.up()
    wait_for(lambda: "NO-CARRIER" in side.host.flags(BOND), 5, side.text)
    state = side.host.link(BOND)["operstate"]
    side.plug("eth0")
    return state


def flags_of_old(side):
    side.add(mode="active-backup", miimon=100)
    side.attach("eth0")
    return "MASTER" in side.host.flags(BOND), "SLAVE" in side.host.flags("eth0")


def arp_for_the_bridge(side):
    """Whether a failover is announced for the address of a bridge on top of bond0."""
    side.add(mode="active-backup", miimon=100)
    side.attach("eth0", "eth1")
    side.host.bridge("br9", BOND, cidr=f"{BRIDGE_IP}/24")
    side.up()
    with side.far.inside():
        listener = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ARP))
    listener.bind((f"{side.kind[0]}eth1", ETH_P_ARP))
    wait_for(lambda: "Currently Active Slave: eth0" in side.text(), 5, side.text)
    wait_for(lambda: side.text().count("MII Status: up") == 3, 5, side.text)
    side.unplug("eth0")
    wait_for(lambda: "Currently Active Slave: eth1" in side.text(), 5, side.text)
    try:
        return heard_arp_of(listener, socket.inet_aton(BRIDGE_IP))
    finally:
        listener.close()
        side.plug("eth0")
        side.host.ip("link", "del", "br9")


def heard_arp_of(listener, address, seconds=3):
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        listener.settimeout(left)
        try:
            frame = listener.recv(2048)
        except TimeoutError:
            break
        if frame[28:32] == address:
            return True
    return False


# Row, property, and its values: the driver's, ebond's.
CHECKS = [
    ("attaching an interface that is up", attach_up, False, True),
    ("detaching", up_after_detaching, False, True),
    ("options in one request", miimon_after_half_a_request, 50, 100),
    ("enslaving a bond or a bridge", take_a_bridge, True, False),
    ("multicast reception", group_at_the_port, True, False),
    ("operstate of a bond without a carrier", operstate_without_carrier, "DOWN", "LOWERLAYERDOWN"),
    ("flags MASTER of a bond, SLAVE of a port (ip link, ifconfig)", flags_of_old, (True, True),
     (False, False)),
    ("gratuitous ARP for a bridge's address", arp_for_the_bridge, False, True),
]


def check(sides, row, look, *wanted):
    seen = []
    for side in sides:
        try:
            seen.append(look(side))
        finally:
            side.delete()
            side.host.down(*side.ports)
    right = seen == list(wanted)
    print(f"{row}: {'differs as documented' if right else 'WRONG'}: driver {seen[0]}, "
          f"ebond {seen[1]}", flush=True)
    return right


def check_document():
    """Names of rows compared with names of tests; what is missing on either side."""
    rows = {re.sub("`", "", line.split("|")[1]).strip()
            for line in DOCUMENT.read_text().splitlines() if line.startswith("| ")} - {"what"}
    tested = {row for row, *_ in CHECKS} | {kept.what for group in KEPT.values() for kept in group}
    tested |= {re.sub("`", "", scenario.kept) for scenario in SCENARIOS if scenario.kept}
    tested |= set(ELSEWHERE)
    return [f"{row}: is in docs/differences.md, but nothing tests it"
            for row in sorted(rows - tested)] + \
        [f"{row}: is tested, but not in docs/differences.md" for row in sorted(tested - rows)] + \
        [f"{row}: there is no {where}" for row, where in ELSEWHERE.items() if not is_there(where)]


def is_there(where):
    """Whether a test given by file, and perhaps function, exists."""
    for file, name in re.findall(r"(tests/\S+\.(?:py|c))(?: (\w+))?", where):
        if not (TREE / file).exists() or name not in (TREE / file).read_text():
            return False
    return True


def main():
    faults = check_document()
    print(*faults, sep="\n")
    if sys.argv[1:] == ["--document"]:
        return 1 if faults else 0
    if not ready():
        return 77
    with Rig("kept") as rig:
        far = rig.host("far")
        sides = [DriverSide(rig, far, 2), EbondSide(rig, far, 2)]
        wrong = [row for row, *how in CHECKS if not check(sides, row, *how)]
    print(f"kept_differences: {len(wrong) + len(faults)} wrong")
    return 1 if wrong or faults else 0


if __name__ == "__main__":
    sys.exit(main())
