#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
802.3ad with partners that nobody here wrote: the kernel's driver, and teamd.

    lacp_partners.py driver|teamd faults    agrees, carries traffic by hash, loses cables
    lacp_partners.py driver|teamd changes   the partner restarts, changes, is exchanged; loops; we restart
    lacp_partners.py words                  /proc text and JSON beside the driver's, both with a partner
    lacp_partners.py times                  how soon two of a kind carry traffic, side by side
"""
import difflib
import json
import re
import socket
import statistics
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from sides import DriverSide, EbondSide, ready  # noqa: E402
from lacp import describe, in_agreement, lacp_bond, lacp_of, wait_in_agreement  # noqa: E402
from rig import Failed, Rig, call, wait_for  # noqa: E402

PORTS = ["eth0", "eth1"]
OURS, THEIRS = "10.0.0.1", "10.0.0.2"
FLOWS = 64
STATE = re.compile(r"details actor lacp pdu:.*?port state: (\d+)", re.S)
IN_AGREEMENT = 63  # active, short timeout, aggregating, in sync, collecting, distributing


class Driver:
    """The kernel's driver in a host, as a partner."""

    modules = ["bonding"]

    def __init__(self, host, ports=PORTS):
        self.host, self.ports = host, ports
        self.start()

    def start(self):
        self.host.ip("link", "add", "bond0", "type", "bond", "mode", "802.3ad", "miimon", "100",
                     "lacp_rate", "fast", "xmit_hash_policy", "layer3+4")
        for port in self.ports:
            self.attach(port)
        self.host.up("bond0")
        self.host.address("bond0", f"{THEIRS}/24")

    def attach(self, port):
        self.host.down(port)
        self.host.ip("link", "set", port, "master", "bond0")

    def restart(self):
        self.host.ip("link", "del", "bond0")
        self.start()

    def change_system(self, mac):
        self.host.ip("link", "set", "bond0", "type", "bond", "ad_actor_system", mac)

    def text(self):
        with self.host.inside():
            return Path("/proc/thread-self/net/bonding/bond0").read_text()

    def in_agreement(self):
        """Ports whose state octet says all that can be said."""
        parts = self.text().split("Slave Interface: ")[1:]
        found = [(part.split()[0], STATE.search(part)) for part in parts]
        return [port for port, state in found if state and int(state[1]) == IN_AGREEMENT]


class Teamd:
    modules = ["team", "team_mode_loadbalance"]

    def __init__(self, host, ports=PORTS):
        self.host, self.ports = host, ports
        self.start()

    def start(self):
        config = {
            "device": "team0", "link_watch": {"name": "ethtool"},
            "runner": {"name": "lacp", "active": True, "fast_rate": True,
                       "tx_hash": ["ipv4", "udp"]},
            "ports": {port: {} for port in self.ports},
        }
        self.host.down(*self.ports)
        self.process = self.host.popen("teamd", "-c", json.dumps(config), "-r")
        wait_for(self.state, 20, "teamd does not answer")
        self.host.up("team0")
        self.host.address("team0", f"{THEIRS}/24")

    def restart(self):
        self.process.kill()
        self.process.wait(20)
        self.host.ip("link", "del", "team0", check=False)
        self.start()

    def change_system(self, mac):
        self.host.ip("link", "set", "team0", "address", mac)

    def state(self):
        done = self.host.run("teamdctl", "team0", "state", "dump", check=False)
        return json.loads(done.stdout) if done.returncode == 0 else {}

    def in_agreement(self):
        ports = self.state().get("ports", {})
        return sorted(
            port for port, said in ports.items()
            if said["runner"]["state"] == "current" and said["runner"]["selected"]
            and said["runner"]["actor_lacpdu_info"]["state"] & 0x3C == 0x3C
        )

    def text(self):
        return json.dumps(self.state().get("ports"), indent=1)


PARTNERS = {"driver": Driver, "teamd": Teamd}


def both_agree(a, partner, ports=PORTS, deadline=10):
    wait_in_agreement(a, ports, deadline)
    wait_for(lambda: partner.in_agreement() == list(ports), deadline,
             lambda: f"the partner has {partner.in_agreement()}, not {ports}:\n{partner.text()}")


