# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/developing.md lists exactly the files outside of tests/ that name its examples.

An example may state a maximum number of files for such a change; user documentation does not count.
"""
import re

DOCUMENT = "docs/developing.md"
# Files that may name anything, and say nothing about where a change has to be made.
ELSEWHERE = (DOCUMENT, "tests/", "CHANGELOG.md", "LICENSE")
TEXTS = (".md", ".scd")


def sections(text):
    """Yields (line, words of the example, maximum number of files, {file: line}) of each example.
    """
    words, most, listed, begun = None, None, {}, 1
    for number, line in enumerate(text.split("\n") + ["## end"], 1):
        if line.startswith("## "):
            if words:
                yield begun, words, most, listed
            words, most, listed = None, None, {}
        elif line.startswith("Example: "):
            begun, words = number, re.findall(r"`([^`]+)`", line)
            most = re.search(r"at most (\d+) files", line)
        else:
            item = re.match(r"\* `([^`]+)`: ", line)
            if item:
                listed[item[1]] = number


def findings(tree):
    """Yields (file, line, what)."""
    kinds = list(sections(tree.text(DOCUMENT)))
    if not kinds:
        yield DOCUMENT, 1, "no section has an example"
    for begun, words, most, listed in kinds:
        count = sum(not name.endswith(TEXTS) for name in listed)
        if most and count > int(most[1]):
            yield DOCUMENT, begun, f"{count} files for {words[0]}, at most {most[1]}"
        naming = {name for name in tree.files if any(word in tree.text(name) for word in words)}
        for name, number in listed.items():
            if name not in naming:
                yield DOCUMENT, number, f"{name} does not name {words[0]}"
        for name in sorted(naming - set(listed)):
            if not name.startswith(ELSEWHERE):
                yield DOCUMENT, begun, f"{name} names {words[0]} and is not listed"
