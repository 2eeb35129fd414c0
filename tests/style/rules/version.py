# SPDX-License-Identifier: GPL-2.0-or-later
"""The version is in meson.build, and the newest heading of CHANGELOG.md matches it."""
import re


def findings(tree):
    """Yields (file, line, what)."""
    version = re.search(r"^  version: '([\d.]+)',$", tree.text("meson.build"), re.M)
    heading = re.search(r"^## (\S+) \((?:unreleased|\d{4}-\d\d-\d\d)\)$", tree.text("CHANGELOG.md"),
                        re.M)
    if not version:
        yield "meson.build", 1, "no version"
    elif not heading or heading[1] != version[1]:
        yield "CHANGELOG.md", 1, f"the first heading is not '## {version[1]} (unreleased)' or a date"
