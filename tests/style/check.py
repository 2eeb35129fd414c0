#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The rules of CONTRIBUTING.md that a program can check, each in a file in rules/.

Every finding is one line "file:line: what". Each rule is first run on its directory in fixtures/,
where it must find exactly what the file "expected" there lists: a rule that cannot fail is
also a finding. Exit code 1 if there is any.
"""
import importlib
import pathlib
import sys

from tree import FIXTURES, Tree

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def rules():
    """The rules by name."""
    names = sorted(path.stem for path in (HERE / "rules").glob("*.py"))
    return {name: importlib.import_module(f"rules.{name}") for name in names}


def told(rule, tree):
    """The findings of a rule as lines."""
    return [f"{name}:{line}: {what}" for name, line, what in rule.findings(tree)]


def untested(name, rule):
    """How a rule's findings on its fixture differ from the expected ones."""
    folder = ROOT / FIXTURES / name
    place = f"{FIXTURES}{name}/expected:1"
    if not (folder / "expected").is_file():
        yield f"{place}: missing: what the rule must find there"
        return
    expected = (folder / "expected").read_text().splitlines()
    found = told(rule, Tree.of_fixture(folder))
    if not expected:
        yield f"{place}: empty, so the rule need not find anything"
    for line in expected:
        if line not in found:
            yield f"{place}: the rule does not find: {line}"
    for line in found:
        if line not in expected:
            yield f"{place}: the rule finds besides: {line}"


def main():
    """Prints the findings; returns how many there are."""
    tree = Tree.of_project(ROOT)
    findings = []
    for name, rule in rules().items():
        findings += untested(name, rule)
        findings += told(rule, tree)
    for line in findings:
        print(line)
    print(f"style: {len(tree.files)} files, {len(rules())} rules, {len(findings)} findings")
    return len(findings)


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
