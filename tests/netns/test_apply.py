# SPDX-License-Identifier: GPL-2.0-or-later
"""`ebond apply`, and the file that a daemon applies at startup."""

import os
import random
import signal

import pytest

from rig import wait_for
from traffic import UdpStream

FILE = """\
# two uplinks
add bond0 mode active-backup miimon 100
attach bond0 eth0 eth1
set bond0 primary eth0
set eth0 prio 10
"""


@pytest.fixture
def cabled(rig, pair):
    a, b = pair
    rig.cables(a, b, 4)
    return a


def write(host, text, name="ebond.conf"):
    path = host.rig.scratch / name
    path.write_text(text)
    return path


def apply(host, text, *flags, code=0):
    return host.ebond("apply", write(host, text), *flags, code=code)


def standing(host):
    """Everything that a file can set, as the daemon shows it."""
    links = host.show()
    seen = {}
    for name, link in links.items():
        if "master" not in link:
            data = {**link["linkinfo"]["info_data"], **link["ebond"]["options"]}
            data.pop("active_slave", None)
            seen.setdefault(name, {}).update(data)
        else:
            port = link["linkinfo"]["info_slave_data"]
            ports = seen.setdefault(link["master"], {}).setdefault("ports", {})
            ports[name] = (port["prio"], port["queue_id"])
    return seen


def test_a_second_apply_changes_nothing(cabled):
    a = cabled
    shown = apply(a, FILE, "--diff").stdout
    assert shown == ("add bond0 mode active-backup miimon 100 primary eth0\n"
                     "attach bond0 eth0 eth1\nset eth0 prio 10\n")
    assert a.show() == {}, "--diff did something"
    assert apply(a, FILE).stdout == shown
    before, log = standing(a), a.log()
    assert before["bond0"]["ports"] == {"eth0": (10, 0), "eth1": (0, 0)}
    assert before["bond0"]["primary"] == "eth0"
    again = apply(a, FILE)
    assert (again.stdout, again.stderr) == ("", "")
    assert apply(a, FILE, "--diff").stdout == ""
    assert standing(a) == before and a.log() == log


def test_settings_not_in_the_file_are_reset(cabled):
    a = cabled
    apply(a, FILE)
    a.ebond("add", "other", "mode", "broadcast")
    a.ebond("attach", "bond0", "eth2")
    a.ebond("set", "bond0", "updelay", 200, "num_grat_arp", 5)
    assert apply(a, FILE).stdout == ("detach bond0 eth2\n"
                                     "set bond0 updelay 0 num_grat_arp 1\n")
    assert "other" in a.show(), "a bond that is not named is left alone"
    assert apply(a, FILE, "--prune", "--diff").stdout == "del other\n"
    apply(a, FILE, "--prune")
    assert list(standing(a)) == ["bond0"]
    assert not a.has_link("other")


def test_another_mode_by_file_under_traffic(rig, pair):
    a, b = pair
    rig.cables(a, b, 2)
    b.ip("link", "add", "br0", "type", "bridge")
    for port in ("eth0", "eth1"):
        b.ip("link", "set", "dev", port, "master", "br0")
    b.up("br0")
    b.address("br0", "10.0.0.2/24")
    apply(a, FILE)
    a.up("bond0")
    a.address("bond0", "10.0.0.1/24")
    a.wait_ping("10.0.0.2")
    stream = UdpStream(a, b, "10.0.0.2", per_second=1000)
    stream.runs_for(200)
    rr = "add bond0 mode balance-rr miimon 100 packets_per_slave 3\nattach bond0 eth0 eth1\n"
    assert apply(a, rr).stdout == "set bond0 --replace mode balance-rr packets_per_slave 3\n"
    stream.runs_for(300)
    assert apply(a, FILE).stdout == ("set bond0 --replace mode active-backup primary eth0\n"
                                     "set eth0 prio 10\n")
    stream.runs_for(300)
    assert stream.stop() == []


