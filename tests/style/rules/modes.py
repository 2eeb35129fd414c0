# SPDX-License-Identifier: GPL-2.0-or-later
"""Modes are queried for their traits (lang/mode.h), not compared; exceptions state the reason."""
import re

# The packet path is loaded once per mode: the verifier removes its comparisons.
ELSEWHERE = ("tests/", "bench/", "bpf/")
COMPARISON = re.compile(r"(?:[=!]=|<<|\bcase\b)\s*\(?\s*BOND_MODE_(?!MAX\b)\w+"
                        r"|\bBOND_MODE_(?!MAX\b)\w+\s*[=!]=|\bBIT\(\s*BOND_MODE_(?!MAX\b)\w+")
AT_MOST = 8


def findings(tree):
    """Yields (file, line, what)."""
    count = 0
    for name in tree.with_suffix(".c", ".h"):
        if name.startswith(ELSEWHERE):
            continue
        lines = tree.text(name).split("\n")
        for number, line in enumerate(tree.code(name).split("\n"), 1):
            if not COMPARISON.search(line):
                continue
            count += 1
            if "/*" not in lines[number - 1] and not lines[number - 2].rstrip().endswith("*/"):
                yield name, number, "a mode is compared without the reason beside it: see mode_has()"
            elif count > AT_MOST:
                yield name, number, f"modes are compared more than {AT_MOST} times: see mode_has()"
