# SPDX-License-Identifier: GPL-2.0-or-later
"""A function fits on a screen."""
import re

FUNCTION_MAX = 70


def functions(code):
    """Yields (line, name, length) of each function."""
    lines = code.split("\n")
    start = name = None
    for number, line in enumerate(lines, 1):
        if line == "{" and start is None:
            start = number
            head = " ".join(lines[max(0, number - 5):number - 1])
            names = re.findall(r"(\w+)\s*\(", head)
            name = names[-1] if names else "?"
        elif line.startswith("}") and start is not None:
            yield start, name, number - start - 1
            start = None


def findings(tree):
    """Yields (file, line, what)."""
    for name in tree.with_suffix(".c", ".h"):
        for line, function, length in functions(tree.code(name)):
            if length > FUNCTION_MAX:
                yield name, line, f"{function}() has {length} lines, at most {FUNCTION_MAX}"
