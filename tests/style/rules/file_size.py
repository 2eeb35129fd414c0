# SPDX-License-Identifier: GPL-2.0-or-later
"""Files are small enough to have one reason to exist."""
FILE_MAX = 800
DATA = ("LICENSE", ".json", ".golden")


def findings(tree):
    """Yields (file, line, what)."""
    for name in tree.files:
        lines = tree.text(name).count("\n")
        if lines > FILE_MAX and not name.endswith(DATA):
            yield name, 1, f"{lines} lines, at most {FILE_MAX}"
