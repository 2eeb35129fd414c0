# SPDX-License-Identifier: GPL-2.0-or-later
"""bash completion, tested in a bash."""

import os
import pathlib
import subprocess

import pytest

SCRIPT = pathlib.Path(__file__).parents[2] / "completion" / "ebond.bash"
ASK = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ebond; ' \
    'printf "%s\\n" "${COMPREPLY[@]}"'


def complete(setup, *words, **environment):
    process = subprocess.run(
        ["bash", "-c", ASK, "bash", SCRIPT, setup.program, *words],
        env=dict(os.environ, EBOND_RUN_DIR=str(setup.base), **environment),
        cwd=setup.base,  # where files are completed
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert process.stderr == b"", process.stderr
    return process.stdout.decode().splitlines()


BALANCING = ["balance-rr", "balance-xor", "balance-tlb", "balance-alb"]


@pytest.mark.parametrize(
    "words, expected",
    [
        (["at"], ["attach"]),
        (["d"], ["detach", "del"]),
        (["add", "bond0", "mi"], ["miimon", "min_links"]),
        (["add", "bond0", "mode", "ba"], BALANCING),
        (["add", "bond0", "mode", "broadcast", "xmit"], ["xmit_hash_policy"]),
        (["help", "active_s"], ["active_slave"]),
        (["set", "bond0", "--"], ["--replace"]),
        (["set", "bond0", "mo"], ["mode"]),
        (["set", "bond0", "--replace", "mo"], ["mode"]),
        (["set", "bond0", "--replace", "mode", "ba"], BALANCING),
        (["set", "bond0", "--replace", "mode", "broadcast", "--"], [""]),
        (["ap"], ["apply"]),
        (["apply", "--"], ["--check", "--diff", "--prune"]),
        (["apply", "--diff", "--"], ["--check", "--prune"]),
        (["apply", "x.conf", "--d"], ["--diff"]),
        (["import", "mod"], ["modprobe"]),
        (["import", "if"], ["ifcfg"]),
        (["import", "x.yaml", "--"], ["--print", "--strict"]),
        (["stop", ""], ["--teardown"]),
        (["zzz", ""], [""]),
    ],
)
def test_words(setup, words, expected):
    assert complete(setup, *words) == expected


def test_bonds_of_the_daemon(setup, daemon):
    """A name that contains a shell command is not executed."""
    daemon.answer({"exit": 0, "links": [{"ifname": "bond0"}, {"ifname": "b$(id>&2)"}]})
    assert complete(setup, "del", "b") == ["bond0", "b\\$\\(id\\>\\&2\\)"]


def test_files_for_apply(setup):
    for name in ("one.conf", "one $(id).conf", "two.conf"):
        (setup.base / name).write_text("")
    (setup.base / "one.d").mkdir()
    base = str(setup.base)
    assert complete(setup, "apply", f"{base}/one") == [
        f"{base}/one\\ \\$\\(id\\).conf", f"{base}/one.conf", f"{base}/one.d/"]
    assert complete(setup, "apply", f"{base}/two.conf", f"{base}/on") == [""]


def test_values_of_every_option_with_words(setup):
    options = complete(setup, "set", "bond0", "")
    assert len(options) > 15
    for option in options:
        if option == "--replace":
            continue
        text = setup.ebond("help", option).out
        if "takes: " not in text or " (0), " not in text:
            continue
        words = [part.split(" (")[0] for part in text.split("takes: ")[1].split(";")[0].split(", ")]
        assert complete(setup, "set", "bond0", option, "") == words


def test_ports_for_options_that_name_one(setup):
    assert "lo" in complete(setup, "set", "bond0", "primary", "")
    assert "lo" in complete(setup, "attach", "bond0", "l")
