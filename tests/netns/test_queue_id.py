# SPDX-License-Identifier: GPL-2.0-or-later
"""queue_id: frames with a port's mark leave through it, regardless of the mode."""

import socket

import pytest

from frames import Sniffer
from rig import wait_for

SO_MARK = 36


def send(host, target, mark, number):
    """One UDP datagram with the firewall mark, as set by iptables -j MARK or skbedit."""
    with host.inside():
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with sock:
        sock.setsockopt(socket.SOL_SOCKET, SO_MARK, mark)
        sock.sendto(b"queue %d" % number, (target, 9))


def leaves_by(host, sniffers, mark, number):
    send(host, "192.0.2.2", mark, number)
    wanted = b"queue %d" % number
    found = wait_for(
        lambda: [name for name, sniffer in sniffers.items()
                 if any(frame.data.endswith(wanted) for frame in sniffer.sent())],
        5, f"datagram {number} with mark {mark} left by no port",
    )
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("mode", ["active-backup", "balance-rr"])
def test_marks_select_the_port(rig, pair, mode):
    a, b = pair
    names = rig.cables(a, b, 3)
    a.ebond("add", "bond0", "mode", mode, "miimon", 50)
    a.ebond("attach", "bond0", *names)
    a.address("bond0", "192.0.2.1/24")
    a.up("bond0")
    a.ip("neigh", "add", "192.0.2.2", "lladdr", "02:00:00:00:00:99", "dev", "bond0")
    wait_for(lambda: a.carrier("bond0"), 5)
    a.ebond("set", "eth1", "queue_id", 7)
    a.ebond("set", "eth2", "queue_id", 16)
    sniffers = {name: Sniffer(a, name) for name in names}
    for number in range(0, 20, 2):
        assert leaves_by(a, sniffers, 7, number) == "eth1"
        assert leaves_by(a, sniffers, 16, number + 1) == "eth2"
    if mode == "active-backup":
        assert leaves_by(a, sniffers, 8, 100) == "eth0"
        assert leaves_by(a, sniffers, 0, 101) == "eth0"
    # A failed port is not used: the mode decides.
    b.down("eth1")
    a.wait_status("eth1", "DOWN")
    assert leaves_by(a, sniffers, 7, 200) != "eth1"
    done = a.ebond("set", "eth0", "queue_id", 16, code=1)
    assert "is used by eth2" in done.stderr
    assert a.port_info("eth2")["queue_id"] == 16
