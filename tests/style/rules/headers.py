# SPDX-License-Identifier: GPL-2.0-or-later
"""A header is included once, and its first comment says what it is, not who uses it."""
import re

USERS = re.compile(r"\b(?:used|called|shared|included|needed|wanted) by\b|\bfor (?:the files|[\w/]+\.c)\b|\bthe files of\b",
                   re.I)


def first_comment(text):
    """(line, text) of the first comment after the licence's."""
    for match in re.finditer(r"/\*.*?\*/", text, flags=re.S):
        if "SPDX" not in match[0]:
            return text.count("\n", 0, match.start()) + 1, match[0]
    return 1, ""


def findings(tree):
    """Yields (file, line, what)."""
    for name in tree.with_suffix(".h"):
        text = tree.text(name)
        line, comment = first_comment(text)
        if "#pragma once" not in text:
            yield name, 1, "header without #pragma once"
        if not comment or text.find(comment) > text.find("#pragma once") >= 0:
            yield name, 1, "no comment at the top says what it is"
        elif USERS.search(comment):
            yield name, line, f'says who uses it ("{USERS.search(comment)[0]}"), not what it is'
