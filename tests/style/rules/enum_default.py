# SPDX-License-Identifier: GPL-2.0-or-later
"""A switch over one of our enums has a case for each value and no default: the compiler then helps.
"""
import re


def enumerators(tree):
    """The names of all enumerators in the tree."""
    for name in tree.with_suffix(".c", ".h"):
        for body in re.findall(r"\benum\b\s*\w*\s*\{([^}]*)\}", tree.code(name)):
            yield from re.findall(r"(?:^|,)\s*([A-Za-z_]\w*)", body)


def switches(code):
    """Yields (line, labels) of each switch; labels of nested switches are their own."""
    for match in re.finditer(r"\bswitch\s*\(", code):
        depth = 0
        body = ""
        for letter in code[code.index("{", match.end()):]:
            depth += (letter == "{") - (letter == "}")
            if depth == 0:
                break
            if depth == 1:
                body += letter
        labels = re.findall(r"\bcase\s+(\w+)|\b(default)\s*:", body)
        yield code.count("\n", 0, match.start()) + 1, [case or default for case, default in labels]


def findings(tree):
    """Yields (file, line, what)."""
    ours = set(enumerators(tree))
    for name in tree.with_suffix(".c", ".h"):
        for line, labels in switches(tree.code(name)):
            cases = [label for label in labels if label in ours]
            if "default" in labels and cases:
                yield name, line, f"a default in a switch over the enum of {cases[0]}"
