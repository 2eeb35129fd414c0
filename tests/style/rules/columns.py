# SPDX-License-Identifier: GPL-2.0-or-later
"""C code is at most 100 columns wide; tabs are eight."""
LINE_MAX = 100


def findings(tree):
    """Yields (file, line, what)."""
    for name in tree.with_suffix(".c", ".h"):
        for number, line in enumerate(tree.text(name).split("\n"), 1):
            columns = len(line.expandtabs(8))
            if columns > LINE_MAX:
                yield name, number, f"line of {columns} columns, at most {LINE_MAX}"
