# SPDX-License-Identifier: GPL-2.0-or-later
"""What a daemon believes of the file that the last one left, and what it leaves alone."""

import contextlib
import json
import os
import pathlib
import shutil

import pytest

import tcx
from bond_setups import bond_to_bridge
from lacp import SLOW_RATE, lacp_bond, wait_in_agreement
from rig import EBONDD, call, wait_for
from traffic import UdpStream

FIXTURES = pathlib.Path(__file__).parents[1] / "unit" / "state-0.1"


def state_path(host):
    (path,) = host.run_dir.glob("net-*/state.json")
    return path


def edit(host, change):
    """Lets `change` work on the parsed state file of a dead daemon."""
    path = state_path(host)
    state = json.loads(path.read_text())
    change(state)
    path.write_text(json.dumps(state))


def facts(host, *names):
    return [{key: link[key] for key in ("ifname", "address", "mtu", "flags")}
            for link in map(host.link, names)]


# The first release


@pytest.mark.parametrize("mode", ["active-backup", "balance-alb", "balance-rr"])
def test_a_file_of_the_first_release(rig, mode):
    """Options, order, counts and saved addresses of 0.1 are taken over as they are."""
    a, b = bond_to_bridge(rig, mode)
    old = json.loads((FIXTURES / f"{mode}.json").read_text())
    own = {port: a.mac(port) for port in ("eth0", "eth1")}
    a.kill_daemon()

    def put(state):
        (there,), (here,) = old["bonds"], state["bonds"]
        for key in ("ifindex", "hidden_ifindex", "mac"):
            there[key] = here[key]
        for mine, its in zip(here["ports"], there["ports"]):
            if there["active"] == its["ifindex"]:
                there["active"] = mine["ifindex"]
            its["ifindex"] = mine["ifindex"]
            its["saved"]["mac"] = mine["saved"]["mac"]
        state.clear()
        state.update(old)

    edit(a, put)
    a.start_daemon()
    a.wait_ping("10.0.0.2")
    assert "not valid" not in a.log()
    assert list(a.show()) == ["bond0", "eth0", "eth1"]
    info = a.bond_info()
    assert info["mode"] == mode
    assert a.port_info("eth0")["link_failure_count"] == 1
    if mode == "active-backup":
        assert (info["updelay"], info["primary"], info["primary_reselect"]) == (
            200, "eth1", "failure")
        assert a.port_info("eth1")["prio"] == 5
    a.ebond("del", "bond0")
    saved = {p["name"]: p["saved"]["mac"] for p in old["bonds"][0]["ports"]}
    assert {port: a.mac(port) for port in own} == saved


# Every key, under traffic


LACP_KEYS = ["at_ms", "number", "rx", "mux", "selected", "actor.key", "partner.system",
             "partner.key", "partner.state", "aggregator", "aggregator_active", "collects",
             "distributes", "current_while_ms", "tx_free_ms", "counters.flaw",
             "counters.marker_unanswered"]


def test_lacp_goes_on_whatever_key_is_missing(rig):
    # Not lacp_rate fast: a slow machine takes longer than 3 s from one daemon to the next.
    a, b = rig.host("a"), rig.host("b")
    a.start_daemon()
    b.start_daemon()
    names = rig.cables(a, b, 2)
    lacp_bond(b, names, *SLOW_RATE, cidr="10.0.0.2/24")
    lacp_bond(a, names, *SLOW_RATE, "xmit_hash_policy", "layer3+4", cidr="10.0.0.1/24")
    wait_in_agreement(a, names)
    wait_in_agreement(b, names)
    a.wait_ping("10.0.0.2")
    out, back = UdpStream(a, b, "10.0.0.2"), UdpStream(b, a, "10.0.0.1", port=7001)
    for key in LACP_KEYS:
        a.kill_daemon()
        edit(a, lambda state: state["bonds"][0]["ports"][1]["lacp"].pop(key))  # noqa: B023
        a.start_daemon()
        out.runs_for(100)
    assert (out.stop(), back.stop()) == ([], []), "packets lost"
    wait_in_agreement(a, names)


