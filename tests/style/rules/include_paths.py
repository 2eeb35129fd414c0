# SPDX-License-Identifier: GPL-2.0-or-later
"""A quoted include is a path from the root to an existing (or generated) file."""


def findings(tree):
    """Yields (file, line, what)."""
    known = set(tree.files)
    for name in tree.with_suffix(".c", ".h"):
        for number, included in tree.quoted_includes(name):
            if included not in known and not included.endswith(".skel.h"):
                yield name, number, f'"{included}" is no path from the root'
