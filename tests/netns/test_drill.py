# SPDX-License-Identifier: GPL-2.0-or-later
"""ebond test: how traffic spreads over the ports, and how long a lost port is noticeable."""

import contextlib
import json
import os
import pty
import signal

import pytest

import rig as rig_module
from rig import EBOND, stays, wait_for


def bonded(rig, pair, mode, *options, ports=2):
    """bond0 on a, a bridge that replies on b."""
    a, b = pair
    names = rig.cables(a, b, ports)
    b.bridge("br0", *names, cidr="10.0.0.2/24")
    a.ebond("add", "bond0", "mode", mode, "miimon", 50, *options)
    a.ebond("attach", "bond0", *names)
    a.up("bond0")
    a.address("bond0", "10.0.0.1/24")
    a.wait_ping("10.0.0.2")
    return a, b


def is_up(host, *names):
    return all("UP" in host.flags(name) for name in names)


def failover(host, *words, code=0, timeout=120):
    done = host.run(EBOND, "test", "failover", *words, check=False, timeout=timeout)
    assert done.returncode == code, done.stderr + done.stdout
    return done


# balance


def test_balance_counts_what_passed(rig, pair, one_cpu):
    a, b = bonded(rig, pair, "balance-rr")
    before = {port: a.stats(port) for port in ("eth0", "eth1")}
    looking = a.popen(EBOND, "test", "balance", "bond0", 3, "-j")
    # Between the first sample and the second.
    wait_for(lambda: rig_module.Host.program(looking.pid) in ("ebond", ""), 5)
    rig_module.stays(lambda: looking.poll() is None, 0.7)
    assert a.ping("10.0.0.2", 200, 0.002, 1000) == 200
    out, _ = looking.communicate(timeout=30)
    after = {port: a.stats(port) for port in ("eth0", "eth1")}
    result = json.loads(out)

    assert result["bond"] == "bond0" and result["mode"] == "balance-rr"
    assert 3 <= result["seconds"] < 3 + 2 * rig_module.SLOWNESS
    rows = {row["port"]: row for row in result["ports"]}
    for port, row in rows.items():
        # An unsolicited frame may pass between our sample and the command's.
        sent = after[port].tx_bytes - before[port].tx_bytes
        heard = after[port].rx_packets - before[port].rx_packets
        assert row["usable"] and sent - 3 * 1514 <= row["sent"]["bytes"] <= sent, (row, before, after)
        assert max(100, heard - 3) <= row["received"]["packets"] <= heard, (row, before, after)
    assert sum(row["sent"]["packets"] for row in rows.values()) >= 200
    assert sum(row["sent"]["share"] for row in rows.values()) == pytest.approx(1)
    x = [row["sent"]["bytes"] for row in rows.values()]
    assert result["jain"]["sent"] == pytest.approx(
        sum(x) ** 2 / (len(x) * sum(value * value for value in x)), abs=1e-5
    )
    assert result["jain"]["sent"] > 0.99, "round-robin is even"
    # The cables are equally fast: the optimum is half of all on each.
    fullest = max(rows, key=lambda port: rows[port]["sent"]["bytes"])
    assert result["optimum"]["share"] == pytest.approx(sum(x) / 2 / max(x), abs=1e-5)
    assert result["optimum"]["fullest"] == fullest or x[0] == x[1]


def test_balance_in_words(rig, pair):
    a, b = bonded(rig, pair, "active-backup")
    looking = a.popen(EBOND, "test", "balance", "bond0", 2)
    rig_module.stays(lambda: looking.poll() is None, 0.7)
    a.ping("10.0.0.2", 50, 0.002, 1000)
    out, _ = looking.communicate(timeout=30)
    lines = out.splitlines()
    assert lines[0].startswith("bond0, active-backup, 2."), out
    assert lines[2].split()[0] == "eth0" and "100.0 %" in lines[2], out
    assert "Jain's index of bytes: sent 0.500" in out and "one port at a time" in out, out

    quiet = a.ebond("test", "balance", "bond0", 1)
    assert "no traffic" in quiet.stdout or "Jain" in quiet.stdout


@pytest.mark.parametrize("words, code", [
    (["balance", "bond9", "1"], 1),
    (["balance", "eth0", "1"], 1),
    (["balance", "bond0", "0"], 2),
    (["balance", "bond0", "1x"], 2),
    (["balance", "bond0", "1", "2"], 2),
    (["balance"], 2),
    (["failover"], 2),
    (["failover", "bond0", "--target"], 2),
    (["speed", "bond0"], 2),
])
def test_invalid_arguments(rig, pair, words, code):
    a, b = pair
    a.ebond("add", "bond0")
    rig.cables(a, b, 1)
    a.ebond("attach", "bond0", "eth0")
    done = a.ebond("test", *words, code=code)
    assert len(done.stderr.splitlines()) == 1 and not done.stdout


# failover


def test_failover_pulls_each_port_and_restores_all(rig, pair):
    a, b = bonded(rig, pair, "active-backup", ports=3)
    a.down("eth2")
    a.ebond("set", "bond0", "active_slave", "eth1")
    result = json.loads(failover(a, "bond0", "--target", "10.0.0.2", "--yes", "-j").stdout)

    assert [port["port"] for port in result["ports"]] == ["eth0", "eth1"], "eth2 is switched off"
    assert [port["in_use"] for port in result["ports"]] == [False, True]
    assert result["baseline"]["lost"] <= 1 and result["baseline"]["sent"] > 10
    assert result["stopped"] is None
    for port in result["ports"]:
        assert port["pulled"]["recovered"] and port["put_back"]["recovered"], result
        assert port["pulled"]["sent"] > 10
    gap = result["ports"][1]["pulled"]
    assert gap["gap_ms"] < 500 * rig_module.SLOWNESS, result
    assert result["worst_gap_ms"] >= gap["gap_ms"] and result["resolution_ms"] >= 10
    assert is_up(a, "eth0", "eth1") and not is_up(a, "eth2")
    assert a.active() == "eth1", "as it was"
    assert a.port_info("eth0")["link_failure_count"] == 1
    assert a.port_info("eth1")["link_failure_count"] == 1


