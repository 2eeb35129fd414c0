# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of the namespace tests, and the report printed when one fails."""

import os
import pathlib
import re
import signal
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import rig as rig_module  # noqa: E402
import tcx  # noqa: E402


def interrupt(*_):
    raise KeyboardInterrupt


def pytest_configure(config):
    # A terminated run cleans up like an interrupted one.
    signal.signal(signal.SIGTERM, interrupt)
    config.addinivalue_line("markers", "alone: keeps the machine busy or judges what the kernel does when it is not")


def pytest_addoption(parser):
    parser.addoption("--part", default="1/1", metavar="K/N",
                     help="only the K-th of N parts of the tests, each of every N-th test")


def pytest_collection_modifyitems(config, items):
    number, count = map(int, config.getoption("--part").split("/"))
    config.hook.pytest_deselected(items=[i for n, i in enumerate(items) if n % count + 1 != number])
    items[:] = items[number - 1::count]


def pytest_sessionstart(session):
    if os.geteuid() != 0:
        pytest.exit("these tests make network namespaces: run them as root", 2)
    for program in (rig_module.EBOND, rig_module.EBONDD):
        if not program.exists():
            pytest.exit(f"{program} is not there: build first, or set EBOND_BUILD", 2)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    rig = item.funcargs.get("rig") if hasattr(item, "funcargs") else None
    if report.failed and call.when == "call" and rig is not None:
        report.sections.append(("hosts", rig.report()))


def pytest_runtest_setup(item):
    named = item.callspec.params.values() if hasattr(item, "callspec") else []
    if "tcx" in named and tcx.BEST_HOOK != "tcx":
        pytest.skip("this kernel has no tcx")


@pytest.fixture
def rig(request):
    """The hosts and cables of one test, removed afterwards in any case."""
    name = request.node.name.removeprefix("test_")
    with rig_module.Rig(name) as made:
        yield made
        for host in made.hosts:
            found = re.search("^.*(Sanitizer|runtime error:).*", host.log(), re.M)
            assert not found, host.log()


@pytest.fixture
def pair(rig):
    """Hosts a and b, and a daemon in a. Tests add the cables."""
    a, b = rig.host("a"), rig.host("b")
    a.start_daemon()
    return a, b


@pytest.fixture
def one_cpu():
    """Packets sent by the test use a single CPU (round-robin counts per CPU)."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    yield
    os.sched_setaffinity(0, before)