def test_errors_are_reported_with_their_position(cabled):
    a = cabled
    path = a.rig.scratch / "ebond.conf"
    for text, said in (
        ("add bond0 miimn 100", ":1:11: unknown option 'miimn': did you mean miimon?"),
        ("add bond0\natach bond0 eth0", ":2:1: 'atach' is not known: did you mean attach?"),
        ("add bond0\n add eth3", ":2:6: eth3: an interface of that name exists"),
    ):
        error = apply(a, text, code=1).stderr
        assert error.startswith(f"ebond: {path}{said}"), error
        assert error.count("\n") == 1 and a.show() == {}


def test_check_needs_no_daemon(rig):
    a = rig.host("a")
    a.ip("link", "add", "eth0", "type", "veth", "peer", "eth1")
    assert apply(a, FILE, "--check").stdout == ""
    bad = apply(a, FILE + "set bond0 updelay 5\nset bond0 miimon 0\n", "--check", code=1)
    assert ":6:11: updelay 5 needs miimon" in bad.stderr
    missing = apply(a, FILE + "attach bond0 eth7\n", "--check")
    assert ":6:14: eth7: no such interface: it is attached when" in missing.stderr
    assert not list(a.run_dir.glob("net-*")), "a daemon was started"


def test_a_failure_half_way_is_reverted(cabled):
    """eth3 is in a bridge, which is noticed only when it is to be attached."""
    a = cabled
    apply(a, FILE)
    a.ebond("add", "other", "mode", "broadcast", "miimon", 50)
    a.ip("link", "add", "br0", "type", "bridge")
    a.ip("link", "set", "dev", "eth3", "master", "br0")
    before = standing(a)
    wanted = ("add bond0 mode balance-xor xmit_hash_policy layer3+4\nattach bond0 eth0\n"
              "add new mode broadcast\nattach new eth2 eth3\n")
    done = apply(a, wanted, "--prune", code=1)
    assert "'attach new eth2 eth3' failed: eth3: belongs to br0" in done.stderr, done.stderr
    assert "undone" in done.stderr and done.stderr.count("\n") == 1
    assert standing(a) == before
    assert a.mac("eth2") != a.mac("bond0") and not a.has_link("new")


def random_file(chance):
    lines = []
    ports = ["eth0", "eth1", "eth2", "eth3"]
    chance.shuffle(ports)
    for bond in chance.sample(["bond0", "bond1", "bond2"], chance.randrange(3)):
        mode = chance.choice(["balance-rr", "active-backup", "balance-xor", "broadcast"])
        lines.append(f"add {bond} mode {mode} miimon {chance.choice([0, 50, 100])}")
        lines.append(f"set {bond} resend_igmp {chance.randrange(256)}")
        for _ in range(chance.randrange(3)):
            if not ports:
                break
            port = ports.pop()
            lines.append(f"attach {bond} {port}")
            if mode == "active-backup":
                lines.append(f"set {port} prio {chance.randrange(-9, 9)}")
                lines.append(f"set {bond} primary {port}")
    return "\n".join(lines) + "\n"


def test_from_any_file_to_any_other(cabled):
    """From any state, a second apply changes nothing, and neither does a restart."""
    a = cabled
    seed = int(os.environ.get("SEED") or random.randrange(1 << 32))
    print(f"SEED={seed}")
    chance = random.Random(seed)
    for _ in range(40):
        text = random_file(chance)
        shown = a.ask("apply", "x", text, "--prune", "--diff")
        done = a.ask("apply", "x", text, "--prune")
        assert done["exit"] == 0 and done["text"] == shown["text"], (seed, text, done)
        again = a.ask("apply", "x", text, "--prune")
        assert again["text"] == "", (seed, text, again)
    assert a.ask("apply", "x", "", "--prune")["exit"] == 0
    assert a.show() == {}
    a.ask("apply", "x", text)
    assert standing(a) == standing_after(a, text), seed


def standing_after(a, text):
    """The result of the same file from scratch."""
    a.ask("apply", "x", "", "--prune")
    a.ask("apply", "x", text)
    return standing(a)


# At daemon startup


