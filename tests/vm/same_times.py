#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Same behaviour in time: what happens to the links of a bond of the kernel's
driver happens to one of ebond as well, and the active ports of both must follow
one another in the same order, and so must the link states of each port.

Both are watched by reading their status text over and over, so a state must
last long enough to be seen: delays here are several times what a reading takes.
How long a state lasts is not compared, only what comes after what.

    same_times.py [K/N | SCENARIO...]    all, the K-th of N parts of them, or those named
"""
import re
import sys
import threading
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from sides import DriverSide, EbondSide, ready  # noqa: E402
from scenarios import SCENARIOS  # noqa: E402
from rig import Rig, wait_for  # noqa: E402

# Nothing changed for so long, and no delay is running: nothing more will come.
QUIET_S = 0.5
DEADLINE_S = 10
LOOK_EVERY_S = 0.02


def parse(text):
    """The active port, and the link state of the bond and of each port."""
    active, links, block = None, {}, "bond0"
    for line in text.splitlines():
        key, _, value = line.partition(": ")
        if key == "Currently Active Slave":
            active = value
        elif key == "Slave Interface":
            block = value
        elif key == "MII Status":
            links[block] = value
    return active, links


class Watch(threading.Thread):
    """Everything that was seen of one side, in order."""

    def __init__(self, side):
        super().__init__(daemon=True)
        self.side = side
        self.seen = []
        self.changed = time.monotonic()
        self.running = True
        self.start()

    def run(self):
        while self.running:
            now = parse(self.side.text())
            if not self.seen or now != self.seen[-1]:
                self.seen.append(now)
                self.changed = time.monotonic()
            time.sleep(LOOK_EVERY_S)

    def is_quiet(self, since):
        """Nothing has changed for a while, of which all is after `since`."""
        if not self.seen or time.monotonic() - max(self.changed, since) < QUIET_S:
            return False
        return not any(link.startswith("going") for link in self.seen[-1][1].values())

    def shows(self, port, state):
        return bool(self.seen) and self.seen[-1][1].get(port) == state

    def stop(self):
        self.running = False
        self.join()

    def actives(self):
        return without_repeats(active for active, _ in self.seen)

    def states(self):
        """Of the bond and of each port: its states in turn; None where it is no port."""
        ports = sorted({port for _, links in self.seen for port in links})
        return {port: without_repeats(links.get(port) for _, links in self.seen) for port in ports}


def without_repeats(values):
    result = []
    for value in values:
        if not result or result[-1] != value:
            result.append(value)
    return result


class Performance:
    """One scenario on both sides."""

    def __init__(self, scenario, sides):
        self.scenario, self.sides = scenario, sides
        self.refused = []
        for side in sides:
            side.plug(*side.ports)
            side.add(**scenario.options)
            side.up()
            side.attach(*side.ports[:scenario.ports])
        self.watches = [Watch(side) for side in sides]

    def play(self):
        self.wait("the start", None)
        for step in self.scenario.steps:
            accepted = [step.do(side) is not False for side in self.sides]
            if accepted[0] != accepted[1]:
                self.refused.append(f"{step.what}: driver {accepted[0]}, ebond {accepted[1]}")
            self.wait(step.what, step.until)
        for watch in self.watches:
            watch.stop()

    def wait(self, what, until):
        if until:
            reached = lambda: all(watch.shows(*until) for watch in self.watches)  # noqa: E731
        else:
            since = time.monotonic()
            reached = lambda: all(watch.is_quiet(since) for watch in self.watches)  # noqa: E731
        wait_for(reached, DEADLINE_S, lambda: f"{what}: {until or 'quiet'}: {self.last()}")

    def last(self):
        return [watch.seen[-3:] for watch in self.watches]

    def differences(self):
        driver, ebond = self.watches
        lines = list(self.refused)
        if driver.actives() != ebond.actives():
            lines.append(f"active: driver {driver.actives()}\n            ebond {ebond.actives()}")
        expected, got = driver.states(), ebond.states()
        lines += [f"{port}: driver {expected.get(port)}\n            ebond {got.get(port)}"
                  for port in sorted({*expected, *got}) if expected.get(port) != got.get(port)]
        return lines

    def close(self):
        for watch in self.watches:
            watch.stop()
        for side in self.sides:
            side.delete()


def judge(scenario, sides):
    """Plays one; true when it went as it should."""
    began = time.monotonic()
    performance = Performance(scenario, sides)
    try:
        performance.play()
        lines = performance.differences()
    finally:
        performance.close()
    took = f"{time.monotonic() - began:.1f} s"
    active = performance.watches[0].actives()
    if lines and not scenario.kept:
        print(f"{scenario.name}: DIFFERENT, {took}", *lines, sep="\n    ", flush=True)
        return False
    if scenario.kept and not lines:
        print(f"{scenario.name}: the documented difference is gone ({scenario.kept}), {took}")
        return False
    print(f"{scenario.name}: {'differs on purpose' if lines else 'same'}, active "
          f"{' '.join(map(str, active))}, {took}", flush=True)
    return True


def choose(words):
    if not words:
        return SCENARIOS
    if re.fullmatch(r"\d+/\d+", words[0]):
        number, count = map(int, words[0].split("/"))
        return SCENARIOS[number - 1::count]
    chosen = [scenario for scenario in SCENARIOS if scenario.name in words]
    if len(chosen) != len(words):
        sys.exit(f"no such scenario among {words}: {[scenario.name for scenario in SCENARIOS]}")
    return chosen


def main():
    if not ready():
        return 77
    wanted = choose(sys.argv[1:])
    wrong = []
    with Rig("times") as rig:
        far = rig.host("far")
        sides = [DriverSide(rig, far, 3), EbondSide(rig, far, 3)]
        for scenario in wanted:
            if not judge(scenario, sides):
                wrong.append(scenario.name)
        if wrong:
            print(sides[1].host.log())
    print(f"same_times: {len(wrong)} of {len(wanted)} scenarios wrong", *wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
