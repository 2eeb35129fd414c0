# SPDX-License-Identifier: GPL-2.0-or-later
"""Errors that the command reports by itself, without asking any daemon."""

import os
import re

import pytest


def one_line(result):
    assert result.out == "", result
    assert re.fullmatch(r"ebond: [^\n]+\n", result.err), result
    return result.err[len("ebond: "):-1]


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("atach", "attach"),
        ("dettach", "detach"),
        ("shwo", "show"),
        ("delete", "del"),
        ("ad", "add"),
        ("sotp", "stop"),
        ("hlep", "help"),
    ],
)
def test_mistyped_command(setup, typed, meant):
    result = setup.ebond(typed, "bond0")
    assert result.code == 2, result
    assert one_line(result) == f"'{typed}' is not a command: did you mean '{meant}'?"


@pytest.mark.parametrize("typed", ["frobnicate", "x", "", "a" * 500, "zzz\nebond: fine"])
def test_unknown_command(setup, typed):
    result = setup.ebond(typed)
    assert result.code == 2, result
    assert "is not a command: see 'ebond help'" in one_line(result)


@pytest.mark.parametrize(
    "args, text",
    [
        (["add"], "add: NAME is missing: usage: ebond add NAME [OPTION VALUE]..."),
        (
            ["add", "bond0", "mode"],
            "add: option 'mode' has no value: usage: ebond add NAME [OPTION VALUE]...",
        ),
        (
            ["set", "bond0"],
            "set: OPTION is missing: usage: ebond set NAME [--replace] OPTION VALUE [OPTION VALUE]...",
        ),
        (
            ["set", "bond0", "miimon"],
            "set: VALUE is missing: usage: ebond set NAME [--replace] OPTION VALUE [OPTION VALUE]...",
        ),
        (
            ["set", "bond0", "miimon", "100", "updelay"],
            "set: option 'updelay' has no value: "
            "usage: ebond set NAME [--replace] OPTION VALUE [OPTION VALUE]...",
        ),
        (
            ["set", "bond0", "--replace", "mode"],
            "set: VALUE is missing: "
            "usage: ebond set NAME [--replace] OPTION VALUE [OPTION VALUE]...",
        ),
        (
            ["set", "bond0", "mode", "--replace", "miimon"],
            "set: option 'miimon' has no value: "
            "usage: ebond set NAME [--replace] OPTION VALUE [OPTION VALUE]...",
        ),
        (
            ["apply"],
            "apply: FILE is missing: usage: ebond apply FILE [--check] [--diff] [--prune]",
        ),
        (
            ["apply", "--prune", "--dif", "x"],
            "apply: unexpected argument 'x': usage: ebond apply FILE [--check] [--diff] [--prune]",
        ),
        (
            ["apply", "--dif"],
            "apply: unknown argument '--dif': usage: ebond apply FILE [--check] [--diff] [--prune]",
        ),
        (["stop", "--teardown", "x"], "stop: unknown argument 'x': usage: ebond stop [--teardown]"),
        (["attach", "bond0"], "attach: PORT is missing: usage: ebond attach NAME PORT... [--yes]"),
        (["detach", "bond0"], "detach: PORT is missing: usage: ebond detach NAME PORT..."),
        (["del"], "del: NAME is missing: usage: ebond del NAME"),
        (["del", "bond0", "bond1"], "del: unexpected argument 'bond1': usage: ebond del NAME"),
        (["proc"], "proc: NAME is missing: usage: ebond proc NAME [--legacy]"),
        (["log", "x"], "log: unexpected argument 'x': usage: ebond log"),
        (["stop", "--now"], "stop: unknown argument '--now': usage: ebond stop [--teardown]"),
        (["show", "-x"], "show: unknown argument '-x': usage: ebond show [NAME] [-j] [-p]"),
        (["show", "a", "b"], "show: unexpected argument 'b': usage: ebond show [NAME] [-j] [-p]"),
    ],
)
def test_wrong_arguments(setup, daemon, args, text):
    result = setup.ebond(*args)
    assert result.code == 2, result
    assert one_line(result) == text
    assert daemon.requests == []


def test_argument_that_is_not_utf8(setup, daemon):
    result = setup.ebond("del", os.fsdecode(b"bond\xff"))
    assert result.code == 2, result
    assert one_line(result) == "del: arguments are not valid UTF-8: nothing was sent"
    assert daemon.requests == []


def test_arguments_that_are_too_long(setup, daemon):
    result = setup.ebond("attach", "bond0", *["eth0" * 1000] * 150)
    assert result.code == 2, result
    assert one_line(result) == "attach: arguments are too long: nothing was sent"
    assert daemon.requests == []


@pytest.mark.parametrize("args", [["--version"], ["-V"]])
def test_version_option(setup, args):
    result = setup.ebond(*args)
    assert (result.code, result.err) == (0, ""), result
    assert re.fullmatch(r"ebond \d+\.\d+\S*\n", result.out), result


