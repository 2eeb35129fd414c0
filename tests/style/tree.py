# SPDX-License-Identifier: GPL-2.0-or-later
"""The files checked by the rules of style, and C with its comments blanked."""
import functools
import pathlib
import re
import subprocess

FIXTURES = "tests/style/fixtures/"


def blank_comments(text):
    """The C source with comments, strings and characters blanked, lines kept."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', blank, text, flags=re.S)


def tracked(root):
    """Names of the files that git tracks or would track; of every file without git."""
    try:
        return subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard"],
                              check=True, capture_output=True, text=True).stdout.split("\n")
    except (OSError, subprocess.CalledProcessError):
        return [name for name in every_file(root) if not name.startswith(("build", "."))]


def every_file(root):
    """Names of all files below a directory."""
    return [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]


class Tree:
    """A tree of files by name relative to its root, each read once."""

    def __init__(self, root, names):
        self.root = pathlib.Path(root)
        self.files = sorted(name for name in names if name and (self.root / name).is_file())

    @classmethod
    def of_project(cls, root):
        """Everything committed or about to be, except what is wrong on purpose."""
        return cls(root, [name for name in tracked(root) if not name.startswith(FIXTURES)])

    @classmethod
    def of_fixture(cls, root):
        """A small tree that breaks one rule."""
        return cls(root, [name for name in every_file(root) if name != "expected"])

    def with_suffix(self, *suffixes):
        """Names of the files with that suffix."""
        return [name for name in self.files if name.endswith(suffixes)]

    @functools.lru_cache(maxsize=None)
    def text(self, name):
        """A file's text; empty if it is not text."""
        try:
            return (self.root / name).read_text()
        except (UnicodeDecodeError, FileNotFoundError):
            return ""

    @functools.lru_cache(maxsize=None)
    def code(self, name):
        """A C file without comments, strings and characters."""
        return blank_comments(self.text(name))

    def quoted_includes(self, name):
        """Yields (line, path) for each #include "..."."""
        for number, line in enumerate(self.text(name).split("\n"), 1):
            match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if match:
                yield number, match[1]
