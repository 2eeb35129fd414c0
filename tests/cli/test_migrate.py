# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/migrate.md: the output it shows is the command's actual output."""

import pathlib
import re
import shlex

import pytest

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "migrate.md"
FENCED = re.compile(r"^`([^`\n]+)`\n\n```\n(.*?)```$", re.M | re.S)


def sections():
    """(title, files by name, command, output, warnings) of each section."""
    for part in PAGE.read_text().split("\n## ")[1:]:
        if "<table>" not in part or "ebond import" not in part.split("</td><td>")[-1]:
            continue  # not an `ebond import`
        before, after = part.split("</td><td>")
        (command, printed), = FENCED.findall(after)
        said = re.search(r"^Warnings:\n\n```\n(.*?)```$", after, re.M | re.S)
        yield (part.split("\n")[0], dict(FENCED.findall(before)), command, printed,
               said[1] if said else "")


@pytest.mark.parametrize("section", sections(), ids=lambda section: section[0])
def test_section(setup, section):
    _, files, command, printed, warnings = section
    folder = setup.base / "files"
    folder.mkdir()
    for name, text in files.items():
        (folder / pathlib.Path(name).name).write_text(text)
    words = [word for word in shlex.split(command)[2:] if not word.startswith("/")]
    paths = [str(folder / pathlib.Path(name).name) for name in files]
    if words[0] in ("modprobe", "ifcfg"):
        paths = [str(folder)]
    elif not any(word.startswith("/") for word in shlex.split(command)):
        words = ["--print"]
    result = setup.ebond("import", *words, *paths)
    assert result.code == 0, result
    assert result.out == printed
    assert result.err.replace(f"{folder}/", "") == warnings


def test_all_are_there():
    assert len(list(sections())) == 14