def harm_bond(state, key):
    state["bonds"][0].pop(key)


def harm_port(state, key):
    state["bonds"][0]["ports"][0].pop(key)


@pytest.mark.parametrize("harm, key", [
    *((harm_bond, key) for key in ("ifindex", "hidden_ifindex", "name", "mac", "mtu", "active",
                                   "mac_is_chance", "options")),
    *((harm_port, key) for key in ("ifindex", "name", "link", "number", "saved", "prio")),
])
def test_traffic_goes_on_whatever_key_is_missing(rig, harm, key):
    a, b = bond_to_bridge(rig, "active-backup")
    out, back = UdpStream(a, b, "10.0.0.2"), UdpStream(b, a, "10.0.0.1", port=7001)
    out.runs_for(100)
    a.kill_daemon()
    edit(a, lambda state: harm(state, key))
    a.start_daemon()
    out.runs_for(200)
    assert (out.stop(), back.stop()) == ([], []), "packets lost"
    assert sorted(a.show()) == ["bond0", "eth0", "eth1"]
    assert a.bond_info()["mode"] == "active-backup"


@pytest.mark.parametrize("change", [
    lambda bond: bond["options"].update(miimon=["x"]),
    lambda bond: bond["options"].update(miimon=100, primary=None),
    lambda bond: bond["ports"].append(bond["ports"][0]),
    lambda bond: bond["ports"].insert(0, 17),
    lambda bond: bond.update(mac=12, mtu="many", ifindex=-5),
])
def test_nonsense_within_is_left_out_and_kept_aside(rig, change):
    a, b = bond_to_bridge(rig, "active-backup")
    a.kill_daemon()
    edit(a, lambda state: change(state["bonds"][0]))
    broken = state_path(a).read_text()
    a.start_daemon()
    a.wait_ping("10.0.0.2")
    assert sorted(a.show()) == ["bond0", "eth0", "eth1"]
    assert "state.json: bond0" in a.log()
    assert state_path(a).with_suffix(".json.bad").read_text() == broken


def test_a_key_that_is_there_twice(rig):
    a, b = bond_to_bridge(rig, "active-backup")
    a.kill_daemon()
    path = state_path(a)
    path.write_text(path.read_text().replace('"link": 0', '"link": "x", "link": 0'))
    assert path.read_text().count('"x"') == 2
    a.start_daemon()
    a.wait_ping("10.0.0.2")
    assert sorted(a.show()) == ["bond0", "eth0", "eth1"]
    assert "the last of them counts" in a.log()


def test_more_bonds_than_there_can_be(rig):
    a, b = bond_to_bridge(rig, "active-backup")
    a.kill_daemon()

    def fill(state):
        first = state["bonds"][0]
        for number in range(300):
            state["bonds"].append({**first, "name": f"x{number}", "ifindex": 5000 + number,
                                   "hidden_ifindex": 6000 + number, "ports": []})

    edit(a, fill)
    a.start_daemon()
    a.wait_ping("10.0.0.2")
    assert sorted(a.show()) == ["bond0", "eth0", "eth1"]


# Another namespace, another boot


@pytest.mark.parametrize("key, value", [("netns", 1), ("boot", "of-another-boot")])
def test_state_of_another_place_is_not_believed(rig, key, value):
    """The run directory's name is given again when a namespace is gone."""
    a, b = rig.host("a"), rig.host("b")
    a.start_daemon()
    rig.cables(a, b, 2)
    a.ebond("add", "bond0", "mode", "active-backup")
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.kill_daemon()
    edit(a, lambda state: state.update({key: value}))
    text = state_path(a).read_text()
    a.ip("link", "del", "bond0")
    for port in ("eth0", "eth1"):
        a.ip("link", "del", port)
    # Strangers with the indexes and names of before.
    for number, port in enumerate(("eth0", "eth1")):
        index = json.loads(text)["bonds"][0]["ports"][number]["ifindex"]
        a.ip("link", "add", "name", port, "index", index, "mtu", 1400, "type", "veth",
             "peer", "name", f"far{number}")
        a.up(port, f"far{number}")
    before = facts(a, "eth0", "eth1")
    a.start_daemon()
    assert a.show() == {}
    assert facts(a, "eth0", "eth1") == before


