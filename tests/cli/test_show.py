# SPDX-License-Identifier: GPL-2.0-or-later
"""The exact output of `ebond show`, which people and scripts rely on."""

import copy
import json
import os
import pty


DEFAULTS = {
    "mode": "balance-rr", "miimon": 0, "updelay": 0, "downdelay": 0, "peer_notify_delay": 0,
    "use_carrier": 1, "primary_reselect": "always", "fail_over_mac": "none",
    "xmit_hash_policy": "layer2", "resend_igmp": 1, "num_peer_notif": 1, "all_slaves_active": 0,
    "min_links": 0, "lp_interval": 1, "packets_per_slave": 1,
}


def bond(name="bond0", up=True, carrier=True, counters=None, own=None, **options):
    return {
        "ifindex": 5, "ifname": name, "mtu": 1500, "operstate": "UP",
        "address": "02:00:00:00:00:05", "up": up,
        "linkinfo": {"info_kind": "bond", "info_data": {**DEFAULTS, **options}},
        "ebond": {
            "carrier": carrier, "hidden": f"eb.{name}", "kind": "netkit",
            "hook": "tcx",
            "options": own or {"link_watch": "one", "spill_threshold": 0},
            "counters": counters or {"tx_no_port": 0, "rx_inactive": 0},
            "rx_packets": 120034, "tx_packets": 98, "rx_bytes": 1, "tx_bytes": 1,
        },
    }


def port(name, master="bond0", mii="UP", state="ACTIVE", speed=1000, duplex="full", failures=0,
         link_ms=73000, reason="", rx=0, tx=0):
    return {
        "ifindex": 3, "ifname": name, "mtu": 1500, "operstate": "UP",
        "address": "02:00:00:00:00:05", "up": True, "master": master,
        "linkinfo": {
            "info_slave_kind": "bond",
            "info_slave_data": {
                "state": state, "mii_status": mii, "link_failure_count": failures,
                "perm_hwaddr": "02:00:00:00:00:03", "queue_id": 0, "prio": 0,
            },
        },
        "ebond": {
            "carrier": mii == "UP", "speed": speed, "duplex": duplex, "link_ms": link_ms,
            "reason": reason, "rx_packets": rx, "tx_packets": tx, "rx_bytes": 1, "tx_bytes": 1,
        },
    }


def show(setup, daemon, links, *args):
    daemon.answer({"exit": 0, "links": links})
    result = setup.ebond("show", *args)
    assert (result.code, result.err) == (0, ""), result
    return result.out


def test_a_speed_that_was_set(setup, daemon):
    one = port("eth0", speed=-1, duplex="unknown")
    one["ebond"]["options"] = {"speed_mbps": 200, "latency_us": 0}
    assert "eth0  up    active  200M set  " in show(setup, daemon, [bond(), one])


def test_loads(setup, daemon):
    ports = [port("eth0"), port("eth1"), port("eth2")]
    ports[0]["ebond"]["load"] = {"bps": 941249000, "speed_bps": 1000000000, "buckets": 1}
    ports[1]["ebond"]["load"] = {"bps": 0, "speed_bps": 1000000000, "speed_assumed": True,
                                 "buckets": 12}
    one = bond(mode="balance-xor", own={"tx_placement": "adaptive", "placement_moves": "any"})
    one["ebond"]["placement"] = {"moves_paused": 7, "moves_busy": 2, "uneven": "one\x1bflow"}
    out = show(setup, daemon, [one, *ports])
    assert "    options  tx_placement adaptive\n" in out
    assert (
        "    loads    eth0 sends 941.2 of 1000 Mbit/s, 1 bucket of flows\n"
        "             eth1 sends 0.0 of 1000 Mbit/s (assumed: its speed is unknown, see "
        "speed_mbps), 12 buckets of flows\n"
        "    moves    7 of flows that had paused, 2 of busy ones\n"
        "    uneven   one?flow\n"
    ) in out


