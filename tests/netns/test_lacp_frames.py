# SPDX-License-Identifier: GPL-2.0-or-later
"""802.3ad frame by frame: tshark decodes ours; bad ones are handled at any rate."""

import json
import shutil
import struct

import pytest

from frames import ethernet, mac
from lacp import FAST, describe, in_agreement, lacp_of, wait_in_agreement
from rig import BUILD, SLOWNESS, call, wait_for
from test_lacp import agreed

SLOW_GROUP = "01:80:c2:00:00:02"
STRANGER = "02:00:00:00:00:99"
FIELDS = ("system_priority", "system", "key", "port_priority", "port", "state")
SHARK = ("sys_priority", "sysid", "key", "port_priority", "port", "state")


def info(kind, system, state=0x07, length=20, port=1):
    return struct.pack("!BBH6sHHHB3x", kind, length, 0x8000, mac(system), 15, 255, port, state)


def lacpdu(source=STRANGER, system=STRANGER, version=1, subtype=1, lengths=(20, 20, 16),
           partner=STRANGER, state=0x07, size=124):
    actor, other, collector = lengths
    body = struct.pack("!BB", subtype, version) + info(1, system, state, actor)
    body += info(2, partner, length=other) + struct.pack("!BBH12x", 3, collector, 0)
    frame = mac(SLOW_GROUP) + mac(source) + b"\x88\x09" + body
    return frame.ljust(max(size, len(frame)), b"\0")[:size]


def marker(system=STRANGER, kind=1, length=16, transaction=7):
    body = struct.pack("!BBBBH6sI2xBB", 2, 1, kind, length, 1, mac(system), transaction, 0, 0)
    return (mac(SLOW_GROUP) + mac(system) + b"\x88\x09" + body).ljust(124, b"\0")


def shark(path, *fields):
    """tshark's fields of every frame, as text."""
    words = [word for field in fields for word in ("-e", field)]
    lines = call("tshark", "-r", path, "-T", "fields", *words).stdout.splitlines()
    return [line.split("\t") for line in lines]


@pytest.mark.skipif(not shutil.which("tshark"), reason="no tshark")
def test_tshark_reads_what_show_says(rig):
    """None of our LACPDUs and Marker responses is malformed; the last one matches what we show."""
    a, b, bay, ends = agreed(rig)
    a.ebond("set", "eth0", "actor_port_prio", 77)
    wait_in_agreement(a, ["eth0", "eth1"])
    wait_in_agreement(b, ["eth0", "eth1"])
    sent = len(bay.slow_frames(a, "eth0"))
    wait_for(lambda: len(bay.slow_frames(a, "eth0")) > sent + 1, 5, "no LACPDU")
    ends[0].inject(marker(transaction=0x12345678))
    wait_for(lambda: lacp_of(a, "eth0")["counters"]["marker_response_tx"] == 1, 5,
             lambda: describe(a))
    path = rig.scratch / "lacp.pcap"

    def read():
        """What was sent, and whether its last state is shown: the capture may be a frame late."""
        bay.write_pcap(path, bay.slow_frames(a, "eth0"))
        rows = shark(path, "slow.subtype", "marker.requesterTransId", "marker.requesterSystem",
                     *(f"lacp.{side}.{name}" for side in ("actor", "partner") for name in SHARK))
        last = [row for row in rows if int(row[0], 0) == 1][-1][3:]
        shown = lacp_of(a, "eth0")
        wanted = [shown[side][name] for side in ("actor", "partner") for name in FIELDS]
        answers = [(int(row[1], 0), row[2]) for row in rows if int(row[0], 0) == 2]
        return answers, [text if ":" in text else int(text, 0) for text in last], wanted

    def agree():
        answers, last, wanted = read()
        return answers == [(0x12345678, STRANGER)] and last == wanted

    wait_for(agree, 10, lambda: str(read()), 0.2)
    wrong = ("_ws.malformed", "lacp.wrong_tlv_type", "lacp.wrong_tlv_length",
             "marker.wrong_tlv_type", "marker.wrong_tlv_length", "marker.wrong_pad_value",
             "_ws.expert.severity")
    rows = shark(path, *wrong)
    assert len(rows) > sent and all(not any(row) for row in rows), rows


def test_lacpdus_stay_with_the_daemon(rig):
    """bond0 receives neither them nor Markers nor LLDP, only other link-local frames."""
    from frames import Sniffer

    a, _, _, ends = agreed(rig)
    seen = Sniffer(a, "bond0")
    lldp = ethernet("01:80:c2:00:00:0e", STRANGER, 0x88CC, b"lldp")
    oam = ethernet(SLOW_GROUP, STRANGER, 0x8809, b"\x03")
    for _ in range(3):
        ends[0].inject(lacpdu(version=0), marker(kind=7), lldp, oam)
    wait_for(lambda: len(seen.received()) >= 3, 5, lambda: seen.received())
    kinds = {frame.data[12:15] for frame in seen.received() if frame.data[0] == 1}
    assert kinds == {b"\x88\x09\x03"}, kinds


