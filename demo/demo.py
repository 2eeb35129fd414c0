# SPDX-License-Identifier: GPL-2.0-or-later
"""The demonstration: two hosts, two cables, a bond, and a cable pulled.

Two hosts are two network namespaces; a cable is a veth pair, limited to
1 Gbit/s each way by tbf. A client is one iperf3 process with one TCP stream.
Exits with 1 when a promise is missed, and takes everything away again.
"""

import pathlib
import re
import signal
import statistics
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "netns"))

from rig import Rig, wait_for  # noqa: E402
from traffic import Iperf  # noqa: E402

ROUNDS = 3
SECONDS = 2
LINK = "1gbit"
RATIO_PROMISED = 1.9
GAP_PROMISED_MS = 100
PING_EVERY_MS = 10
PINGS = 350
PULLED_AFTER_S = 1
PUT_BACK_AFTER_S = 2

LINK_IP = {"a": "10.0.1.1", "b": "10.0.1.2"}
BOND_IP = {"a": "10.0.0.1", "b": "10.0.0.2"}


def say(text=""):
    print(text, flush=True)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    missed = []
    with Rig("demo") as rig:
        try:
            a, b = make_hosts(rig)
            missed += show_throughput(a, b)
            missed += show_pulled_cable(a, b)
            say("\n(c) What 'ebond show' says on host a now\n")
            say(a.ebond("show").stdout.rstrip())
        except Exception:
            print(rig.report(), file=sys.stderr)
            raise
    say()
    for line in missed:
        say(f"MISSED: {line}")
    if not missed:
        say("Everything promised was kept. Namespaces, cables and daemons are gone again.")
    return 1 if missed else 0


def make_hosts(rig):
    say(f"Two hosts, a and b (network namespaces), two cables of {LINK} between them.")
    a, b = rig.host("a"), rig.host("b")
    ports = rig.cables(a, b, 2)
    for host in (a, b):
        for port in ports:
            # Room for one segmentation-offload packet in a burst, and 10 ms of queue.
            host.tc("qdisc", "add", "dev", port, "root", "tbf", "rate", LINK, "burst", "128kb",
                    "latency", "10ms")
        host.start_daemon()
    say("On both:  ebond add bond0 mode balance-rr miimon 100")
    say("          ebond attach bond0 eth0 eth1\n")
    for host in (a, b):
        host.ebond("add", "bond0", "mode", "balance-rr", "miimon", 100)
        # One CPU receives: two of them would reorder what one stream sends.
        host.pin("bond0", "eb.bond0")
        host.up("bond0")
        host.address("bond0", f"{BOND_IP[host.name]}/24")
    return a, b


# (a) Throughput


def show_throughput(a, b):
    say(f"(a) Mbit/s that arrive at host b: medians of {ROUNDS} rounds of {SECONDS} s,")
    say("    link and bond in turn. A client is one iperf3 with one TCP stream.\n")
    rates = {(path, clients): [] for path in ("link", "bond") for clients in (1, 2)}
    for _ in range(ROUNDS):
        use_link(a, b)
        for clients in (1, 2):
            rates["link", clients].append(measure(a, b, LINK_IP["b"], clients))
        use_bond(a, b)
        for clients in (1, 2):
            rates["bond", clients].append(measure(a, b, BOND_IP["b"], clients))
    say(f"    {'':24}{'one link':>10}{'bond':>10}{'ratio':>9}")
    ratios = {}
    for clients, title in ((1, "one client alone"), (2, "two clients at once")):
        link, bond = rates["link", clients], rates["bond", clients]
        ratios[clients] = statistics.median(late / early for early, late in zip(link, bond))
        say(
            f"    {title:24}{statistics.median(link):10.0f}{statistics.median(bond):10.0f}"
            f"{'x%.2f' % ratios[clients]:>9}"
        )
    if ratios[2] < RATIO_PROMISED:
        return [f"two clients at once: x{ratios[2]:.2f}, promised x{RATIO_PROMISED}"]
    return []


