# SPDX-License-Identifier: GPL-2.0-or-later
"""Realistic files of every kind and the result of importing them: tests/import.

Each directory has the files, the output of `ebond import --print` in `expected`
and its warnings in `expected.err`. EBOND_WRITE_CASES=1 rewrites these two.
"""

import os
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[1] / "import"
CASES = [path for path in sorted(ROOT.iterdir()) if path.name != "corpus"]


def files(case):
    return sorted(path.name for path in case.iterdir() if not path.name.startswith("expected"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(setup, case):
    # Run in the directory itself: messages have no path, and wildcards match the files.
    result = setup.ebond("import", *files(case), "--print", cwd=case)
    assert result.code == 0, result
    # What follows depends on the installed client.
    told = re.sub("(ebond has no DHCP client).*", r"\1", result.err)
    if os.environ.get("EBOND_WRITE_CASES"):
        (case / "expected").write_text(result.out)
        (case / "expected.err").write_text(told)
    assert result.out == (case / "expected").read_text()
    assert told == (case / "expected.err").read_text()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_output_is_a_valid_file(setup, case):
    printed = setup.base / "printed.conf"
    printed.write_text((case / "expected").read_text())
    result = setup.ebond("apply", "--check", str(printed))
    assert "no such interface" in result.err or result.code == 0, result
    assert all("no such interface" in line for line in result.err.splitlines()), result
