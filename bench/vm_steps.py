# SPDX-License-Identifier: GPL-2.0-or-later
"""
Where a packet's instructions go: the machine is made to log every instruction of a
few packets, and each is put down to the step of the path whose function it is of.
Used by bench/vm --steps.
"""

import bisect
import collections
import re
import socket
import time

# Step and the functions that it is made of. A function that is in no step belongs to
# the step that called it last, in the order of execution.
STEPS = [
    ("the bonding driver", r"bond_|__bond_|__skb_flow_get_ports|flow_get_u32_(src|dst)$"),
    ("ebond's programs and their helpers", r"bpf_prog_|bpf_redirect$|bpf_sk_fullsock$|bpf_skb_"),
    ("redirecting", r"skb_do_redirect|__bpf_redirect|bpf_net_ctx"),
    ("handing over to an interface's driver",
     r"__dev_queue_xmit|dev_hard_start_xmit|validate_xmit|netif_skb_features"),
    ("the pair's and the cable's drivers", r"veth_|netkit_|__dev_forward_skb|eth_type_trans"),
    ("queueing for the receive interrupt", r"__netif_rx|netif_rx_internal|enqueue_to_backlog"),
    ("receive interrupt, its queue", r"handle_softirqs|net_rx_action|__napi_poll|process_backlog"),
    ("choosing who receives", r"__netif_receive_skb"),
    ("sockets, UDP, IP, and the system call",
     r"entry_SYSCALL|do_syscall|sock|__sys|__x64|inet|udp|__udp|ip_|__ip_|fib|nf_hook|security|"
     r"syscall_exit|sk_filter|user$"),
]
PATTERNS = [(step, re.compile(f"(?:{pattern})")) for step, pattern in STEPS]
LINE = re.compile(r"Trace \d+: \S+ \[[0-9a-f]+/([0-9a-f]+)/")
SHORTEST_PACKET = 4000  # instructions; shorter system calls are the measuring program's others
FIRST_KERNEL_ADDRESS = 1 << 47
START_S = 1.0  # until the packets flow
LOGGING_S = 0.5


class Symbols:
    """/proc/kallsyms, from its lines."""

    def __init__(self, lines):
        entries = sorted((int(words[0], 16), words[2]) for words in map(str.split, lines))
        self.addresses = [address for address, _ in entries]
        self.names = [name for _, name in entries]

    def name(self, address):
        if address < FIRST_KERNEL_ADDRESS:
            return "user"
        return self.names[bisect.bisect(self.addresses, address) - 1]

    def address(self, name):
        return self.addresses[self.names.index(name)]


def log_instructions(monitor_path, log_path):
    """Has a running machine write each executed instruction's address to a file."""
    with socket.socket(socket.AF_UNIX) as monitor:
        monitor.connect(monitor_path)
        time.sleep(START_S)
        for command, pause_s in (("singlestep on", 0.1), (f"logfile {log_path}", 0.1),
                                 ("log exec,nochain", LOGGING_S), ("log none", 0.1),
                                 ("singlestep off", 0.1)):
            monitor.sendall(f"{command}\n".encode())
            time.sleep(pause_s)


def one_packet(log_path, symbols):
    """The addresses of one packet's instructions: of the most usual length."""
    with open(log_path, errors="replace") as log:
        found = (LINE.search(line) for line in log)
        path = [int(match.group(1), 16) for match in found if match]
    entry = symbols.address("entry_SYSCALL_64")
    starts = [at for at, address in enumerate(path) if address == entry]
    packets = [path[a:b] for a, b in zip(starts, starts[1:]) if b - a > SHORTEST_PACKET]
    if not packets:
        raise SystemExit("bench/vm: no whole packet in the machine's log: try again")
    usual = collections.Counter(map(len, packets)).most_common(1)[0][0]
    return next(packet for packet in packets if len(packet) == usual)


def steps(packet, symbols):
    """Instructions by step."""
    counts, step = collections.Counter(), STEPS[-1][0]
    known = {}
    for address in packet:
        name = symbols.name(address)
        if name not in known:
            known[name] = next((s for s, pattern in PATTERNS if pattern.match(name)), None)
        step = known[name] or step
        counts[step] += 1
    return counts


def table(title, columns):
    """Text lines; columns: (title, counts)."""
    yield f"{title:40}" + "".join(f"{name:>18}" for name, _ in columns)
    for step, _ in STEPS:
        yield f"{step:40}" + "".join(f"{counts[step]:18}" for _, counts in columns)
    yield f"{'together':40}" + "".join(f"{sum(counts.values()):18}" for _, counts in columns)