@pytest.mark.parametrize("first_release", [False, True])
def test_strangers_with_a_known_index_are_left_alone(rig, first_release):
    """Within the namespace, too: what was plugged in while no daemon looked is another card."""
    a, b = bond_to_bridge(rig, "active-backup")
    a.kill_daemon()
    state = json.loads(state_path(a).read_text())
    index = state["bonds"][0]["ports"][0]["ifindex"]
    a.ip("link", "del", "eth0")
    a.ip("link", "add", "name", "eth0", "index", index, "mtu", 1400, "type", "veth",
         "peer", "name", "far")
    before = facts(a, "eth0")
    if first_release:
        edit(a, lambda now: (now.pop("netns"), now.pop("boot")))
    a.start_daemon()
    assert sorted(a.show()) == ["bond0", "eth1"]
    assert facts(a, "eth0") == before


# The file itself


def test_file_is_for_root_only_whatever_the_umask(rig):
    a = rig.host("a")
    before = os.umask(0)
    try:
        a.ebond("add", "bond0", "mode", "active-backup")
    finally:
        os.umask(before)
    assert state_path(a).stat().st_mode & 0o7777 == 0o600
    for path in a.run_dir.rglob("*"):
        assert path.is_socket() or not path.stat().st_mode & 0o022, path
    a.ebond("stop", "--teardown")


def test_state_is_not_written_through_links(rig):
    a, b = bond_to_bridge(rig, "active-backup")
    a.kill_daemon()
    path = state_path(a)
    victim = a.run_dir / "victim"
    victim.write_text("precious")
    path.with_name("state.json.new").symlink_to(victim)
    a.start_daemon()
    a.ebond("set", "bond0", "resend_igmp", 2)
    a.kill_daemon()
    path.rename(path.with_name("real"))
    path.symlink_to(path.with_name("real"))
    a.start_daemon()
    a.ebond("add", "bond1", "mode", "active-backup")
    assert victim.read_text() == "precious"
    assert not path.is_symlink()


# Cut off half-way


def test_incomplete_bond_is_deleted(rig):
    """A daemon that died within `ebond add` leaves nothing that nobody knows."""
    a, b = bond_to_bridge(rig, "active-backup")
    a.kill_daemon()
    a.ip("link", "add", "bond1", "type", "veth", "peer", "name", "eb.bond1")
    edit(a, lambda state: state["bonds"].append(
        {"name": "bond1", "hidden_name": "eb.bond1", "being_made": True}))
    a.start_daemon()
    assert not a.has_link("bond1") and not a.has_link("eb.bond1")
    a.ebond("add", "bond1", "mode", "active-backup")
    wait_for(lambda: "bond1" in a.show(), 5, a.show)


# The file is lost


def lose_run_dir(host):
    for path in host.run_dir.glob("net-*"):
        shutil.rmtree(path)


def break_file(host):
    state_path(host).write_text("{")


def of_other_version(host):
    edit(host, lambda state: (state.update(version=7), state.update(bonds=[])))


OPTIONS = ("primary", "eth1", "primary_reselect", "failure", "updelay", 200)


