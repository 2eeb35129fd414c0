#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Same refusals: every option, with valid, boundary and bad values, in every mode,
on a bond of the kernel's driver and on one of ebond. Both must accept it or both
refuse it, and whatever can be read back must then be equal.

The driver is configured through sysfs, which takes text as ebond does, and for whole
requests at creation and for a port's options through netlink (iproute2).

same_refusals.py GROUP [MODE]...

GROUP is from option_values.py: general, monitors or lacp.
"""
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from bonds import Daemon, EbondBond, ip, run  # noqa: E402
from kept_refusals import KEPT  # noqa: E402
from option_values import (  # noqa: E402
    FILES, GROUPS, NOT_IN_SYSFS, PORT_NUMBERS, REQUESTS, texts_for,
)

ARP_MODES = ["balance-rr", "active-backup", "balance-xor", "broadcast"]
MODES = [*ARP_MODES, "802.3ad", "balance-tlb", "balance-alb"]
DELAYS = ["miimon", "updelay", "downdelay", "peer_notify_delay"]


class Case(NamedTuple):
    mode: str
    situation: str
    option: str  # "" for a whole request
    text: str

    def __str__(self):
        return f"{self.mode}, {self.situation}: {self.option} {self.text!r}"


class Situation(NamedTuple):
    name: str
    options: list  # those that are tried
    miimon: int = 100
    ports: int = 0
    up: bool = False
    more: dict = {}  # options that the bond already has
    modes: list = MODES
    few: bool = False  # values; all of them have been tried before


def everywhere(group):
    return [Situation("down", GROUPS[group]),
            Situation("two ports", GROUPS[group], ports=2, up=True, few=True)]


SITUATIONS = {"general": [
    *everywhere("general"),
    Situation("down, no miimon", DELAYS, miimon=0),
    Situation("two ports, no miimon", DELAYS, miimon=0, ports=2, up=True, few=True),
    Situation("delays set", ["miimon"],
              more={"updelay": 300, "downdelay": 200, "peer_notify_delay": 1000}),
    Situation("up", ["mode"], up=True, few=True),
    Situation("packets set", ["mode"], more={"packets_per_slave": 7}, modes=["balance-rr"],
              few=True),
    Situation("primary set", ["mode"], more={"primary": "P0"}, modes=["active-backup"], few=True),
], "monitors": [
    *everywhere("monitors"),
    Situation("targets set", ["arp_interval", "arp_validate", "miimon", "updelay"],
              more={"arp_interval": 100, "arp_ip_target": "+10.0.0.1"}, modes=ARP_MODES, few=True),
    Situation("validating", ["arp_interval", "arp_validate", "miimon", "mode"],
              more={"arp_interval": 100, "arp_validate": "all"}, few=True,
              modes=["active-backup"]),
], "lacp": everywhere("lacp")}


class Side:
    """A bond that can be recreated any number of times, and its interfaces."""

    name = ""

    def __init__(self):
        self.ports = [f"{self.name}p{number}" for number in range(3)]
        ip("\n".join(f"link add {port} type veth peer name {port}far\nlink set {port}far up"
                     for port in self.ports))

    def own(self, text):
        """A value with the names of this side's ports in it."""
        for number, port in enumerate(self.ports):
            text = text.replace(f"P{number}", port)
        return text

    def common(self, state):
        """A state with the names that both sides share."""
        for key in ("primary", "active_slave"):
            if state.get(key) in self.ports:
                state[key] = f"P{self.ports.index(state[key])}"
        return state

    def fresh(self, mode, situation):
        self.delete()
        self.add(mode, situation.miimon)
        for option, value in situation.more.items():
            assert not self.set(option, str(value)), option
        if situation.ports:
            self.attach(self.ports[:situation.ports])
        if situation.up:
            ip(f"link set {self.name} up")

    def close(self):
        self.delete()
        for port in self.ports:
            run("ip", "link", "del", port, check=False)


