# SPDX-License-Identifier: GPL-2.0-or-later
"""Which commands start a daemon when none runs, which program, and what happens on failure.

The daemon that is started is a mock, too: a small program that puts a server
for one reply on the control socket in the background, as `ebondd --auto` does.
The command allows only user id 0 to start one; run by any other user, those
tests are skipped.
"""

import os
import pathlib
import shutil
import socket
import subprocess
import sys

import pytest

NONE_RUNS = (
    "ebond: no ebondd runs in this network namespace, so it has no bonds: "
    "'ebond add NAME mode MODE' starts one\n"
)
NEEDS_ROOT = "ebond: starting ebondd needs root (CAP_NET_ADMIN, CAP_BPF): run as root\n"

AUTO = """#!/usr/bin/python3
import os, socket, sys
assert sys.argv[1:] == ["--auto"], sys.argv
base = os.environ["EBOND_RUN_DIR"]
path = f"{base}/net-{os.stat('/proc/self/ns/net').st_ino}/control"
fds = sorted(os.listdir("/proc/self/fd"))[:-1]  # without that of the listing itself
open(base + "/fds", "w").write(" ".join(fds))
if os.path.exists(path):
    os.unlink(path)
server = socket.socket(socket.AF_UNIX)
server.bind(path)
server.listen()
server.settimeout(60)
if os.fork():
    os._exit(0)
os.dup2(1, 2)
connection, _ = server.accept()
request = connection.makefile().readline()
open(base + "/request", "w").write(request)
connection.sendall(b'{"exit": 0, "text": "from a new daemon\\\\n"}\\n')
"""

root = pytest.mark.skipif(os.geteuid() != 0, reason="starting a daemon needs user id 0")


def run_started(setup, *args, **kwargs):
    return setup.ebond(*args, EBONDD=str(setup.write_program("ebondd", AUTO)), **kwargs)


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["show"],
        ["set", "bond0", "miimon", "100"],
        ["attach", "bond0", "eth0"],
        ["detach", "bond0", "eth0"],
        ["del", "bond0"],
        ["proc", "bond0"],
        ["stop"],
        ["stop", "--teardown"],
    ],
)
def test_not_started(setup, args):
    result = run_started(setup, *args)
    assert (result.code, result.out, result.err) == (1, "", NONE_RUNS), result
    assert not (setup.base / "request").exists()


def test_not_started_by_version(setup):
    result = run_started(setup, "version")
    assert (result.code, result.err) == (0, ""), result
    assert result.out.endswith("\nno ebondd runs in this network namespace\n"), result


def test_a_socket_without_a_listener(setup):
    """A killed daemon leaves its socket behind."""
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(setup.rundir / "control"))
    result = setup.ebond("show")
    assert (result.code, result.out, result.err) == (1, "", NONE_RUNS), result


@root
def test_add_starts(setup):
    result = run_started(setup, "add", "bond0", "mode", "1")
    assert (result.code, result.out, result.err) == (0, "from a new daemon\n", ""), result
    request = (setup.base / "request").read_text()
    assert request == '{"command":"add","args":["bond0","mode","1"]}\n'


@root
def test_add_starts_where_one_was_killed(setup):
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(setup.rundir / "control"))
    result = run_started(setup, "add", "bond0")
    assert (result.code, result.out, result.err) == (0, "from a new daemon\n", ""), result


@root
@pytest.mark.parametrize(
    "args", [["del", "bond0"], ["attach", "bond0", "eth0"], ["stop", "--teardown"]]
)
def test_state_starts_for_any_command(setup, args):
    """A daemon died with bonds running: a new one takes them over."""
    (setup.rundir / "state.json").write_text("{}")
    result = run_started(setup, *args)
    assert (result.code, result.out, result.err) == (0, "from a new daemon\n", ""), result


def test_stop_starts_no_daemon(setup):
    (setup.rundir / "state.json").write_text("{}")
    result = run_started(setup, "stop")
    assert (result.code, result.out) == (1, ""), result
    assert result.err == (
        "ebond: no ebondd runs in this network namespace; its bonds still pass traffic\n"
    )


@root
def test_the_daemon_inherits_no_other_descriptors(setup):
    """Only null devices and stderr: a caller's pipe or lock would be held forever."""
    with open(setup.base / "lock", "w", encoding="ascii") as lock:
        os.set_inheritable(lock.fileno(), True)
        result = subprocess.run(
            [setup.program, "add", "bond0"],
            env=dict(
                os.environ,
                EBOND_RUN_DIR=str(setup.base),
                EBONDD=str(setup.write_program("ebondd", AUTO)),
            ),
            close_fds=False,
            capture_output=True,
            timeout=60,
            check=False,
        )
    assert result.returncode == 0, result
    assert (setup.base / "fds").read_text() == "0 1 2"


@root
def test_found_beside_the_command(setup):
    program = shutil.copy(setup.program, setup.base / "ebond")
    setup.write_program("ebondd", AUTO)
    result = setup.ebond("add", "bond0", program=program, EBONDD="")
    assert (result.code, result.out) == (0, "from a new daemon\n"), result


@root
def test_found_in_a_build_tree(setup):
    (setup.base / "cli").mkdir()
    (setup.base / "daemon").mkdir()
    program = shutil.copy(setup.program, setup.base / "cli" / "ebond")
    setup.write_program("daemon/ebondd", AUTO)
    result = setup.ebond("add", "bond0", program=program, EBONDD="")
    assert (result.code, result.out) == (0, "from a new daemon\n"), result