@pytest.mark.parametrize("lose", [lose_run_dir, break_file, of_other_version])
def test_a_bond_goes_on_without_the_file(rig, lose):
    """What runs is found by its programs, which keep its state, too."""
    a, b = rig.host("a"), rig.host("b")
    a.start_daemon()
    rig.cables(a, b, 2)
    a.ip("link", "set", "eth0", "mtu", 1400)
    before = facts(a, "eth0", "eth1")
    b.bridge("br0", "eth0", "eth1", cidr="10.0.0.2/24")
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100, *OPTIONS)
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.ebond("set", "eth1", "queue_id", 3)
    a.pin("bond0")
    a.up("bond0")
    a.address("bond0", "10.0.0.1/24")
    a.wait_ping("10.0.0.2")
    for port in ("eth0", "eth1"):
        a.wait_status(port, "UP")
    shown = (a.bond_info(), a.port_info("eth1"))
    out, back = UdpStream(a, b, "10.0.0.2"), UdpStream(b, a, "10.0.0.1", port=7001)
    out.runs_for(100)
    a.kill_daemon()
    lose(a)
    a.start_daemon()
    out.runs_for(200)
    assert (out.stop(), back.stop()) == ([], []), "packets lost"
    assert (a.bond_info(), a.port_info("eth1")) == shown
    assert "found by its programs" in a.log()
    a.ebond("del", "bond0")
    assert facts(a, "eth0", "eth1") == before


def test_commands_find_a_bond_without_the_file(rig):
    a, b = bond_to_bridge(rig, "active-backup")
    a.kill_daemon()
    lose_run_dir(a)
    assert sorted(link["ifname"] for link in json.loads(a.ebond("show", "-j").stdout)) == [
        "bond0", "eth0", "eth1"]
    a.ebond("del", "bond0")
    assert not a.has_link("bond0") and not a.has_link("eb.bond0")


def test_ports_are_free_again_without_bond_and_file(rig):
    a, b = bond_to_bridge(rig, "active-backup")
    own = json.loads(state_path(a).read_text())["bonds"][0]["ports"][0]["saved"]
    a.kill_daemon()
    lose_run_dir(a)
    a.ip("link", "del", "bond0")
    a.start_daemon()
    assert a.show() == {}
    assert (a.mac("eth0"), a.mtu("eth0")) == (own["mac"], own["mtu"])
    a.up("eth0")
    a.address("eth0", "10.0.0.1/24")
    a.wait_ping("10.0.0.2")


def test_what_the_first_release_runs_is_guessed(rig):
    """Its programs keep no state."""
    a, b = bond_to_bridge(rig, "balance-xor")
    size, number = 98304, json.loads(state_path(a).read_text())["bonds"][0]["programs"]
    out, back = UdpStream(a, b, "10.0.0.2"), UdpStream(b, a, "10.0.0.1", port=7001)
    out.runs_for(100)
    a.kill_daemon()
    lose_run_dir(a)
    tcx.fill_map(number, size)
    a.start_daemon()
    out.runs_for(200)
    assert (out.stop(), back.stop()) == ([], []), "packets lost"
    assert a.bond_info()["mode"] == "balance-xor"
    assert sorted(a.show()) == ["bond0", "eth0", "eth1"]
    a.ebond("del", "bond0")
    assert not a.has_link("bond0")
    # Nor is there anything to give ports back by: they only work again.
    a.up("eth0")
    a.address("eth0", "10.0.0.1/24")
    a.wait_ping("10.0.0.2")


# Run directories


def own_dir(host):
    with host.inside():
        return host.run_dir / f"net-{os.stat('/proc/thread-self/ns/net').st_ino}"


def neighbours(rig):
    """Two network namespaces with one EBOND_RUN_DIR, as on any machine."""
    a, b = rig.host("a"), rig.host("b")
    b.run_dir = a.run_dir
    return a, b


def end(host):
    """A namespace is gone with all that is in it."""
    host.kill_all()
    wait_for(lambda: not host.pids(), 5)
    call("ip", "netns", "del", host.ns)


