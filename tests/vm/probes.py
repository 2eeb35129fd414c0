#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The ARP/NS monitor compared with the kernel driver's, in the virtual machine: both
detect the same black hole in the same number of intervals, probe with the same frames,
and tag them with the same VLANs when the target is behind stacked VLANs.
"""
import socket
import statistics
import struct
import sys
import time
from pathlib import Path

from bonds import EbondBond, KernelBond, ip, run, wait_for

INTERVAL_MS = 400  # an emulated machine is slow
SWITCHES = "p0 p1 u0 u1 c0 c1 b0 sw0 sw1 core".split()
ETH_P_ALL = 3
PACKET_OUTGOING = 4
SOL_PACKET, PACKET_AUXDATA, VLAN_VALID = 263, 8, 0x10


def is_solicitation(data):
    """Not one without a source, by which the kernel looks for duplicates of a new address."""
    return data[-32:-31] == b"\x87" and any(data[-64:-48])


class Wire:
    """Captures what a port sends, with the tag that the kernel keeps outside the frame restored."""

    def __init__(self, port):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.socket.bind((port, ETH_P_ALL))
        self.socket.settimeout(20)

    def next_question(self):
        """The next ARP request or neighbour solicitation sent, as bytes."""
        while True:
            data, control, _, address = self.socket.recvmsg(2048, 256)
            if address[2] != PACKET_OUTGOING:
                continue
            for level, kind, value in control:
                if level == SOL_PACKET and kind == PACKET_AUXDATA:
                    status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", value[:20])
                    if status & VLAN_VALID:
                        data = data[:12] + struct.pack("!HH", tpid, tci) + data[12:]
            if b"\x08\x06\x00\x01\x08\x00\x06\x04\x00\x01" in data or is_solicitation(data):
                return data


def build():
    """Two switches between the bond and a peer in another namespace."""
    ip("""netns add peer