@root
def test_found_in_path(setup):
    (setup.base / "elsewhere").mkdir()
    (setup.base / "cli").mkdir()
    program = shutil.copy(setup.program, setup.base / "cli" / "ebond")
    setup.write_program("elsewhere/ebondd", AUTO)
    result = setup.ebond(
        "add", "bond0", program=program, EBONDD="", PATH=f"{setup.base}/elsewhere:/usr/bin"
    )
    assert (result.code, result.out) == (0, "from a new daemon\n"), result


@root
def test_not_installed(setup):
    result = setup.ebond("add", "bond0")
    assert (result.code, result.out) == (1, ""), result
    assert result.err == (
        f"ebond: cannot start {setup.base}/absent-ebondd: No such file or directory: "
        "install it next to ebond, or set EBONDD\n"
    )


@root
def test_daemon_that_cannot_start_says_why_itself(setup):
    daemon = setup.write_program("ebondd", "#!/bin/sh\necho 'ebondd: no BPF' >&2\nexit 1\n")
    result = setup.ebond("add", "bond0", EBONDD=str(daemon))
    assert (result.code, result.out, result.err) == (1, "", "ebondd: no BPF\n"), result


@root
def test_daemon_that_dies_while_starting(setup):
    daemon = setup.write_program("ebondd", "#!/bin/sh\nkill -SEGV $$\n")
    result = setup.ebond("add", "bond0", EBONDD=str(daemon))
    assert (result.code, result.out) == (1, ""), result
    assert result.err == (
        f"ebond: {daemon} died while starting: Segmentation fault: see 'ebond log'\n"
    )


@root
def test_daemon_that_is_never_ready(setup):
    """The mock hangs until the test closes the other end of a pipe."""
    fifo = setup.base / "fifo"
    os.mkfifo(fifo)
    daemon = setup.write_program("ebondd", f"#!/bin/sh\nexec 2>/dev/null; read x < {fifo}\n")
    result = setup.ebond("add", "bond0", EBONDD=str(daemon), EBOND_TIMEOUT="1")
    with open(fifo, "w", encoding="ascii"):
        pass
    assert (result.code, result.out) == (1, ""), result
    assert result.err == f"ebond: {daemon} was not ready within 1 s: see 'ebond log'\n"


@root
def test_daemon_that_says_ready_and_is_not(setup):
    result = setup.ebond("add", "bond0", EBONDD="/bin/true")
    assert (result.code, result.out) == (1, ""), result
    assert result.err == "ebond: ebondd ended before it replied: see 'ebond log'\n"


def nobody(setup, *args, **kwargs):
    return setup.ebond(*args, as_nobody=os.geteuid() == 0, **kwargs)


def test_nobody_cannot_start(setup):
    result = nobody(setup, "add", "bond0")
    assert (result.code, result.out, result.err) == (1, "", NEEDS_ROOT), result


def test_nobody_cannot_recover(setup):
    (setup.rundir / "state.json").write_text("{}")
    result = nobody(setup, "show")
    assert (result.code, result.out, result.err) == (1, "", NEEDS_ROOT), result


def test_nobody_asks_a_running_daemon(setup, daemon):
    daemon.answer({"exit": 0, "links": []})
    result = nobody(setup, "show", "-j")
    assert (result.code, result.out, result.err) == (0, "[]\n", ""), result


def test_nobody_before_a_closed_socket(setup, daemon):
    os.chmod(setup.rundir / "control", 0)
    result = nobody(setup, "show")
    assert (result.code, result.out) == (1, ""), result
    assert result.err == (
        "ebond: cannot open ebondd's control socket: Permission denied: run as root\n"
    )


def owner(cookie):
    """What the daemon writes of its network namespace; None: the one we are in."""
    boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    if cookie is None:
        with socket.socket(socket.AF_UNIX) as unix:
            cookie = int.from_bytes(unix.getsockopt(socket.SOL_SOCKET, 71, 8), sys.byteorder)
    return f"{boot} {cookie}\n"


def test_log(setup):
    (setup.rundir / "netns").write_text(owner(None))
    (setup.rundir / "log").write_text("one\ntwo\n")
    result = setup.ebond("log")
    assert (result.code, result.out, result.err) == (0, "one\ntwo\n", ""), result


@pytest.mark.parametrize("text", [None, "", owner(1), "no-boot 1\n"])
def test_log_of_a_namespace_that_is_gone(setup, text):
    """The inode number in the directory's name is given again."""
    if text is not None:
        (setup.rundir / "netns").write_text(text)
    (setup.rundir / "log").write_text("one\ntwo\n")
    result = setup.ebond("log")
    assert (result.code, result.out) == (1, ""), result
    assert result.err == (
        f"ebond: {setup.rundir}/log: is of another network namespace, which is gone: a daemon "
        "that 'ebond add' starts here begins a new one\n"
    )


def test_state_of_a_namespace_that_is_gone(setup):
    (setup.rundir / "netns").write_text(owner(1))
    (setup.rundir / "state.json").write_text("{}")
    result = setup.ebond("show")
    assert (result.code, result.out, result.err) == (1, "", NONE_RUNS), result


def test_no_log(setup):
    result = setup.ebond("log")
    assert (result.code, result.out) == (1, ""), result
    assert result.err == (
        f"ebond: {setup.rundir}/log: No such file or directory: only a daemon started by ebond "
        "writes it; for systemd's use 'journalctl -u ebondd'\n"
    )
