# SPDX-License-Identifier: GPL-2.0-or-later
"""Requests as the daemon receives them, and every way in which a reply can be wrong."""

import fcntl
import socket
import time

import pytest

NOT_UNDERSTOOD = "ebond: cannot parse ebondd's reply: it may be another version: " \
    "see 'ebond version'\n"


@pytest.mark.parametrize(
    "args",
    [
        ["add", "bond0"],
        ["add", "bond0", "mode", "active-backup", "miimon", "100"],
        ["set", "bond0", "active_slave", ""],
        ["set", "eth0", "prio", "-5"],
        ["attach", "bond0", "eth0", "eth1"],
        ["detach", "bond0", "eth0"],
        ["del", "bond0"],
        ["proc", "bond0"],
        ["stop"],
        ["stop", "--teardown"],
        ["del", 'a"b\\c\n\u00e9'],
    ],
)
def test_request_is_the_command_line(setup, daemon, args):
    result = setup.ebond(*args)
    assert (result.code, result.out, result.err) == (0, "", ""), result
    assert daemon.requests == [{"command": args[0], "args": args[1:]}]


@pytest.mark.parametrize(
    "args, sent",
    [
        ([], []),
        (["-j"], []),
        (["show"], []),
        (["show", "-p"], []),
        (["show", "-j", "bond0"], ["bond0"]),
        (["show", "bond0", "-j"], ["bond0"]),
    ],
)
def test_request_of_show(setup, daemon, args, sent):
    daemon.answer({"exit": 0, "links": []})
    result = setup.ebond(*args)
    assert (result.code, result.err) == (0, ""), result
    assert daemon.requests == [{"command": "show", "args": sent}]


def test_text_is_printed_as_it_is(setup, daemon):
    daemon.answer({"exit": 0, "text": "Ethernet Channel Bonding Driver: 6\n\n\tx"})
    result = setup.ebond("proc", "bond0")
    assert (result.code, result.err) == (0, ""), result
    assert result.out == "Ethernet Channel Bonding Driver: 6\n\n\tx"


def test_notes(setup, daemon):
    daemon.answer({"exit": 0, "notes": ["updelay 250 rounded down", "two\nlines \x1b[31m"]})
    result = setup.ebond("set", "bond0", "updelay", "250")
    assert (result.code, result.out) == (0, ""), result
    assert result.err == "ebond: note: updelay 250 rounded down\nebond: note: two?lines ?[31m\n"


@pytest.mark.parametrize("code", [1, 2])
def test_refusal(setup, daemon, code):
    daemon.answer({"exit": code, "error": "eth9: no such interface: see 'ip link'"})
    result = setup.ebond("attach", "bond0", "eth9")
    assert (result.code, result.out) == (code, ""), result
    assert result.err == "ebond: eth9: no such interface: see 'ip link'\n"


def test_refusal_with_notes(setup, daemon):
    daemon.answer({"exit": 1, "error": "no", "notes": ["but"]})
    result = setup.ebond("del", "bond0")
    assert (result.code, result.err) == (1, "ebond: note: but\nebond: no\n"), result


def test_refusal_without_a_reason(setup, daemon):
    daemon.answer({"exit": 1})
    result = setup.ebond("del", "bond0")
    assert (result.code, result.err) == (1, "ebond: ebondd refused without giving a reason\n"), result


@pytest.mark.parametrize(
    "answer",
    [
        b"\n",
        b"hello\n",
        b'{"exit": 0\n',
        b"[]\n",
        b"{}\n",
        b'{"exit": "0"}\n',
        b'{"exit": 3}\n',
        b'{"exit": -1}\n',
        b'{"exit": 99999999999999999999}\n',
        b'{"exit": 0}\0{"exit": 1}\n',
        b'{"exit": 0, "text": "\xff"}\n',
        b"[" * 100000 + b"\n",
    ],
)
def test_answer_that_cannot_be_parsed(setup, daemon, answer):
    daemon.answer(answer)
    result = setup.ebond("del", "bond0")
    assert (result.code, result.out, result.err) == (1, "", NOT_UNDERSTOOD), result


def test_show_without_links(setup, daemon):
    daemon.answer({"exit": 0})
    result = setup.ebond("show")
    assert (result.code, result.out) == (1, ""), result
    assert "no links in ebondd's reply" in result.err, result


@pytest.mark.parametrize("answer", [b"", b'{"exit": 0}', b"x" * 20000])
def test_closed_early(setup, daemon, answer):
    daemon.answer(answer)
    result = setup.ebond("del", "bond0")
    assert (result.code, result.out) == (1, ""), result
    assert result.err == (
        "ebond: ebondd closed the connection without a reply: see 'ebond log'\n"
    )