BAD = {
    "short": lacpdu(size=60),
    "long": lacpdu(size=1510) + bytes(20),
    "subtype": lacpdu(subtype=0),
    "version": lacpdu(version=0),
    "actor_tlv": lacpdu(lengths=(19, 20, 16)),
    "partner_tlv": lacpdu(lengths=(20, 255, 16)),
    "collector_tlv": lacpdu(lengths=(20, 20, 0)),
    "marker_tlv": marker(length=3),
    "system": lacpdu(system="00:00:00:00:00:00"),
    "source": lacpdu(source="03:00:00:00:00:01"),
}


def test_bad_frames_are_counted_by_kind(rig):
    a, b, _, ends = agreed(rig)
    log = a.log()
    for _ in range(5):
        ends[0].inject(*BAD.values(), marker(kind=9), lacpdu(subtype=5),
                       lacpdu(system=lacp_of(a, "eth0")["actor"]["system"]))
    wait_for(lambda: lacp_of(a, "eth0")["counters"]["looped_rx"] == 5, 5, lambda: describe(a))
    counters = lacp_of(a, "eth0")["counters"]
    # longer than the MTU: the cable itself may drop it
    long = counters["illegal"].pop("long", 5)
    assert counters["illegal"] == {kind: 5 for kind in BAD if kind != "long"}, counters
    assert long == 5 and counters["marker_unknown_rx"] == counters["lacpdu_unknown_rx"] == 5
    assert in_agreement(a) == in_agreement(b) == ["eth0", "eth1"]
    new = a.log()[len(log):].strip().splitlines()
    assert len(new) == 1 and "receives our own LACPDUs" in new[0], new


def flood(end, frames, seconds):
    """Sends 100 000 frames a second through the far end; returns the process."""
    process = end.bay.host.popen(BUILD / "tests/netns/flood", end.name, 100000, seconds,
                                 stdin=-1)
    process.stdin.write("".join(frame.hex() + "\n" for frame in frames))
    process.stdin.close()
    process.stdin = None
    return process


def second_bond(rig, a):
    """Another bond of the same daemon, whose timing must not change."""
    c = rig.host("c")
    for port in ("eth8", "eth9"):
        rig.cable(a, port, c, port)
    a.ebond("add", "bond1", "mode", "active-backup", "miimon", 100)
    a.ebond("attach", "bond1", "eth8", "eth9")
    a.up("bond1")
    a.wait_active("eth8", "bond1")
    return c


@pytest.mark.skipif(SLOWNESS > 1, reason="an emulated CPU is busy with the flood itself")
@pytest.mark.parametrize("forged", [False, True], ids=["malformed", "two partners"])
@pytest.mark.alone
def test_flood(rig, forged):
    """100 000 frames a second: nothing changes needlessly, and other bonds keep their timing."""
    a, b, _, ends = agreed(rig)
    c = second_bond(rig, a)
    own = lacp_of(a, "eth0")["actor"]["system"]
    frames = [*(BAD[kind] for kind in BAD if kind != "long"), marker(), lacpdu(system=own)]
    frames += [lacpdu(state=0x3F, partner=own)] if forged else []
    log = len(a.log())
    process = flood(ends[0], frames, 5)
    for port, other in (("eth8", "eth9"), ("eth9", "eth8")) * 2:
        c.down(port)
        a.wait_active(other, "bond1", 0.5)  # noticed by the next poll: 100 ms
        c.up(port)
        a.wait_status(port, "UP", 0.5)
        if not forged:
            assert in_agreement(a) == in_agreement(b) == ["eth0", "eth1"], describe(a)
    assert process.wait(20) == 0
    sent = int(process.stdout.read())
    counters = lacp_of(a, "eth0")["counters"]
    print(f"sent {sent}", json.dumps(counters))
    heard = sum(counters[key] for key in ("lacpdu_rx", "lacpdu_illegal_rx", "marker_rx"))
    assert sent > 50000 and heard < 2 * 5 * 3200 + 1000, (sent, counters)
    assert counters["dropped_rx"] > sent / 2, counters
    assert counters["marker_response_tx"] <= 70, counters
    if forged:
        # The real partner is rarely read among so many; a second partner is logged when it is.
        assert "eth0: mux COLLECTING_DISTRIBUTING -> WAITING: partner changed" in a.log()
        assert "eth1" in in_agreement(a), describe(a)
    wait_in_agreement(a, ["eth0", "eth1"], 20)
    wait_in_agreement(b, ["eth0", "eth1"], 20)
    assert a.log()[log:].count("\n") < 700, "the log is flooded"
