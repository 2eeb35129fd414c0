#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The part of bench/vm that runs in the virtual machine: hosts, bonds, measurements."""

import os
import pathlib
import subprocess
import sys
import time

MODES = {
    "active-backup": ["mode", "active-backup"],
    "balance-rr": ["mode", "balance-rr"],
    "layer3+4": ["mode", "balance-xor", "xmit_hash_policy", "layer3+4"],
}
# Only ebond's: options, and how many ports.
OWN_MODES = {
    "layer3+4 adaptive": (MODES["layer3+4"] + ["tx_placement", "adaptive"], 1),
    "balance-rr, 4 ports": (MODES["balance-rr"], 4),
    "earliest, 4 ports": (MODES["balance-rr"] + ["striping", "earliest"], 4),
}
REFERENCE = "kernel layer3+4"
KINDS = [("netkit", "tcx"), ("veth", "tcx"), ("veth", "clsact")]
DIRECTIONS = {"transmit": ("a", "b", "10.0.0.2"), "receive": ("b", "a", "10.0.0.1")}
DEADLINE_S = 20
TRACED_PACKETS = 100000


def run(*words, check=True):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True)
    if check and done.returncode:
        raise SystemExit(f"bench/vm: {' '.join(map(str, words))}: {done.stderr.strip()}")
    return done.stdout


def in_ns(namespace, *words, **options):
    return run("nsenter", f"--net=/run/netns/{namespace}", *words, **options)


def wait_for(what, condition):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"bench/vm: {what}")
        time.sleep(0.05)


class Hosts:
    """Two hosts and one cable. `a` has the bond, or not; `b` never."""

    def __init__(self):
        for name in "ab":
            run("ip", "netns", "add", name)
            in_ns(name, "ip", "link", "set", "lo", "up")
            in_ns(name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1",
                  "net.ipv6.conf.default.disable_ipv6=1")
        run("ip", "link", "add", "eth0", "index", 101, "netns", "a",
            "type", "veth", "peer", "name", "eth0", "index", 102, "netns", "b")
        self.daemon = None

    def start_daemon(self, kind, hook):
        build = pathlib.Path(os.environ["EBOND_BUILD"])
        binary = next(p for p in (build / "daemon" / "ebondd", build / "ebondd") if p.is_file())
        self.cli = next(p for p in (build / "cli" / "ebond", build / "ebond") if p.is_file())
        self.daemon = subprocess.Popen(
            ["nsenter", "--net=/run/netns/a", binary, "--foreground", "--kind", kind,
             "--hook", hook], stderr=subprocess.PIPE, text=True)
        line = ""
        while " ready" not in line:
            line = self.daemon.stderr.readline()
            if not line:
                return False
        return True

    def address(self, interface):
        """Addresses, and neighbours that never expire: nothing but packets is measured."""
        in_ns("a", "ip", "addr", "add", "10.0.0.1/24", "dev", interface)
        in_ns("b", "ip", "addr", "add", "10.0.0.2/24", "dev", "eth0")
        in_ns("b", "ip", "link", "set", "eth0", "up")
        in_ns("a", "ip", "link", "set", interface, "up")
        for here, device, address, there in (("a", interface, "10.0.0.2", self.mac("b", "eth0")),
                                             ("b", "eth0", "10.0.0.1", self.mac("a", interface))):
            in_ns(here, "ip", "neigh", "replace", address, "lladdr", there, "dev", device)
        wait_for("no answer from the other host", lambda: " 1 received" in in_ns(
            "a", "ping", "-n", "-c", 1, "-W", 1, "10.0.0.2", check=False))

    @staticmethod
    def mac(namespace, interface):
        words = in_ns(namespace, "ip", "-o", "link", "show", "dev", interface).split()
        return words[words.index("link/ether") + 1]

    def plain(self):
        in_ns("a", "ip", "link", "set", "eth0", "up")
        self.address("eth0")

    def kernel_bond(self, options):
        in_ns("a", "ip", "link", "add", "bond0", "type", "bond", "miimon", 100, *options)
        in_ns("a", "ip", "link", "set", "eth0", "down")
        in_ns("a", "ip", "link", "set", "eth0", "master", "bond0")
        self.address("bond0")

    def more_cables(self, ports):
        """b takes what arrives on any of them for what is sent to eth0."""
        for number in range(1, ports):
            run("ip", "link", "add", f"eth{number}", "netns", "a",
                "type", "veth", "peer", "name", f"eth{number}", "netns", "b")
            in_ns("b", "ip", "link", "set", f"eth{number}", "address", self.mac("b", "eth0"), "up")
            in_ns("b", "sysctl", "-qw", f"net.ipv4.conf.eth{number}.rp_filter=0")
        in_ns("b", "sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0")

    def ebond(self, kind, hook, options, ports=1):
        self.more_cables(ports)
        if not self.start_daemon(kind, hook):
            return False
        in_ns("a", self.cli, "add", "bond0", "miimon", 100, *options, check=False)
        if "bond0" not in in_ns("a", "cat", "/proc/net/dev"):
            return False  # this kernel does not have the kind
        in_ns("a", self.cli, "attach", "bond0", *(f"eth{number}" for number in range(ports)))
        self.address("bond0")
        return True

    def close(self):
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait()
        for name in "ab":
            run("ip", "netns", "del", name)


