# SPDX-License-Identifier: GPL-2.0-or-later
"""The list of the virtual machines contains every test, and for each kernel every part of one."""
import re

LIST = "tests/vm/list"
KERNELS = ("6.1", "6.12")


def lines_of(kernel, listed):
    """What runs with this kernel, at some time."""
    lines = [re.sub(rf"^(@(long|icount|{re.escape(kernel)}) )*", "", line) for line in listed]
    return [line for line in lines if not line.startswith("@")]


def findings(tree):
    """Yields (file, line, what)."""
    listed = tree.text(LIST).splitlines()
    for kernel in KERNELS:
        for name in incomplete(tree, lines_of(kernel, listed)):
            yield LIST, 1, f"not all of {name} with {kernel}"
    for name in tree.files:
        if re.fullmatch(r"tests/vm/same_\w+\.py", name):
            if not any(re.match(rf"(@\S+ )*{name}\b", line) for line in listed):
                yield LIST, 1, f"no {name.rsplit('/', 1)[-1]}"


def incomplete(tree, listed):
    """Yields the files of tests/netns of which a part is missing."""
    suite = {}
    for line in listed:
        found = re.fullmatch(r"tests/vm/suite\.sh (\S+?)(?: (\d+)/(\d+))?", line)
        if found:
            parts = suite.setdefault(found[1], {})
            parts.setdefault(int(found[3] or 1), set()).add(int(found[2] or 1))
    for name in tree.files:
        last = name.rsplit("/", 1)[-1]
        if re.fullmatch(r"tests/netns/test_\w+\.py", name):
            if not any(len(seen) == count for count, seen in suite.get(last, {}).items()):
                yield last
