# SPDX-License-Identifier: GPL-2.0-or-later
"""No two files have the same name, so that a name identifies a file."""
import collections

# Names given by a tool or a convention.
MANY = {"main.c", "conftest.py", "__init__.py"}


def findings(tree):
    """Yields (file, line, what)."""
    homes = collections.defaultdict(list)
    for name in tree.with_suffix(".c", ".h", ".py"):
        homes[name.rsplit("/", 1)[-1]].append(name)
    for last, names in sorted(homes.items()):
        for name in names[1:]:
            if last not in MANY:
                yield name, 1, f"{names[0]} has this name already"