def test_applied_at_the_start(rig):
    a, b = rig.host("a"), rig.host("b")
    rig.cables(a, b, 2)
    a.start_daemon("--config", write(a, FILE))
    assert a.bond_info()["primary"] == "eth0"
    assert list(standing(a)["bond0"]["ports"]) == ["eth0", "eth1"]


def test_waits_for_a_port_that_appears_later(rig):
    a, b = rig.host("a"), rig.host("b")
    rig.cable(a, "eth1", b, "eth1")
    a.start_daemon("--config", write(a, FILE))
    assert list(standing(a)["bond0"]["ports"]) == ["eth1"]
    assert "port eth0 does not exist yet: waiting for it" in a.log()
    rig.cable(a, "late", b, "eth0")
    a.down("late")
    a.ip("link", "set", "dev", "late", "name", "eth0")
    wait_for(lambda: "eth0" in standing(a)["bond0"]["ports"], 5, a.log)
    wait_for(lambda: a.port_info("eth0")["prio"] == 10, 5, a.log)
    a.wait_active("eth0")
    a.ebond("detach", "bond0", "eth0")
    a.down("eth0")
    a.up("eth0")
    a.wait_active("eth1")
    assert list(standing(a)["bond0"]["ports"]) == ["eth1"], "detached is detached"


def test_a_bad_or_missing_file_does_not_stop_the_daemon(rig):
    a = rig.host("a")
    a.start_daemon("--config", write(a, "add bond0\nad bond1\n"))
    assert a.show() == {}
    assert "ebond.conf:2:1: 'ad' is not known" in a.log()
    a.stop_daemon()
    a.start_daemon("--config", "/nonexistent/ebond.conf")
    assert "cannot read /nonexistent/ebond.conf" in a.log()


def test_a_hang_up_applies_the_file_again(rig):
    a, b = rig.host("a"), rig.host("b")
    rig.cables(a, b, 3)
    path = write(a, FILE)
    a.start_daemon("--config", path)
    path.write_text(FILE.replace("miimon 100", "miimon 50") + "attach bond0 eth2\n")
    a.daemon.send_signal(signal.SIGHUP)
    wait_for(lambda: "eth2" in standing(a)["bond0"]["ports"], 5, a.log)
    wait_for(lambda: a.bond_info()["miimon"] == 50, 5, a.log)
    before = standing(a)
    path.write_text("add bond0 miimon 20\nad bond1\n")
    a.daemon.send_signal(signal.SIGHUP)
    wait_for(lambda: "ebond.conf:2:1: 'ad' is not known" in a.log(), 5, a.log)
    path.unlink()
    a.daemon.send_signal(signal.SIGHUP)
    wait_for(lambda: f"cannot read {path}" in a.log(), 5, a.log)
    assert standing(a) == before and a.daemon.poll() is None


def test_a_hang_up_without_a_file_changes_nothing(rig):
    """A daemon started by `ebond` applies no file: the machine's is not for its namespace."""
    a = rig.host("a")
    a.ebond("add", "bond0")
    before = standing(a)
    pid, = (pid for pid in a.pids() if a.program(pid) == "ebondd")
    os.kill(pid, signal.SIGHUP)
    wait_for(lambda: "SIGHUP: nothing to do" in a.ebond("log").stdout, 5,
             lambda: a.ebond("log").stdout)
    assert standing(a) == before and a.program(pid) == "ebondd"


def test_start_after_a_stop_applies_and_after_a_crash_does_not(rig):
    a, b = rig.host("a"), rig.host("b")
    rig.cables(a, b, 2)
    path = write(a, FILE)
    a.start_daemon("--config", path)
    a.ebond("detach", "bond0", "eth1")
    a.kill_daemon()
    path.write_text(FILE + "add bond1\n")
    a.start_daemon("--config", path)
    assert list(standing(a)["bond0"]["ports"]) == ["eth0"], "a crash changed a bond"
    assert "stays as it ran before the crash" in a.log()
    assert "bond1" in a.show(), "a bond that did not run is made"
    assert a.stop_daemon() == 0
    a.start_daemon("--config", path)
    assert sorted(standing(a)["bond0"]["ports"]) == ["eth0", "eth1"]
