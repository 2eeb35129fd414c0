# SPDX-License-Identifier: GPL-2.0-or-later
"""The picture of the rooms in docs/architecture.md names every directory, and nothing that is gone.
"""
import re

DOCUMENT = "docs/architecture.md"
HEADING = "## The rooms"
DEPTH = 2


def drawn(text):
    """Yields (line, directory) for each one in the picture; a deeper indent means inside."""
    inside = False
    top = ""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("## "):
            inside = line == HEADING
        found = re.match(r" {4}( *)[\w-]+/(\s|$)", line)
        if not inside or not found:
            continue
        for folder in re.findall(r"(?:^ +|\s{2})([\w-]+/)(?=\s|$)", line):
            if not found[1]:
                top = folder
            yield number, folder if not found[1] else top + folder


def folders(tree):
    """Directories of the tree: those at its root, and those with sources in them."""
    for name in tree.files:
        parts = name.split("/")[:-1]
        if not parts or parts[0].startswith("."):
            continue
        yield parts[0] + "/"
        if len(parts) == DEPTH and name.endswith((".c", ".h", ".py")):
            yield "/".join(parts) + "/"


def findings(tree):
    """Yields (file, line, what)."""
    text = tree.text(DOCUMENT)
    picture = {folder: number for number, folder in drawn(text)}
    real = set(folders(tree))
    for folder, number in picture.items():
        if not any(name.startswith(folder) for name in tree.files):
            yield DOCUMENT, number, f"there is no {folder}"
    for folder in sorted(real - set(picture)):
        yield DOCUMENT, 1, f"'{HEADING}' does not name {folder}"
    for number, line in enumerate(text.split("\n"), 1):
        for named in re.findall(r"[\w/.-]+\.(?:c|h|py|sh)\b", line):
            generated = named.endswith(".skel.h")
            if not generated and not any(f"/{name}".endswith(f"/{named}") for name in tree.files):
                yield DOCUMENT, number, f"there is no {named}"
