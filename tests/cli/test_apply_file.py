# SPDX-License-Identifier: GPL-2.0-or-later
"""`ebond apply`: what the command does itself, and what it sends to the daemon."""

import pytest


def write(setup, text, name="e.conf"):
    path = setup.base / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


@pytest.mark.parametrize(
    "text, said",
    [
        ("add bond0\nset bond0 miimn 1", "2:11: unknown option 'miimn': did you mean miimon?"),
        ("add bond0 mode \"active-backup", "1:16: the quote is not closed: add a '\"'"),
        ("del bond0", "1:1: del is not allowed in a file, which describes the desired "
                      "state: use add, attach and set"),
        (b"add bond0\nadd\0", "2:4: a zero byte: this is not a text file"),
    ],
)
@pytest.mark.parametrize("flag", ["--check", "--diff", None])
def test_a_file_with_errors_is_not_sent(setup, daemon, text, said, flag):
    path = write(setup, text)
    result = setup.ebond("apply", path, *([flag] if flag else []))
    assert result.code == 1, result
    assert result.err == f"ebond: {path}:{said}\n"
    assert daemon.requests == []


def test_check_of_a_good_file(setup, daemon):
    path = write(setup, "add bond0\nattach bond0 lo\n")
    result = setup.ebond("apply", "--check", path)
    assert (result.code, result.out, result.err) == (0, "", ""), result
    assert daemon.requests == []


def test_check_notes_interfaces_that_are_not_there(setup):
    path = write(setup, "add bond0\nattach bond0 lo nosuch0 nosuch1\n")
    result = setup.ebond("apply", path, "--check")
    assert result.code == 0, result
    later = "no such interface: it is attached when it appears"
    assert result.err == (
        f"ebond: note: {path}:2:17: nosuch0: {later}\n"
        f"ebond: note: {path}:2:25: nosuch1: {later}\n"
    )


def test_request_and_answer(setup, daemon):
    text = 'add bond0 miimon 100 # "x"\n'
    path = write(setup, text)
    daemon.answer({"exit": 0, "text": "add bond0 miimon 100\n", "notes": ["n"]})
    result = setup.ebond("apply", path, "--prune", "--diff")
    assert (result.code, result.out) == (0, "add bond0 miimon 100\n"), result
    assert result.err == "ebond: note: n\n"
    assert daemon.requests == [{"command": "apply", "args": [path, text, "--diff", "--prune"]}]


def test_files_that_cannot_be_read(setup, daemon):
    absent = str(setup.base / "absent")
    assert setup.ebond("apply", absent).err == (
        f"ebond: {absent}: cannot be read: No such file or directory\n")
    folder = str(setup.base)
    assert setup.ebond("apply", folder).err == (
        f"ebond: {folder}: cannot be read: Is a directory\n")
    big = write(setup, "#" * (256 * 1024 + 1))
    result = setup.ebond("apply", big)
    assert (result.code, result.err) == (
        1, f"ebond: {big}: is longer than 262144 bytes: split it\n")
    assert daemon.requests == []


def test_the_longest_file_fits_a_request(setup, daemon):
    path = write(setup, "# \"\n" * (64 * 1024))
    assert setup.ebond("apply", path).code == 0
    assert len(daemon.requests[0]["args"][1]) == 256 * 1024


def test_standard_input(setup, daemon):
    result = setup.ebond("apply", "-")
    assert result.code == 0, result
    assert daemon.requests == [{"command": "apply", "args": ["standard input", ""]}]
