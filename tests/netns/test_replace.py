# SPDX-License-Identifier: GPL-2.0-or-later
"""`ebond set`: many options at once, all or none; and changing the mode under traffic."""

import itertools
import json
import os
import random
import re

import pytest

from rig import call, wait_for
from traffic import UdpStream

MODES = ["balance-rr", "active-backup", "balance-xor", "broadcast"]


def bond_to_a_bridge(rig, pair, *options, cables=2):
    """bond0 in a; in b a bridge over the cables, which learns like a switch."""
    a, b = pair
    ports = rig.cables(a, b, cables)
    b.ip("link", "add", "br0", "type", "bridge")
    for port in ports:
        b.ip("link", "set", "dev", port, "master", "br0")
    b.up("br0")
    b.address("br0", "10.0.0.2/24")
    a.ebond("add", "bond0", "miimon", 100, *options)
    a.ebond("attach", "bond0", *ports)
    a.up("bond0")
    a.address("bond0", "10.0.0.1/24")
    a.wait_ping("10.0.0.2")
    return a, b


def carrier_changes(host, *names):
    return {name: host.shell(f"cat /sys/class/net/{name}/carrier_changes").stdout for name in names}


def ping_statistics(process):
    out, _ = process.communicate(timeout=60)
    sent, received = re.search(r"(\d+) packets transmitted, (\d+) received", out).groups()
    return int(sent), int(received), out


@pytest.mark.parametrize("before, after", list(itertools.permutations(MODES, 2)))
def test_another_mode_under_traffic(rig, pair, before, after):
    a, b = bond_to_a_bridge(rig, pair, "mode", before)
    names = ("bond0", "eb.bond0", "eth0", "eth1")
    changes = carrier_changes(a, *names)
    ping = a.popen("ping", "-n", "-q", "-i", "0.005", "-c", "400", "-W", "2", "10.0.0.2")
    there = UdpStream(a, b, "10.0.0.2", port=7000, per_second=1000)
    back = UdpStream(b, a, "10.0.0.1", port=7001, per_second=1000)
    there.runs_for(400)
    text = a.ebond("set", "bond0", "--replace", "mode", after).stdout
    there.runs_for(1200)
    assert text.startswith(f"bond0: mode {before} -> {after}"), text
    assert ("active port eth" in text) == (after == "active-backup"), text
    assert there.stop() == [] and back.stop() == []
    sent, received, out = ping_statistics(ping)
    assert (sent, received) == (400, 400), out
    assert carrier_changes(a, *names) == changes
    assert all(a.port_info(port)["link_failure_count"] == 0 for port in ("eth0", "eth1"))
    assert a.bond_info()["mode"] == after


def learned_port(bridge, mac):
    """The port behind which the bridge saw the address last."""
    entries = json.loads(call("bridge", "-n", bridge.ns, "-j", "fdb", "show", "br", "br0").stdout)
    return next((e["ifname"] for e in entries if e["mac"] == mac and "flags" in e), None)


def test_a_switch_has_time_to_learn_the_active_port(rig, pair):
    """bond0 sends nothing, so only the announcement moves its address to eth0."""
    a, b = bond_to_a_bridge(rig, pair, "mode", "balance-rr", cables=12)
    early = ("eth1", "eth2", "eth3")  # their new programs wait longest for the announcement
    for port in range(7000, 7008):
        wait_for(lambda: a.ping("10.0.0.2", 1) and learned_port(b, a.mac("bond0")) in early, 10)
        stream = UdpStream(b, a, "10.0.0.1", port=port, per_second=6000)
        stream.runs_for(200)
        a.ask("set", "bond0", "--replace", "mode", "active-backup", "primary", "eth0")
        wait_for(lambda: learned_port(b, a.mac("bond0")) == "eth0", 5)
        stream.runs_for(400)
        assert stream.stop() == []
        a.ask("set", "bond0", "--replace", "mode", "balance-rr")