def test_roles_of_spill_threshold(setup, daemon):
    ports = [port("eth0"), port("eth1", state="BACKUP"), port("eth2", state="BACKUP")]
    for one, spill in zip(ports, ("awake", "awake", "resting")):
        one["ebond"]["spill"] = spill
    out = show(setup, daemon, [bond(mode="active-backup", own={"spill_threshold": 80}), *ports])
    roles = [line.split()[:3] for line in out.splitlines() if line.startswith("    eth")]
    assert roles == [["eth0", "up", "active"], ["eth1", "up", "joined"], ["eth2", "up", "resting"]]
    assert "spill_threshold 80" in out


def test_partners_of_802_3ad(setup, daemon):
    ports = [port("eth0"), port("eth1", reason="no LACP partner answers")]
    for one, aggregator, heard in zip(ports, (1, 2), (True, False)):
        one["linkinfo"]["info_slave_data"]["ad_aggregator_id"] = aggregator
        one["ebond"]["lacp"] = {"has_partner": heard, "partner": {
            "system": "02:00:00:00:00:77", "key": 15, "port": 3}}
    assert """
    lacp     eth0 aggregator 1, partner 02:00:00:00:00:77 key 15 port 3
             eth1 aggregator 2, no LACP partner
""" in show(setup, daemon, [bond(mode="802.3ad"), *ports])


def test_no_bonds(setup, daemon):
    assert show(setup, daemon, []) == "no bonds: 'ebond add NAME mode MODE' creates one\n"


def test_one_bond(setup, daemon):
    links = [
        bond(mode="active-backup", active_slave="eth0", miimon=100, updelay=200, primary="eth0"),
        port("eth0", rx=120034, tx=98),
        port("enp3s0f1np1", state="BACKUP", speed=2500, link_ms=4 * 3600_000 + 62_000),
    ]
    assert show(setup, daemon, links) == """\
bond0: up, active-backup, active port eth0, 2 of 2 ports up
    options  miimon 100, updelay 200, primary eth0
    address  02:00:00:00:00:05, mtu 1500
    packets  received 120034, sent 98
    PORT         LINK  ROLE    SPEED      FAILURES  SINCE  RECEIVED  SENT
    eth0         up    active  1G full           0  1m13s    120034    98
    enp3s0f1np1  up    backup  2.5G full         0  4h01m         0     0
"""


def test_primary_that_is_not_attached(setup, daemon):
    link = bond(mode="active-backup", miimon=100)
    link["ebond"]["primary"] = "eth7"
    text = show(setup, daemon, [link])
    assert "\n    options  miimon 100, primary eth7 (not attached)\n" in text


def test_failing(setup, daemon):
    """A port in each link state, packet path counters, and reasons at the end."""
    links = [
        bond(mode="balance-xor", xmit_hash_policy="layer3+4",
             counters={"tx_no_port": 12, "rx_inactive": 3, "tx_clone": 0, "new_one": 1}),
        port("a", speed=100, duplex="half", link_ms=999),
        port("b", mii="GOING_DOWN", link_ms=59_999, failures=1),
        port("c", mii="DOWN", state="BACKUP", speed=-1, duplex="unknown", failures=12345,
             link_ms=86400_000 * 3 + 3600_000 * 4, reason="no carrier"),
        port("d", mii="GOING_BACK", speed=100000, link_ms=60_000, reason="updelay"),
    ]
    assert show(setup, daemon, links) == """\
bond0: DEGRADED, balance-xor, 1 of 4 ports up
    options  xmit_hash_policy layer3+4
    address  02:00:00:00:00:05, mtu 1500
    packets  received 120034, sent 98
    counted  12 tx_no_port: sent while no port was usable
             3 rx_inactive: received on a port that is not active
             1 new_one: unknown to this version of ebond
    PORT  LINK        ROLE    SPEED      FAILURES  SINCE  RECEIVED  SENT
    a     up          active  100M half         0     0s         0     0
    b     going down  active  1G full           1    59s         0     0
    c     DOWN        backup  -             12345  3d04h         0     0  no carrier
    d     going back  active  100G full         0  1m00s         0     0  updelay
"""


