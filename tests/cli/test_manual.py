# SPDX-License-Identifier: GPL-2.0-or-later
"""Everything is listed in the help and in the manual."""

import os
import pathlib
import re
import subprocess

import pytest

MAN = pathlib.Path(os.environ["EBOND_BUILD"]) / "man"


def page(name):
    path = MAN / name
    if not path.exists():
        pytest.skip("scdoc is not installed")
    return re.sub(r"\\f[BIR]", "", path.read_text()).replace("\\-", "-").replace("\\&", "")


def listed(setup, *words):
    return setup.ebond("help", "--complete", *words).out.split()


def options(setup):
    return [word for word in listed(setup, "add", "bond0") if not word.startswith("--")]


def test_every_option_is_explained(setup):
    names = options(setup)
    assert len(names) > 15
    for name in names:
        result = setup.ebond("help", name)
        assert result.code == 0 and result.out.startswith(f"{name} "), result
        assert "    takes: " in result.out and "    modes: " in result.out, result


@pytest.mark.parametrize("name", ["ebond.8", "ebond.conf.5"])
def test_every_option_is_in_the_manual(setup, name):
    text = page(name)
    for option in options(setup):
        assert re.search(rf"^{option} (NUMBER|WORD|PORT|[A-Z]+)", text, re.M), option


def test_every_command_and_flag_is_in_the_manual(setup):
    text = page("ebond.8")
    for command in listed(setup):
        assert re.search(rf"^{command}\b", text, re.M), command
        for flag in re.findall(r"--\w+", setup.ebond("help", command).out.splitlines()[0]):
            assert flag in text, flag


def test_every_flag_of_the_daemon_is_in_the_manual():
    text = page("ebondd.8")
    program = pathlib.Path(os.environ["EBOND_BUILD"]) / "daemon" / "ebondd"
    if not program.exists():
        pytest.skip("the daemon is not built")
    usage = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    for flag in set(re.findall(r"--\w+", usage)):
        assert re.search(rf"^(--\w+, )?{flag}\b", text, re.M), flag
