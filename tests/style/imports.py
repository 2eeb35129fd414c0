#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the compiled pure rooms call: from the C library only what needs neither kernel nor clock,
and from other rooms what the directions allow. Only a few files allocate memory.

imports.py ROOM LIBRARY [ROOM LIBRARY]...
imports.py --finds EXPECTED ROOM LIBRARY...    a test of this test: exactly these findings

This also covers what a macro or an inline function hides from the reader of the source.
"""
import pathlib
import re
import subprocess
import sys

PURE = set("""
    __assert_fail __ctype_b_loc bcmp memchr memcmp memcpy memmove memset snprintf sscanf strchr
    strchrnul strcmp strcspn strlen strncmp strnlen strpbrk strrchr strspn strstr strtok_r strtol
    strtoul strtoull vsnprintf
    """.split())
MEMORY = {"malloc", "calloc", "realloc", "free"}
# What a room calls besides, the rooms that it calls, and its files that take memory. The core
# takes it for a new bond, a clone, and a change of mode to 802.3ad.
ROOMS = {
    "lang": (set(), [], {"config.c", "config_diff.c", "config_parse.c"}),
    "core": (set(), ["lang"], {"bond.c", "lacp_bond_lacp.c", "lacp_lacp.c"}),
    "import": (set("""
        __errno_location fclose ferror fnmatch fputs open_memstream strcasecmp strerror strncasecmp
        vfprintf json_* yaml_*
        """.split()), ["lang"], {
            "lines.c", "model.c", "print.c", "yaml.c", "dialects_modprobe.c", "dialects_netplan.c",
            "dialects_teamd.c"}),
}
# Symbols that compilers, sanitizers and coverage add by themselves.
COMPILER = re.compile(r"_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|sanitizer|gcov|llvm)_\w+|"
                      r"__stack_chk_fail|__(popcount|clz|ctz|u?div|u?mod|mul)\w*[sdt]i\d")


def symbols(library, which):
    """Yields (source file, symbol) of a library's undefined or defined symbols."""
    output = subprocess.run(["nm", "-A", f"--{which}-only", library], check=True,
                            capture_output=True, text=True).stdout
    for line in output.splitlines():
        found = re.match(r"(?:.*[:/])?([^:/]+)\.o:.* (\S+)$", line)
        if found:
            yield found[1], found[2]


def plain(symbol):
    """A function's plain name, without the affixes of fortification and C versions."""
    return re.sub(r"^__(isoc\d+_)?(\w+?)(?(1)|_chk)$", r"\2", symbol)


def is_allowed(name, source, room):
    """Whether a room's file may call a function that is not in any room."""
    more, _, allocators = ROOMS[room]
    if name in MEMORY:
        return source in allocators
    families = tuple(word[:-1] for word in more if word.endswith("*"))
    return name in PURE | more or (families and name.startswith(families))


def findings(libraries):
    """Yields a line for each call that is not allowed."""
    defined = {room: {symbol for _, symbol in symbols(library, "defined")}
               for room, library in libraries.items()}
    for room, library in libraries.items():
        if not defined[room]:
            yield f"{room}: {library} has no symbols"
        reachable = set().union(*(defined[other] for other in [room, *ROOMS[room][1]]))
        for source, symbol in sorted(set(symbols(library, "undefined"))):
            if symbol in reachable or COMPILER.fullmatch(symbol):
                continue
            if not is_allowed(plain(symbol), source, room):
                yield f"{room}: {source} calls {plain(symbol)}()"


def main(args):
    """Prints what is wrong; returns the exit code."""
    expected = []
    if args[0] == "--finds":
        expected = pathlib.Path(args[1]).read_text().splitlines()
        args = args[2:]
    found = list(findings(dict(zip(args[::2], args[1::2]))))
    for line in found:
        print(line if line not in expected else f"expected: {line}")
    for line in set(expected) - set(found):
        print(f"not found: {line}")
    return 0 if found == expected else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
