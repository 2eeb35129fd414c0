#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the packet path's choice of a port with the oracle on random frames.

    compare.py PATH-OF-EBOND-CHOOSE

EBOND_SEED replays a run, EBOND_FRAMES sets how many frames (default 4000).
"""

import collections
import os
import random
import struct
import subprocess
import sys

import oracle
from random_frames import Frames

POLICIES = ["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"]
COUNTS = [1, 2, 3, 4, 5]


def truncations(source):
    """A few frames cut at every length."""
    for _ in range(12):
        tags, data = source.frame()
        for size in range(14, min(len(data), 200)):
            yield tags, data[:size]


def make_frames(seed, count):
    source = Frames(random.Random(seed))
    frames = [source.frame() for _ in range(count)]
    frames.extend(truncations(source))
    return frames


def as_line(tags, data):
    words = ",".join(f"{tpid:04x}:{tci:04x}" for tpid, tci in tags)
    return f"{words} {data.hex()}" if tags else data.hex()


def expected_hash(policy, tags, data):
    """All tags but the last end up in the frame itself."""
    for tpid, tci in tags[:-1]:
        data = data[:12] + struct.pack(">HH", tpid, tci) + data[12:]
    return oracle.xmit_hash(policy, data, tags[-1][1] if tags else None)


def choices(runner, policy, lines):
    command = [runner, "balance-xor", policy, *map(str, COUNTS)]
    result = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True,
                            text=True, check=False)
    if result.returncode:
        sys.exit(f"{' '.join(command)}: {result.stderr.strip()}")
    return [[int(word) for word in line.split()] for line in result.stdout.splitlines()]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    seed = int(os.environ.get("EBOND_SEED", random.SystemRandom().getrandbits(32)))
    frames = make_frames(seed, int(os.environ.get("EBOND_FRAMES", "4000")))
    lines = [as_line(*frame) for frame in frames]
    print(f"EBOND_SEED={seed}, {len(frames)} frames")

    wrong = 0
    for policy in POLICIES:
        answers = choices(sys.argv[1], policy, lines)
        if len(answers) != len(frames):
            sys.exit(f"{policy}: {len(answers)} answers to {len(frames)} frames")
        spread = collections.Counter()
        plain_layer2 = 0
        for frame, line, answer in zip(frames, lines, answers):
            value = expected_hash(policy, *frame)
            expected = [value % count for count in COUNTS]
            spread[answer[-1]] += 1
            plain_layer2 += value == expected_hash("layer2", *frame)
            if answer != expected:
                wrong += 1
                if wrong <= 5:
                    print(f"{policy}: {line}\n  hash {value:#010x}: {expected}, got {answer}")
        print(f"{policy}: of 5 ports {sorted(spread.items())}, hash of layer2: {plain_layer2}")
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