def test_answer_in_pieces(setup, daemon):
    def in_pieces(connection):
        connection.recv(65536)
        for byte in b'{"exit": 0, "text": "slow"}\n':
            connection.sendall(bytes([byte]))
            time.sleep(0.001)

    daemon.answer(in_pieces)
    result = setup.ebond("proc", "bond0")
    assert (result.code, result.out, result.err) == (0, "slow", ""), result


def test_long_answer(setup, daemon):
    text = "x" * 4_000_000
    daemon.answer({"exit": 0, "text": text})
    result = setup.ebond("proc", "bond0")
    assert (result.code, result.err) == (0, ""), (result.code, result.err)
    assert result.out == text, len(result.out)


def test_endless_answer(setup, daemon):
    def endless(connection):
        connection.recv(65536)
        while True:
            connection.sendall(b"x" * 65536)

    daemon.answer(endless)
    result = setup.ebond("proc", "bond0")
    assert (result.code, result.out) == (1, ""), result
    assert result.err == "ebond: ebondd's reply exceeds 8 MiB: ignored\n"


def test_no_answer_in_time(setup, daemon):
    def silent(connection):
        while connection.recv(65536):  # ends when the command has disconnected
            pass

    daemon.answer(silent)
    result = setup.ebond("del", "bond0", EBOND_TIMEOUT="1")
    assert (result.code, result.out) == (1, ""), result
    assert result.err == (
        "ebond: ebondd did not reply within 1 s; it may still carry out the request: see 'ebond log'\n"
    )


def test_answer_to_a_request_that_was_not_read(setup, daemon):
    """A daemon may refuse at once and close: the reply still arrives."""
    daemon.answer(lambda connection: connection.sendall(b'{"exit": 1, "error": "busy"}\n'))
    result = setup.ebond("del", "bond0")
    assert (result.code, result.out, result.err) == (1, "", "ebond: busy\n"), result


def unread(connection):
    """The connection was closed with the request unread: it was not carried out."""
    connection.recv(1, socket.MSG_PEEK)


def test_daemon_that_goes_before_it_reads(setup, daemon):
    """The next daemon is asked, which is running already here."""
    daemon.answer(unread, unread, {"exit": 0, "text": "done\n"})
    result = setup.ebond("del", "bond0")
    assert (result.code, result.out, result.err) == (0, "done\n", ""), result
    assert daemon.requests == [{"command": "del", "args": ["bond0"]}]


def test_daemon_that_goes_for_good(setup, daemon):
    def last_one(connection):
        unread(connection)
        (setup.rundir / "control").unlink()

    daemon.answer(last_one)
    result = setup.ebond("del", "bond0")
    assert (result.code, result.out) == (1, ""), result
    assert result.err.startswith("ebond: no ebondd runs in this network namespace"), result


@pytest.mark.parametrize("args", [["stop"], ["stop", "--teardown"]])
def test_stop_waits_for_the_end(setup, daemon, args):
    """Relies on the daemon's lock, which is held until everything has been reverted."""
    with open(setup.rundir / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = setup.ebond(*args, EBOND_TIMEOUT="1")
        assert (result.code, result.out) == (1, ""), result
        assert result.err == "ebond: ebondd did not stop within 1 s: see 'ebond log'\n"
    result = setup.ebond(*args)
    assert (result.code, result.out, result.err) == (0, "", ""), result


def test_version(setup, daemon):
    daemon.answer({"exit": 0, "text": "ebondd 1.2.3\n"})
    result = setup.ebond("version")
    assert (result.code, result.err) == (0, ""), result
    assert result.out.splitlines()[1:] == ["ebondd 1.2.3"], result
    assert daemon.requests == [{"command": "version", "args": []}]


def test_version_of_a_daemon_that_does_not_tell(setup, daemon):
    daemon.answer({"exit": 2, "error": "version is not a command"})
    result = setup.ebond("version")
    assert result.code == 1, result
    assert result.err.startswith("ebond: ebondd did not report its version"), result


@pytest.mark.parametrize("base", ["relative", "/" + "x" * 120, "/" + "x/" * 3000])
def test_run_dir_that_cannot_be(setup, base):
    result = setup.ebond("show", EBOND_RUN_DIR=base)
    assert (result.code, result.out) == (1, ""), result
    assert result.err == (
        "ebond: EBOND_RUN_DIR must be an absolute path of fewer than 80 characters\n"
    )