def test_failover_finds_the_gateway(rig, pair):
    a, b = bonded(rig, pair, "active-backup")
    refused = failover(a, "bond0", "--yes", code=1)
    assert "--target" in refused.stderr and is_up(a, "eth0", "eth1")
    a.ip("route", "add", "default", "via", "10.0.0.2")
    out = failover(a, "bond0", "--yes").stdout
    assert out.startswith("bond0, active-backup: ping 10.0.0.2 every 10 ms, "), out
    rows = [line.split()[0] for line in out.splitlines()[2:4]]
    assert rows == ["eth0", "eth1"], out
    assert "worst gap" in out or "no gap of " in out


def test_failover_from_what_is_above_the_bond(rig, pair):
    a, b = pair
    names = rig.cables(a, b, 2)
    b.bridge("br0", *names, cidr="10.0.0.2/24")
    a.ebond("add", "bond0", "mode", "active-backup", "miimon", 50)
    a.ebond("attach", "bond0", *names)
    a.up("bond0")
    a.bridge("br1", "bond0", cidr="10.0.0.1/24")
    a.ip("route", "add", "default", "via", "10.0.0.2")
    a.wait_ping("10.0.0.2")
    assert "--target" in failover(a, "bond0", "--yes", code=1).stderr
    result = json.loads(failover(a, "bond0", "--via", "br1", "--yes", "-j").stdout)
    assert result["target"] == "10.0.0.2" and result["stopped"] is None


def test_failover_pings_ipv6(rig, pair):
    a, b = pair
    a.enable_ipv6()
    b.enable_ipv6()
    bonded(rig, pair, "broadcast")
    a.address("bond0", "2001:db8::1/64")
    b.address("br0", "2001:db8::2/64")
    a.wait_ping("2001:db8::2")
    result = json.loads(failover(a, "bond0", "--target", "2001:db8::2", "--yes", "-j").stdout)
    assert result["target"] == "2001:db8::2" and result["stopped"] is None
    assert all(port["pulled"]["recovered"] for port in result["ports"])


def test_failover_asks_for_confirmation(rig, pair):
    a, b = bonded(rig, pair, "active-backup")
    refused = failover(a, "bond0", "--target", "10.0.0.2", code=1)
    assert "--yes" in refused.stderr and len(refused.stderr.splitlines()) == 1
    assert a.port_info("eth0")["link_failure_count"] == 0

    def on_terminal(answer):
        """The exit code and the terminal output."""
        master, slave = pty.openpty()
        running = a.popen(EBOND, "test", "failover", "bond0", "--target", "10.0.0.2",
                          stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        os.write(master, answer)
        seen = b""
        with contextlib.suppress(OSError):  # EIO: the other side has closed
            while part := os.read(master, 4096):
                seen += part
        os.close(master)
        return running.wait(60), seen.decode()

    code, seen = on_terminal(b"n\n")
    assert code == 1 and "[y/N]" in seen and "nothing was done" in seen, seen
    assert a.port_info("eth0")["link_failure_count"] == 0
    code, seen = on_terminal(b"y\n")
    assert code == 0 and "PULLED" in seen, seen
    assert a.port_info("eth0")["link_failure_count"] == 1


def test_failover_refuses_with_one_usable_port(rig, pair):
    a, b = bonded(rig, pair, "active-backup")
    b.down("eth1")
    a.wait_status("eth1", "DOWN")
    refused = failover(a, "bond0", "--target", "10.0.0.2", "--yes", code=1)
    assert "1 usable port" in refused.stderr
    assert is_up(a, "eth0", "eth1")


def test_failover_refuses_without_answers(rig, pair):
    a, b = bonded(rig, pair, "active-backup")
    refused = failover(a, "bond0", "--target", "10.0.0.99", "--yes", code=1)
    assert "answered 0 of " in refused.stderr and "no port was set down" in refused.stderr
    refused = failover(a, "bond0", "--target", "gateway", "--yes", code=1)
    assert "numeric" in refused.stderr
    assert a.port_info("eth0")["link_failure_count"] == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_killed_failover_leaves_all_up(rig, pair, number):
    a, b = bonded(rig, pair, "active-backup")
    running = a.popen(EBOND, "test", "failover", "bond0", "--target", "10.0.0.2", "--yes")
    wait_for(lambda: not is_up(a, "eth0"), 20)
    os.kill(running.pid, number)
    code = running.wait(20)
    wait_for(lambda: is_up(a, "eth0", "eth1"), 5)
    a.wait_status("eth0", "UP")
    stays(lambda: is_up(a, "eth0", "eth1"), 1)
    if number != signal.SIGKILL:
        assert code == 1 and a.active() == "eth0", "the active port is the one it was"
        assert "interrupted; all ports are up again" in running.stdout.read()


def test_failover_reports_a_dead_path(rig, pair):
    """eth1 has carrier but no path: pings are unanswered until eth0 is back."""
    a, b = bonded(rig, pair, "active-backup", "primary", "eth0")
    b.ip("link", "set", "eth1", "nomaster")
    done = failover(a, "bond0", "--target", "10.0.0.2", "--yes", code=1)
    assert "NO ANSWER for " in done.stdout and "replies did not resume" in done.stderr
    assert is_up(a, "eth0", "eth1") and a.active() == "eth0"
    a.wait_ping("10.0.0.2")