class Driver(Side):
    name = "kb"

    def add(self, mode, miimon):
        ip(f"link add {self.name} type bond mode {mode} miimon {miimon}")

    def attach(self, ports):
        ip("\n".join(f"link set {port} down\nlink set {port} master {self.name}" for port in ports))

    def delete(self):
        run("ip", "link", "del", self.name, check=False)

    def set(self, option, text):
        """Why it was refused, or ""."""
        with open(f"/sys/class/net/{self.name}/bonding/{FILES[option]}", "wb", buffering=0) as file:
            try:
                file.write(self.own(text).encode())
            except OSError as error:
                return os.strerror(error.errno)
        return ""

    def state(self):
        folder = Path("/sys/class/net", self.name, "bonding")
        words = {option: (folder / name).read_text().split() for option, name in FILES.items()}
        several = " ".join(words.pop("arp_ip_target"))
        # Only netlink shows ns_ip6_target: judge_requests() compares it.
        return self.common({"arp_ip_target": several, "ns_ip6_target": "",
                            **{option: word[0] if word else "" for option, word in words.items()}})

    def set_port(self, option, value):
        done = subprocess.run(["ip", "link", "set", self.ports[0], "type", "bond_slave", option,
                               str(value)], capture_output=True, text=True)
        return done.stderr.strip() if done.returncode else ""

    def port_state(self):
        shown = json.loads(run("ip", "-d", "-j", "link", "show", "dev", self.ports[0]))
        return shown[0]["linkinfo"]["info_slave_data"]

    def requests(self, mode, requests):
        """Creates a bond on each side: [(why it was refused or "", state)]."""
        script = "".join(f"link add {self.name} type bond mode {mode} {self.own(request)}\n"
                         f"link show dev {self.name}\nlink del {self.name}\n"
                         for request in requests)
        done = subprocess.run(["ip", "-force", "-d", "-j", "-batch", "-"], input=script,
                              capture_output=True, text=True)
        failed, words = {}, ""
        for line in done.stderr.splitlines():
            if line.startswith("Command failed -:"):
                failed[int(line.rsplit(":", 1)[1])] = words or "refused"
                words = ""
            else:
                words = line
        shown = iter(self._bonds(done.stdout))
        lines = range(1, 3 * len(requests), 3)
        return [(failed[line], {}) if line in failed else ("", next(shown)) for line in lines]

    def _bonds(self, text):
        decoder = json.JSONDecoder()
        while text := text.strip():
            found, end = decoder.raw_decode(text)
            text = text[end:]
            for link in found:
                if link.get("ifname") == self.name:
                    yield self.common(in_words(link["linkinfo"]["info_data"]))


class Ebond(Side):
    name = "eb"

    def __init__(self):
        super().__init__()
        self.daemon = Daemon()

    def ask(self, command, *args):
        reply = self.daemon.ask(command, *args)
        return "" if reply["exit"] == 0 else reply.get("error", "refused")

    def must(self, *words):
        why = self.ask(*words)
        if why:
            raise RuntimeError(f"{' '.join(words)}: {why}")

    def add(self, mode, miimon):
        self.must("add", self.name, "mode", mode, "miimon", str(miimon))

    def attach(self, ports):
        self.must("attach", self.name, *ports)

    def delete(self):
        self.ask("del", self.name)

    def set(self, option, text):
        return self.ask("set", self.name, option, self.own(text))

    def shown(self, name):
        links = self.daemon.ask("show", self.name)["links"]
        return next(link for link in links if link["ifname"] == name)["linkinfo"]

    def state(self):
        return self.common(in_words(self.shown(self.name)["info_data"]))

    def set_port(self, option, value):
        return self.ask("set", self.ports[0], option, str(value))

    def port_state(self):
        return self.shown(self.ports[0])["info_slave_data"]

    def requests(self, mode, requests):
        results = []
        for request in requests:
            why = self.ask("add", self.name, "mode", mode, *self.own(request).split())
            results.append((why, {} if why else self.state()))
            self.delete()
        return results

    def close(self):
        super().close()
        self.daemon.stop()


def in_words(info_data):
    """The options of a link's info_data that are compared, as text."""
    text = {option: info_data.get(option, "") for option in [*FILES, "ns_ip6_target"]}
    text["arp_validate"] = text["arp_validate"] or "none"
    for option in ("arp_ip_target", "ns_ip6_target"):
        text[option] = " ".join(text[option])
    return {option: str(value) for option, value in text.items()}


class Judgement:
    """Counts; a difference is either deliberate or an error."""

    def __init__(self, group):
        self.cases, self.wrong = 0, []
        # If no target answers ARP, the active port depends on timing: same_times.py.
        self.unjudged = {"active_slave"} if group == "monitors" else set()
        self.kept = {kept: 0 for kept in KEPT[group]}

    def differ(self, case, driver, ebond):
        """Takes (why refused, state or None) of both; true if they differ."""
        self.cases += 1
        driver, ebond = self.judged(driver), self.judged(ebond)
        if bool(driver[0]) == bool(ebond[0]) and driver[1] == ebond[1]:
            return False
        for kept in self.kept:
            if kept.applies(case, bool(driver[0]), bool(ebond[0])):
                self.kept[kept] += 1
                return True
        self.wrong.append(f"{case}\n" + difference(driver, ebond))
        return True

    def judged(self, result):
        why, state = result
        return why, state and {key: value for key, value in state.items()
                               if key not in self.unjudged}

    def stale(self, modes):
        return [kept for kept, count in self.kept.items()
                if not count and (not kept.modes or set(kept.modes) & set(modes))]


