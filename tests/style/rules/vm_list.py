# SPDX-License-Identifier: GPL-2.0-or-later
"""The list of the virtual machine contains every test, and every part of one."""
import re

LIST = "tests/vm/list"


def findings(tree):
    """Yields (file, line, what)."""
    listed = tree.text(LIST).splitlines()
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
                yield LIST, 1, f"not all of {last}"
        if re.fullmatch(r"tests/vm/same_\w+\.py", name):
            if not any(re.match(rf"(@\S+ )?{name}\b", line) for line in listed):
                yield LIST, 1, f"no {last}"
