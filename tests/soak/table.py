# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of docs/reliability.md: the cost of each event, in numbered packets."""

import time

from events import EVENTS
from lab import MODES, Lab

HEAD = ("| event | mode | times | sent out | lost | sent in | lost |\n"
        "|---|---|---|---|---|---|---|")


def row(lab, event, seconds):
    """Repeats the event for so long; returns the line, and how many packets were lost."""
    out, into = lab.streams()
    times, end = 0, time.monotonic() + seconds
    while not times or time.monotonic() < end:
        out.runs_for(100)
        event.run(lab)
        times += 1
    out.runs_for(300)
    lost = [len(stream.stop()) for stream in (out, into)]
    out.close()
    into.close()
    return (f"| {event.name} | {lab.mode} | {times} | {out.sent} | {lost[0]} | {into.sent} | {lost[1]} |",
            sum(lost))


def table(seconds, modes=MODES, say=print):
    """Prints a row per event and mode, running each for `seconds`; returns the total loss."""
    say(HEAD)
    lost = 0
    for mode in modes:
        with Lab(mode) as lab:
            for event in EVENTS:
                if mode in event.modes:
                    line, missing = row(lab, event, seconds)
                    say(line)
                    lost += missing
    return lost
