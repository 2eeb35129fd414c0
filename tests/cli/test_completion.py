# SPDX-License-Identifier: GPL-2.0-or-later
"""The bash completion, in a bash."""

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
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert process.stderr == b"", process.stderr
    return process.stdout.decode().splitlines()


@pytest.mark.parametrize(
    "words, expected",
    [
        (["at"], ["attach"]),
        (["d"], ["detach", "del"]),
        (["add", "bond0", "mi"], ["miimon", "min_links"]),
        (["add", "bond0", "mode", "ba"], ["balance-rr", "balance-xor"]),
        (["add", "bond0", "mode", "broadcast", "xmit"], ["xmit_hash_policy"]),
        (["help", "active_s"], ["active_slave"]),
        (["zzz", ""], [""]),
    ],
)
def test_words(setup, words, expected):
    assert complete(setup, *words) == expected


def test_bonds_of_the_daemon(setup, daemon):
    """A name that is a shell command in disguise stays a name."""
    daemon.answer({"exit": 0, "links": [{"ifname": "bond0"}, {"ifname": "b$(id>&2)"}]})
    assert complete(setup, "del", "b") == ["bond0", "b\\$\\(id\\>\\&2\\)"]