def use_link(a, b):
    """eth0 is an interface of its own again, with an address."""
    for host in (a, b):
        if "eth0" in host.show():
            host.ebond("detach", "bond0", "eth0", "eth1")
        host.up("eth0")
        host.address("eth0", f"{LINK_IP[host.name]}/24")
    a.wait_ping(LINK_IP["b"])


def use_bond(a, b):
    for host in (a, b):
        if "eth0" not in host.show():
            host.ip("addr", "flush", "dev", "eth0")
            host.ebond("attach", "bond0", "eth0", "eth1")
    for host in (a, b):
        wait_for(lambda: all_up(host), 5, f"a port of bond0 on {host} is not up")
    a.wait_ping(BOND_IP["b"])


def all_up(host):
    ports = [link["linkinfo"].get("info_slave_data") for link in host.show().values()]
    return sum(1 for port in ports if port and port["mii_status"] == "UP") == 2


def measure(a, b, ip, clients):
    """Mbit/s of all the clients together."""
    runs = [Iperf(a, b, ip, "-t", SECONDS, "-O", 1, port=5201 + n) for n in range(clients)]
    ends = [run.result()["end"] for run in runs]
    return sum(end["sum_received"]["bits_per_second"] for end in ends) / 1e6


# (b) A cable is pulled


def show_pulled_cable(a, b):
    say(f"\n(b) A ping every {PING_EVERY_MS} ms while the cable of eth0 is pulled at the far end")
    say("    after about 1 s and put back 1 s later. miimon 100.\n")
    say(f"    {'mode':16}{'sent':>7}{'lost':>7}{'longest gap':>14}")
    missed = []
    for mode in ("balance-rr", "active-backup"):
        change_mode(a, b, mode)
        sent, arrived = pinged_while_pulled(a, b)
        gap_ms = longest_gap_ms(sent, arrived)
        say(f"    {mode:16}{sent:7}{sent - len(arrived):7}{gap_ms:11.0f} ms")
        if gap_ms > GAP_PROMISED_MS:
            missed.append(f"{mode}: a gap of {gap_ms:.0f} ms, promised {GAP_PROMISED_MS}")
    return missed


def change_mode(a, b, mode):
    """A mode changes only without ports."""
    for host in (a, b):
        if host.bond_info()["mode"] != mode:
            host.ebond("detach", "bond0", "eth0", "eth1")
            host.ebond("set", "bond0", "mode", mode)
    use_bond(a, b)


def pinged_while_pulled(a, b):
    """Returns (sent, [arrival time in s of each answer])."""
    ping = a.popen(
        "ping", "-n", "-D", "-i", PING_EVERY_MS / 1000, "-c", PINGS, "-W", 1, BOND_IP["b"]
    )
    pull = threading.Timer(PULLED_AFTER_S, b.down, ["eth0"])
    put_back = threading.Timer(PUT_BACK_AFTER_S, b.up, ["eth0"])
    for timer in (pull, put_back):
        timer.start()
    text, _ = ping.communicate(timeout=60)
    for timer in (pull, put_back):
        timer.join()
    sent = int(re.search(r"(\d+) packets transmitted", text).group(1))
    arrived = {}
    for time_s, number in re.findall(r"\[([\d.]+)\] \d+ bytes from .*icmp_seq=(\d+) ", text):
        arrived.setdefault(int(number), float(time_s))
    return sent, sorted(arrived.values())


def longest_gap_ms(sent, arrived):
    """Between two answers; the end counts as one, so that silence at the end shows."""
    if not arrived:
        return sent * PING_EVERY_MS
    end = arrived[0] + (sent - 1) * PING_EVERY_MS / 1000
    times = arrived + [max(end, arrived[-1])]
    return max((late - early) * 1000 for early, late in zip(times, times[1:]))


if __name__ == "__main__":
    sys.exit(main())