@pytest.mark.parametrize("has_bonds", [True, False])
def test_run_directory_of_a_namespace_that_is_gone(rig, has_bonds):
    a, b = neighbours(rig)
    a.ebond("add", "bond0", "mode", "active-backup")
    if not has_bonds:
        a.ebond("del", "bond0")
    gone = own_dir(a)
    assert (gone / "state.json").exists() == has_bonds
    end(a)
    # The kernel takes its time to delete interfaces and programs.
    for _ in range(50):
        b.ebond("add", "bond0", "mode", "active-backup")
        b.ebond("stop", "--teardown")
        if not gone.exists():
            break
    assert sorted(a.run_dir.glob("net-*")) == [own_dir(b)]
    assert f"{gone} removed" in b.ebond("log").stdout


def test_run_directories_of_the_living_stay(rig):
    """Of one whose daemon died, and of one that has a daemon."""
    a, b = neighbours(rig)
    c = rig.host("c")
    c.run_dir = a.run_dir
    for host in (a, c):
        host.ebond("add", "bond0", "mode", "broadcast")
    a.kill_all()
    wait_for(lambda: not a.pids(), 5)
    b.ebond("add", "bond0", "mode", "active-backup")
    assert own_dir(a).exists() and own_dir(c).exists()
    for host in (a, c):
        assert "broadcast" in host.ebond("proc", "bond0").stdout
        host.ebond("stop", "--teardown")


def test_what_another_namespace_left_is_not_ours(rig):
    """The kernel gave its inode number to this one."""
    a, b = neighbours(rig)
    a.ebond("add", "bond0", "mode", "active-backup")
    old = own_dir(a)
    end(a)
    old.rename(own_dir(b))
    b.ebond("log", code=1)
    assert "has no bonds" in b.ebond("show", code=1).stderr
    b.ebond("add", "bond7", "mode", "active-backup")
    log = b.ebond("log").stdout
    assert "bond7" in log and "bond0" not in log
    assert [link["ifname"] for link in json.loads(b.ebond("show", "-j").stdout)] == ["bond7"]
    b.ebond("stop", "--teardown")


def to_nobody(directory):
    os.chown(directory, 65534, 65534)


def to_all(directory):
    directory.chmod(0o777)


def to_a_link(directory):
    elsewhere = directory.with_name("elsewhere")
    directory.rename(elsewhere)
    directory.symlink_to(elsewhere)
    os.lchown(directory, 65534, 65534)


@pytest.mark.parametrize("harm", [to_nobody, to_all, to_a_link])
@pytest.mark.parametrize("whose", ["base", "own"])
def test_directories_of_others_are_refused(rig, harm, whose):
    a = rig.host("a")
    directory = own_dir(a)
    directory.mkdir(mode=0o755)
    harm(directory if whose == "own" else a.run_dir)
    done = a.ebond("add", "bond0", "mode", "active-backup", code=1)
    assert str(a.run_dir) in done.stderr and "belongs to another user" in done.stderr
    assert not a.has_link("bond0")


def test_the_run_directory_is_removed_below_the_daemon(rig):
    """As a cleaner of /run might; commands find the daemon again, and the next one the state."""
    a = rig.host("a")
    a.ebond("add", "bond0", "mode", "broadcast")
    pids = a.pids()
    lose_run_dir(a)
    assert "broadcast" in a.ebond("proc", "bond0").stdout
    assert a.pids() == pids
    wait_for(lambda: (own_dir(a) / "state.json").exists(), 5)
    assert "the run directory was removed: made again" in a.ebond("log").stdout
    a.ebond("set", "bond0", "miimon", 70)
    a.kill_all()
    wait_for(lambda: not a.pids(), 5)
    assert "Polling Interval (ms): 70" in a.ebond("proc", "bond0").stdout
    a.ebond("stop", "--teardown")
    assert not a.has_link("bond0")


# It cannot be kept


def fill(host):
    call("mount", "-t", "tmpfs", "-o", "size=256k", "none", host.run_dir)

    def full():
        with open(host.run_dir / "ballast", "wb", buffering=0) as ballast:
            with contextlib.suppress(OSError):
                while ballast.write(b"x" * 4096):
                    pass

    return full, (host.run_dir / "ballast").unlink, "No space left on device"