def difference(driver, ebond):
    lines = [f"    {name}: {f'refused: {why}' if why else 'accepted'}"
             for name, (why, _) in (("driver", driver), ("ebond ", ebond))]
    if driver[1] and ebond[1]:
        lines += [f"    {key}: driver {driver[1][key]!r}, ebond {ebond[1][key]!r}"
                  for key in driver[1] if driver[1][key] != ebond[1][key]]
    return "\n".join(lines)


def judge_texts(sides, judgement, mode, situation):
    for side in sides:
        side.fresh(mode, situation)
    for option in situation.options:
        for text in texts_for(option, situation.few):
            whys = [side.set(option, text) for side in sides]
            # Reading takes long. A change by a refused request still shows at the next reading.
            states = [None, None] if all(whys) else [side.state() for side in sides]
            case = Case(mode, situation.name, option, text)
            moved = states[0] and states[0]["mode"] != mode
            if judgement.differ(case, *zip(whys, states)) or moved:
                for side in sides:
                    side.fresh(mode, situation)
        judgement.differ(Case(mode, situation.name, option, "after all of them"),
                         *(("", side.state()) for side in sides))


def judge_port_options(sides, judgement, mode):
    for side in sides:
        side.fresh(mode, Situation("two ports", [], ports=2, up=True))
    for option, values in PORT_NUMBERS.items():
        for value in values:
            results = [(side.set_port(option, value), {option: side.port_state()[option]})
                       for side in sides]
            judgement.differ(Case(mode, "a port", option, str(value)), *results)
    # The same queue for a second port, the first one's again, and none for both.
    for first, second in ((3, 3), (3, 0), (0, 0)):
        results = []
        for side in sides:
            side.set_port("queue_id", first)
            side.ports[:2] = reversed(side.ports[:2])
            results.append((side.set_port("queue_id", second),
                            {"queue_id": side.port_state()["queue_id"]}))
            side.ports[:2] = reversed(side.ports[:2])
        judgement.differ(Case(mode, f"the other port has {first}", "queue_id", str(second)),
                         *results)


def judge_requests(sides, judgement, mode, requests):
    for side in sides:
        side.delete()
    results = zip(*(side.requests(mode, requests) for side in sides))
    for request, (driver, ebond) in zip(requests, results):
        judgement.differ(Case(mode, "at creation", "", request), driver, ebond)


def check_known(ebond):
    """What ebond shows in addition to the driver's options must be in our tables."""
    ebond.fresh("active-backup", Situation("down", []))
    shown = set(ebond.shown(ebond.name)["info_data"])
    return [f"{option}: ebond has it: add it to option_values.py"
            for option in sorted(shown - set(FILES) - set(NOT_IN_SYSFS))]


def judge_mode(sides, judgement, group, mode):
    judge_requests(sides, judgement, mode, REQUESTS[group])
    for situation in SITUATIONS[group]:
        if mode in situation.modes:
            judge_texts(sides, judgement, mode, situation)
    if group == "general":
        judge_port_options(sides, judgement, mode)


def main():
    group, modes = sys.argv[1], sys.argv[2:] or MODES
    if EbondBond.program() is None:
        print("same_refusals: no ebond in $EBOND_BUILD: build it first")
        return 77
    run("modprobe", "veth")
    run("modprobe", "bonding", "max_bonds=0")
    judgement, sides = Judgement(group), [Driver(), Ebond()]
    try:
        faults = check_known(sides[1])
        for mode in modes:
            began = time.monotonic()
            judge_mode(sides, judgement, group, mode)
            print(f"{mode}: {time.monotonic() - began:.1f} s", flush=True)
    finally:
        for side in sides:
            side.close()
    for kept, count in judgement.kept.items():
        print(f"kept, {count} times: {kept.what}")
    faults += [f"kept difference that is gone: {kept.what}" for kept in judgement.stale(modes)]
    print("\n".join(judgement.wrong + faults))
    print(f"same_refusals: {judgement.cases} cases, {len(judgement.wrong)} differ, "
          f"{sum(judgement.kept.values())} on purpose")
    return 1 if judgement.wrong or faults else 0


if __name__ == "__main__":
    sys.exit(main())
