# SPDX-License-Identifier: GPL-2.0-or-later
"""Functions that are never called, and calls that a pure room must not make."""
import re

BANNED = re.compile(r"\b(strcat|sprintf|gets|strtok|atoi|usleep|sleep)\s*\(")
PURE_ROOMS = ("lang/", "core/", "import/")
# tests/style/imports.py checks the compiled code; this also sees unused macros.
IMPURE = re.compile(r"\b(printf|fprintf|time|clock_gettime|getenv|socket|open|read|write)\s*\(")


def findings(tree):
    """Yields (file, line, what)."""
    for name in tree.with_suffix(".c", ".h"):
        for number, line in enumerate(tree.code(name).split("\n"), 1):
            if BANNED.search(line):
                yield name, number, f"banned call {BANNED.search(line)[1]}()"
            if name.startswith(PURE_ROOMS) and IMPURE.search(line):
                yield name, number, f"{name.split('/')[0]} calls {IMPURE.search(line)[1]}()"