def forbid(host):
    return (lambda: own_dir(host).chmod(0o555), lambda: own_dir(host).chmod(0o755),
            "Permission denied")


@pytest.mark.parametrize("prepare", [fill, forbid])
def test_what_cannot_be_saved_is_refused(rig, prepare):
    """And changes nothing; what gives back is done all the same."""
    a, b = rig.host("a"), rig.host("b")
    spoil, mend, errno = prepare(a)
    a.start_daemon()
    rig.cables(a, b, 2)
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 100)
    a.ebond("attach", "bond0", "eth0")
    file = a.run_dir / "file.conf"
    file.write_text("add bond0 mode active-backup miimon 50\nattach bond0 eth0 eth1\n")
    before = (facts(a, "bond0", "eth0", "eth1"), a.bond_info(), state_path(a).read_text())
    spoil()
    for words in (("attach", "bond0", "eth1"), ("add", "bond1"), ("apply", file),
                  ("set", "bond0", "miimon", 200), ("set", "--replace", "bond0", "mode", "1")):
        done = a.ebond(*words, code=1)
        assert f"the state cannot be saved ({errno}): nothing was changed" in done.stderr
        assert a.run_dir.name in done.stderr
    assert (facts(a, "bond0", "eth0", "eth1"), a.bond_info(), state_path(a).read_text()) == before
    assert not a.has_link("bond1")
    a.ebond("detach", "bond0", "eth0")
    mend()
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.kill_daemon()
    a.start_daemon()
    assert sorted(a.show()) == ["bond0", "eth0", "eth1"]
    a.ebond("del", "bond0")


def test_a_full_run_directory_does_not_stop_the_start(rig):
    """Bonds that run are served again, though nothing can be saved."""
    a, b = rig.host("a"), rig.host("b")
    spoil, mend, _ = fill(a)
    a.start_daemon()
    rig.cables(a, b, 2)
    a.ebond("add", "bond0", "mode", "active-backup")
    a.ebond("attach", "bond0", "eth0", "eth1")
    a.kill_daemon()
    (own_dir(a) / "netns").unlink()
    spoil()
    a.start_daemon()
    assert sorted(a.show()) == ["bond0", "eth0", "eth1"]
    assert "netns cannot be written (No space left on device)" in a.log()
    mend()
    a.ebond("set", "bond0", "miimon", 70)


def test_what_was_not_saved_is_tried_again(rig):
    a, b = bond_to_bridge(rig, "active-backup")
    own_dir(a).chmod(0o555)
    done = a.ebond("detach", "bond0", "eth1")
    assert "could not be saved" in done.stdout + done.stderr
    own_dir(a).chmod(0o755)
    wait_for(lambda: "saved again" in a.log(), 5, a.log)
    assert len(json.loads(state_path(a).read_text())["bonds"][0]["ports"]) == 1


# One daemon


def test_one_daemon_whatever_the_run_directory(rig):
    a = rig.host("a")
    a.start_daemon()
    other = a.run_dir / "other"
    done = a.run("env", f"EBOND_RUN_DIR={other}", EBONDD, "--foreground", check=False)
    assert done.returncode == 1
    assert f"process {a.daemon.pid}, an ebondd with another run directory" in done.stderr
    a.kill_daemon()
    a.start_daemon()


SQUAT = """
import os, socket, time
os.setuid(65534)
fd = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
fd.bind(b"\\0ebondd")
fd.listen(1)
print("there", flush=True)
time.sleep(600)
"""


def test_any_user_cannot_keep_the_daemon_out(rig):
    a = rig.host("a")
    squatter = a.popen("python3", "-c", SQUAT)
    assert squatter.stdout.readline() == "there\n"
    a.start_daemon()
    assert f"held by process {squatter.pid} of user 65534" in a.log()