def test_filters_on_ports(setup, daemon):
    links = [bond(), port("eth0"), port("eth1"), port("eth2")]
    links[1]["ebond"]["bypassed"] = "nft chain netdev t c, tcx program id 7"
    links[2]["ebond"]["filtered"] = "nft chain netdev t c"
    links[3]["ebond"]["bypassed"] = "tc filter pref 49152 flower"
    assert """
    packets  received 120034, sent 98
    filtered eth1: nft chain netdev t c
    bypassed eth0: nft chain netdev t c, tcx program id 7
             eth2: tc filter pref 49152 flower
    PORT""" in show(setup, daemon, links)


def test_states_of_a_bond(setup, daemon):
    """The first word after the name is the problem."""
    links = [
        bond("b1", carrier=False, mode="active-backup"),
        bond("b2", carrier=False, mode="active-backup"),
        port("p2", "b2", mii="DOWN", state="BACKUP"),
        bond("b3", up=False, carrier=False),
        port("p3", "b3"),
    ]
    out = show(setup, daemon, links)
    heads = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert heads == [
        "b1: NO PORTS, active-backup, no active port, 0 of 0 ports up",
        "b2: NO LINK, active-backup, no active port, 0 of 1 ports up",
        "b3: OFF, balance-rr, 1 of 1 ports up",
    ], out
    assert "    no ports: 'ebond attach b1 PORT...' adds some\n\nb2: " in out, out
    assert "ports up\n    administratively down: 'ip link set b3 up' brings it up\n" in out, out


def test_names_cannot_drive_the_terminal(setup, daemon):
    links = [bond("b\x1b[2J"), port("p\nq", "b\x1b[2J", reason="\x07x")]
    out = show(setup, daemon, links)
    assert out.startswith("b?[2J: up"), out
    assert "\n    p?q " in out and out.endswith("  ?x\n"), out


def broken(links):
    """Every key of every object, missing and of another type, one at a time."""

    def paths(value, path=()):
        if isinstance(value, dict):
            for key in value:
                yield path + (key,)
                yield from paths(value[key], path + (key,))
        elif isinstance(value, list):
            for i, item in enumerate(value):
                yield from paths(item, path + (i,))

    for path in list(paths(links)):
        for change in (None, [], {}, 7, "x" * 300, True):
            variant = copy.deepcopy(links)
            at = variant
            for step in path[:-1]:
                at = at[step]
            at[path[-1]] = change
            yield variant


def test_unexpected_values(setup, daemon):
    """A reply from another version is shown as far as possible; never a crash."""
    links = [bond(mode="active-backup", active_slave="eth0"), port("eth0")]
    variants = list(broken(links))
    assert len(variants) > 300
    # Many per request: a process for each would take minutes.
    for start in range(0, len(variants), 50):
        together = [link for variant in variants[start:start + 50] for link in variant]
        out = show(setup, daemon, together)
        assert "bond0: " in out, out


def test_json_is_as_the_daemon_gave_it(setup, daemon):
    links = [bond(), port("eth0")]
    out = show(setup, daemon, links, "-j")
    assert out == json.dumps(links, separators=(",", ":")) + "\n"


def test_pretty_json(setup, daemon):
    links = [bond(), port("eth0")]
    out = show(setup, daemon, links, "-p")
    assert out == json.dumps(links, indent=4) + "\n"


def test_json_on_a_terminal_is_pretty(setup, daemon):
    daemon.answer({"exit": 0, "links": []}, {"exit": 0, "links": [{"ifname": "bond0"}]})
    outer, inner = pty.openpty()
    try:
        result = setup.ebond("show", "-j", stdout=inner)
        assert result.code == 0, result
        result = setup.ebond("show", "-j", stdout=inner)
        assert result.code == 0, result
        out = os.read(outer, 4096).decode().replace("\r\n", "\n")
    finally:
        os.close(inner)
        os.close(outer)
    assert out == '[]\n[\n    {\n        "ifname": "bond0"\n    }\n]\n', out


def test_a_reader_that_closes_early(setup, daemon):
    """`ebond show | head -1` ends silently with SIGPIPE, like any filter."""
    links = [link for i in range(2000) for link in (bond(f"b{i}"), port(f"p{i}", f"b{i}"))]
    daemon.answer({"exit": 0, "links": links})
    outer, inner = os.pipe()
    os.close(outer)
    result = setup.ebond("show", "-j", stdout=inner)
    os.close(inner)
    assert result.err == "", result
    assert result.code == -13, result