@pytest.mark.parametrize("args", [["help"], ["--help"], ["-h"]])
def test_help(setup, args):
    result = setup.ebond(*args)
    assert (result.code, result.err) == (0, ""), result
    for line in (
        "  ebond attach NAME PORT... [--yes]\n"
        "      attach interfaces to a bond as ports, all or none; --yes: do not ask\n",
        "  ebond stop [--teardown]\n",
        "\n  miimon ",
        "\n  active_slave ",
    ):
        assert line in result.out, result


@pytest.mark.parametrize("args", [["help", "del"], ["del", "--help"], ["del", "-h"]])
def test_help_of_a_command(setup, args):
    result = setup.ebond(*args)
    assert (result.code, result.err) == (0, ""), result
    assert result.out == (
        "usage: ebond del NAME\n    delete a bond and restore its ports\n"
    )


def test_help_of_a_word_option(setup):
    result = setup.ebond("help", "mode")
    assert (result.code, result.err) == (0, ""), result
    assert result.out.startswith("mode WORD\n    "), result
    assert (
        "    takes: balance-rr (0), active-backup (1), balance-xor (2), broadcast (3), "
        "802.3ad (4), balance-tlb (5), balance-alb (6); default balance-rr\n    modes: all\n"
    ) in result.out, result


def test_help_of_a_number_option(setup):
    result = setup.ebond("help", "miimon")
    assert result.code == 0, result
    assert re.search(r"^    takes: 0 to \d+ ms; default 0$", result.out, re.M), result


def test_help_of_an_alias(setup):
    """num_grat_arp and num_unsol_na are two names for one option."""
    results = [setup.ebond("help", name) for name in ("num_grat_arp", "num_unsol_na")]
    assert [result.code for result in results] == [0, 0], results
    assert results[0].out == results[1].out
    assert "    also:  " in results[0].out, results[0]


def test_help_of_active_slave(setup):
    """It is not stored and therefore not in the table, but an option for the user."""
    result = setup.ebond("help", "active_slave")
    assert result.code == 0, result
    assert "    modes: active-backup, balance-tlb, balance-alb\n" in result.out, result


def test_help_of_a_port_option(setup):
    result = setup.ebond("help", "prio")
    assert result.code == 0, result
    assert (
        "    modes: active-backup, balance-tlb, balance-alb\n"
        "    of:    a port: 'ebond set PORT prio NUMBER'\n" in result.out
    ), result


def test_help_of_a_mistyped_option(setup):
    result = setup.ebond("help", "mimon")
    assert result.code == 2, result
    assert one_line(result) == "'mimon' is not a command or option: did you mean 'miimon'?"


def test_help_of_an_unknown_word(setup):
    result = setup.ebond("help", "qwertyuiop")
    assert result.code == 2, result
    assert one_line(result) == "'qwertyuiop' is not a command or option: see 'ebond help'"


def test_scdoc_options(setup):
    """The section of the manual page generated from the table."""
    result = setup.ebond("help", "--scdoc-options")
    assert (result.code, result.err) == (0, ""), result
    assert "*miimon* _NUMBER_\n\t" in result.out, result
    assert "*xmit\\_hash\\_policy* _WORD_\n\t" in result.out, result


@pytest.mark.parametrize(
    "words, some",
    [
        ([], {"add", "show", "help"}),
        (["add", "bond0"], {"mode", "miimon", "active_slave"}),
        (["add", "bond0", "mode"], {"balance-rr", "active-backup", "balance-xor", "broadcast"}),
        (["add", "bond0", "mode", "broadcast"], {"mode", "miimon"}),
        (["add", "bond0", "all_slaves_active"], {"on", "off"}),
        (["set", "bond0", "primary"], {"lo"}),
        (["attach", "bond0"], {"lo"}),
        (["help"], {"add", "miimon"}),
    ],
)
def test_complete(setup, words, some):
    result = setup.ebond("help", "--complete", *words)
    assert (result.code, result.err) == (0, ""), result
    assert some <= set(result.out.split()), result


@pytest.mark.parametrize("words", [["nonsense"], ["add"], ["add", "b", "nonsense"], ["del"]])
def test_complete_has_nothing(setup, words):
    result = setup.ebond("help", "--complete", *words)
    assert (result.code, result.out, result.err) == (0, "", ""), result


def test_complete_bonds(setup, daemon):
    daemon.answer({"exit": 0, "links": [{"ifname": "b0"}, {"ifname": "p0", "master": "b0"}]})
    result = setup.ebond("help", "--complete", "del")
    assert (result.code, result.out, result.err) == (0, "b0\n", ""), result


def test_full_disk(setup):
    with open("/dev/full", "wb") as full:
        result = setup.ebond("help", stdout=full)
    assert result.code == 1, result
    assert one_line(result) == "cannot write the output: No space left on device"