def carries(a, k, ports):
    """Many flows from a to k: all arrive, and each of the ports has some of them."""
    a.wait_ping(THEIRS)
    before = [a.stats(port).tx_packets for port in ports]
    with k.inside():
        sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sink.bind((THEIRS, 7000))
        sink.settimeout(10)
    for number in range(FLOWS):
        with a.inside(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as source:
            source.sendto(bytes([number]), (THEIRS, 7000))
    with sink:
        seen = {sink.recv(10)[0] for _ in range(FLOWS)}
    sent = [a.stats(port).tx_packets - count for port, count in zip(ports, before)]
    assert len(seen) == FLOWS and min(sent) >= FLOWS // 8, (len(seen), dict(zip(ports, sent)))


def drop(host, port, on):
    """Nothing leaves through the port, though its carrier stays."""
    if on:
        host.tc("qdisc", "add", "dev", port, "clsact", check=False)
        host.tc("filter", "add", "dev", port, "egress", "prio", "1", "matchall", "action", "drop")
    else:
        host.tc("filter", "del", "dev", port, "egress", "prio", "1")


def step(what):
    print(f"{time.monotonic():.1f} {what}", flush=True)


def begin(rig, kind):
    for module in [*PARTNERS[kind].modules, "act_gact", "cls_matchall", "sch_ingress"]:
        call("modprobe", module)
    a, k = rig.host("a"), rig.host("k")
    rig.cables(a, k, 2)
    a.start_daemon()
    partner = PARTNERS[kind](k)
    lacp_bond(a, PORTS, "lacp_rate", "fast", "xmit_hash_policy", "layer3+4", cidr=f"{OURS}/24")
    step(f"agreement with {kind}")
    both_agree(a, partner)
    carries(a, k, PORTS)
    return a, k, partner


def faults(rig, kind):
    a, k, partner = begin(rig, kind)
    step("a cable that loses all frames, carrier up")
    for host in (a, k):
        drop(host, "eth0", True)
    both_agree(a, partner, ["eth1"])
    assert a.carrier("eth0")
    carries(a, k, ["eth1"])
    for host in (a, k):
        drop(host, "eth0", False)
    both_agree(a, partner, deadline=40)
    step("a cable pulled")
    k.down("eth1")
    both_agree(a, partner, ["eth0"])
    carries(a, k, ["eth0"])
    k.up("eth1")
    both_agree(a, partner)
    carries(a, k, PORTS)


def changes(rig, kind):
    a, k, partner = begin(rig, kind)
    step("our daemon is killed and comes back")
    text = partner.in_agreement()
    log = a.log()
    a.kill_daemon()
    a.start_daemon()
    for _ in range(20):
        assert partner.in_agreement() == text == PORTS, partner.text()
        time.sleep(0.2)
    assert "EXPIRED" not in a.log()[len(log):], a.log()
    step("the partner becomes another system")
    partner.change_system("02:00:00:00:aa:bb")
    wait_for(lambda: lacp_of(a, "eth0")["partner"]["system"] == "02:00:00:00:aa:bb", 10,
             lambda: describe(a))
    both_agree(a, partner)
    step("the partner starts over")
    partner.restart()
    both_agree(a, partner, deadline=20)
    carries(a, k, PORTS)
    step("a port is moved to another partner")
    call("modprobe", "bonding", "max_bonds=0")
    other = rig.host("o")
    k.ip("link", "set", "eth1", "netns", other.ns)
    second = Driver(other, ["eth1"])
    wait_for(lambda: lacp_of(a, "eth1")["has_partner"]
             and lacp_of(a, "eth1")["selected"] == "STANDBY", 10, lambda: describe(a))
    both_agree(a, partner, ["eth0"])
    assert second.in_agreement() == [] and "cabled to another switch?" in a.log(), a.log()
    carries(a, k, ["eth0"])
    step("a cable looped back to ourselves")
    rig.cable(a, "eth2", a, "eth3")
    a.ebond("attach", "bond0", "eth2", "eth3")
    wait_for(lambda: lacp_of(a, "eth2")["looped"], 10, lambda: describe(a))
    assert in_agreement(a) == ["eth0"], describe(a)
    carries(a, k, ["eth0"])


def words(rig):
    """The same pair twice, once with ebond on the near side: the driver's words on both."""
    far = rig.host("far")
    near = [DriverSide(rig, far, 2), EbondSide(rig, far, 2)]
    for side in near:
        ends = [side._far(port) for port in side.ports]
        name = f"{side.kind[0]}bond"
        far.ip("link", "add", name, "address", "02:00:00:00:ff:00", "type", "bond", "mode",
               "802.3ad", "miimon", "100", "lacp_rate", "fast")
        for end in ends:
            far.down(end)
            far.ip("link", "set", end, "master", name)
        far.up(name)
        side.add(mode="802.3ad", miimon=100, lacp_rate="fast", ad_user_port_key=3)
        side.attach(*side.ports)
        side.up()
    for side in near:
        wait_for(lambda: side.text().count("port state: 63") == 4, 20, side.text)
    # Which number the aggregator has is a matter of which LACPDU came first (docs/lacp.md).
    texts = [[re.sub(r"Aggregator ID: \d+", "Aggregator ID: N", line)
              for line in side.text().splitlines() if "Churn" not in line] for side in near]
    wrong = list(difflib.unified_diff(*texts, "driver", "ebond", lineterm="", n=0))
    keys = ["info_data", "info_slave_data"]
    for name in ("bond0", *near[0].ports):
        driver, ebond = (side.links()[name]["linkinfo"] for side in near)
        for key, value in ((k, v) for data in keys for k, v in driver.get(data, {}).items()):
            mine = {**ebond.get("info_data", {}), **ebond.get("info_slave_data", {})}.get(key)
            if key == "ad_info":
                value["aggregator"] = mine["aggregator"]
            if mine != value and key not in ("tlb_dynamic_lb", "ad_aggregator_id"):
                wrong.append(f"{name}: {key}: driver {value!r}, ebond {mine!r}")
    print(*wrong, sep="\n")
    assert not wrong
    print(f"{len(texts[0])} lines and the JSON of 3 interfaces are equal")


def until(pair, what, condition, begun):
    wait_for(condition, 60, lambda: f"{what}: {pair}", interval=0.02)
    return time.monotonic() - begun


def times(rig):
    """From the moment both bonds are switched on: the first answer, and both ports in agreement."""
    found = {"ebond": [], "driver": []}
    for number in range(2):
        for kind in found:
            a, k = rig.host(f"{kind}a{number}"), rig.host(f"{kind}k{number}")
            rig.cables(a, k, 2)
            if kind == "ebond":
                for host in (a, k):
                    host.start_daemon()
                    host.ebond("add", "bond0", "mode", "802.3ad", "lacp_rate", "fast")
                    host.ebond("attach", "bond0", *PORTS)
                    host.up("bond0")

                def agreed(hosts=(a, k)):
                    return all(in_agreement(host) == PORTS for host in hosts)
            else:
                sides = []
                for host in (a, k):
                    sides.append(Driver(host))
                    host.ip("addr", "flush", "dev", "bond0")

                def agreed(sides=sides):
                    return all(side.in_agreement() == PORTS for side in sides)
            begun = time.monotonic()
            a.address("bond0", f"{OURS}/24")
            k.address("bond0", f"{THEIRS}/24")
            first = until(kind, "ping", lambda: a.ping(THEIRS, 1) == 1, begun)
            found[kind].append((first, until(kind, "agreement", agreed, begun)))
            for host in (a, k):
                host.close()
                rig.hosts.remove(host)
    medians = {}
    for kind, pairs in found.items():
        medians[kind] = [statistics.median(values) for values in zip(*pairs)]
        print(f"{kind}: first answer {medians[kind][0]:.2f} s, both ports {medians[kind][1]:.2f} s")
    # the driver looks every 0.1 s
    assert all(ours <= theirs + 0.1 for ours, theirs in zip(medians["ebond"], medians["driver"]))


def main(arguments):
    if not ready():
        return 77
    with Rig("lacp") as rig:
        try:
            if arguments in (["words"], ["times"]):
                {"words": words, "times": times}[arguments[0]](rig)
            else:
                kind, what = arguments
                {"faults": faults, "changes": changes}[what](rig, kind)
        except (AssertionError, Failed):
            print(rig.report())
            raise
    print("lacp:", *arguments, "ok")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
