#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The rules of CONTRIBUTING.md that a program can check.

Every finding is one line "file:line: what". Exit code 1 when there is one.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINE_MAX = 100
FUNCTION_MAX = 70
FILE_MAX = 800

# What core may include besides its own headers: nothing that knows of Linux or of time.
CORE_INCLUDES = {"<assert.h>", "<errno.h>", "<stdarg.h>", "<stdbool.h>", "<stddef.h>",
                 "<stdint.h>", "<stdio.h>", "<stdlib.h>", "<string.h>", "<limits.h>", "<ctype.h>"}
# The rooms that are held to it, and what one of them needs besides.
PURE_ROOMS = {"lang": set(), "core": set(), "import": {"<yaml.h>", "<jansson.h>", "<fnmatch.h>"}}
# Calls that core must not make, whatever it may include.
CORE_BANNED = re.compile(r"\b(printf|fprintf|time|clock_gettime|getenv|socket|open|read|write)\s*\(")
BANNED = re.compile(r"\b(strcat|sprintf|gets|strtok|atoi|usleep|sleep)\s*\(")


def tracked_files():
    """Files that git tracks or would track; every file when there is no git."""
    try:
        names = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard"],
                               check=True, capture_output=True, text=True).stdout.split("\n")
        return [ROOT / name for name in names if name and (ROOT / name).is_file()]
    except (OSError, subprocess.CalledProcessError):
        return [path for path in ROOT.rglob("*")
                if path.is_file() and not path.relative_to(ROOT).parts[0].startswith(("build", "."))]


def without_comments(text):
    """The C source with comments and strings blanked, lines kept."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def long_functions(code):
    """Yields (line, name, length) of functions longer than FUNCTION_MAX."""
    lines = code.split("\n")
    start = name = None
    for number, line in enumerate(lines, 1):
        if line == "{" and start is None:
            start = number
            head = " ".join(lines[max(0, number - 5):number - 1])
            names = re.findall(r"(\w+)\s*\(", head)
            name = names[-1] if names else "?"
        elif line.startswith("}") and start is not None:
            if number - start - 1 > FUNCTION_MAX:
                yield start, name, number - start - 1
            start = None


def check_c(path, text):
    """Findings in one C source or header."""
    code = without_comments(text)
    relative = path.relative_to(ROOT)
    for number, line in enumerate(text.split("\n"), 1):
        if len(line.expandtabs(8)) > LINE_MAX:
            yield number, f"line of {len(line.expandtabs(8))} columns, at most {LINE_MAX}"
    for number, line in enumerate(code.split("\n"), 1):
        if BANNED.search(line):
            yield number, f"banned call {BANNED.search(line).group(1)}()"
        if relative.parts[0] in PURE_ROOMS and CORE_BANNED.search(line):
            yield number, f"{relative.parts[0]} calls {CORE_BANNED.search(line).group(1)}()"
    for start, name, length in long_functions(code):
        yield start, f"{name}() has {length} lines, at most {FUNCTION_MAX}"
    if relative.parts[0] in PURE_ROOMS:
        allowed = CORE_INCLUDES | PURE_ROOMS[relative.parts[0]]
        for number, line in enumerate(text.split("\n"), 1):
            match = re.match(r"#include (<[^>]+>)", line)
            if match and match.group(1) not in allowed:
                yield number, f"{relative.parts[0]} includes {match.group(1)}"
    if relative.parts[0] == "cli":
        for number, line in enumerate(text.split("\n"), 1):
            if re.match(r'#include "(\.\./)?daemon/', line):
                yield number, "cli includes the daemon"
    if path.suffix == ".h" and "#pragma once" not in text:
        yield 1, "header without #pragma once"


def check_any(path, text):
    """Findings in any source file."""
    head = "\n".join(text.split("\n")[:3])
    if path.suffix in {".c", ".h", ".py", ".sh", ".scd"} or path.name == "meson.build":
        if "SPDX-License-Identifier: GPL-2.0-or-later" not in head and text.strip():
            yield 1, "no SPDX line"
    if text.count("\n") > FILE_MAX:
        yield 1, f"{text.count(chr(10))} lines, at most {FILE_MAX}"


def check_vm_list():
    """Tests, or parts of tests, that the list of the virtual machine forgets."""
    listed = (ROOT / "tests/vm/list").read_text().splitlines()
    suite = {}
    for line in listed:
        found = re.fullmatch(r"tests/vm/suite\.sh (\S+?)(?: (\d+)/(\d+))?", line)
        if found:
            parts = suite.setdefault(found[1], {})
            parts.setdefault(int(found[3] or 1), set()).add(int(found[2] or 1))
    for path in sorted((ROOT / "tests/netns").glob("test_*.py")):
        if not any(len(seen) == count for count, seen in suite.get(path.name, {}).items()):
            yield f"not all of {path.name}"
    for path in sorted((ROOT / "tests/vm").glob("same_*.py")):
        if not any(re.match(rf"(@\S+ )?tests/vm/{path.name}\b", line) for line in listed):
            yield f"no {path.name}"


def main():
    """Prints the findings; returns how many there are."""
    findings = checked = 0
    for path in sorted(tracked_files()):
        if path.name == "LICENSE" or path.suffix in {".json", ".golden"}:
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        checked += 1
        checks = [check_any(path, text)]
        if path.suffix in {".c", ".h"}:
            checks.append(check_c(path, text))
        for number, what in (finding for check in checks for finding in check):
            print(f"{path.relative_to(ROOT)}:{number}: {what}")
            findings += 1
    for what in check_vm_list():
        print(f"tests/vm/list: {what}")
        findings += 1
    print(f"style: {checked} files, {findings} findings")
    return findings


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
