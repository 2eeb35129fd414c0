# SPDX-License-Identifier: GPL-2.0-or-later
"""Realistic files of every kind, and what they mean: tests/import.

Each folder has the files, in `expected` what `ebond import --print` prints for them
and in `expected.err` what it tells. EBOND_WRITE_CASES=1 writes these two again.
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
    # From the folder itself: messages have no path, and patterns match what is there.
    result = setup.ebond("import", *files(case), "--print", cwd=case)
    assert result.code == 0, result
    # The rest of it depends on which client is installed.
    told = re.sub("(ebond has no DHCP client).*", r"\1", result.err)
    if os.environ.get("EBOND_WRITE_CASES"):
        (case / "expected").write_text(result.out)
        (case / "expected.err").write_text(told)
    assert result.out == (case / "expected").read_text()
    assert told == (case / "expected.err").read_text()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_printed_is_a_file(setup, case):
    printed = setup.base / "printed.conf"
    printed.write_text((case / "expected").read_text())
    result = setup.ebond("apply", "--check", str(printed))
    assert "no such interface" in result.err or result.code == 0, result
    assert all("no such interface" in line for line in result.err.splitlines()), result
