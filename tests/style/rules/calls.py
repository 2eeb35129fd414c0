# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls that nobody makes, and those that a pure room does not."""
import re

BANNED = re.compile(r"\b(strcat|sprintf|gets|strtok|atoi|usleep|sleep)\s*\(")
PURE_ROOMS = ("lang/", "core/", "import/")
# tests/style/imports.py sees what the compiler made of it; this also sees what a macro hides.
IMPURE = re.compile(r"\b(printf|fprintf|time|clock_gettime|getenv|socket|open|read|write)\s*\(")


def findings(tree):
    """Yields (file, line, what)."""
    for name in tree.with_suffix(".c", ".h"):
        for number, line in enumerate(tree.code(name).split("\n"), 1):
            if BANNED.search(line):
                yield name, number, f"banned call {BANNED.search(line)[1]}()"
            if name.startswith(PURE_ROOMS) and IMPURE.search(line):
                yield name, number, f"{name.split('/')[0]} calls {IMPURE.search(line)[1]}()"
