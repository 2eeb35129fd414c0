# SPDX-License-Identifier: GPL-2.0-or-later
"""Rooms include each other only as docs/architecture.md allows, and nothing is allowed in vain."""
import re

DOCUMENT = "docs/architecture.md"
HEADING = "## Who includes whom"


def directions(text):
    """The document's table: for each room the rooms and files that it may include, and the line."""
    rooms = {}
    room = None
    inside = False
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("## "):
            inside = line == HEADING
        row = re.match(r"    (\S+/) +(\S.*)", line)
        if inside and row:
            room = row[1]
            rooms[room] = (number, row[2].split())
        elif inside and room and re.match(r" {5,}\S", line):
            rooms[room][1].extend(line.split())
    return rooms


def room_of(rooms, name):
    """The innermost room that contains the file, or None."""
    return max((room for room in rooms if name.startswith(room)), key=len, default=None)


def findings(tree):
    """Yields (file, line, what)."""
    rooms = directions(tree.text(DOCUMENT))
    if not rooms:
        yield DOCUMENT, 1, f"no table under '{HEADING}'"
        return
    needed = set()
    for name in tree.with_suffix(".c", ".h"):
        room = room_of(rooms, name)
        if not room:
            yield name, 1, f"{DOCUMENT} has no row for its room"
            continue
        allowed = rooms[room][1]
        for number, included in tree.quoted_includes(name):
            other = room_of(rooms, included)
            reasons = {word for word in (other, included) if word in allowed}
            needed |= {(room, word) for word in reasons}
            if other != room and not reasons and allowed != ["anything"]:
                yield name, number, f"{room} may not include {included} ({DOCUMENT})"
    for room, (line, allowed) in rooms.items():
        for word in allowed:
            if word not in ("anything", "nothing") and (room, word) not in needed:
                yield DOCUMENT, line, f"{room} may include {word} and never does"