def measure(cost, packets):
    """Instructions per packet, by direction."""
    time.sleep(0.3)  # announcements of the start
    return {direction: float(run(cost, *arguments(direction), packets))
            for direction in DIRECTIONS}


def arguments(direction):
    """Of the measuring program (cost.c), but for the number of packets."""
    source, sink, address = DIRECTIONS[direction]
    return f"/run/netns/{source}", f"/run/netns/{sink}", address


def rows(only):
    """Title and how to set the hosts up; setting up says whether the kernel has it."""
    yield "no bond", lambda hosts: hosts.plain() or True
    for title, options in MODES.items():
        yield f"kernel {title}", lambda hosts, options=options: hosts.kernel_bond(options) or True
    for kind, hook in KINDS:
        for title, options in MODES.items():
            row = f"ebond {kind} {hook} {title}"
            if only in row:
                yield row, lambda hosts, how=(kind, hook, options): hosts.ebond(*how)
        for title, how in OWN_MODES.items():
            row = f"ebond {kind} {hook} {title}"
            if only in row:
                yield row, lambda hosts, how=(kind, hook, *how): hosts.ebond(*how)


def keep_busy():
    """
    An idle machine's clock leaps to the next timer, while the disk answers in the real
    world's time: every timeout would strike. So it is never idle.
    """
    spinner = subprocess.Popen(["sh", "-c", "while :; do :; done"])
    os.sched_setscheduler(spinner.pid, os.SCHED_IDLE, os.sched_param(0))
    return spinner


def print_costs(cost, packets, only):
    print(f"instructions per packet, Linux {os.uname().release}; in brackets: by {REFERENCE}\n")
    print(f"{'':40}" + "".join(f"{direction:>18}" for direction in DIRECTIONS), flush=True)
    found = {}
    for title, set_up in rows(only):
        hosts = Hosts()
        if set_up(hosts):
            found[title] = measure(cost, packets)
            print(line(title, found[title], found.get(REFERENCE)), flush=True)
        else:
            print(f"{title:40}{'not in this kernel':>18}", flush=True)
        hosts.close()


def line(title, figures, reference):
    cells = [f"{figure:9.0f} " + (f"({figure / reference[direction]:.3f})" if reference else "       ")
             for direction, figure in figures.items()]
    return f"{title:40}" + "".join(f"{cell:>18}" for cell in cells)


def symbols(only_programs):
    """Lines for vm_steps.py; outside, they are told apart by their first word."""
    with open("/proc/kallsyms") as lines:
        for text in lines:
            words = text.split()
            is_program = words[-1] == "[bpf]"
            if words[1] in "tT" and is_program >= only_programs:
                print("symbol", words[0], words[1], words[2])


def offer_traces(cost, _, only):
    """Sends packets in each of a few set-ups, and says when, for the host to look on."""
    traced = ["no bond", REFERENCE, "ebond netkit tcx layer3+4", "ebond veth tcx layer3+4"]
    symbols(only_programs=False)
    for title, set_up in rows(only):
        hosts = Hosts()
        if title in traced and set_up(hosts):
            run(cost, *arguments("transmit"), 1000)  # programs are loaded and warm
            symbols(only_programs=True)
            for direction in DIRECTIONS:
                print(f"trace {direction} {title}", flush=True)
                run(cost, *arguments(direction), TRACED_PACKETS)
        hosts.close()


def main():
    what, cost, packets, only = sys.argv[1:5]
    for module in ("veth", "bonding", "netkit"):
        run("modprobe", module, check=False)
    keep_busy()
    {"costs": print_costs, "traces": offer_traces}[what](cost, packets, only)


if __name__ == "__main__":
    main()