def test_receivers_are_ready_before_anything_is_sent(rig, pair):
    """Replies arrive on ports that did not receive a moment ago; many ports prolong that moment."""
    a, b = bond_to_a_bridge(rig, pair, "mode", "active-backup", cables=12)
    there = UdpStream(a, b, "10.0.0.2", port=7000, per_second=2000)
    back = UdpStream(b, a, "10.0.0.1", port=7001, per_second=2000)
    for _ in range(4):
        there.runs_for(300)
        a.ask("set", "bond0", "--replace", "mode", "balance-rr")
        there.runs_for(300)
        a.ask("set", "bond0", "--replace", "mode", "active-backup")
    there.runs_for(300)
    assert there.stop() == [] and back.stop() == []


@pytest.mark.parametrize("hook", ["tcx", "clsact"])
def test_to_and_fro_many_times(rig, pair, hook):
    """Forty changes in a row, many within the grace period of the previous one."""
    pair[0].stop_daemon()
    pair[0].start_daemon("--hook", hook)
    a, b = bond_to_a_bridge(rig, pair, "mode", "balance-rr")
    seed = int(os.environ.get("SEED") or random.randrange(1 << 32))
    print(f"SEED={seed}")
    chance = random.Random(seed)
    there = UdpStream(a, b, "10.0.0.2", port=7000, per_second=1000)
    back = UdpStream(b, a, "10.0.0.1", port=7001, per_second=1000)
    for _ in range(40):
        mode = chance.choice([mode for mode in MODES if mode != a.bond_info()["mode"]])
        assert a.ask("set", "bond0", "--replace", "mode", mode)["exit"] == 0
        there.runs_for(chance.choice([5, 50, 150]))
    assert there.stop() == [] and back.stop() == []


def test_changes_are_printed(rig, pair):
    a, _ = bond_to_a_bridge(rig, pair, "mode", "balance-rr", "packets_per_slave", 4)
    text = a.ebond("set", "bond0", "--replace", "mode", "active-backup").stdout
    assert text == ("bond0: mode balance-rr -> active-backup;"
                    " packets_per_slave 4 -> 1 (not in active-backup); active port eth0\n")
    a.ebond("set", "eth1", "prio", 10)
    done = a.ebond("set", "bond0", "--replace", "mode", "broadcast", "updelay", 250)
    assert done.stdout == ("bond0: mode active-backup -> broadcast; updelay 0 -> 200;"
                           " port eth1: prio 10 -> 0 (not in broadcast)\n")
    assert done.stderr == "ebond: note: updelay 250 rounded down to 200: a multiple of miimon 100\n"
    assert a.ebond("set", "--replace", "bond0", "mode", "broadcast").stdout == ""


def test_inactive_ports_start_to_work(rig, pair):
    a, b = bond_to_a_bridge(rig, pair, "mode", "active-backup")
    idle = a.stats("eth1").tx_packets
    a.ebond("set", "bond0", "--replace", "mode", "balance-rr")
    a.ping("10.0.0.2", 40)
    assert a.stats("eth1").tx_packets >= idle + 10
    a.ebond("set", "bond0", "--replace", "mode", "active-backup", "primary", "eth1")
    assert a.active() == "eth1"


def test_refused_replace_changes_nothing(rig, pair):
    a, _ = bond_to_a_bridge(rig, pair, "mode", "balance-rr", "packets_per_slave", 7)
    before = a.bond_info()
    for words in (
        ("mode", "active-backup", "packets_per_slave", 3),
        ("mode", "active-backup", "primary_reselect", "sometimes"),
        ("mode", "broadcast", "active_slave", "eth0"),
        ("mode", "active-backup", "active_slave", "eth7"),
        ("mode", "802.3ae"),
    ):
        done = a.ebond("set", "bond0", "--replace", *words, code=1)
        assert done.stderr.count("\n") == 1 and done.stdout == "", done
        assert a.bond_info() == before
    done = a.ebond("set", "bond0", "mode", "active-backup", code=1)
    assert "--replace" in done.stderr