link add eth0 type veth peer name p0
link add eth1 type veth peer name p1
link add sw0 type bridge forward_delay 0 mcast_snooping 0
link add sw1 type bridge forward_delay 0 mcast_snooping 0
link add core type bridge forward_delay 0 mcast_snooping 0
link add u0 type veth peer name c0
link add u1 type veth peer name c1
link add b0 type veth peer name b netns peer
link set p0 master sw0
link set u0 master sw0
link set p1 master sw1
link set u1 master sw1
link set c0 master core
link set c1 master core
link set b0 master core""")
    for name in SWITCHES:
        # Switches are silent: what they send of themselves would keep a failed path alive.
        Path(f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6").write_text("1")
        ip(f"link set {name} up")
    run("ip", "-n", "peer", "link", "set", "dev", "b", "address", "02:00:00:00:0b:00", "up")


def teardown():
    for name in SWITCHES:
        run("ip", "link", "del", name, check=False)
    run("ip", "netns", "del", "peer", check=False)


def tagged(above, tags, address):
    """VLANs @tags on @above, the outermost first; the last one has the address."""
    lines = []
    for protocol, number in tags:
        name = f"{above.split('.')[0]}.{number}"
        lines.append(f"link add link {above} name {name} type vlan proto {protocol} id {number}")
        lines.append(f"link set {name} up")
        above = name
    lines.append(f"addr add {address} dev {above}" + (" nodad" if ":" in address else ""))
    return "\n".join(lines)


def questions(bond, tags, target, own, option):
    """The first probe of a bond whose target is behind @tags."""
    build()
    try:
        ip("link set eth0 address 02:00:00:00:0a:00\nlink set eth1 address 02:00:00:00:0a:01")
        # Behind two tags the driver does not recognise replies: do not validate.
        bond.add(mode="active-backup", arp_interval=INTERVAL_MS,
                 arp_validate="none" if len(tags) > 1 else "all", **{option: target})
        bond.attach("eth0", "eth1")
        ip(f"link set {bond.name} up\n" + tagged(bond.name, tags, own))
        script = tagged("b", tags, target + ("/64" if ":" in target else "/24"))
        for line in script.splitlines():
            run("ip", "-n", "peer", *line.split())
        wire = Wire("eth0")
        time.sleep(3 * INTERVAL_MS / 1000)  # the first ones may precede the address
        frame = wire.next_question()
        wire = Wire("eth0")
        frame = wire.next_question()
        bond.wait_links(up=("eth0", "eth1"))
        time.sleep(6 * INTERVAL_MS / 1000)
        assert bond.links().get("eth0") == "up", bond.text()
        return frame
    finally:
        bond.delete()
        teardown()


def black_hole_ms(bond, validate, phase):
    """How long the path stays in use that fails at this phase (0 to 1) of an interval."""
    build()
    try:
        bond.add(mode="active-backup", arp_interval=INTERVAL_MS, arp_validate=validate,
                 arp_ip_target="192.0.2.2")
        bond.attach("eth0", "eth1")
        ip(f"link set {bond.name} up\naddr add 192.0.2.1/24 dev {bond.name}")
        run("ip", "-n", "peer", "addr", "add", "192.0.2.2/24", "dev", "b")
        bond.wait_links(up=("eth0", "eth1"))
        time.sleep((4 + phase) * INTERVAL_MS / 1000)
        active = [line.split(": ")[1] for line in bond.text().splitlines()
                  if line.startswith("Currently Active")][0]
        before = time.monotonic()
        ip(f"link set u{active[-1]} nomaster")
        wait_for(f"{bond.kind}: {active} down, have {bond.text()}",
                 lambda: bond.links()[active] == "down")
        return (time.monotonic() - before) * 1000
    finally:
        bond.delete()
        teardown()


def compare_frames():
    failed = 0
    for what, tags, target, own, option in (
            ("ARP", [], "192.0.2.2", "192.0.2.1/24", "arp_ip_target"),
            ("ARP, VLAN 5", [("802.1Q", 5)], "192.0.2.2", "192.0.2.1/24", "arp_ip_target"),
            ("ARP, VLAN 100 and 5", [("802.1ad", 100), ("802.1Q", 5)], "192.0.2.2",
             "192.0.2.1/24", "arp_ip_target"),
            ("NS", [], "2001:db8::2", "2001:db8::1/64", "ns_ip6_target"),
            ("NS, VLAN 5", [("802.1Q", 5)], "2001:db8::2", "2001:db8::1/64", "ns_ip6_target")):
        frames = {}
        for bond in (KernelBond("bond0"), EbondBond("bond0")):
            frames[bond.kind] = questions(bond, tags, target, own, option)
        same = frames["kernel"] == frames["ebond"]
        failed += not same
        print(f"probes: {what}: {'same bytes' if same else 'DIFFER'}")
        if not same:
            for kind, frame in frames.items():
                print(f"    {kind:6} {frame.hex()}")
    return failed


def compare_times():
    failed = 0
    for validate in ("none", "active", "all"):
        took = {}
        for bond in (KernelBond("bond0"), EbondBond("bond0")):
            took[bond.kind] = statistics.mean(
                black_hole_ms(bond, validate, phase) for phase in (0.25, 0.75))
        print(f"probes: black hole, arp_validate {validate}: kernel {took['kernel']:.0f} ms, "
              f"ebond {took['ebond']:.0f} ms")
        # Each time is a whole number of intervals from a probe on, and one of the two phases may
        # lie just before a probe of the one and just after one of the other.
        failed += took["ebond"] > took["kernel"] + INTERVAL_MS / 2
    return failed


def main():
    if not EbondBond.program():
        print("probes: no ebond built")
        return 77
    run("modprobe", "bonding", "max_bonds=0", check=False)
    run("modprobe", "8021q", check=False)
    wanted = sys.argv[1:] or ["frames", "times"]
    failed = (compare_frames() if "frames" in wanted else 0) + (
        compare_times() if "times" in wanted else 0
    )
    print(f"probes: {failed} differences")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