# Ten options in any order


def random_value(chance, name):
    """A value for the option, and what it reads as when set; None: refused."""
    numbers = {"updelay": 1000, "downdelay": 1000, "peer_notify_delay": 1000, "min_links": 9,
               "resend_igmp": 255, "num_grat_arp": 255, "lp_interval": 99}
    if chance.random() < 0.03:
        return "nonsense!/", None
    if name == "miimon":
        value = chance.choice([0, 50, 100, 150])
    elif name == "mode":
        value = chance.choice(MODES)
    elif name == "xmit_hash_policy":
        value = chance.choice(["layer2", "layer3+4", "layer2+3", "encap2+3", "vlan+srcmac"])
    elif name == "primary_reselect":
        value = chance.choice(["always", "better", "failure"])
    elif name == "primary":
        value = chance.choice(["eth0", "eth1", "eth7"])
    elif name == "all_slaves_active":
        value = chance.choice([0, 1])
    elif name == "packets_per_slave":
        value = chance.randrange(100)
    else:
        value = chance.randrange(1, numbers[name])
    return value, value


KEYS = {"num_grat_arp": "num_peer_notif"}
DELAYS = ("updelay", "downdelay", "peer_notify_delay")
ONLY_IN = {"packets_per_slave": "balance-rr", "primary": "active-backup"}
USUAL = {"packets_per_slave": 1, "primary": None}


def model(state, wanted):
    """The options after a request, or None if it must be refused: derived from the manual."""
    new = dict(state)
    new.setdefault("primary")
    new.update({KEYS.get(name, name): value for name, value in wanted.items()})
    if None in wanted.values():
        return None
    for name, mode in ONLY_IN.items():
        if new["mode"] == mode:
            continue
        if name in wanted:
            return None
        new[name] = USUAL[name]
    for name in DELAYS:
        if new[name] and not new["miimon"]:
            if wanted.get(name):
                return None
            new[name] = 0
        if new["miimon"]:
            new[name] -= new[name] % new["miimon"]
    if new["primary"] is None:
        del new["primary"]  # and arp_validate none is null, as `ip -d -j` prints it
    return new


def configured(host):
    """bond0's options, including the requested primary even while it is not a port."""
    info = {k: v for k, v in host.bond_info().items() if k not in ("active_slave", "primary")}
    primary = host.show()["bond0"]["ebond"].get("primary")
    return dict(info, primary=primary) if primary else info


def test_ten_options_in_any_order(rig, pair):
    """Every request is carried out whole or not at all, whatever the order of its options."""
    a, _ = bond_to_a_bridge(rig, pair, "mode", "active-backup")
    seed = int(os.environ.get("SEED") or random.randrange(1 << 32))
    print(f"SEED={seed}")
    chance = random.Random(seed)
    names = ["mode", "miimon", "xmit_hash_policy", "primary_reselect", "primary", "min_links",
             "all_slaves_active", "packets_per_slave", "resend_igmp", "num_grat_arp",
             "lp_interval", *DELAYS]
    done = refused = 0
    for _ in range(400):
        state = configured(a)
        chosen = chance.sample(names, 10)
        if chance.random() < 0.7:
            chosen = [name for name in chosen if name not in ONLY_IN or chance.random() < 0.2]
        pairs = {name: random_value(chance, name) for name in chosen}
        expected = model(state, {name: reads for name, (_, reads) in pairs.items()})
        words = [str(word) for name in chosen for word in (name, pairs[name][0])]
        reply = a.ask("set", "bond0", "--replace", *words)
        after = configured(a)
        seen = f"SEED={seed}: {' '.join(words)}\non {state}\n{reply}"
        assert after == (state if expected is None else expected), seen
        assert (reply["exit"] == 1) == (expected is None), seen
        done += expected is not None
        refused += expected is None
    assert done > 50 and refused > 50, (done, refused)
    wait_for(lambda: a.ping("10.0.0.2", 1) == 1, 5)
